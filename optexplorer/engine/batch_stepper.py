"""Takes the steps of descents: the same code for one point and for many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.evaluation import Evaluator
from optexplorer.engine.gradient_sources.base import Gradient, Gradients
from optexplorer.engine.number_stepper import NumberStepper
from optexplorer.engine.optimizers.base import Optimizer, State, Update, state_like
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Constant, Schedule
from optexplorer.engine.varied import NOTHING_VARIED, Varied, point_settings

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]


TRIED = 4
"""Steps that are taken in both ways before those in plain numbers are trusted."""


class Checkpoint(NamedTuple):
    """A descent before one of its steps: the position, and what optimizer and schedule remember."""

    step: int
    x: Array
    state: Any
    watch: Any


class SourceProbe:
    """The landscape as an optimizer sees it: through the racer's gradient source."""

    def __init__(self, landscape: Evaluator, gradients: Gradients) -> None:
        self._landscape, self._ask_about = landscape, gradients.ask_about
        self.value = gradients.value or landscape.value
        self.gradient = gradients.same_sample
        self._whole = gradients.value is None and gradients.same_sample is landscape.gradient
        self.hessian = landscape.hessian
        self.residuals = landscape.residuals
        self.residual_jacobian = landscape.residual_jacobian
        self.blocks = landscape.blocks

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Return the loss and the gradient at once."""
        return self._landscape.value_and_gradient(x) if self._whole else (self.value(x), self.gradient(x))

    @contextmanager
    def among(self, points: NDArray[np.intp]) -> Iterator[None]:
        """Ask about these points of the batch only, as long as this lasts."""
        if self._ask_about is not None:
            self._ask_about(points)
        try:
            with self._landscape.among(points):
                yield
        finally:
            if self._ask_about is not None:
                self._ask_about(None)


class BatchStepper:
    """Points that descend together, some steps at a time.

    `rates` are the rates of all steps; of a closed-loop schedule and a single point, those of the steps taken.
    Of a batch whose learning rates differ they are of shape (steps + 1, points); a closed-loop schedule needs one for all.
    """

    def __init__(self, run_spec: RunSpec, x: Array, steps: int, varied: Varied = NOTHING_VARIED) -> None:
        source = run_spec.gradient_source
        self.run_spec, self.varied, self.steps = run_spec, varied, steps
        self.landscape = run_spec.landscape
        self.evaluator = Evaluator(run_spec.landscape, 1 if x.ndim == 1 else x[0].size)
        seeds = varied.seeds
        gradients = source.bind(
            self.evaluator,
            run_spec.random() if seeds is None else [run_spec.random(seed) for seed in seeds.tolist()],
        )
        self.gradient: Gradient = gradients.sample
        self.sampled_loss, self._skip, self._keep = gradients.sampled_loss, gradients.skip, gradients.keep
        self.schedule = run_spec.schedule
        self.probe = SourceProbe(self.evaluator, gradients)
        self._settings = {name: values for name, values in varied.settings.items() if name != "lr"}
        optimizer = run_spec.optimizer
        if self._settings:
            optimizer = optimizer.model_copy(update=point_settings(self._settings))
        self.optimizer, self.momenta = with_momenta(optimizer, run_spec.schedule.momenta(steps + 1))
        self.update: Update = self.optimizer.bind(self.probe)
        self.state: State = self.optimizer.init(x)
        self.x = x
        schedule, base = run_spec.schedule, run_spec.optimizer.lr
        lr = varied.settings.get("lr")
        self.rates = schedule.rates(base, steps + 1) if lr is None else rates_of_many(schedule, lr, steps + 1)
        self.watch = schedule.begin(base, steps + 1) if schedule.closed_loop else None
        self.step = 0
        self.asked: Counts | None = None
        """The evaluations before the last row that `take_steps` has returned, shape (3, points); None if they are periodic."""
        self._due: Array | None = None
        """The gradient of a point that has been looked at and not yet left."""
        self._numbers: NumberStepper | Literal[False] | None = None
        """What takes steps in Python's own numbers; False where the optimizer is no plain arithmetic."""

    def advance(
        self,
        positions: Array,
        gradients: Array,
        counts: Counts | None = None,
        sampled: Array | None = None,
    ) -> None:
        """Record the point and gradient of each row, and take the step that leaves it.

        `counts`, shape (rows, 3), receives the evaluations that were made before each row; `sampled`, shape (rows,),
        the loss of the examples that each step sees.
        """
        with np.errstate(all="ignore"):
            if self.watch is None and self.momenta is None:
                self._advance_plainly(positions, gradients, counts, sampled)
                return
            for k in range(len(positions)):
                if counts is not None:
                    counts[k] = self.evaluator.counts
                positions[k] = self.x
                gradients[k] = gradient = self.gradient(self.x)
                if sampled is not None and self.sampled_loss is not None:
                    sampled[k] = self.sampled_loss()
                self._take_step(gradient)

    @property
    def is_waiting(self) -> bool:
        """Whether the points have been looked at and not yet left."""
        return self._due is not None

    @property
    def can_part(self) -> bool:
        """Whether each point may go on alone: not where random numbers cannot be skipped."""
        return self._skip is not None

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

    def take_steps(self, rows: int) -> tuple[Array, Array, Array]:
        """Take `rows` steps; return the points left, their gradients, both of shape (rows, n, ...), and the losses.

        The step that leaves a single row waits until the next call: points that are found to have ended are not led on.
        """
        with np.errstate(all="ignore"):
            if self._due is not None:
                gradient, self._due = self._due, None
                self._take_step(gradient)
            if rows == 1:
                if self.optimizer.evaluation_period is None:
                    self.asked = self.evaluator.counts_of_points()
                losses, self._due = self._loss_and_gradient()
                return self.x[np.newaxis], self._due[np.newaxis], losses[np.newaxis]
            positions, gradients = np.empty((rows, *self.x.shape)), np.empty((rows, *self.x.shape))
            self.advance(positions, gradients)
            return positions, gradients, self.landscape.value(positions.swapaxes(0, 1))

    def _loss_and_gradient(self) -> tuple[Array, Array]:
        """Return the loss, which is only recorded and not counted, and the gradient of this step."""
        if self.gradient is not self.evaluator.gradient:
            return self.landscape.value(self.x), self.gradient(self.x)
        self.evaluator.count_gradients(1)
        return self.landscape.value_and_gradient(self.x)

    def _advance_plainly(
        self, positions: Array, gradients: Array, counts: Counts | None, sampled: Array | None
    ) -> None:
        done = 0
        if counts is None and self._has_number_steps:
            if self.step == 0:
                # The first step may make the state what it then stays.
                self._advance_in_arrays(positions[:1], gradients[:1], None, None)
                done = 1
            if self._advance_in_numbers(positions[done:], gradients[done:]):
                return
        self._advance_in_arrays(positions[done:], gradients[done:], counts, sampled)

    @property
    def _has_number_steps(self) -> bool:
        """Whether gradient and optimizer are those of a single point that Python's own numbers can do."""
        exact = self.gradient is self.evaluator.gradient and self.landscape.number_gradient is not None
        return self._numbers is not False and self.x.ndim == 1 and exact

    def _advance_in_numbers(self, positions: Array, gradients: Array) -> bool:
        """Take the steps in Python's own numbers; return whether that was possible."""
        if not len(positions):
            return True
        gradient = self.landscape.number_gradient
        assert gradient is not None
        rates = self.rates[self.step : self.step + len(positions)].tolist()
        if self._numbers is None:
            stepper = NumberStepper.of(self.optimizer, self.x, self.state)
            tried = rates[:TRIED]
            agrees = stepper and stepper.agrees(gradient, self.update, self.x, self.state, tried)
            self._numbers = (agrees and stepper) or False
        if not self._numbers:
            return False
        taken = self._numbers.take(gradient, self.x, self.state, rates)
        if taken is None:
            return False
        points, slopes, self.x, self.state = taken
        positions[:] = np.array(points).reshape(positions.shape)
        gradients[:] = np.array(slopes).reshape(gradients.shape)
        self.evaluator.count_gradients(len(rates))
        self.step += len(rates)
        return True

    def _advance_in_arrays(
        self, positions: Array, gradients: Array, counts: Counts | None, sampled: Array | None
    ) -> None:
        gradient, update, x, state = self.gradient, self.update, self.x, self.state
        taken = self.rates[self.step : self.step + len(positions)]
        rates = taken.tolist() if taken.ndim == 1 else [*taken]
        if not rates:
            return
        # For single points, two lists and one copying are quicker than a copying in each step.
        left, seen = [], []
        evaluator, sampled_loss = self.evaluator, self.sampled_loss
        asked, losses = [], []
        for lr in rates:
            if counts is not None:
                asked.append(evaluator.counts)
            g = gradient(x)
            left.append(x)
            seen.append(g)
            if sampled_loss is not None:
                losses.append(sampled_loss())
            step, state = update(g, state, x, lr)
            x = x + step
        np.concatenate(left, out=positions.reshape(-1, *x.shape[1:]))
        np.concatenate(seen, out=gradients.reshape(-1, *x.shape[1:]))
        if counts is not None:
            counts[:] = asked
        if sampled is not None and losses:
            sampled[:] = losses
        self.x, self.state = x, state
        self.step += len(positions)

    def _take_step(self, gradient: Array) -> None:
        """Take the step that leaves the present points, whose gradient is given."""
        x, row = self.x, self.step
        if self.momenta is not None:
            self.update = self.momenta(row).bind(self.probe)
        if self.watch is not None:
            lr = self.schedule.rate(self.watch)
        else:
            lr = float(self.rates[row]) if self.rates.ndim == 1 else self.rates[row]
        step, self.state = self.update(gradient, self.state, x, lr)
        self.x = x + step
        self.step += 1
        if self.watch is not None:
            if x.ndim == 1:
                self.rates[row] = lr
            self.watch = self.schedule.observe(self.watch, self.evaluator.value(x))

    def keep(self, mask: Mask) -> None:
        """Go on with the points of `mask` only."""
        kept = np.flatnonzero(mask)
        self.varied = self.varied.at(kept)
        self.x = self.x.take(kept, axis=-1)
        self.evaluator.keep(mask)
        self.asked = points_of(self.asked, kept)
        self._due = points_of(self._due, kept)
        self.state = points_of(self.state, kept)
        self.watch = points_of(self.watch, kept)
        if self.rates.ndim > 1:
            self.rates = np.ascontiguousarray(self.rates[:, mask])
        if self._keep is not None:
            self._keep(mask)
        if self._settings:
            self._settings = {name: values[mask] for name, values in self._settings.items()}
            self.optimizer = self.optimizer.model_copy(update=point_settings(self._settings))
            self.update = self.optimizer.bind(self.probe)


def evaluations_by_step(run_spec: RunSpec, starts: Array, steps: int) -> Counts | None:
    """Return the losses, gradients and Hessians asked for until each step, shape (3, steps + 1).

    None if they depend on what the steps find. They are counted in the first steps from one of the starts, shape
    (n, points), and repeat themselves.
    """
    period = run_spec.optimizer.evaluation_period
    if period is None or not starts.shape[1]:
        return None
    point = BatchStepper(run_spec, np.ascontiguousarray(starts[:, 0]), steps)
    rows = min(period, steps) + 1
    counts = np.empty((rows, 3), dtype=np.int64)
    point.advance(np.empty((rows, len(starts))), np.empty((rows, len(starts))), counts)
    periods, rest = np.divmod(np.arange(steps + 1), period)
    found: Counts = np.multiply.outer(counts[-1], periods) + counts[rest].T
    return found


def rates_of_many(schedule: Schedule, lr: Array, steps: int) -> Array:
    """Return the rates of all steps for each base rate, shape (steps, points)."""
    if schedule == Constant():
        return np.broadcast_to(lr, (steps, lr.size))
    distinct, places = np.unique(lr, return_inverse=True)
    rates: Array = np.stack([schedule.rates(rate, steps) for rate in distinct.tolist()], axis=1)[:, places]
    return rates


def with_momenta(
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


def points_of(state: State, points: NDArray[np.intp] | int) -> State:
    """Return a state with these points of a batch only; with one of them, as it is of a single point."""
    if isinstance(state, tuple):
        return state_like(type(state), [points_of(part, points) for part in state])
    # Several times as fast as a mask.
    return state.take(points, axis=-1) if isinstance(state, np.ndarray) and state.ndim else state
