"""Computes the curvature at the racers' heads off the GUI thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from optexplorer.gui.workers.latest_task import LatestTask, ShouldStop
from optexplorer.scene.computed import Computed
from optexplorer.scene.head_curvature import HeadCurvatures, has_stable_rate, head_curvatures

PATIENCE, LONGEST = 60, 200
"""Milliseconds between two computations while only the largest stable rates are shown, at least and at most."""
PACE = 10
"""How many times as long as the last computation took the next one waits, within these limits."""


class CurvatureRequest(NamedTuple):
    """What the curvatures at the heads depend on."""

    shown: tuple[object, ...]
    """The landscape, what is drawn of it, and which racers are marked: with others, old curvatures stand in for nothing."""
    trajectories: tuple[object, ...]
    playhead: int


class CurvatureWorker(QObject):
    """Keeps the newest curvatures at the racers' heads; the first of a landscape may wait for its Hessian.

    While new ones of the same landscape are being computed, the old ones stand in for them.
    """

    made = Signal()
    """There are new `curvatures`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.curvatures: HeadCurvatures = {}
        self._asked: CurvatureRequest | None = None
        self._pending: Callable[[ShouldStop], tuple[HeadCurvatures, float]] = lambda _: ({}, 0.0)
        # Each answer makes a new scene. Marks on a slider may wait a moment; the model at the head may not.
        self._later = QTimer(self, singleShot=True, interval=PATIENCE)
        self._later.timeout.connect(self._send)
        self._task = LatestTask(self, "curvature")
        self._task.finished.connect(self._on_computed)
        # Where a landscape cannot say, nothing is marked; the numbers of the race are not concerned.
        self._task.failed.connect(lambda _: self._on_computed(({}, 0.0)))

    def follow(self, computed: Computed, playhead: int) -> None:
        """Compute the curvatures at `playhead`, unless they are known or being computed."""
        experiment = computed.experiment
        rated = tuple(racer.visible and has_stable_rate(racer) for racer in experiment.racers)
        marked = experiment.appearance.curvature and (
            experiment.appearance.spotlight,
            tuple(racer.visible for racer in experiment.racers),
        )
        if not any(rated) and not marked:
            self.stop()
            self.curvatures = {}
            return
        before, landscape = self._asked, experiment.resolve_landscape()
        drawn = None if computed.samples is None else computed.samples.landscape
        shown = (landscape, drawn, rated, marked)
        asked = CurvatureRequest(shown, computed.trajectories, playhead)
        if asked == before:
            return
        if before is None or before.shown != asked.shown:
            self._task.forget()
            self.curvatures = {}
        self._asked = asked
        self._pending = partial(
            _timed, partial(head_curvatures, experiment, computed.trajectories, playhead, drawn)
        )
        if marked:
            self._send()
        elif not self._later.isActive() or before is None or before.trajectories != asked.trajectories:
            # While paths are being changed, it waits for the last of them.
            self._later.start()

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        self._asked = None
        self._later.stop()
        self._task.forget()

    def _send(self) -> None:
        self._later.stop()
        self._task.run_stoppable(self._pending)

    def _on_computed(self, result: tuple[HeadCurvatures, float]) -> None:
        curvatures, seconds = result
        self._later.setInterval(min(max(PATIENCE, round(1000 * PACE * seconds)), LONGEST))
        if self._asked is not None:
            self.curvatures = curvatures
            self.made.emit()


def _timed(
    work: Callable[[ShouldStop], HeadCurvatures], should_stop: ShouldStop
) -> tuple[HeadCurvatures, float]:
    """Return what `work` returns, and how many seconds it took."""
    begin = time.perf_counter()
    return work(should_stop), time.perf_counter() - begin
