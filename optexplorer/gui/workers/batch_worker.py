"""Computes off the GUI thread what map and surface show of the present mini-batch and of single examples."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from optexplorer.gui.workers.latest_task import LatestTask, ShouldStop
from optexplorer.scene.batch_marks import BatchMarks, batch_marks, wants_batch_marks
from optexplorer.scene.computed import Computed


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
        self._waiting: Callable[[ShouldStop], BatchMarks | None] | None = None
        self._under_way = False
        self._task = LatestTask(self, "mini-batch")
        self._task.finished.connect(self._on_made)
        # Such as of a model that a plugin brings: it is in the log.
        self._task.failed.connect(lambda _: self._on_made(None))

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
        work = partial(batch_marks, experiment, computed.trajectories, playhead, computed.samples)
        if self._under_way:
            self._waiting = work
        else:
            self._under_way = True
            self._task.run_stoppable(work)

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        self._asked = self._waiting = None
        self._under_way = False
        self._task.forget()

    def _on_made(self, marks: BatchMarks | None) -> None:
        if self._asked is None:
            return
        self.marks = marks
        waiting, self._waiting = self._waiting, None
        self._under_way = waiting is not None
        if waiting is not None:
            self._task.run_stoppable(waiting)
        self.made.emit()
