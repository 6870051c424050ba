"""Computes the sharpness along the racers' paths off the GUI thread, coarse to fine."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from optexplorer.engine.sharpness import Sharpness
from optexplorer.engine.trajectory import Trajectory
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.scene.computed import Computed
from optexplorer.scene.sharpness_tracker import SharpnessCurves, SharpnessTracker

FIRST_PART, PART = 0.04, 0.15
"""Seconds after which what is known so far is shown: the first time, and from then on."""


class SharpnessRequest(NamedTuple):
    """What the curves depend on."""

    landscape: object
    trajectories: tuple[Trajectory | None, ...]
    visible: tuple[bool, ...]


class SharpnessWorker(QObject):
    """Keeps the newest curves of the sharpness; while those of other paths are computed, the old ones stand in."""

    made = Signal()
    """There are new `curves`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.curves: SharpnessCurves = {}
        self._tracker = SharpnessTracker()
        self._asked: SharpnessRequest | None = None
        self._pending: Callable[[float], None] = lambda seconds: None
        self._task = LatestTask(self, "largest curvature")
        self._task.finished.connect(self._on_computed)
        # Where a landscape has no curvature, the chart says so.
        self._task.failed.connect(lambda _: self._on_failed())

    def follow(self, computed: Computed) -> None:
        """Compute the curves of what the chart shows, unless they are known or being computed."""
        experiment = computed.experiment
        if experiment.appearance.chart != "stability":
            self.stop()
            self.curves = {}
            return
        visible = tuple(racer.visible for racer in experiment.racers)
        asked = SharpnessRequest(experiment.resolve_landscape(), computed.trajectories, visible)
        if asked == self._asked:
            return
        if self._asked is None or self._asked.landscape != asked.landscape:
            self.curves = {}
        self._asked = asked
        tracker, trajectories = self._tracker, computed.trajectories

        def compute(seconds: float) -> None:
            self._task.run_stoppable(
                lambda should_stop: tracker.curves(experiment, trajectories, should_stop, seconds)
            )

        self._pending = compute
        compute(FIRST_PART)

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        if self._asked is not None:
            self._asked = None
            self._task.forget()

    def _on_computed(self, curves: SharpnessCurves) -> None:
        if self._asked is None:
            return
        self.curves = curves
        if any(not sharpness.complete for sharpness in curves.values()):
            self._pending(PART)
        self.made.emit()

    def _on_failed(self) -> None:
        if self._asked is not None:
            self.curves = {number: Sharpness.unknown() for number in range(len(self._asked.visible))}
            self.made.emit()
