"""Commands for the basin map: show it, choose whose it is and how opaque, follow the cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.actions import commands
from optexplorer.gui.controllers.basin_preview import BasinPreview
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.controllers.scene_controller import SceneController
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.state.store import Store
from optexplorer.gui.workspace import Workspace
from optexplorer.scene.basins import absence_of_basins, basin_racer
from optexplorer.scene.racer_names import racer_names
from optexplorer.scene.scene import Scene


class BasinCommands(QObject):
    """What is shown of basins is part of the document's appearance."""

    def __init__(
        self,
        store: Store,
        edits: Edits,
        scene_controller: SceneController,
        workspace: Workspace,
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._store, self._edits, self._scene_controller = store, edits, scene_controller
        self._action, self._bar = actions["basins"], workspace.basin_bar
        self._preview = BasinPreview(store, workspace.map, self)
        self._bar.racerChosen.connect(lambda number: edits.set_appearance(basin_racer=number))
        self._bar.opacityChosen.connect(lambda opacity: edits.set_appearance(basin_opacity=opacity))

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        return {"basins": lambda on: self._edits.set_appearance(basins=on)}

    def move_start(self, point: tuple[float, ...], drag: str | None) -> None:
        """Set the start to a point of the landscape; of a racer whose basins are shown also a start of its own."""
        experiment = self._store.experiment
        number = basin_racer(experiment) if experiment.appearance.basins else None
        if number is not None and experiment.racers[number].start is not None:
            racer = experiment.racers[number].evolve(start=point)
            self._edits.change_racer(number, racer, drag or "")
        else:
            self._edits.move_start(point, drag)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show what is on in `experiment`."""
        appearance, style = experiment.appearance, window_style()
        self._action.setChecked(appearance.basins)
        names = dict(enumerate(map(style.words, racer_names(experiment))))
        self._bar.show_racers(names, basin_racer(experiment))
        self._bar.show_opacity(appearance.basin_opacity)

    def show_scene(self, scene: Scene) -> None:
        """Enable the command where there is a map, and show how fine the basin map is."""
        absence = absence_of_basins(self._store.experiment, scene.picture)
        # What is on can always be switched off.
        self._action.setEnabled(absence is None or self._action.isChecked())
        commands.show_reason(self._action, "" if absence is None else window_style().words(absence))
        self._bar.setVisible(scene.appearance.basins and scene.picture == "surface")
        if scene.basins is not None:
            growing = not self._scene_controller.basin_worker.is_complete
            self._bar.show_resolution(*scene.basins.resolution, growing=growing)
        self._preview.show_scene(scene)

    def finish(self) -> None:
        """Stop background work before the window closes."""
        self._preview.stop()
