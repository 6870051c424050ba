"""Makes pictures on grids off the GUI thread while the playhead moves: coarse ones soon, finer ones at rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from optexplorer.gui.workers.latest_task import LatestTask, ShouldStop

REST = 250
"""Milliseconds without another request after which the picture becomes finer."""

Work = Callable[[ShouldStop, int], Any]
"""Makes a picture with so many points along each side of its grid."""


class GridSides(NamedTuple):
    """Points along each side of a grid: at least and at most while the playhead moves, and at rest."""

    coarsest: int
    moving: int
    resting: int


class GridTask(QObject):
    """Sends work to a thread of its own. Work under way is finished before the newest begins.

    So a picture comes now and then however fast the playhead moves. While it moves, the grid is as fine as the last
    pictures show that `patience` allows.
    """

    made = Signal(object)
    """The newest picture; None where there is none, as of a model of a plugin that fails: why is in the log."""

    def __init__(self, parent: QObject, subject: str, sides: GridSides, patience: float) -> None:
        """`subject` says in messages what could not be done; `patience` is in seconds."""
        super().__init__(parent)
        self._sides, self._patience = sides, patience
        self._side = sides.moving
        self._work: Work | None = None
        self._refines: Callable[[], bool] = lambda: False
        self._waiting: int | None = None
        self._under_way = False
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._refine)
        self._task = LatestTask(self, subject)
        self._task.finished.connect(self._on_made)
        self._task.failed.connect(lambda _: self._on_made(_Made(None, 0, 0.0)))

    def run(self, work: Work, refines: Callable[[], bool]) -> None:
        """Do `work` as soon as that under way is done; when nothing follows and it `refines`, once more and finer."""
        self._work, self._refines = work, refines
        self._send(self._side)
        self._rest.start()

    def stop(self) -> None:
        """Drop running work."""
        self._work = self._waiting = None
        self._under_way = False
        self._rest.stop()
        self._task.forget()

    def _refine(self) -> None:
        if self._refines():
            self._send(self._sides.resting)

    def _send(self, side: int) -> None:
        if self._work is None:
            return
        if self._under_way:
            self._waiting = side
        else:
            self._under_way = True
            self._task.run_stoppable(partial(_timed, self._work, side))

    def _on_made(self, made: _Made) -> None:
        if self._work is None:
            return
        if 0 < made.side <= self._sides.moving:
            # The work grows with the square of the side.
            wanted = made.side * (self._patience / max(made.seconds, 1e-4)) ** 0.5
            self._side = round(min(max(wanted, self._sides.coarsest), self._sides.moving))
        waiting, self._waiting = self._waiting, None
        self._under_way = False
        if waiting is not None:
            self._send(waiting)
        self.made.emit(made.picture)


class _Made(NamedTuple):
    """A picture, the points along a side of its grid, and how long it took."""

    picture: Any
    side: int
    seconds: float


def _timed(work: Work, side: int, should_stop: ShouldStop) -> _Made:
    begin = time.perf_counter()
    return _Made(work(should_stop, side), side, time.perf_counter() - begin)
