"""Computes off the GUI thread what map and surface show of the present mini-batch and of single examples."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from optexplorer.gui.workers.latest_task import LatestTask, ShouldStop
from optexplorer.scene.batch_marks import BatchMarks, batch_marks, wants_batch_marks
from optexplorer.scene.batch_surface import MOVING, RESTING
from optexplorer.scene.computed import Computed
from optexplorer.scene.samples.cost import is_costly

REST = 250
"""Milliseconds without another step after which a costly picture becomes finer."""
COARSEST = 17
"""Points along each side of a costly grid while the playhead moves, at least."""
PATIENCE = 0.05
"""Seconds that such a picture may take while the playhead moves; if it takes longer, the next has a coarser grid."""


class _Request(NamedTuple):
    """What the marks depend on."""

    shown: tuple[object, ...]
    """The landscape, what is drawn of it, and which marks are asked for: with others, old marks stand in for nothing."""
    racers: tuple[object, ...]
    playhead: int


class BatchWorker(QObject):
    """Keeps the newest marks; while the next are being computed, those before stand, and say their own step.

    Work under way is finished before the newest request begins, so that a picture comes now and then however fast the
    playhead moves.
    """

    made = Signal()
    """There are new `marks`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.marks: BatchMarks | None = None
        self._asked: _Request | None = None
        self._work: Callable[..., BatchMarks | None] | None = None
        self._waiting: int | None = None
        self._under_way = False
        self._side = MOVING
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(lambda: self._send(RESTING))
        self._task = LatestTask(self, "mini-batch")
        self._task.finished.connect(self._on_made)
        # Such as of a model that a plugin brings: it is in the log.
        self._task.failed.connect(lambda _: self._on_made(_Made(None, 0, 0.0)))

    def follow(self, computed: Computed, playhead: int) -> None:
        """Compute the marks at `playhead`, unless they are known or being computed, or not asked for."""
        experiment = computed.experiment
        appearance, landscape = experiment.appearance, experiment.resolve_landscape()
        if not wants_batch_marks(appearance) or computed.samples is None or not landscape.examples:
            self.stop()
            self.marks = None
            return
        has_cloud = appearance.example_gradients or appearance.gradient_ellipse
        visible = tuple(racer.visible for racer in experiment.racers)
        asked = _Request(
            (landscape, computed.samples, appearance.batch_surface, has_cloud),
            (computed.trajectories, visible, appearance.spotlight),
            playhead,
        )
        before = self._asked
        if asked == before:
            return
        if before is not None and before.shown != asked.shown:
            self.stop()
            self.marks = None
        self._asked = asked
        self._work = partial(batch_marks, experiment, computed.trajectories, playhead, computed.samples)
        self._send(self._side)
        if appearance.batch_surface and is_costly(computed.samples.landscape):
            self._rest.start()

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        self._asked = self._work = self._waiting = None
        self._under_way = False
        self._rest.stop()
        self._task.forget()

    def _send(self, side: int) -> None:
        """Ask for the newest marks on a grid of `side` points, as soon as those under way are made."""
        if self._work is None:
            return
        if self._under_way:
            self._waiting = side
        else:
            self._under_way = True
            self._task.run_stoppable(partial(_timed, self._work, side))

    def _on_made(self, made: _Made) -> None:
        if self._asked is None:
            return
        self.marks = made.marks
        if 0 < made.side <= MOVING:
            # The work grows with the square of the side.
            wanted = made.side * (PATIENCE / max(made.seconds, 1e-4)) ** 0.5
            self._side = round(min(max(wanted, COARSEST), MOVING))
        waiting, self._waiting = self._waiting, None
        self._under_way = False
        if waiting is not None:
            self._send(waiting)
        self.made.emit()


class _Made(NamedTuple):
    """Marks, the points along a side of a costly grid, and how long they took."""

    marks: BatchMarks | None
    side: int
    seconds: float


def _timed(work: Callable[..., BatchMarks | None], side: int, should_stop: ShouldStop) -> _Made:
    begin = time.perf_counter()
    return _Made(work(should_stop, side), side, time.perf_counter() - begin)
