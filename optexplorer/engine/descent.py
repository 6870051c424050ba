"""Runs the descent of one point and decides when it stops; `batch_descent` does the same for many points at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_stepper import BatchStepper
from optexplorer.engine.evaluation import USUAL_PRICES, EvaluationPrices
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.recording import Record, SoFar
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.scales import domain_size, typical_gradient
from optexplorer.engine.trajectory import TerminationReason, Trajectory, row_norms

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]

RECORDED_BLOCK = 64
"""Steps between two looks at how a single descent is going (and between two yielded trajectories)."""
LEARNING_BLOCK = 16
"""The same where there are data, whose steps take longer: a window must not wait for a block."""
LEARNING_WORK = 80_000_000
"""Products of examples and parameters in the steps of one block, at most: about a tenth of a second."""
ESCAPE = 1e3
"""How many half widths of the domain from its middle a descent counts as diverged."""


@dataclass(frozen=True)
class StoppingCriteria:
    """When a descent ends before its last step.

    It has converged where the gradient's norm is at most `gradient` times what is typical of the landscape AND the
    last step's length is at most `step` times the size of the domain: both, so that a ball rolling across a flat spot
    or a saddle does not freeze there. Neither depends on the units of the loss or of the coordinates
    (see `optexplorer.engine.scales`). It has diverged where a number is no longer finite, or a coordinate is further
    from the middle of the domain than `escape` times the domain's half width.

    Its budget is spent at the last row until which its evaluations cost at most `budget`; `prices` says what they cost.
    What only the program itself wants to know, such as the loss of every row, costs nothing.
    """

    converge: bool = True
    gradient: float = 1e-6
    step: float = 1e-7
    escape: float = ESCAPE
    budget: float = inf
    prices: EvaluationPrices = USUAL_PRICES

    def __post_init__(self) -> None:
        if not self.budget >= 0:
            raise ValueError(f"budget: {self.budget:g} evaluations of the gradient; it must be 0 or more")


class TerminationCheck:
    """Finds the rows at which descents end."""

    def __init__(self, landscape: Landscape, criteria: StoppingCriteria) -> None:
        self.criteria = criteria
        domain = np.array(landscape.domain, dtype=np.float64)
        self.middle = domain.mean(axis=1)
        self.half = (domain[:, 1] - domain[:, 0]) / 2
        self.reach = criteria.escape * self.half
        self.margin = float((self.reach - np.abs(self.middle)).min())
        self.dimension = landscape.dimension
        self.flat = self.still = 0.0
        if criteria.converge:
            self.flat = criteria.gradient * typical_gradient(landscape)
            self.still = criteria.step * domain_size(landscape)

    def endings(
        self, before: Array, positions: Array, gradients: Array, losses: Array, counts: Counts | None = None
    ) -> NDArray[np.int8] | None:
        """Return how a descent would end at each of these rows, shape (k, ...); None if it plainly ends at none.

        They are values of `TerminationReason`, zero where it goes on. Of a row at which it has diverged or the budget is
        exceeded, the row before is the last one of the descent.

        Parameters
        ----------
        before : the row before the first (NaN if there is none), shape (n, ...)
        positions, gradients, losses : shapes (k, n, ...) and (k, ...)
        counts : the evaluations before each row, shape (3, k, ...), where these are to be compared with the budget
        """
        spent = (
            None
            if counts is None
            else self.criteria.prices.cost(counts, self.dimension) > self.criteria.budget
        )
        found = self._lost_and_converged(before, positions, gradients, losses)
        if found is None and (spent is None or not spent.any()):
            return None
        endings = np.zeros(losses.shape, dtype=np.int8)
        if found is not None:
            lost, converged = found
            endings[converged] = TerminationReason.CONVERGED.value
            endings[lost] = TerminationReason.DIVERGED.value
        if spent is not None:
            endings[np.broadcast_to(spent, endings.shape)] = TerminationReason.BUDGET_SPENT.value
        return endings

    def affordable(self, counts: Counts) -> int:
        """Return how many steps the budget allows, from the evaluations until each of them, shape (3, steps + 1)."""
        costs = self.criteria.prices.cost(counts, self.dimension)
        return int(np.count_nonzero(costs <= self.criteria.budget)) - 1

    def _lost_and_converged(
        self, before: Array, positions: Array, gradients: Array, losses: Array
    ) -> tuple[Mask, Mask] | None:
        """Return at which rows descents have diverged, and at which converged; None if plainly at none."""
        with np.errstate(all="ignore"):
            # Sums and extremes of all rows are quickly made. Comparisons with NaN are false.
            inside = positions.max() < self.margin and -positions.min() < self.margin
            sound = inside and np.isfinite(gradients.sum() + losses.sum())
            flat = self.criteria.converge and np.abs(gradients[:, 0]).min() <= self.flat
            if sound and not flat:
                return None
            lost = np.zeros(losses.shape, dtype=bool)
            if not sound:
                lost = self._diverged(positions, gradients) | ~np.isfinite(losses)
            return lost, self._converged(before, positions, gradients)

    def undefined(self, position: Array, gradient: Array, loss: float) -> bool:
        """Return whether a lost row, shapes (n,), is lost because the loss is not defined there.

        Far outside the domain, NaN is the overflow of a descent that has diverged.
        """
        near = bool((np.abs(position - self.middle) < ESCAPE * self.half).all())
        return near and bool(np.isnan(loss) or np.isnan(gradient).any())

    def _diverged(self, positions: Array, gradients: Array) -> Mask:
        shape = (-1, *(1,) * (positions.ndim - 2))
        near = np.abs(positions - self.middle.reshape(shape)) < self.reach.reshape(shape)
        lost: Mask = ~(near & np.isfinite(gradients)).all(axis=1)
        return lost

    def _converged(self, before: Array, positions: Array, gradients: Array) -> Mask:
        found = np.zeros(positions.shape[:1] + positions.shape[2:], dtype=bool)
        if not self.criteria.converge:
            return found
        if positions.ndim == 3:
            # Of many points, only those are looked at whose first slope is small.
            flat_first = (np.abs(gradients[:, 0]) <= self.flat).any(axis=0)
            places = np.flatnonzero(flat_first)
            few = (
                before.take(places, axis=-1),
                positions.take(places, axis=-1),
                gradients.take(places, axis=-1),
            )
            found[:, places] = self._at_rest(*few)
            return found
        return self._at_rest(before, positions, gradients)

    def _at_rest(self, before: Array, positions: Array, gradients: Array) -> Mask:
        """Return at which rows gradient and last step are small."""
        flat: Mask = row_norms(gradients) <= self.flat
        if not flat.any():
            return flat
        lengths = np.empty_like(flat, dtype=np.float64)
        lengths[:1] = row_norms(positions[:1] - before)
        lengths[1:] = row_norms(positions[1:] - positions[:-1])
        at_rest: Mask = flat & (lengths <= self.still)
        return at_rest


def descend(
    run_spec: RunSpec,
    start: tuple[float, ...] | Array,
    steps: int,
    *,
    end: StoppingCriteria = StoppingCriteria(),
    should_stop: Callable[[], bool] = lambda: False,
    block: int | None = None,
) -> Iterator[Trajectory]:
    """Run the descent of one point, yielding its trajectory so far after each `block` of steps (None: as many as last a moment).

    Parameters
    ----------
    start : shape (n,)
    steps : the greatest number of steps
    should_stop : asked before each block; the trajectory then ends as cancelled

    Yields
    ------
    Trajectory
        Growing; all share memory. The last one's ending is not `RUNNING`.

    Raises
    ------
    ValueError
        If the start does not have as many coordinates as the landscape, or is not finite.
    """
    for state in _descend(run_spec, start, steps, end, should_stop, block):
        yield state.trajectory()


def _descend(
    run_spec: RunSpec,
    start: tuple[float, ...] | Array,
    steps: int,
    end: StoppingCriteria,
    should_stop: Callable[[], bool],
    block: int | None,
) -> Iterator[SoFar]:
    x = checked_start(run_spec.landscape, start, batch=False)
    points = BatchStepper(run_spec, x, steps)
    block = block or _usual_block(run_spec)
    record = Record(run_spec, points, partial(BatchStepper, run_spec, x, steps), steps, block)
    ends = TerminationCheck(run_spec.landscape, end)
    before = np.full(x.size, np.nan)
    while record.done <= steps:
        if record.done and should_stop():
            yield SoFar(record, record.done, TerminationReason.CANCELLED)
            return
        positions, gradients, losses = record.advance()
        counts = record.counts(len(losses)) if end.budget < inf else None
        endings = ends.endings(before, positions, gradients, losses, counts)
        if endings is not None and endings.any():
            first = int((endings != 0).argmax())
            ending = TerminationReason(endings[first])
            end_row = record.done - len(losses) + first
            if ending is TerminationReason.CONVERGED:
                yield SoFar(record, end_row + 1, ending)
                return
            undefined = ending is TerminationReason.DIVERGED and ends.undefined(
                positions[first], gradients[first], float(losses[first])
            )
            # A start that is itself not finite still leaves one row to show where it stood.
            yield SoFar(record, max(end_row, 1), ending, undefined)
            return
        before = positions[-1].copy()
        yield SoFar(
            record,
            record.done,
            TerminationReason.RUNNING if record.done <= steps else TerminationReason.STEP_LIMIT,
        )


def _usual_block(run_spec: RunSpec) -> int:
    """Return how many steps last a moment."""
    landscape = run_spec.landscape
    if not landscape.examples:
        return RECORDED_BLOCK
    if run_spec.gradient_source.steps_per_epoch(landscape) is not None:
        return LEARNING_BLOCK
    return min(max(LEARNING_WORK // (landscape.examples * landscape.dimension), 1), LEARNING_BLOCK)


def trajectory(
    run_spec: RunSpec,
    start: tuple[float, ...] | Array,
    steps: int,
    *,
    end: StoppingCriteria = StoppingCriteria(),
    should_stop: Callable[[], bool] = lambda: False,
) -> Trajectory:
    """Return the finished trajectory of one point; see `descend`."""
    *_, last = _descend(run_spec, start, steps, end, should_stop, None)
    return last.trajectory()


def checked_start(landscape: Landscape, start: tuple[float, ...] | Array, *, batch: bool) -> Array:
    """Return the start as an array of its own; ValueError if it does not suit the landscape or is not finite."""
    x = np.array(start, dtype=np.float64, order="C")
    names = ", ".join(landscape.variables)
    if x.ndim != (2 if batch else 1) or len(x) != landscape.dimension:
        raise ValueError(
            f"start: {landscape.id} needs {landscape.dimension} coordinate(s) ({names}), "
            f"not an array of shape {x.shape}"
        )
    if not np.isfinite(x).all():
        raise ValueError(f"start: the coordinates {names} must be finite numbers")
    return x


def check_defined(landscape: Landscape, start: tuple[float, ...] | Array) -> None:
    """Refuse a start at which no descent can begin.

    Raises
    ------
    ValueError
        If the loss there is infinite or not a number, or the start does not suit the landscape.
    """
    x = checked_start(landscape, start, batch=False)
    with np.errstate(all="ignore"):
        # A formula may still turn out here to have no derivative that can be written down.
        loss, _ = landscape.value(x), landscape.gradient(x)
    if not np.isfinite(loss):
        point = ", ".join(f"{coordinate:g}" for coordinate in x)
        raise ValueError(f"start: the loss at ({point}) is {loss}; choose another start")
