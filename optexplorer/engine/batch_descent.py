"""Runs many descents at once: in cache-sized batches, on all cores; points that have ended are dropped."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_stepper import BatchStepper
from optexplorer.engine.descent import RECORDED_BLOCK, StoppingCriteria, TerminationCheck, checked_start
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason

Array = NDArray[np.float64]

CACHED_NUMBERS = 65_536
"""Coordinates of the points that descend together: their few arrays stay in the cache, and one operation on them is
long beside the time that threads take to hand each other the interpreter."""
KEPT_SHARE = 0.9
"""Points that have ended are dropped when fewer than this share of a batch are left: copying has its price too."""


@dataclass(frozen=True, eq=False)
class BatchEndpoints:
    """The endpoints of many descents.

    Attributes
    ----------
    position : shape (n, points), the last finite position
    loss : shape (points,)
    steps : shape (points,), the steps taken
    ending : shape (points,), the values of `TerminationReason`
    """

    position: Array
    loss: Array
    steps: NDArray[np.int64]
    ending: NDArray[np.int8]


def batch_descent(
    run_spec: RunSpec,
    starts: Array,
    steps: int,
    *,
    end: StoppingCriteria = StoppingCriteria(),
    should_stop: Callable[[], bool] = lambda: False,
) -> BatchEndpoints:
    """Run a descent from each of many points and return where each ends.

    Parameters
    ----------
    starts : shape (n, points)
    should_stop : asked before each look at the points, from several threads; those still on their way end as cancelled

    Raises
    ------
    ValueError
        If the starts do not have as many coordinates as the landscape, or are not finite.
    """
    x = checked_start(run_spec.landscape, starts, batch=True)
    position, count = x.copy(), x.shape[1]
    taken, ending = (
        np.zeros(count, dtype=np.int64),
        np.full(count, TerminationReason.CANCELLED.value, dtype=np.int8),
    )
    batch = max(1, CACHED_NUMBERS // len(x))

    def arrive(low: int) -> None:
        part = slice(low, low + batch)
        if not should_stop():
            _arrive(run_spec, end, steps, should_stop, position[:, part], taken[part], ending[part])

    batches = range(0, count, batch)
    if len(batches) > 1:
        with ThreadPoolExecutor(min(len(batches), cores()), thread_name_prefix="batch descent") as pool:
            list(pool.map(arrive, batches))
    else:
        for low in batches:
            arrive(low)
    with np.errstate(all="ignore"):
        loss = run_spec.landscape.value(position)
    return BatchEndpoints(position, loss, taken, ending)


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _arrive(
    run_spec: RunSpec,
    end: StoppingCriteria,
    steps: int,
    should_stop: Callable[[], bool],
    position: Array,
    taken: NDArray[np.int64],
    ending: NDArray[np.int8],
) -> None:
    """Run the descents of one cache-sized batch of points; write the results into the last three arguments."""
    points = BatchStepper(run_spec, np.ascontiguousarray(position), steps)
    ends = TerminationCheck(run_spec.landscape, end)
    alive = np.arange(position.shape[1])
    running = np.ones(alive.size, dtype=bool)
    before = np.full_like(points.x, np.nan)
    done = 0
    while done <= steps and alive.size and not should_stop():
        rows = min(max(1, CACHED_NUMBERS // (2 * points.x.size)), RECORDED_BLOCK, steps + 1 - done)
        positions, gradients, losses = points.take_steps(rows)
        ended = ends.found(before, positions, gradients, losses)
        if ended is not None:
            lost, over = ended
            over &= running
            found = np.flatnonzero(over.any(axis=0))
            row = over[:, found].argmax(axis=0)
            failed = lost[row, found]
            # As of a single point, the start is kept even where it is lost itself.
            kept = row - (failed & (done + row > 0))
            position[:, alive[found]] = np.where(kept < 0, before[:, found], positions[kept, :, found].T)
            taken[alive[found]] = done + kept
            ending[alive[found]] = np.where(
                failed, TerminationReason.DIVERGED.value, TerminationReason.CONVERGED.value
            )
            running[found] = False
        before = positions[-1]
        done += rows
        left = np.count_nonzero(running)
        if done <= steps and left < KEPT_SHARE * alive.size:
            points.keep(running)
            before = np.ascontiguousarray(before[:, running])
            alive, running = alive[running], np.ones(left, dtype=bool)
    if done:
        position[:, alive[running]] = before[:, running]
        taken[alive[running]] = done - 1
    if done > steps:
        ending[alive[running]] = TerminationReason.STEP_LIMIT.value
