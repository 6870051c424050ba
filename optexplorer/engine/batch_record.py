"""Records many descents step by step: every position and every loss of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_descent import groups_of_alike
from optexplorer.engine.batch_stepper import BatchStepper, evaluations_by_step
from optexplorer.engine.descent import RECORDED_BLOCK, StoppingCriteria, TerminationCheck, checked_start
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import NOTHING_VARIED, Varied

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BatchRecord:
    """Many descents, step by step. After its end a descent stays where it was.

    Attributes
    ----------
    position : shape (rows, n, points); of no rows where positions were not asked for
    loss : shape (rows, points)
    cost : shape (rows, points), what the evaluations made before each row cost, in gradients
    steps : shape (points,), the steps taken
    ending : shape (points,), the values of `TerminationReason`
    """

    position: Array
    loss: Array
    cost: Array
    steps: NDArray[np.int64]
    ending: NDArray[np.int8]


def batch_record(
    run_spec: RunSpec,
    starts: Array,
    steps: int,
    *,
    end: StoppingCriteria = StoppingCriteria(),
    should_stop: Callable[[], bool] = lambda: False,
    varied: Varied = NOTHING_VARIED,
    positions: bool = True,
) -> BatchRecord:
    """Run a descent from each of many points and return all their positions and losses.

    Memory: (n + 2) * (steps + 1) * points numbers; without positions, 2 * (steps + 1) * points.

    Parameters
    ----------
    starts : shape (n, points)
    should_stop : asked now and then; descents still on their way then end as cancelled
    varied : random seeds that differ between the descents; settings must not
    positions : whether they are kept

    Raises
    ------
    ValueError
        If the starts do not have as many coordinates as the landscape, or are not finite; if settings are varied.
    """
    x = checked_start(run_spec.landscape, starts, batch=True)
    if varied.settings:
        raise ValueError("settings: descents that are recorded together have the same settings")
    points = x.shape[1]
    varied = varied.checked(run_spec.optimizer, points)
    found = BatchRecord(
        np.repeat(x[np.newaxis], steps + 1 if positions else 0, axis=0),
        np.full((steps + 1, points), np.nan),
        np.zeros((steps + 1, points)),
        np.zeros(points, dtype=np.int64),
        np.full(points, TerminationReason.CANCELLED.value, dtype=np.int8),
    )
    for places, spec, differing in groups_of_alike(run_spec, varied, points):
        if should_stop():
            break
        _record(spec, x[:, places], steps, end, should_stop, differing.at(places), places, found)
    return found


def _record(
    run_spec: RunSpec,
    x: Array,
    steps: int,
    end: StoppingCriteria,
    should_stop: Callable[[], bool],
    varied: Varied,
    places: NDArray[np.intp],
    found: BatchRecord,
) -> None:
    """Record descents that can be run as one batch in the columns `places` of `found`."""
    points = BatchStepper(run_spec, x, steps, varied)
    ends = TerminationCheck(run_spec.landscape, end)
    by_step = evaluations_by_step(run_spec, x, steps)
    alive = places
    before = np.full_like(x, np.nan)
    done = 0
    while done <= steps and alive.size and not should_stop():
        rows = min(RECORDED_BLOCK, steps + 1 - done) if by_step is not None else 1
        positions, gradients, losses = points.take_steps(rows)
        counts = _counts(points, by_step, slice(done, done + rows))
        if len(found.position):
            found.position[done:, :, alive] = positions[-1]
            found.position[done : done + rows, :, alive] = positions
        found.loss[done:, alive] = losses[-1]
        found.loss[done : done + rows, alive] = losses
        cost = end.prices.cost(counts, len(x))
        found.cost[done:, alive] = cost[-1]
        found.cost[done : done + rows, alive] = cost
        endings = ends.endings(before, positions, gradients, losses, counts)
        before = positions[-1]
        if endings is not None:
            columns = np.flatnonzero((endings != 0).any(axis=0))
            row = (endings[:, columns] != 0).argmax(axis=0)
            ending = endings[row, columns]
            kept = done + row - ((ending != TerminationReason.CONVERGED.value) & (done + row > 0))
            for column, last in zip(alive[columns].tolist(), kept.tolist(), strict=True):
                if len(found.position):
                    found.position[last + 1 :, :, column] = found.position[last, :, column]
                for rest in (found.loss, found.cost):
                    rest[last + 1 :, column] = rest[last, column]
            found.steps[alive[columns]] = kept
            found.ending[alive[columns]] = ending
            running = np.ones(alive.size, dtype=bool)
            running[columns] = False
            alive = alive[running]
            if done + rows <= steps and alive.size:
                points.keep(running)
                before = np.ascontiguousarray(before[:, running])
        done += rows
    found.steps[alive] = max(done - 1, 0)
    if done > steps:
        found.ending[alive] = TerminationReason.STEP_LIMIT.value


def _counts(points: BatchStepper, by_step: Counts | None, rows: slice) -> Counts:
    """Return the evaluations before each of these rows, shape (3, rows, points) or (3, rows, 1)."""
    if by_step is not None:
        return by_step[:, rows, np.newaxis]
    assert points.asked is not None
    return points.asked[:, np.newaxis]
