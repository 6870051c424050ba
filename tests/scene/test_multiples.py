"""The numbers of the race at nine learning rates."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine.descent import trajectory
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.multiples import FACTORS, compute_multiples, with_factor

RACE = Experiment(
    landscape="himmelblau",
    racers=(
        Racer(optimizer=GradientDescent(lr=0.01)),
        Racer(optimizer=Adam(lr=0.2), stream=1),
        Racer(optimizer=Adam(lr=0.3), stream=2, visible=False),
    ),
    steps=50,
)


def test_the_factors_go_evenly_from_a_tenth_to_ten_around_the_race_itself() -> None:
    assert len(FACTORS) == 9
    assert FACTORS[4] == 1
    assert (FACTORS[0], FACTORS[8]) == pytest.approx((0.1, 10))
    np.testing.assert_allclose(np.diff(np.log10(FACTORS)), 0.25)


def test_only_the_rates_of_visible_racers_are_multiplied() -> None:
    changed = with_factor(RACE, 10 ** (1 / 4))
    assert [racer.optimizer.lr for racer in changed.racers] == [0.0178, 0.356, 0.3]
    assert with_factor(RACE, 1.0) == RACE


def test_each_is_the_race_that_its_rates_give() -> None:
    multiples = compute_multiples(RACE)
    assert [multiple.factor for multiple in multiples] == list(FACTORS)
    for multiple in multiples:
        race = multiple.computed.experiment
        for racer, shown in zip(race.racers, multiple.computed.trajectories, strict=True):
            if not racer.visible:
                assert shown is None
                continue
            alone = trajectory(race.run_spec(racer), race.start, race.steps, end=race.end_rule())
            assert shown is not None
            np.testing.assert_array_equal(shown.position, alone.position)


def test_a_landscape_of_three_coordinates_has_no_picture() -> None:
    from optexplorer.engine.landscapes.formula.definition import FormulaDefinition

    three = FormulaDefinition(formula="x^2 + y^2 + z^2", domain=dict.fromkeys("xyz", (-1.0, 1.0)))
    race = Experiment(landscape=three, racers=(Racer(optimizer=GradientDescent(lr=0.1)),), steps=5)
    for multiple in compute_multiples(race):
        assert multiple.computed.samples is None
        assert multiple.computed.trajectories[0] is not None


def test_rates_keep_to_their_bounds() -> None:
    # Ten times the greatest rate that gradient descent declares could not be read from a file again.
    racers = (Racer(optimizer=GradientDescent(lr=5e5)), Racer(optimizer=Momentum(lr=0.1), visible=False))
    race = with_factor(Experiment(landscape="booth", racers=racers), 10)
    assert [racer.optimizer.lr for racer in race.racers] == [1e6, 0.1]
    assert race.checked() is race
