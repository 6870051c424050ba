"""Leads the points of one batch to the ends of their descents; points that have ended are dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from math import inf

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_stepper import BatchStepper
from optexplorer.engine.descent import RECORDED_BLOCK, TerminationCheck
from optexplorer.engine.point_of_batch import PointOfBatch
from optexplorer.engine.trajectory import TerminationReason

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

CACHED_NUMBERS = 65_536
"""Coordinates of the points that descend together: their few arrays stay in the cache, and one operation on them is
long beside the time that threads take to hand each other the interpreter."""
KEPT_SHARE = 0.9
"""Points that have ended are dropped when fewer than this share of a batch are left: copying has its price too."""
FEW_POINTS = 6
"""Points up to which searching optimizers are quicker with one after the other."""


@dataclass(frozen=True, eq=False)
class BatchEndpoints:
    """The endpoints of many descents.

    Attributes
    ----------
    position : shape (n, points), the last finite position
    loss : shape (points,)
    steps : shape (points,), the steps taken
    ending : shape (points,), the values of `TerminationReason`
    reached : shape (points,), the steps after which the loss was at most the target for the first time; −1 if it never was
    evaluations : shape (3, points), how many losses, gradients and Hessians the steps have asked for
    """

    position: Array
    loss: Array
    steps: NDArray[np.int64]
    ending: NDArray[np.int8]
    reached: NDArray[np.int64]
    evaluations: NDArray[np.int64]

    @classmethod
    def of(cls, starts: Array) -> BatchEndpoints:
        """Return the endpoints of descents that have not begun, from starts of shape (n, points)."""
        count = starts.shape[1]
        return cls(
            starts.copy(),
            np.full(count, np.nan),
            np.zeros(count, dtype=np.int64),
            np.full(count, TerminationReason.CANCELLED.value, dtype=np.int8),
            np.full(count, -1, dtype=np.int64),
            np.zeros((3, count), dtype=np.int64),
        )

    def write(self, places: NDArray[np.intp], other: BatchEndpoints) -> None:
        """Put the endpoints of other descents into these places."""
        for name in (field.name for field in fields(self)):
            getattr(self, name)[..., places] = getattr(other, name)

    def view(self, places: slice) -> BatchEndpoints:
        """Return some of the endpoints; they share the memory of all."""
        return BatchEndpoints(*(getattr(self, field.name)[..., places] for field in fields(self)))


class Arrival:
    """The way of a batch of points to their ends.

    Parameters
    ----------
    points : the points at their starts, or one of a batch
    ends : says where they end
    steps : the last row that they may reach
    target : the loss that counts as reached
    found : where the results are written; losses stay, and evaluations where they depend on the step alone
    done, before, asked : of a point on its way, how many rows it has behind it, the last of them, shape (n, 1), and the
        evaluations until there, shape (3, 1)
    """

    def __init__(
        self,
        points: BatchStepper | PointOfBatch,
        ends: TerminationCheck,
        steps: int,
        target: float,
        found: BatchEndpoints,
        done: int = 0,
        before: Array | None = None,
        asked: Counts | None = None,
    ) -> None:
        self._points, self._ends, self._steps, self._target, self._found = points, ends, steps, target, found
        self._done, self._asked = done, asked
        self._before = np.full_like(points.x, np.nan) if before is None else before
        self._places = np.arange(points.x.shape[1])
        """Which columns of the results belong to the points that are left."""
        self._running = np.ones(self._places.size, dtype=bool)
        """Which of them have not ended."""
        self._searches = points.optimizer.evaluation_period is None

    def run(self, should_stop: Callable[[], bool]) -> None:
        """Take the steps until all points have ended, or until it is stopped."""
        while self._done <= self._steps and self._places.size and not should_stop():
            points = self._points
            if (
                self._searches
                and self._places.size <= FEW_POINTS
                and isinstance(points, BatchStepper)
                and points.can_part
            ):
                self._go_on_one_by_one(points, should_stop)
                return
            self._look()
            self._drop_ended()
        rest = self._places[self._running]
        if self._done:
            self._found.position[:, rest] = self._before[:, self._running]
            self._found.steps[rest] = self._done - 1
            if self._asked is not None:
                self._found.evaluations[:, rest] = self._asked[:, self._running]
        if self._done > self._steps:
            self._found.ending[rest] = TerminationReason.STEP_LIMIT.value

    def _look(self) -> None:
        """Take some steps, and note which points have ended at the points that these have left."""
        asked_before, done = self._asked, self._done
        rows = self._rows_at_once()
        positions, gradients, losses = self._points.take_steps(rows)
        self._asked = asked = self._points.asked
        low = losses <= self._target if self._target > -inf else None
        has_budget = asked is not None and self._ends.criteria.budget < inf
        counts = asked[:, np.newaxis] if asked is not None and has_budget else None
        endings = self._ends.endings(self._before, positions, gradients, losses, counts)
        ended = None
        if endings is not None:
            ended = np.flatnonzero((endings != 0).any(axis=0) & self._running)
            row = (endings[:, ended] != 0).argmax(axis=0)
            ending = endings[row, ended]
            # As of a single point, the start is kept even where it is lost itself.
            kept = row - ((ending != TerminationReason.CONVERGED.value) & (done + row > 0))
            found, places = self._found, self._places[ended]
            found.position[:, places] = np.where(
                kept < 0, self._before[:, ended], positions[kept, :, ended].T
            )
            found.steps[places] = done + kept
            found.ending[places] = ending
            if asked is not None:
                earlier = asked if asked_before is None else asked_before
                found.evaluations[:, places] = np.where(kept < 0, earlier[:, ended], asked[:, ended])
            if low is not None:
                low[:, ended] &= np.arange(rows)[:, np.newaxis] <= kept
        if low is not None:
            new = np.flatnonzero(low.any(axis=0) & self._running & (self._found.reached[self._places] < 0))
            self._found.reached[self._places[new]] = done + low[:, new].argmax(axis=0)
        if ended is not None:
            self._running[ended] = False
        self._before = positions[-1]
        self._done += rows

    def _rows_at_once(self) -> int:
        """Return how many steps are taken between two looks at who has ended.

        Of an optimizer that searches, only one: its searches are dear, above all where it has arrived.
        """
        if self._searches:
            return 1
        rows = max(1, CACHED_NUMBERS // (2 * self._points.x.size))
        return min(rows, RECORDED_BLOCK, self._steps + 1 - self._done)

    def _drop_ended(self) -> None:
        """Go on without the points that have ended, if that is worth it."""
        left = np.count_nonzero(self._running)
        share = 1.0 if self._searches else KEPT_SHARE
        if self._done > self._steps or left >= share * self._places.size:
            return
        kept = np.flatnonzero(self._running)
        self._points.keep(self._running)
        self._before = self._before.take(kept, axis=1)
        if self._asked is not None:
            self._asked = self._asked.take(kept, axis=1)
        self._places, self._running = self._places[kept], np.ones(left, dtype=bool)

    def _go_on_one_by_one(self, points: BatchStepper, should_stop: Callable[[], bool]) -> None:
        """Lead the few points that are left to their ends one after the other."""
        for column, place in enumerate(self._places.tolist()):
            before = self._before[:, [column]]
            asked = None if self._asked is None else self._asked[:, [column]]
            found = self._found.view(slice(place, place + 1))
            one = PointOfBatch(points, column)
            Arrival(one, self._ends, self._steps, self._target, found, self._done, before, asked).run(
                should_stop
            )
