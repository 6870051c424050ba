"""How often a descent evaluates its landscape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers, schedules
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, descend, trajectory
from optexplorer.engine.evaluation import EvaluationCounts, Evaluator
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.finite_differences import FiniteDifferences
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.base import Array
from optexplorer.engine.run_spec import RunSpec
from tests.spaces import ManyValleys

LANDSCAPE = landscapes.get("himmelblau")
NEVER = StoppingCriteria(converge=False)


def counts(id: str, source: GradientSource | None = None, schedule: str = "constant", **settings: Any) -> Any:
    run_spec = RunSpec(
        LANDSCAPE, make(optimizers.get(id), settings), schedules.read(schedule), source or Exact()
    )
    found = trajectory(run_spec, (0.5, -1.5), 10, end=NEVER).evaluations
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("found", "each"),
    [
        (counts("gd", lr=0.001), (0, 1, 0)),
        (counts("adam"), (0, 1, 0)),
        (counts("gd", Noisy(sigma=0.1)), (0, 1, 0)),
        (counts("gd", Noisy(sigma=0.1, clip_norm=1)), (0, 1, 0)),
        (counts("gd", FiniteDifferences()), (4, 0, 0)),
        (counts("gd", FiniteDifferences(scheme="forward")), (3, 0, 0)),
        (counts("gd", schedule="plateau"), (1, 1, 0)),
        (counts("adam", schedule="one-cycle"), (0, 1, 0)),
        (counts("sam", rho=0.1), (0, 2, 0)),
        (counts("lookahead"), (0, 1, 0)),
        (counts("sam", inner={"id": "sam"}), (0, 4, 0)),
        (counts("newton", line_search="none"), (0, 1, 1)),
        (counts("gauss-newton", line_search="none"), (1, 2, 0)),
        # The step's own gradient is not looked at.
        (counts("schedule-free-sgd", lr=0.01), (0, 2, 0)),
    ],
)
def test_each_step_asks_for_what_its_method_says(found: Any, each: tuple[int, int, int]) -> None:
    np.testing.assert_array_equal(found, np.outer(np.arange(11), each))


def test_a_line_search_is_counted_trial_by_trial() -> None:
    found = counts("gd-backtracking", lr=1.0)
    x, total = np.array([0.5, -1.5]), 0
    for row in found[1:, 0]:
        gradient, length = LANDSCAPE.gradient(x), 1.0
        total += 2
        while (
            LANDSCAPE.value(x - length * gradient) > LANDSCAPE.value(x) - 1e-4 * length * gradient @ gradient
        ):
            length, total = length / 2, total + 1
        x = x - length * gradient
        assert row == total
    assert (found[:, 1] == np.arange(11)).all()


@pytest.mark.parametrize("id", ["gd", "l-bfgs", "newton"])
def test_counts_do_not_depend_on_the_blocks_in_which_a_descent_is_computed(id: str) -> None:
    run_spec = RunSpec(LANDSCAPE, make(optimizers.get(id), {}))
    rows = [
        list(descend(run_spec, (0.5, -1.5), 20, end=NEVER, block=block))[-1].evaluations
        for block in (1, 7, 64)
    ]
    np.testing.assert_array_equal(rows[0], rows[2])
    np.testing.assert_array_equal(rows[1], rows[2])


def test_points_evaluated_at_once_are_counted_one_by_one() -> None:
    evaluator = Evaluator(LANDSCAPE)
    points: Array = np.ones((2, 3, 4))
    for method in (evaluator.value, evaluator.gradient, evaluator.value_and_gradient, evaluator.hessian):
        method(points)
    assert evaluator.counts == EvaluationCounts(24, 24, 12)
    many = ManyValleys(20)
    counted = Evaluator(many)
    FiniteDifferences().bind(counted, np.random.default_rng(0)).sample(np.ones(20))
    assert counted.counts == EvaluationCounts(40, 0, 0)


def test_an_evaluator_knows_all_that_its_landscape_knows() -> None:
    evaluator = Evaluator(LANDSCAPE)
    assert (evaluator.id, evaluator.domain, evaluator.latex) == (
        LANDSCAPE.id,
        LANDSCAPE.domain,
        LANDSCAPE.latex,
    )
    assert (evaluator.dimension, evaluator.has_hessian, evaluator.blocks) == (2, True, LANDSCAPE.blocks)
    with pytest.raises(AttributeError):
        _ = evaluator.colour
