"""Clouds: their descents are those of the racer, and their quantiles are losses that were found."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.descent import trajectory
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.runs import descent_cloud as clouds
from optexplorer.runs.descent_cloud import CloudSpec, descent_cloud

BOWL = landscapes.get("quadratic-bowl")
NOISY = CloudSpec(
    RunSpec(BOWL, GradientDescent(lr=0.1), source=Noisy(sigma=0.5), seed=3), (2.0, 1.0), 40, "seeds", 24, 0.05
)
EXACT = replace(NOISY, run=RunSpec(BOWL, GradientDescent(lr=0.1)), of="starts")


def test_a_cloud_of_seeds() -> None:
    cloud = descent_cloud(NOISY)
    assert cloud.count == 24
    for k in (0, 7, 23):
        path = trajectory(replace(NOISY.run, seed=3 + k), NOISY.start, 40)
        np.testing.assert_array_equal(cloud.position[:, :, k], path.position)
        np.testing.assert_array_equal(cloud.loss[:, k], path.loss)
    assert cloud.exact is not None
    alone = trajectory(replace(NOISY.run, source=Exact()), NOISY.start, 40)
    np.testing.assert_array_equal(cloud.exact, alone.position)
    np.testing.assert_array_equal(cloud.median, np.median(cloud.position, axis=2))


def test_the_mean_of_linear_descents_is_the_descent_without_noise() -> None:
    """On a quadratic the gradient is linear, so the mean over many seeds tends to the exact path."""
    cloud = descent_cloud(replace(NOISY, count=512))
    assert cloud.exact is not None
    # The spread of each coordinate is at most about lr * sigma / sqrt(1 - 0.8^2), that of the mean 23 times smaller.
    assert np.abs(cloud.mean - cloud.exact).max() < 5 * 0.1 / 512**0.5


def test_a_cloud_of_starts_begins_with_the_racers_own() -> None:
    few, all_ = descent_cloud(EXACT, 6), descent_cloud(EXACT)
    np.testing.assert_array_equal(few.position, all_.position[:, :, :6])
    assert all_.position[0, :, 0].tolist() == [2.0, 1.0]
    assert all_.exact is None
    half = (np.array(BOWL.domain)[:, 1] - np.array(BOWL.domain)[:, 0]) / 2
    away = np.abs(descent_cloud(replace(EXACT, count=400)).position[0] - np.array([[2.0], [1.0]]))
    assert (away.mean(axis=1) / half == pytest.approx(0.05 * (2 / np.pi) ** 0.5, rel=0.2))  # fmt: skip


def test_quantiles_of_descents_that_diverge() -> None:
    """Where the rate is too large all diverge, and infinite losses are the largest."""
    cloud = descent_cloud(replace(EXACT, run=RunSpec(BOWL, GradientDescent(lr=50.0)), steps=200))
    assert (cloud.ending == TerminationReason.DIVERGED.value).all()
    assert (cloud.quantiles[:, -1] == inf).all()
    assert np.isnan(cloud.mean).all()
    assert (cloud.quantiles[:-1] <= cloud.quantiles[1:]).all()


def test_long_clouds_are_known_at_evenly_spaced_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clouds, "MOST_ROWS", 10)
    monkeypatch.setattr(clouds, "MOST_NUMBERS", 41 * 3 * 5)
    cloud = descent_cloud(EXACT)
    assert cloud.count == 5
    assert cloud.rows.tolist() == list(range(0, 41, 4))
    assert [cloud.row_at(step) for step in (0, 3, 4, 40, 99)] == [0, 0, 1, 10, 10]


def test_networks_start_from_other_initial_weights() -> None:
    moons = landscapes.get("moons-network")
    cloud = descent_cloud(
        CloudSpec(RunSpec(moons, GradientDescent(lr=0.1)), moons.start, 3, "starts", 4, 0.05)
    )
    assert cloud.position[0, :, 0].tolist() == list(moons.start)
    assert len(np.unique(cloud.loss[0])) == 4
