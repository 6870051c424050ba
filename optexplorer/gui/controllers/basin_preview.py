"""Shows on a basin map the path from the point under the cursor."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from optexplorer.engine.descent import trajectory
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state.store import Store
from optexplorer.gui.views.map_view import MapView
from optexplorer.gui.workers.latest_task import LatestTask, ShouldStop
from optexplorer.painting.path_preview import PathPreview
from optexplorer.scene.basins import basin_racer
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]


class _Asked(NamedTuple):
    """The point whose path is wanted, and what else the path depends on."""

    point: tuple[float, float]
    setting: object


class BasinPreview(QObject):
    """Computes the path of the racer whose basins are shown, from wherever the cursor is, off the GUI thread."""

    def __init__(self, store: Store, view: MapView, parent: QObject) -> None:
        super().__init__(parent)
        self._store, self._view = store, view
        self._scene: Scene | None = None
        self._point: tuple[float, float] | None = None
        self._asked: _Asked | None = None
        self._task = LatestTask(self, "path from the cursor")
        self._task.finished.connect(self._show)
        # A racer that cannot be run says so itself.
        self._task.failed.connect(lambda _: self._view.show_preview(None))
        view.hovered.connect(self._move)

    def show_scene(self, scene: Scene) -> None:
        """Follow a scene: with other settings another path starts at the cursor."""
        self._scene = scene
        self._ask()

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        self._asked = None
        self._task.forget()

    def _move(self, hovered: tuple[float, float, float] | None) -> None:
        self._point = None if hovered is None else hovered[:2]
        self._ask()

    def _ask(self) -> None:
        experiment, scene, point = self._store.experiment, self._scene, self._point
        number = basin_racer(experiment)
        if point is None or scene is None or scene.basins is None or number is None:
            if self._asked is not None:
                self.stop()
                self._view.show_preview(None)
            return
        spec = experiment.run_spec(experiment.racers[number])
        asked = _Asked(point, (spec, experiment.steps, experiment.end_rule(), scene.samples))
        if asked == self._asked:
            return
        self._asked = asked
        self._task.run_stoppable(partial(_preview, experiment, number, scene, point))

    def _show(self, preview: PathPreview) -> None:
        if self._asked is not None:
            self._view.show_preview(preview)


def _preview(
    experiment: Experiment, number: int, scene: Scene, point: tuple[float, float], should_stop: ShouldStop
) -> PathPreview:
    """Return the path from a point of the map, in the coordinates that are drawn."""
    racer = experiment.racers[number]
    found = trajectory(
        experiment.run_spec(racer),
        scene.point_at(point),
        experiment.steps,
        end=experiment.end_rule(),
        should_stop=should_stop,
    )
    section = scene.surface.landscape
    position: Array = found.position
    drawn = section.nearest(position) if isinstance(section, PlaneSection) else position
    return PathPreview(drawn, racer.colour, found.ending is TerminationReason.DIVERGED)
