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
from optexplorer.gui.actions import commands, menus
from optexplorer.gui.controllers.comparison import Comparison
from optexplorer.gui.controllers.data_editing import DataEditing
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.controllers.scene_controller import SceneController
from optexplorer.gui.controllers.sonification import Sonification
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.store import Store
from optexplorer.gui.workspace import Workspace
from optexplorer.scene.anatomy.shown_racers import shown_racers
from optexplorer.scene.batch_marks import absence_of_batch_marks
from optexplorer.scene.fit.resolve_fit import fit_is_shown, has_fit
from optexplorer.scene.scene import Scene

PICTURE_ONLY = ("arrows", "minima", "curvature", "fog", "multiples", "reset-view")
"""Commands that have an effect only where the landscape can be drawn."""


OF_EXAMPLES = ("ghost", "example-gradients", "gradient-ellipse")
"""Commands that have an effect only where there are data, drawn on map and surface."""


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
        self.data_editing = DataEditing(store, edits, workspace.fit, actions["edit-data"], self)
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
        controls = views.chart_controls
        controls.quantityChosen.connect(lambda quantity: edits.look(lambda seen: seen.charting(quantity)))
        controls.abscissaChosen.connect(lambda over: edits.look(lambda seen: seen.charted_over(over)))
        controls.wholeAsked.connect(lambda: edits.look(lambda seen: seen.with_whole_chart()))
        views.chart.partChosen.connect(
            lambda part: edits.set_appearance(chart_span=part.span, chart_values=part.values)
        )
        views.surface.pointChosen.connect(lambda x, y: self.pointAsked.emit((x, y), ""))
        views.surface.cameraMoved.connect(lambda camera: edits.set_appearance(camera=camera))
        views.fit.windowHeld.connect(self._scene_controller.fit_worker.hold_window)
        views.chart.stepChosen.connect(self._playback.seek)
        views.multiples.chosen.connect(edits.multiply_rates)
        views.multiples.computed.connect(partial(self._scene_controller.extend_length, "multiples"))

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        edits, views = self._edits, self._workspace
        return {
            **self.data_editing.handlers(),
            "both-views": lambda _: views.maximise(None),
            "surface-only": lambda _: views.maximise("surface"),
            "map-only": lambda _: views.maximise("map"),
            "fit": self._show_fit,
            "fit-only": lambda _: views.maximise("fit"),
            "arrows": lambda on: edits.set_appearance(gradient_arrows=on),
            "minima": lambda on: edits.set_appearance(minima=on),
            "curvature": lambda on: edits.set_appearance(curvature=on),
            "ghost": lambda on: edits.set_appearance(batch_surface=on),
            "example-gradients": lambda on: edits.set_appearance(example_gradients=on),
            "gradient-ellipse": lambda on: edits.set_appearance(gradient_ellipse=on),
            "reset-view": lambda _: self._reset_view(),
            "compare": lambda on: self.comparison.pin(self._store.experiment if on else None),
            "multiples": self._multiply,
            "fog": lambda _: edits.lift_fog(),
            "transcript": views.show_transcript,
            "sound": self.sonification.switch,
        }

    def fill_menu(self, menu: QMenu) -> None:
        """Add the choice of colours to the menu of views, and tips that say why commands are disabled."""
        menus.ReasonTips(menu)
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
            ("ghost", appearance.batch_surface),
            ("example-gradients", appearance.example_gradients),
            ("gradient-ellipse", appearance.gradient_ellipse),
            ("fit", fit_is_shown(appearance, experiment.resolve_landscape())),
            ("anatomy", appearance.anatomy),
            ("second-anatomy", len(shown_racers(experiment)) > 1),
        ):
            self._actions[id].setChecked(on)
        landscape = experiment.resolve_landscape()
        self._workspace.chart_controls.show_state(
            appearance,
            with_data=landscape.examples > 0,
            with_classes="accuracy" in landscape.measures,
        )

    def show_scene(self, scene: Scene) -> None:
        """Show `scene` in the views, and play its sound if sound is on."""
        for id in ("both-views", "surface-only", "map-only"):
            self._actions[id].setEnabled(scene.picture == "surface")
        self._actions["fit-only"].setEnabled(fit_is_shown(scene.appearance, scene.landscape))
        self.data_editing.show_scene(scene)
        for id in PICTURE_ONLY:
            # What is on can always be switched off.
            self._actions[id].setEnabled(scene.picture is not None or self._actions[id].isChecked())
        absence = absence_of_batch_marks(scene.landscape.examples, scene.picture)
        reason = "" if absence is None else window_style().words(absence)
        for id in OF_EXAMPLES:
            self._actions[id].setEnabled(absence is None or self._actions[id].isChecked())
            commands.show_reason(self._actions[id], reason)
        self._workspace.show_scene(scene, playing=self._playback.playing)
        playhead = self._playback.step
        self._workspace.multiples.show_scene(self._store.experiment, scene, playhead, window_style())
        self.sonification.show_scene(scene)

    def _show_fit(self, on: bool) -> None:
        # None where that is what happens by itself, so that it happens on the next landscape too.
        by_itself = has_fit(self._store.experiment.resolve_landscape())
        self._edits.set_appearance(fit=None if on == by_itself else on)

    def _reset_view(self) -> None:
        self._edits.look(lambda seen: seen.with_whole_chart().evolve(camera=Camera()))
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
