"""Sweeps of one setting: levels, curves, the best value, and the limit of stability."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.decay import Step
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.runs.rate_limit import largest_stable_rate
from optexplorer.runs.setting_sweep import (
    SettingCurve,
    SettingCurves,
    SettingSweep,
    SweptRacer,
    sweep_setting,
    usual_range,
)

BOOTH = landscapes.get("booth")
"""A quadratic whose Hessian has the eigenvalues 2 and 18."""


def swept(*optimizers: object, **more: object) -> SettingSweep:
    racers = tuple(
        SweptRacer(number, RunSpec(BOOTH, optimizer), np.array([0.0, 0.0]))  # type: ignore[arg-type]
        for number, optimizer in enumerate(optimizers)
    )
    sweep = SettingSweep(racers, "lr", 1e-3, 1.0, 49, "log", 60)
    return replace(sweep, **more)  # type: ignore[arg-type]


def final(sweep: SettingSweep) -> SettingCurves:
    *_, (_, last) = sweep_setting(sweep)
    return last


def test_it_goes_from_coarse_to_fine_and_tells_how_far_it_is() -> None:
    sweep = swept(GradientDescent(), Momentum())
    assert sweep.levels() == [13, 49]
    came = list(sweep_setting(sweep))
    assert [progress.done for progress, _ in came] == [13, 26, 75, 124]
    assert came[-1][0].total == 124
    assert [found.done for _, found in came] == [False, False, False, True]
    assert [None if c is None else len(c.values) for c in came[0][1].curves] == [13, None]
    assert [len(curve.values) for curve in came[-1][1].known] == [49, 49]


def test_gradient_descent_diverges_above_its_limit_and_only_there() -> None:
    found = final(swept(GradientDescent()))
    (curve,) = found.known
    # 2/λ with λ = 18.
    assert curve.limit == pytest.approx(2 / 18, rel=1e-6)
    grows = curve.values > 2 / 18 * 1.3
    assert curve.diverged[grows].all()
    assert not curve.diverged[curve.values < 2 / 18].any()
    assert np.isnan(curve.quantile(0.5)[curve.diverged]).all()
    best = curve.best_value
    assert best is not None
    # The fastest rate for eigenvalues 2 and 18 is 2/(2 + 18).
    assert best == pytest.approx(0.1, rel=0.2)
    assert found.base == pytest.approx(0.0, abs=1e-12)
    assert found.target == pytest.approx(1e-3 * found.height)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_momentum_has_a_higher_limit(momentum: float) -> None:
    run_spec = RunSpec(BOOTH, Momentum(momentum=momentum))
    assert largest_stable_rate(run_spec, np.array([1.0, 3.0])) == pytest.approx(
        2 * (1 + momentum) / 18, rel=1e-6
    )


def test_where_no_limit_is_known_none_is_given() -> None:
    at = np.array([1.0, 3.0])
    assert largest_stable_rate(RunSpec(BOOTH, Adam()), at) is None
    assert largest_stable_rate(RunSpec(BOOTH, GradientDescent(), Step()), at) is None
    peak = landscapes.get("himmelblau")
    assert largest_stable_rate(RunSpec(peak, GradientDescent()), np.array([-0.270845, -0.923039])) is None


def test_starts_and_seeds_are_repeats() -> None:
    noisy = SweptRacer(1, RunSpec(BOOTH, GradientDescent(), source=Noisy()), np.array([0.0, 0.0]))
    sweep = swept(GradientDescent(), starts=3, seeds=(0, 1), count=13, steps=20)
    found = final(replace(sweep, racers=(*sweep.racers, noisy)))
    exact, random = found.known
    # Where nothing is random, other seeds are the same descents again.
    assert exact.loss.shape == (13, 3)
    assert random.loss.shape == (13, 6)
    low, middle, high = (random.quantile(share)[:6] for share in (0.25, 0.5, 0.75))
    assert (low <= middle).all()
    assert (middle <= high).all()


def test_it_stops_when_it_is_told() -> None:
    asked = 0

    def soon() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    assert len(list(sweep_setting(swept(GradientDescent(), Momentum(), Adam()), soon))) < 6


def curve_of(steps: list[int], loss: list[float] | None = None) -> SettingCurve:
    reached = np.array(steps)[:, np.newaxis]
    losses = np.where(reached < 0, np.inf, 1.0) if loss is None else np.array(loss)[:, np.newaxis]
    ending = np.full(losses.shape, TerminationReason.STEP_LIMIT.value, dtype=np.int8)
    return SettingCurve(0, np.arange(1.0, len(steps) + 1), losses, reached, ending, reached)


def test_a_lucky_value_among_worse_ones_is_not_best() -> None:
    assert curve_of([50, 50, 50, 7, 50, 50, 20, 20, 20, 20, 40, 40]).best in (7, 8)
    assert curve_of([-1, -1, -1]).best is None
    assert curve_of([-1] * 6, [5.0, 4.0, 3.0, 2.0, 3.0, 4.0]).best in (2, 3)


def test_usual_ranges() -> None:
    assert usual_range([0.01, 0.3], "log") == (1e-5, 10.0)
    assert usual_range([1e-6, 40.0], "log") == (1e-7, 1000.0)
    assert usual_range([0.9], "linear") == (0.0, 1.8)
