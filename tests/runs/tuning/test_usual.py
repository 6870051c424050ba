"""Searches as they are usually made: their starts, targets and effort."""

from __future__ import annotations

from math import inf

import numpy as np

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, StochasticGradientDescent
from optexplorer.engine.run_spec import RunSpec
from optexplorer.runs.tuning.optuna_search import OptunaSearch
from optexplorer.runs.tuning.usual import Effort, search_starts, tuning_spec, usual_effort, usual_tolerance

HIMMELBLAU = landscapes.get("himmelblau")


def test_the_racers_own_start_comes_first_and_fresh_starts_are_others() -> None:
    starts, fresh = search_starts(HIMMELBLAU, (1.0, 2.0), 8, 32)
    assert starts.shape == (8, 2)
    assert fresh.shape == (32, 2)
    assert starts[0].tolist() == [1.0, 2.0]
    assert len(np.unique(np.concatenate([starts, fresh]), axis=0)) == 40
    alone, _ = search_starts(HIMMELBLAU, (1.0, 2.0), 1, 1)
    assert alone.tolist() == [[1.0, 2.0]]


def test_starts_of_networks_are_initial_weights() -> None:
    moons = landscapes.get("moons-network")
    starts, fresh = search_starts(moons, moons.start, 2, 3)
    assert tuple(starts[0]) == moons.start
    assert len(np.unique(np.concatenate([starts, fresh]), axis=0)) == 5


def test_starts_where_the_loss_is_not_defined_are_left_out() -> None:
    half = FormulaLandscape(
        "own", FormulaDefinition(formula="log(x) + x^2", domain={"x": (-1, 1)}, start=(0.5,))
    )
    starts, fresh = search_starts(half, half.start, 4, 8)
    assert (np.concatenate([starts, fresh]) > 0).all()


def test_the_target_is_a_power_of_ten_above_the_minimum() -> None:
    spec = tuning_spec(RunSpec(HIMMELBLAU, Adam()), HIMMELBLAU.start, 200)
    assert spec.trials.criterion == "target"
    assert HIMMELBLAU.global_minimum is not None
    tolerance = usual_tolerance(HIMMELBLAU, spec.trials.starts)
    assert np.log10(tolerance) % 1 == 0
    assert spec.trials.target == HIMMELBLAU.global_minimum + tolerance
    given = tuning_spec(RunSpec(HIMMELBLAU, Adam()), HIMMELBLAU.start, 200, tolerance=0.5)
    assert given.trials.target == HIMMELBLAU.global_minimum + 0.5
    by_loss = tuning_spec(RunSpec(HIMMELBLAU, Adam()), HIMMELBLAU.start, 200, criterion="loss")
    assert HIMMELBLAU.global_minimum < by_loss.trials.target < 1e-6


def test_networks_are_tried_less_and_judged_by_the_loss_at_the_end() -> None:
    moons = landscapes.get("moons-network")
    spec = tuning_spec(RunSpec(moons, Adam()), moons.start, 200)
    assert spec.trials.criterion == "loss"
    assert spec.trials.target == -inf
    digits = landscapes.get("digits-network")
    small, large = usual_effort(RunSpec(moons, Adam()), 200), usual_effort(RunSpec(digits, Adam()), 200)
    assert 8 <= large.candidates < small.candidates <= 64


def test_seeds_differ_between_search_and_check_where_there_are_random_numbers() -> None:
    spec = tuning_spec(
        RunSpec(HIMMELBLAU, StochasticGradientDescent(), seed=5),
        HIMMELBLAU.start, 50, effort=Effort(4, 2, 3, 2), method="optuna",
    )  # fmt: skip
    assert spec.trials.seeds == (5, 6, 7)
    assert spec.check_seeds == (8, 9, 10)
    assert spec.search == OptunaSearch(4)
    still = tuning_spec(
        RunSpec(HIMMELBLAU, GradientDescent(), seed=5), (0.0, 0.0), 50, effort=Effort(4, 2, 3, 2)
    )
    assert still.trials.seeds == (5,)
