"""Takes steps: one point or many by the same code; where a million arrive is the matter of `batch_descent`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.gradient_sources import Gradient, GradientSource, default_for
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer, State, Update
from optexplorer.engine.schedules.base import Constant, Schedule
from optexplorer.engine.trajectory import TerminationReason, Trajectory

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

RECORDED_BLOCK = 64
"""Steps between two looks at how a single descent is going (and between two yielded trajectories)."""


@dataclass(frozen=True)
class StoppingCriteria:
    """When a descent ends before its last step.

    It has converged where the gradient's norm is at most `gradient` AND the last step's length is at most
    `step`: both, so that a ball rolling across a flat spot or a saddle does not freeze there. It has diverged
    where a number is no longer finite, or a coordinate is further from the middle of the domain than `escape`
    times the domain's half width.
    """

    converge: bool = True
    gradient: float = 1e-5
    step: float = 1e-6
    escape: float = 1e3


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

    def __init__(self, landscape: Landscape, gradient: Gradient) -> None:
        self.value = landscape.value
        self.gradient = gradient
        self.hessian = landscape.hessian
        self.residuals = landscape.residuals
        self.residual_jacobian = landscape.residual_jacobian


class BatchStepper:
    """Points that descend together, some steps at a time.

    `rates` are the rates of all steps; of a closed-loop schedule and a single point, those of the steps taken.
    """

    def __init__(self, run_spec: RunSpec, x: Array, steps: int) -> None:
        random = np.random.default_rng(np.random.SeedSequence(run_spec.seed, spawn_key=(run_spec.stream,)))
        source = run_spec.source or default_for(run_spec.optimizer)
        self.gradient, again = source.bind(run_spec.landscape, random)
        self.loss_and_gradient = source.with_loss(run_spec.landscape, self.gradient)
        self.value = run_spec.landscape.value
        self.schedule = run_spec.schedule
        self.probe = _Probe(run_spec.landscape, again)
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

    def advance(self, positions: Array, gradients: Array) -> None:
        """Record the point and gradient of each row, and take the step that leaves it."""
        with np.errstate(all="ignore"):
            if self.watch is None and self.momenta is None:
                self._advance_plainly(positions, gradients)
                return
            for k in range(len(positions)):
                positions[k] = self.x
                gradients[k] = gradient = self.gradient(self.x)
                self._leave(gradient)

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
            return positions, gradients, self.value(positions.swapaxes(0, 1))

    def _advance_plainly(self, positions: Array, gradients: Array) -> None:
        gradient, update, x, state = self.gradient, self.update, self.x, self.state
        rates = self.rates[self.step : self.step + len(positions)].tolist()
        # For single points, two lists and one copying are quicker than a copying in each step.
        left, seen = [], []
        for lr in rates:
            g = gradient(x)
            left.append(x)
            seen.append(g)
            step, state = update(g, state, x, lr)
            x = x + step
        np.concatenate(left, out=positions.reshape(-1, *x.shape[1:]))
        np.concatenate(seen, out=gradients.reshape(-1, *x.shape[1:]))
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
            self.watch = self.schedule.observe(self.watch, self.value(x))

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

    def __init__(self, landscape: Landscape, run_spec: StoppingCriteria) -> None:
        self.run_spec = run_spec
        domain = np.array(landscape.domain, dtype=np.float64)
        self.middle = domain.mean(axis=1)
        self.reach = run_spec.escape * (domain[:, 1] - domain[:, 0]) / 2
        self.margin = float((self.reach - np.abs(self.middle)).min())

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
            flat = self.run_spec.converge and np.abs(gradients[:, 0]).min() <= self.run_spec.gradient
            if sound and not flat:
                return None
            lost = np.zeros(losses.shape, dtype=bool)
            if not sound:
                lost = self._diverged(positions, gradients) | ~np.isfinite(losses)
            return lost, lost | self._converged(before, positions, gradients)

    def _diverged(self, positions: Array, gradients: Array) -> Mask:
        good = np.ones(positions.shape[:1] + positions.shape[2:], dtype=bool)
        for i, (middle, reach) in enumerate(zip(self.middle, self.reach, strict=True)):
            good &= np.abs(positions[:, i] - middle) < reach
            good &= np.isfinite(gradients[:, i])
        return ~good

    def _converged(self, before: Array, positions: Array, gradients: Array) -> Mask:
        found = np.zeros(positions.shape[:1] + positions.shape[2:], dtype=bool)
        if not self.run_spec.converge:
            return found
        flat = _squared_norm(gradients) <= self.run_spec.gradient**2
        if flat.any():
            lengths = np.empty_like(flat, dtype=np.float64)
            lengths[:1] = _squared_norm(positions[:1] - before)
            lengths[1:] = _squared_norm(positions[1:] - positions[:-1])
            found = flat & (lengths <= self.run_spec.step**2)
        return found


def _squared_norm(rows: Array) -> Array:
    total: Array = rows[:, 0] * rows[:, 0]
    for i in range(1, rows.shape[1]):
        total = total + rows[:, i] * rows[:, i]
    return total


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
    x = checked_start(run_spec.landscape, start, batch=False)
    rows = steps + 1
    positions, gradients = np.empty((rows, x.size)), np.empty((rows, x.size))
    losses = np.empty(rows)
    points = BatchStepper(run_spec, x, steps)
    ends = TerminationCheck(run_spec.landscape, end)

    def so_far(count: int, ending: TerminationReason) -> Trajectory:
        return Trajectory(
            positions[:count],
            losses[:count],
            gradients[:count],
            points.rates[:count],
            ending,
            run_spec.landscape.variables,
            run_spec.landscape,
        )

    done = 0
    while done < rows:
        if done and should_stop():
            yield so_far(done, TerminationReason.CANCELLED)
            return
        new = slice(done, min(done + block, rows))
        points.advance(positions[new], gradients[new])
        with np.errstate(all="ignore"):
            losses[new] = run_spec.landscape.value(np.ascontiguousarray(positions[new].T))
        before = positions[done - 1] if done else np.full(x.size, np.nan)
        found = ends.found(before, positions[new], gradients[new], losses[new])
        if found is not None and found[1].any():
            lost, over = found
            first = int(over.argmax())
            # A start that is itself not finite still leaves one row to show where it stood.
            if lost[first]:
                yield so_far(max(done + first, 1), TerminationReason.DIVERGED)
            else:
                yield so_far(done + first + 1, TerminationReason.CONVERGED)
            return
        done = new.stop
        yield so_far(done, TerminationReason.RUNNING if done < rows else TerminationReason.STEP_LIMIT)


def trajectory(
    run_spec: RunSpec,
    start: tuple[float, ...] | Array,
    steps: int,
    *,
    end: StoppingCriteria = StoppingCriteria(),
    should_stop: Callable[[], bool] = lambda: False,
) -> Trajectory:
    """Return the finished trajectory of one point; see `descend`."""
    *_, last = descend(run_spec, start, steps, end=end, should_stop=should_stop)
    return last


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
