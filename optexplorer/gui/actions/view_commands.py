"""Commands for views and appearance, and the connections of their signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from optexplorer.experiment.appearance import Camera
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.actions import menus
from optexplorer.gui.controllers.comparison import Comparison
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.controllers.scene_controller import SceneController
from optexplorer.gui.controllers.sonification import Sonification
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.store import Store
from optexplorer.gui.workspace import Workspace
from optexplorer.scene.anatomy.shown_racers import shown_racers
from optexplorer.scene.scene import Scene

PICTURE_ONLY = ("arrows", "minima", "curvature", "fog", "multiples", "reset-view")
"""Commands that have an effect only where the landscape can be drawn."""


class ViewCommands(QObject):
    """Connects the signals of views and menus to the store, and passes scenes to the views."""

    pointAsked = Signal(tuple, str)
    """A point of the landscape has been clicked or dragged to; equal words in a row belong to one drag."""
    soundRefused = Signal(str)
    """Why there is no sound."""

    def __init__(
        self,
        store: Store,
        edits: Edits,
        playback: Playback,
        scene_controller: SceneController,
        workspace: Workspace,
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._store, self._edits, self._playback, self._scene_controller = (
            store,
            edits,
            playback,
            scene_controller,
        )
        self._workspace, self._actions = workspace, actions
        self._colour_maps: menus.ChoiceMenu | None = None
        self.comparison = Comparison(scene_controller, workspace.pinned, self)
        self.comparison.changed.connect(self._show_comparison)
        self.sonification = Sonification(self)
        self.sonification.refused.connect(self._refuse_sound)
        self._connect(workspace)

    def _connect(self, views: Workspace) -> None:
        store, edits = self._store, self._edits
        views.map.startDragged.connect(lambda x, y: self.pointAsked.emit((x, y), "start"))
        views.map.startReleased.connect(store.end_merge)
        views.map.windowChosen.connect(lambda window: edits.set_view(window=window))
        views.curve.startDragged.connect(lambda x: self.pointAsked.emit((x,), "start"))
        views.curve.startReleased.connect(store.end_merge)
        views.curve.intervalChosen.connect(lambda interval: edits.set_view(interval=interval))
        views.quantity.valueChosen.connect(lambda quantity: edits.set_appearance(chart=quantity))
        views.surface.pointChosen.connect(lambda x, y: self.pointAsked.emit((x, y), ""))
        views.surface.cameraMoved.connect(lambda camera: edits.set_appearance(camera=camera))
        views.chart.stepChosen.connect(self._playback.seek)
        views.multiples.chosen.connect(edits.multiply_rates)
        views.multiples.computed.connect(partial(self._scene_controller.extend_length, "multiples"))

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        edits, views = self._edits, self._workspace
        return {
            "both-views": lambda _: views.maximise(None),
            "surface-only": lambda _: views.maximise("surface"),
            "map-only": lambda _: views.maximise("map"),
            "arrows": lambda on: edits.set_appearance(gradient_arrows=on),
            "minima": lambda on: edits.set_appearance(minima=on),
            "curvature": lambda on: edits.set_appearance(curvature=on),
            "reset-view": lambda _: self._reset_view(),
            "compare": lambda on: self.comparison.pin(self._store.experiment if on else None),
            "multiples": self._multiply,
            "fog": lambda _: edits.lift_fog(),
            "transcript": views.show_transcript,
            "sound": self.sonification.switch,
        }

    def fill_menu(self, menu: QMenu) -> None:
        """Add the choice of colours to the menu of views."""
        self._colour_maps = menus.ChoiceMenu(
            ("terrain", "viridis", "cividis", "grey"),
            lambda name: self._edits.set_appearance(colour_map=name),
            menu,
        )
        menu.addMenu(self._colour_maps)

    def retranslate(self) -> None:
        """Write the words of the choice of colours in the window's language."""
        if self._colour_maps is not None:
            names = {
                "terrain": self.tr("Terrain"),
                "viridis": "Viridis",
                "cividis": "Cividis",
                "grey": self.tr("Grey"),
            }
            self._colour_maps.name_choices(self.tr("Colours"), names)

    def show_experiment(self, experiment: Experiment) -> None:
        """Check the actions of what is on in `experiment`."""
        appearance = experiment.appearance
        if self._colour_maps is not None:
            self._colour_maps.show_choice(appearance.colour_map)
        for id, on in (
            ("arrows", appearance.gradient_arrows),
            ("minima", appearance.minima),
            ("fog", experiment.view.fog > 0),
            ("curvature", appearance.curvature),
            ("anatomy", appearance.anatomy),
            ("second-anatomy", len(shown_racers(experiment)) > 1),
        ):
            self._actions[id].setChecked(on)
        self._workspace.quantity.show_value(appearance.chart)

    def show_scene(self, scene: Scene) -> None:
        """Show `scene` in the views, and play its sound if sound is on."""
        for id in ("both-views", "surface-only", "map-only"):
            self._actions[id].setEnabled(scene.picture == "surface")
        for id in PICTURE_ONLY:
            # What is on can always be switched off.
            self._actions[id].setEnabled(scene.picture is not None or self._actions[id].isChecked())
        self._workspace.show_scene(scene, playing=self._playback.playing)
        playhead = self._playback.step
        self._workspace.multiples.show_scene(self._store.experiment, scene, playhead, window_style())
        self.sonification.show_scene(scene)

    def _reset_view(self) -> None:
        self._edits.set_appearance(camera=Camera())
        self._edits.set_view(window=None, interval=None)

    def finish(self) -> None:
        """Stop sound and background work before the window closes."""
        self._workspace.anatomy.stop()
        self.sonification.switch(False)
        self.comparison.stop()
        self._workspace.multiples.stop()

    def _show_comparison(self, on: bool) -> None:
        self._actions["compare"].setChecked(on)
        self._workspace.compare(on)

    def _multiply(self, on: bool) -> None:
        self._workspace.multiply(on)
        if not on:
            self._scene_controller.extend_length("multiples", 0)
        self._scene_controller.refresh()

    def _refuse_sound(self, reason: str) -> None:
        self._actions["sound"].setChecked(False)
        self.soundRefused.emit(self.tr("There is no sound: {0}").format(reason))
