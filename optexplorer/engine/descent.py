"""Takes steps: one point or many by the same code; where a million arrive is the matter of `batch_descent`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.checkpoints import Checkpoint
from optexplorer.engine.evaluation import Evaluator
from optexplorer.engine.gradient_sources import Gradient, GradientSource, default_for
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer, State, Update
from optexplorer.engine.recording import Counts, Record, SoFar
from optexplorer.engine.scales import domain_size, typical_gradient
from optexplorer.engine.schedules.base import Constant, Schedule
from optexplorer.engine.trajectory import TerminationReason, Trajectory, row_norms

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

RECORDED_BLOCK = 64
"""Steps between two looks at how a single descent is going (and between two yielded trajectories)."""
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
    """

    converge: bool = True
    gradient: float = 1e-6
    step: float = 1e-7
    escape: float = ESCAPE


@dataclass(frozen=True)
class RunSpec:
    """How the points descend: everything about a racer that its path depends on, but its start.

    `source` None is the optimizer's own: noisy gradients if it is stochastic, else exact ones.
    """

    landscape: Landscape
    optimizer: Optimizer
    schedule: Schedule = Constant()
    source: GradientSource | None = None
    seed: int = 0
    stream: int = 0


class _Probe:
    """The landscape as an optimizer sees it: through the racer's gradient source."""

    def __init__(self, landscape: Evaluator, gradient: Gradient) -> None:
        self.value = landscape.value
        self.gradient = gradient
        self.hessian = landscape.hessian
        self.residuals = landscape.residuals
        self.residual_jacobian = landscape.residual_jacobian
        self.blocks = landscape.blocks


class BatchStepper:
    """Points that descend together, some steps at a time.

    `rates` are the rates of all steps; of a closed-loop schedule and a single point, those of the steps taken.
    """

    def __init__(self, run_spec: RunSpec, x: Array, steps: int) -> None:
        random = np.random.default_rng(np.random.SeedSequence(run_spec.seed, spawn_key=(run_spec.stream,)))
        source = run_spec.source or default_for(run_spec.optimizer)
        self.landscape = run_spec.landscape
        self.evaluator = Evaluator(run_spec.landscape)
        self.gradient, again, self._skip = source.bind(self.evaluator, random)
        self.loss_and_gradient = source.with_loss(self.evaluator, self.gradient)
        self.schedule = run_spec.schedule
        self.probe = _Probe(self.evaluator, again)
        self.optimizer, self.momenta = _with_momenta(run_spec.optimizer, run_spec.schedule.momenta(steps + 1))
        self.update: Update = self.optimizer.bind(self.probe)
        self.state: State = self.optimizer.init(x)
        self.x = x
        self.rates = run_spec.schedule.rates(run_spec.optimizer.lr, steps + 1)
        self.watch = (
            run_spec.schedule.begin(run_spec.optimizer.lr, steps + 1)
            if run_spec.schedule.closed_loop
            else None
        )
        self.step = 0

    def advance(self, positions: Array, gradients: Array, counts: Counts | None = None) -> None:
        """Record the point and gradient of each row, and take the step that leaves it.

        `counts`, shape (rows, 3), receives the evaluations that were made before each row.
        """
        with np.errstate(all="ignore"):
            if self.watch is None and self.momenta is None:
                self._advance_plainly(positions, gradients, counts)
                return
            for k in range(len(positions)):
                if counts is not None:
                    counts[k] = self.evaluator.counts
                positions[k] = self.x
                gradients[k] = gradient = self.gradient(self.x)
                self._leave(gradient)

    def checkpoint(self) -> Checkpoint:
        """Return what the steps from here on depend on."""
        return Checkpoint(self.step, self.x, self.state, self.watch)

    def resume(self, checkpoint: Checkpoint) -> bool:
        """Go on from a checkpoint of a descent like this one; return whether that is possible.

        It is not where the random numbers cannot be skipped without taking the steps themselves.
        """
        assert self.step == 0
        if checkpoint.step and self._skip is None:
            return False
        if checkpoint.step and self._skip is not None:
            self._skip(checkpoint.step)
        self.step, self.x, self.state, self.watch = checkpoint
        return True

    def take(self, rows: int) -> tuple[Array, Array, Array]:
        """Take `rows` steps; return the points left, their gradients, both of shape (rows, n, ...), and the losses."""
        with np.errstate(all="ignore"):
            if rows == 1:
                x = self.x
                losses, gradient = self.loss_and_gradient(x)
                self._leave(gradient)
                return x[np.newaxis], gradient[np.newaxis], losses[np.newaxis]
            positions, gradients = np.empty((rows, *self.x.shape)), np.empty((rows, *self.x.shape))
            self.advance(positions, gradients)
            return positions, gradients, self.landscape.value(positions.swapaxes(0, 1))

    def _advance_plainly(self, positions: Array, gradients: Array, counts: Counts | None) -> None:
        gradient, update, x, state = self.gradient, self.update, self.x, self.state
        rates = self.rates[self.step : self.step + len(positions)].tolist()
        # For single points, two lists and one copying are quicker than a copying in each step.
        left, seen = [], []
        evaluator = self.evaluator
        asked = []
        for lr in rates:
            if counts is not None:
                asked.append(evaluator.counts)
            g = gradient(x)
            left.append(x)
            seen.append(g)
            step, state = update(g, state, x, lr)
            x = x + step
        np.concatenate(left, out=positions.reshape(-1, *x.shape[1:]))
        np.concatenate(seen, out=gradients.reshape(-1, *x.shape[1:]))
        if counts is not None:
            counts[:] = asked
        self.x, self.state = x, state
        self.step += len(positions)

    def _leave(self, gradient: Array) -> None:
        """Take the step that leaves the present points, whose gradient is given."""
        x, row = self.x, self.step
        if self.momenta is not None:
            self.update = self.momenta(row).bind(self.probe)
        lr = float(self.rates[row]) if self.watch is None else self.schedule.rate(self.watch)
        step, self.state = self.update(gradient, self.state, x, lr)
        self.x = x + step
        self.step += 1
        if self.watch is not None:
            if x.ndim == 1:
                self.rates[row] = lr
            self.watch = self.schedule.observe(self.watch, self.evaluator.value(x))

    def keep(self, mask: Mask) -> None:
        """Go on with the points of `mask` only."""
        self.x = np.ascontiguousarray(self.x[:, mask])
        self.state = _compress(self.state, mask)
        self.watch = _compress(self.watch, mask)


def _with_momenta(
    optimizer: Optimizer, momenta: Array | None
) -> tuple[Optimizer, Callable[[int], Optimizer] | None]:
    """Return the optimizer of the first step, and that of any step if the schedule moves its momentum."""
    name = next((name for name in ("beta1", "momentum") if name in type(optimizer).model_fields), None)
    if momenta is None or name is None:
        return optimizer, None
    values = momenta.tolist()

    def at(step: int) -> Optimizer:
        return optimizer.model_copy(update={name: values[step]})

    return at(0), at


def _compress(state: State, mask: Mask) -> State:
    if isinstance(state, tuple):
        parts = [_compress(part, mask) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)
    if isinstance(state, np.ndarray) and state.ndim:
        return np.ascontiguousarray(state[..., mask])
    return state


class TerminationCheck:
    """Looks for the ends of descents in recorded rows."""

    def __init__(self, landscape: Landscape, criteria: StoppingCriteria) -> None:
        self.criteria = criteria
        domain = np.array(landscape.domain, dtype=np.float64)
        self.middle = domain.mean(axis=1)
        self.half = (domain[:, 1] - domain[:, 0]) / 2
        self.reach = criteria.escape * self.half
        self.margin = float((self.reach - np.abs(self.middle)).min())
        self.flat = self.still = 0.0
        if criteria.converge:
            self.flat = criteria.gradient * typical_gradient(landscape)
            self.still = criteria.step * domain_size(landscape)

    def found(
        self, before: Array, positions: Array, gradients: Array, losses: Array
    ) -> tuple[Mask, Mask] | None:
        """Return which of these rows are lost, and which are lost or converged; None if plainly none is.

        `before` is the row before the first (NaN if there is none). Shapes (k, n, ...), of the losses (k, ...).
        """
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
            return lost, lost | self._converged(before, positions, gradients)

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
        flat: Mask = row_norms(gradients) <= self.flat
        if flat.any():
            lengths = np.empty_like(flat, dtype=np.float64)
            lengths[:1] = row_norms(positions[:1] - before)
            lengths[1:] = row_norms(positions[1:] - positions[:-1])
            found = flat & (lengths <= self.still)
        return found


def descend(
    run_spec: RunSpec,
    start: tuple[float, ...] | Array,
    steps: int,
    *,
    end: StoppingCriteria = StoppingCriteria(),
    should_stop: Callable[[], bool] = lambda: False,
    block: int = RECORDED_BLOCK,
) -> Iterator[Trajectory]:
    """Let one point descend, yielding its trajectory so far after each `block` of steps.

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
    block: int,
) -> Iterator[SoFar]:
    x = checked_start(run_spec.landscape, start, batch=False)
    points = BatchStepper(run_spec, x, steps)
    record = Record(points, partial(BatchStepper, run_spec, x, steps), steps, block)
    ends = TerminationCheck(run_spec.landscape, end)
    before = np.full(x.size, np.nan)
    while record.done <= steps:
        if record.done and should_stop():
            yield SoFar(record, record.done, TerminationReason.CANCELLED)
            return
        positions, gradients, losses = record.advance()
        found = ends.found(before, positions, gradients, losses)
        if found is not None and found[1].any():
            lost, over = found
            first = int(over.argmax())
            end_row = record.done - len(losses) + first
            if lost[first]:
                undefined = ends.undefined(positions[first], gradients[first], float(losses[first]))
                # A start that is itself not finite still leaves one row to show where it stood.
                yield SoFar(record, max(end_row, 1), TerminationReason.DIVERGED, undefined)
            else:
                yield SoFar(record, end_row + 1, TerminationReason.CONVERGED)
            return
        before = positions[-1].copy()
        yield SoFar(
            record,
            record.done,
            TerminationReason.RUNNING if record.done <= steps else TerminationReason.STEP_LIMIT,
        )


def trajectory(
    run_spec: RunSpec,
    start: tuple[float, ...] | Array,
    steps: int,
    *,
    end: StoppingCriteria = StoppingCriteria(),
    should_stop: Callable[[], bool] = lambda: False,
) -> Trajectory:
    """Return the finished trajectory of one point; see `descend`."""
    *_, last = _descend(run_spec, start, steps, end, should_stop, RECORDED_BLOCK)
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
