"""The traps catch the optimizers that they are made for, as their lessons say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason, Trajectory

pytestmark = pytest.mark.numbers


def run(
    landscape: str, optimizer: str, steps: int = 400, source: GradientSource | None = None, **settings: Any
) -> Trajectory:
    function = landscapes.get(landscape)
    run_spec = RunSpec(function, make(optimizers.get(optimizer), settings), source=source)
    return trajectory(run_spec, function.start, steps, end=StoppingCriteria(converge=False))


def test_adam_with_a_short_memory_drifts_up_where_the_mean_slope_leads_down() -> None:
    function = landscapes.get("adam-trap")
    period = np.array([np.linspace(3, 4, 10_001)[:-1], np.zeros(10_000)])
    assert function.gradient(period)[1].mean() == pytest.approx(0.64, abs=0.01)
    assert run("adam-trap", "gd", lr=0.01).y[-1] < -2
    for beta1 in (0.0, 0.9):
        # After the first pulses, which come at x = 1.
        caught = run("adam-trap", "adam", lr=0.02, beta1=beta1, beta2=0.5)
        assert caught.y[-1] > caught.y[60] > 0
        for safe in ({"beta2": 0.999}, {"beta2": 0.9, "amsgrad": True}):
            free = run("adam-trap", "adam", lr=0.02, beta1=beta1, **safe)
            assert free.y[-1] < free.y[60]


def test_adagrad_stalls_on_the_gentle_floor() -> None:
    stalled = run("adagrad-stall", "adagrad", lr=0.5)
    assert stalled.x[-1] < 0
    lengths = np.hypot(*np.diff(stalled.position, axis=0).T)
    assert lengths[-1] < lengths[0] / 50
    for other in ("rmsprop", "adam", "gd"):
        assert run("adagrad-stall", other, lr=0.5).x[-1] == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("lr", [0.01, 0.02, 0.04])
def test_plain_descent_falls_into_the_hole(lr: float) -> None:
    assert run("momentum-overshoot", "gd", lr=lr).loss[-1] < -1.9


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_momentum_rolls_over_the_hole(optimizer: str) -> None:
    rolled = run("momentum-overshoot", optimizer, lr=0.1)
    # It came past the hole, on the way from the left to the bottom of the bowl.
    assert np.hypot(rolled.x + 1.99, rolled.y - 0.995).min() < 0.5
    np.testing.assert_allclose(rolled.position[-1], 0, atol=1e-6)


@pytest.mark.parametrize(
    ("landscape", "small", "large"),
    [("sharp-and-flat", (0.01, 0.05), (0.2, 0.3, 0.5)), ("sharp-and-flat-1d", (0.01, 0.02), (0.1, 0.2, 0.5))],
)
def test_large_steps_jump_out_of_the_sharp_valley_into_the_flat_one(
    landscape: str, small: tuple[float, ...], large: tuple[float, ...]
) -> None:
    sharp, flat = (minimum.position for minimum in landscapes.get(landscape).minima)
    for lr in small:
        np.testing.assert_allclose(run(landscape, "gd", lr=lr).position[-1], sharp, atol=1e-6)
    for lr in large:
        np.testing.assert_allclose(run(landscape, "gd", lr=lr).position[-1], flat, atol=1e-6)


def test_clipping_tames_the_cliff() -> None:
    valley = 2.0
    flung = run("cliff", "gd", 60, lr=0.5)
    assert np.diff(flung.x).max() > 4
    assert flung.x.max() > valley + 2
    clipped = run("cliff", "gd", 60, Exact(clip_norm=1.0), lr=0.5)
    assert clipped.x.max() <= valley
    assert clipped.x[-1] == pytest.approx(valley, abs=0.05)


def test_newtons_full_step_leaps_away_and_the_damped_one_arrives() -> None:
    full = run("newton-trap", "newton", line_search="none")
    assert full.ending is TerminationReason.DIVERGED
    np.testing.assert_allclose(full.x[1:], -(full.x[:-1] ** 3), rtol=1e-6)
    np.testing.assert_allclose(run("newton-trap", "newton").position[-1], 0, atol=1e-6)


GRADIENT_DESCENT_VIZ = {
    "local-minimum": lambda x, z: (
        -2 * np.exp(-((x - 1) ** 2 + z**2) / 0.2) - 6 * np.exp(-((x + 1) ** 2 + z**2) / 0.2) + x**2 + z**2
    ),
    "global-minimum": lambda x, z: x**2 + z**2,
    "saddle-point": lambda x, z: np.sin(x) + z**2,
    "ecliptic-bowl": lambda x, z: -np.exp(-(x**2 + 5 * z**2)) + x**2 + 0.5 * z**2,
    "hills": lambda x, z: (
        2 * np.exp(-((x - 1) ** 2 + z**2) / 0.2)
        + 6 * np.exp(-((x + 1) ** 2 + z**2) / 0.2)
        - 2 * np.exp(-((x - 1) ** 2 + (z + 1) ** 2) / 0.2)
        + x**2
        + z**2
    ),
    "rippled-plateau": lambda x, z: (
        -np.sin(np.hypot(x, z) + 0.01) / (np.hypot(x, z) + 0.01) + 0.01 * (np.hypot(x, z) + 0.01) ** 2
    ),
}
"""Its surfaces as functions of its own coordinates, which it stretches from x and y by these factors."""
STRETCHES = {
    "local-minimum": (1, 1.4),
    "hills": (1, 1.4),
    "ecliptic-bowl": (0.5, 0.5),
    "rippled-plateau": (10, 10),
}


@pytest.mark.parametrize("id", GRADIENT_DESCENT_VIZ)
def test_the_surfaces_of_gradient_descent_viz_are_here(id: str) -> None:
    function = landscapes.get(id)
    low, high = np.array(function.domain).T
    x = np.random.default_rng(5).uniform(low, high, (200, 2)).T
    wide, deep = STRETCHES.get(id, (1, 1))
    expected = GRADIENT_DESCENT_VIZ[id](wide * x[0], deep * x[1])
    np.testing.assert_allclose(function.value(x), expected, rtol=1e-12, atol=1e-12)
