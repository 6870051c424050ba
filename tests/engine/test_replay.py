"""Looking into the steps of a descent again: the same numbers to the bit, forwards and backwards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers, schedules
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.adaptive import RMSprop
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.optimizers.gradient_descent import Momentum
from optexplorer.engine.optimizers.wrappers import SAM
from optexplorer.engine.replay import CHECKPOINT, Replay
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Schedule
from optexplorer.engine.trajectory import Trajectory

NEVER = StoppingCriteria(converge=False)
STEPS = 3 * CHECKPOINT + 5
ORDER = (0, 1, 7, 40, 39, STEPS - 1, CHECKPOINT, 2 * CHECKPOINT + 1, 3, 4, 0)
"""Forwards and backwards, over checkpoints and between them."""


def replay(
    optimizer: Optimizer,
    landscape: Landscape,
    start: tuple[float, ...],
    schedule: Schedule | None = None,
    source: GradientSource | None = None,
) -> tuple[Replay, Trajectory]:
    schedule = schedule or schedules.get("constant")()
    run_spec = RunSpec(landscape, optimizer, schedule, source, seed=5, stream=3)
    descent = trajectory(run_spec, start, STEPS, end=NEVER)
    return Replay(run_spec, descent, STEPS), descent


def assert_it_leads_where_the_descent_went(again: Replay, descent: Trajectory) -> None:
    for step in ORDER:
        if step >= descent.steps:
            continue
        moment = again.moment(step)
        assert moment.step == step
        np.testing.assert_array_equal(moment.x, descent.position[step])
        np.testing.assert_array_equal(moment.gradient, descent.gradient[step])
        np.testing.assert_array_equal(moment.x + moment.terms[-1].value, descent.position[step + 1])


@pytest.mark.parametrize("noise", [None, Noisy(sigma=0.3), Noisy(sigma=0.2, clip_norm=2.0)])
@pytest.mark.parametrize("id", optimizers.ids())
def test_the_last_term_of_every_optimizer_is_the_step_that_was_taken(
    id: str, noise: GradientSource | None
) -> None:
    again, descent = replay(
        make(optimizers.get(id), {}), landscapes.get("himmelblau"), (0.5, -1.5), source=noise
    )
    assert descent.steps > 0
    assert_it_leads_where_the_descent_went(again, descent)


@pytest.mark.parametrize("id", ["one-cycle", "plateau", "cosine-restarts", "warmup"])
@pytest.mark.parametrize("optimizer", [Momentum(lr=0.01), Adam(lr=0.05), SAM(lr=0.003)])
def test_schedules_and_the_momentum_that_they_move_are_followed(id: str, optimizer: Optimizer) -> None:
    kind = schedules.get(id)
    settings = {"factor": 0.5, "patience": 2} if id == "plateau" else {}
    again, descent = replay(
        optimizer, landscapes.get("quadratic-bowl"), (-0.4, 0.3), make(kind, settings), Noisy(sigma=4.0)
    )
    assert len(set(descent.learning_rate.tolist())) > 1
    assert_it_leads_where_the_descent_went(again, descent)


def test_a_momentum_moved_by_the_schedule_is_the_one_that_is_explained() -> None:
    again, _ = replay(
        Momentum(lr=0.01), landscapes.get("quadratic-bowl"), (-4.0, 3.0), schedules.get("one-cycle")()
    )
    first, later = again.moment(0).optimizer, again.moment(20).optimizer
    assert isinstance(first, Momentum)
    assert isinstance(later, Momentum)
    assert first.momentum != later.momentum


def test_states_hold_what_the_optimizer_remembered() -> None:
    again, descent = replay(RMSprop(lr=0.02, alpha=0.9), landscapes.get("himmelblau"), (0.5, -1.5))
    square = np.zeros(2)
    for step in range(5):
        np.testing.assert_allclose(again.moment(step).state.square, square, rtol=1e-15)
        square = 0.9 * square + 0.1 * descent.gradient[step] ** 2


def test_the_last_row_has_the_step_that_would_come_next() -> None:
    again, descent = replay(Adam(lr=0.05), landscapes.get("himmelblau"), (0.5, -1.5))
    assert np.isfinite(again.moment(descent.steps).terms[-1].value).all()


def test_a_step_that_was_never_taken_is_refused() -> None:
    again, descent = replay(Adam(lr=0.05), landscapes.get("himmelblau"), (0.5, -1.5))
    for step in (-1, descent.steps + 1):
        with pytest.raises(IndexError, match=f"step {step} is not one of the {descent.steps} steps"):
            again.moment(step)


@pytest.mark.parametrize("id", ["momentum", "nesterov", "rmsprop", "adam"])
@pytest.mark.parametrize("momenta", [{"base_momentum": 0.0}, {"max_momentum": 0.0, "base_momentum": 0.5}])
def test_steps_are_explained_where_a_schedule_takes_the_momentum_to_zero(id: str, momenta: Any) -> None:
    settings = {"lr": 0.01, "momentum": 0.9} if id != "adam" else {"lr": 0.01}
    cyclic = schedules.read({"id": "cyclic", "max_lr": 0.02, "step_size_up": 3, **momenta})
    run_spec = RunSpec(landscapes.get("himmelblau"), make(optimizers.get(id), settings), cyclic)
    descent = trajectory(run_spec, (0.5, -1.5), 20)
    replay = Replay(run_spec, descent, 20)
    for step in range(20):
        moment = replay.moment(step)
        np.testing.assert_array_equal(
            descent.position[step] + moment.terms[-1].value, descent.position[step + 1]
        )
        for term in moment.terms:
            assert f"<{term.name}'>" not in term.formula or term.before is not None


def test_a_step_uphill_is_explained_with_the_gradient_turned_round() -> None:
    run_spec = RunSpec(
        landscapes.get("himmelblau"), make(optimizers.get("adam"), {"lr": 0.01, "maximize": True})
    )
    descent = trajectory(run_spec, (0.5, -1.5), 5)
    first, *_, last = Replay(run_spec, descent, 5).moment(3).terms
    assert first.formula == r"-\nabla f<(x)>"
    np.testing.assert_array_equal(first.value, -descent.gradient[3])
    np.testing.assert_array_equal(descent.position[3] + last.value, descent.position[4])
