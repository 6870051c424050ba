"""Pins an experiment and shows it beside the current one, at the same playhead."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from optexplorer.experiment.difference import differences
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.gui.controllers.scene_controller import SceneController
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.views.pinned_view import PinnedView
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.scene import Scene

_UNKNOWN: Any = object()


def _plane_of(scene: Scene) -> Plane | None:
    """Return the plane that a scene shows, None of the coordinates themselves, `_UNKNOWN` while it is being found.

    Not the rule that finds it: of other paths that would be another plane.
    """
    if scene.view.plane is None:
        return None
    drawn = None if scene.samples is None or scene.sampling is not None else scene.samples.landscape
    return drawn.plane if isinstance(drawn, PlaneSection) else _UNKNOWN


class Comparison(QObject):
    """Holds the pinned experiment; its view follows the scene that the other views show."""

    changed = Signal(bool)
    """Whether an experiment is pinned now."""

    def __init__(
        self, scene_controller: SceneController, view: PinnedView, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._scene_controller, self._view = scene_controller, view
        self.pinned: Experiment | None = None
        self._computed: Computed | None = None
        self._asked: Any = None
        self._work = LatestTask(self, "pinned experiment")
        self._work.finished.connect(self._set_computed)
        scene_controller.sceneChanged.connect(self._follow)

    def pin(self, experiment: Experiment | None) -> None:
        """Pin `experiment`, or no longer any."""
        self.pinned, self._computed, self._asked = experiment, None, None
        self._scene_controller.extend_length("pinned", 0)
        self.changed.emit(experiment is not None)
        if self._scene_controller.scene is not None:
            self._follow(self._scene_controller.scene)

    def stop(self) -> None:
        """Drop running work before the window closes."""
        self._work.forget()

    def _follow(self, scene: Scene) -> None:
        pinned = self.pinned
        if pinned is None:
            return
        view = scene.view
        # The same part of the same landscape is shown of both; another landscape has a window of its own.
        same = pinned.resolve_landscape() == scene.landscape
        update: dict[str, Any] = {"fog": view.fog, "height_scale": view.height_scale}
        if same and (plane := _plane_of(scene)) is not _UNKNOWN:
            update |= {"plane": plane, "window": view.window, "interval": view.interval}
        shown = pinned.evolve(view=pinned.view.evolve(**update))
        if shown != self._asked:
            self._asked = shown
            self._work.run_stoppable(partial(compute, shown))
        self._view.show_differences(differences(pinned, self._scene_controller.experiment))
        self._show(scene)

    def _set_computed(self, computed: Computed) -> None:
        if self.pinned is None:
            return
        self._computed = computed
        self._scene_controller.extend_length("pinned", computed.length)
        if self._scene_controller.scene is not None:
            self._show(self._scene_controller.scene)

    def _show(self, scene: Scene) -> None:
        computed = self._computed
        if computed is None:
            return
        shared = ("colour_map", "gradient_arrows", "minima", "spotlight")
        appearance = computed.experiment.appearance.evolve(
            **{name: getattr(scene.appearance, name) for name in shared}
        )
        shown = computed.with_appearance(appearance).resolved(self._scene_controller.playhead)
        self._view.show_scene(shown, window_style())
