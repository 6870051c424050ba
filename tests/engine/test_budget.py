"""Descents end where the evaluations that they may make are spent, alone and in batches alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers, schedules
from optexplorer.engine.batch_descent import batch_descent
from optexplorer.engine.batch_record import batch_record
from optexplorer.engine.batch_stepper import evaluations_by_step
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.evaluation import EvaluationPrices
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.finite_differences import FiniteDifferences
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.base import Array
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason, Trajectory

HIMMELBLAU = landscapes.get("himmelblau")
START = (0.5, -1.5)
STEPS = 60
SPENT = TerminationReason.BUDGET_SPENT


def run(
    id: str, schedule: str = "constant", source: GradientSource | None = None, **settings: Any
) -> RunSpec:
    return RunSpec(HIMMELBLAU, make(optimizers.get(id), settings), schedules.read(schedule), source)


RUNS = {
    "gd": run("gd", lr=0.001),
    "adam": run("adam"),
    "adam, one cycle": run("adam", "one-cycle"),
    "momentum, plateau": run("momentum", "plateau", lr=0.001),
    "differences": run("gd", source=FiniteDifferences(), lr=0.001),
    "noise": run("gd", source=Noisy(sigma=0.1), lr=0.001),
    "sam": run("sam", rho=0.1, inner={"id": "gd", "lr": 0.001}),
    "sophia": run("sophia", lr=0.01, update_interval=7),
    "backtracking": run("gd-backtracking", lr=1.0),
    "strong wolfe": run("l-bfgs", line_search="strong-wolfe"),
    "exact": run("gd-exact"),
    "newton": run("newton"),
    "damping": run("levenberg-marquardt"),
    "lookahead": run("lookahead", inner="bfgs"),
}


def starts(count: int = 12) -> Array:
    low, high = np.array(HIMMELBLAU.domain).T
    return np.ascontiguousarray(np.random.default_rng(5).uniform(low, high, (count, 2)).T)


def costs(path: Trajectory, prices: EvaluationPrices = EvaluationPrices()) -> Array:  # noqa: B008
    assert path.evaluations is not None
    return prices.cost(path.evaluations.T, 2)


def test_evaluations_cost_what_their_prices_say() -> None:
    counts = np.array([[3, 6], [2, 0], [0, 1]])
    np.testing.assert_allclose(EvaluationPrices().cost(counts, 5), [3.0, 7.0])
    free = EvaluationPrices(value=0.0, gradient=2.0, hessian_column=0.5)
    np.testing.assert_allclose(free.cost(counts, 4), [4.0, 2.0])


@pytest.mark.parametrize("name", RUNS)
def test_a_descent_ends_at_the_last_row_that_it_can_afford(name: str) -> None:
    whole = trajectory(RUNS[name], START, STEPS)
    for budget in (0.0, 4.5, 11.0):
        path = trajectory(RUNS[name], START, STEPS, end=StoppingCriteria(budget=budget))
        last = int((costs(whole) <= budget).sum()) - 1
        assert last < whole.steps
        assert (path.steps, path.ending) == (last, SPENT)
        np.testing.assert_array_equal(path.position, whole.position[: last + 1])
    enough = trajectory(RUNS[name], START, STEPS, end=StoppingCriteria(budget=1e6))
    assert (enough.steps, enough.ending) == (whole.steps, whole.ending)


@pytest.mark.parametrize("budget", [0.0, 7.0, 25.0])
@pytest.mark.parametrize("name", RUNS)
def test_a_batch_ends_where_its_points_end(name: str, budget: float) -> None:
    end = StoppingCriteria(budget=budget)
    together = batch_descent(RUNS[name], starts(), STEPS, end=end)
    alone = [trajectory(RUNS[name], start, STEPS, end=end) for start in starts().T]
    assert together.steps.tolist() == [path.steps for path in alone]
    assert together.ending.tolist() == [path.ending.value for path in alone]
    np.testing.assert_array_equal(together.position.T, [path.position[-1] for path in alone])
    np.testing.assert_array_equal(
        together.evaluations.T, [path.evaluations[-1] for path in alone if path.evaluations is not None]
    )


@pytest.mark.parametrize("name", RUNS)
def test_a_record_knows_the_cost_of_every_row(name: str) -> None:
    end = StoppingCriteria(budget=25.0)
    found = batch_record(RUNS[name], starts(), STEPS, end=end)
    for place, start in enumerate(starts().T):
        path = trajectory(RUNS[name], start, STEPS, end=end)
        assert (found.steps[place], found.ending[place]) == (path.steps, path.ending.value)
        np.testing.assert_array_equal(found.cost[: path.steps + 1, place], costs(path))
        np.testing.assert_array_equal(found.position[: path.steps + 1, :, place], path.position)
        assert (found.cost[path.steps :, place] == costs(path)[-1]).all()


def test_other_prices_make_it_end_elsewhere() -> None:
    free = EvaluationPrices(value=0.0)
    path = trajectory(
        RUNS["backtracking"], START, STEPS, end=StoppingCriteria(converge=False, budget=20, prices=free)
    )
    assert (path.steps, path.ending) == (20, SPENT)
    assert costs(path, free)[-1] == 20


def test_what_ends_before_is_not_ended_by_the_budget() -> None:
    converged = trajectory(RUNS["newton"], START, 300)
    cost = float(costs(converged)[-1])
    same = trajectory(RUNS["newton"], START, 300, end=StoppingCriteria(budget=cost))
    assert same.ending is converged.ending is TerminationReason.CONVERGED
    less = trajectory(RUNS["newton"], START, 300, end=StoppingCriteria(budget=cost - 0.5))
    assert (less.steps, less.ending) == (converged.steps - 1, SPENT)
    lost = run("gd", lr=10.0)
    whole = trajectory(lost, START, 100)
    assert whole.ending is TerminationReason.DIVERGED
    end = StoppingCriteria(budget=float(costs(whole)[-1]) + 1)
    assert trajectory(lost, START, 100, end=end).ending is TerminationReason.DIVERGED


@pytest.mark.parametrize("budget", [-1.0, float("nan")])
def test_a_budget_is_no_less_than_nothing(budget: float) -> None:
    with pytest.raises(ValueError, match="budget"):
        StoppingCriteria(budget=budget)


def test_the_words_say_that_the_budget_is_spent() -> None:
    path = trajectory(RUNS["gd"], START, STEPS, end=StoppingCriteria(budget=10))
    assert path.outcome().en == "budget spent at 10"
    assert "10" in path.outcome().ja


@pytest.mark.parametrize("id", optimizers.ids())
def test_evaluations_that_depend_on_the_step_alone_are_known_beforehand(id: str) -> None:
    for settings in [e.settings for e in optimizers.get(id).examples if e.message is None]:
        run_spec = RunSpec(HIMMELBLAU, make(optimizers.get(id), settings))
        known = evaluations_by_step(run_spec, starts(1), 25)
        path = trajectory(run_spec, starts(2)[:, 1], 25, end=StoppingCriteria(converge=False, escape=np.inf))
        assert path.evaluations is not None
        if known is not None:
            np.testing.assert_array_equal(known.T[: path.steps + 1], path.evaluations)
        else:
            assert path.evaluations[:, 0].any() or path.evaluations[:, 1].any()
    assert evaluations_by_step(RUNS["gd"], starts(0), 3) is None
