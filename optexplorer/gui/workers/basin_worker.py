"""Computes basin maps off the GUI thread: a coarse one soon, and while nothing changes finer and finer ones."""

from __future__ import annotations

import time
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from optexplorer.engine.batch_descent import on_one_core
from optexplorer.gui.workers.latest_task import LatestTask, ShouldStop
from optexplorer.runs.basins import BasinMap, BasinSpec, empty_map, refined, strides
from optexplorer.scene.basins import basin_spec, first_side
from optexplorer.scene.computed import Computed

REST = 200
"""Milliseconds without a change after which the map becomes finer."""
LATE = 250
"""Milliseconds for which a map of the setting before may stay as it is; then it becomes faint."""
PATIENCE = 0.05
"""Seconds that a coarse map should take while a setting is being changed."""
QUICK, SLOW = 0.4, 2.0
"""Of this time: if one takes less than the first part, the next is finer, if more than the second, coarser."""
FINEST_MOVING = 128
"""Cells along the longer side of such a map, at most."""
LONGEST = 20.0
"""Seconds that the next finer map may probably take; else the one that there is stays."""
PER_STAGE = 4.0
"""How many times as long each finer stage takes at most."""


class _Made(NamedTuple):
    """A map and how long its last stage took, in seconds."""

    map: BasinMap
    seconds: float


class BasinWorker(QObject):
    """Keeps the newest map. While that of another setting is computed, it stands in for it, after a while faintly.

    A coarse map under way is finished before the next begins, so that maps come however fast a setting changes; finer
    ones are overtaken.
    """

    made = Signal()
    """There is another `map`, or it is late."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.map: BasinMap | None = None
        self.late = False
        """Whether the map has been that of an earlier setting for long."""
        self._wanted: BasinSpec | None = None
        self._first_side = self._moving_side = 0
        self._coarse_under_way = self._under_way = False
        self._last_stage = 0.0
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._refine)
        self._lateness = QTimer(self, singleShot=True, interval=LATE)
        self._lateness.timeout.connect(self._become_late)
        self._task = LatestTask(self, "basin map")
        self._task.finished.connect(self._on_made)
        # Why is in the log; the racer's own path is not concerned.
        self._task.failed.connect(lambda _: self._on_failed())

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is to come."""
        return not self._under_way and not self._rest.isActive()

    def follow(self, computed: Computed) -> None:
        """Compute the basin map of what is shown, unless it is known or being computed, or not asked for."""
        spec = basin_spec(computed.experiment, computed.samples)
        if spec is None:
            self.stop()
            self.map = None
            return
        if spec == self._wanted:
            return
        before, self._wanted = self._wanted, spec
        side = first_side(computed.experiment)
        if side != self._first_side:
            self._first_side, self._moving_side = side, 2 * side
        if before is not None:
            self._rest.start()
        if self.map is not None and not self._lateness.isActive():
            self._lateness.start()
        if not self._coarse_under_way:
            self._send_coarse()

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        self._wanted = None
        self._coarse_under_way = self._under_way = self.late = False
        self._rest.stop()
        self._lateness.stop()
        self._task.forget()

    def _send_coarse(self) -> None:
        assert self._wanted is not None
        self._coarse_under_way = self._under_way = True
        side = self._first_side if self.map is None else self._moving_side
        stride = strides(self._wanted, side)[0]
        self._task.run_stoppable(partial(_stage, None, self._wanted, stride))

    def _refine(self) -> None:
        """Compute the next finer map, if nothing else is under way, there is one, and it does not take too long."""
        found = self.map
        if (
            found is None
            or self._under_way
            or found.spec != self._wanted
            or found.complete
            or PER_STAGE * self._last_stage > LONGEST
        ):
            return
        self._under_way = True
        self._task.run_stoppable(partial(_stage, found, found.spec, found.stride // 2))

    def _on_made(self, made: _Made) -> None:
        coarse = self._coarse_under_way
        self._coarse_under_way = self._under_way = False
        if self._wanted is None:
            return
        self._last_stage = made.seconds
        if coarse and self.map is not None:
            self._measure(made.seconds)
        self.map, self.late = made.map, False
        if made.map.spec == self._wanted:
            self._lateness.stop()
            if not self._rest.isActive():
                self._refine()
        else:
            # It is that of a moment ago.
            self._lateness.start()
            self._send_coarse()
        self.made.emit()

    def _measure(self, seconds: float) -> None:
        """Let the next coarse map be finer or coarser, as the time that this one took suggests."""
        if seconds < QUICK * PATIENCE:
            self._moving_side = min(2 * self._moving_side, FINEST_MOVING)
        elif seconds > SLOW * PATIENCE:
            self._moving_side = max(self._moving_side // 2, self._first_side)

    def _on_failed(self) -> None:
        self._coarse_under_way = self._under_way = False
        self.map = None
        self.made.emit()

    def _become_late(self) -> None:
        self.late = True
        self.made.emit()


def _stage(before: BasinMap | None, spec: BasinSpec, stride: int, should_stop: ShouldStop) -> _Made:
    """Return a map with the cells of one more stage; the first one is not stopped."""

    def asked() -> bool:
        # Asking waits while the GUI thread is at work.
        return should_stop() and before is not None

    since = time.perf_counter()
    begin = before or empty_map(spec)
    # The window keeps a core for itself, and does not wait until machine code is there.
    with on_one_core():
        found = refined(begin, stride, asked, kernels="ready")
    return _Made(found, time.perf_counter() - since)
