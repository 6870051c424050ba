"""Repeats a descent up to one step, to recover the optimizer state, which trajectories do not store."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optexplorer.engine.batch_stepper import BatchStepper
from optexplorer.engine.checkpoints import numbers_in
from optexplorer.engine.descent import Array
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.optimizers.base import Optimizer, RuleOptimizer, State, Term, explained
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import Trajectory

CHECKPOINT = 32
"""Steps between two states that are kept, so that stepping back is as quick as stepping forward."""
KEPT_NUMBERS = 1 << 22
"""About how many numbers these states may hold; of more, they are kept more rarely."""


@dataclass(frozen=True, eq=False)
class Moment:
    """A descent just before it takes one of its steps.

    Attributes
    ----------
    step : how many steps have been taken
    optimizer : with the momentum that the schedule gives it for this step
    state : what the optimizer remembers
    x, gradient : shape (n,), the point that the step leaves, and the gradient that the optimizer saw there
    before : shape (n,), the point one step before; None at the start
    start : shape (n,)
    lr : the rate of this step
    loss : the loss at `x`
    terms : the making of the step; the last one's value is the step itself
    variables : the names of the n coordinates
    """

    step: int
    optimizer: Optimizer
    state: State
    x: Array
    gradient: Array
    before: Array | None
    start: Array
    lr: float
    loss: float
    terms: tuple[Term, ...]
    variables: tuple[str, ...]


class Replay:
    """The states of the optimizer on the way of one `trajectory`, found by taking its steps again.

    Points, gradients and rates are the recorded ones, so every state equals the one at that time to the bit. What
    the optimizer asks of the landscape beside them is answered with the same noise as then.

    Parameters
    ----------
    run_spec : how the point descended
    trajectory : where it went
    steps : the number of steps that the descent was given; schedules depend on it
    """

    def __init__(self, run_spec: RunSpec, trajectory: Trajectory, steps: int) -> None:
        self.trajectory = trajectory
        self._run_spec, self._steps = run_spec, steps
        source = run_spec.gradient_source
        self._asks_noise = not isinstance(run_spec.optimizer, RuleOptimizer) and not isinstance(source, Exact)
        self._block = self._new_stepper()
        self._drawn = 0
        self._states: dict[int, State] = {0: self._block.state}
        self._interval, self._numbers = CHECKPOINT, 0
        self._at, self._state = 0, self._block.state

    def moment(self, step: int) -> Moment:
        """Return the descent just before the step that leaves row `step` of the trajectory.

        Raises
        ------
        IndexError
            If the trajectory has no such row.
        """
        descent = self.trajectory
        if not 0 <= step <= descent.steps:
            raise IndexError(f"step {step} is not one of the {descent.steps} steps of this trajectory")
        with np.errstate(all="ignore"):
            self._go_to(step)
            self._draw(step)
            x, gradient, lr = (
                descent.position_at(step),
                descent.gradient_at(step),
                float(descent.learning_rate[step]),
            )
            optimizer = self.optimizer_at(step)
            terms = explained(optimizer, gradient, self._state, x, lr, self._block.probe)
        return Moment(
            step=step,
            optimizer=optimizer,
            state=self._state,
            x=x,
            gradient=gradient,
            before=descent.position_at(step - 1) if step else None,
            start=descent.position_at(0),
            lr=lr,
            loss=float(descent.loss[step]),
            terms=terms,
            variables=descent.variables,
        )

    def state_after(self, step: int) -> State:
        """Return what the optimizer remembers after the step that leaves row `step` of the trajectory."""
        descent = self.trajectory
        with np.errstate(all="ignore"):
            self._go_to(step)
            self._draw(step)
            update = self._block.update
            if self._block.momenta is not None:
                update = self.optimizer_at(step).bind(self._block.probe)
            lr = float(descent.learning_rate[step])
            _, state = update(descent.gradient_at(step), self._state, descent.position_at(step), lr)
        return state

    def nearest(self, step: int) -> int:
        """Return the row from which the way to row `step` is shortest, among those whose states are known."""
        # Those that are kept follow each other without a gap.
        kept = min(step - step % self._interval, next(reversed(self._states)))
        return max(kept, self._at) if self._at <= step else kept

    @property
    def has_momenta(self) -> bool:
        """Whether the schedule changes the optimizer's momentum."""
        return self._block.momenta is not None

    def _new_stepper(self) -> BatchStepper:
        return BatchStepper(self._run_spec, self.trajectory.position_at(0).copy(), self._steps)

    def optimizer_at(self, step: int) -> Optimizer:
        """Return the optimizer with the momentum that the schedule gives it for a step."""
        block = self._block
        return block.optimizer if block.momenta is None else block.momenta(step)

    def _go_to(self, step: int) -> None:
        nearest = self.nearest(step)
        if nearest != self._at:
            self._at, self._state = nearest, self._states[nearest]
        if self._at == step:
            return
        self._draw(self._at)
        descent, update = self.trajectory, self._block.update
        rates = descent.learning_rate[self._at : step].tolist()
        for k, lr in enumerate(rates, self._at):
            self._draw(k)
            if self._block.momenta is not None:
                update = self.optimizer_at(k).bind(self._block.probe)
            _, self._state = update(descent.gradient_at(k), self._state, descent.position_at(k), lr)
            if (k + 1) % self._interval == 0:
                self._keep(k + 1)
        self._at = step

    def _keep(self, step: int) -> None:
        """Keep the state before a step; if all are too many numbers then, every other one goes."""
        if step in self._states:
            return
        self._states[step] = self._state
        self._numbers += numbers_in(self._state)
        while self._numbers > KEPT_NUMBERS and len(self._states) > 2:
            self._interval *= 2
            self._states = {k: state for k, state in self._states.items() if k % self._interval == 0}
            self._numbers = sum(map(numbers_in, self._states.values()))

    def _draw(self, step: int) -> None:
        """Set the gradient source to the noise of `step`, if the optimizer may ask for more gradients there."""
        if not self._asks_noise:
            return
        if self._drawn > step + 1:
            self._block, self._drawn = self._new_stepper(), 0
        while self._drawn <= step:
            self._block.gradient(self.trajectory.position_at(self._drawn))
            self._drawn += 1
