"""Many starts fill the domain, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

import optexplorer as ox
from optexplorer.runs.starts import quasi_random, spread_starts


def test_a_single_one_is_the_landscapes_own() -> None:
    himmelblau = ox.landscape("himmelblau")
    assert spread_starts(himmelblau, 1).tolist() == [list(himmelblau.start)]


def test_they_fill_the_domain() -> None:
    landscape = ox.formula("x^2 + y^2", {"x": (-1, 3), "y": (10, 11)})
    starts = spread_starts(landscape, 64)
    assert starts.shape == (64, 2)
    # A start in each part of an even grid, which random points would miss.
    parts = np.floor((starts - [-1, 10]) / [4, 1] * 4).astype(int)
    assert len(np.unique(parts, axis=0)) == 16
    np.testing.assert_array_equal(starts[:10], spread_starts(landscape, 10))


@pytest.mark.parametrize("dimension", [1, 2, 3, 20])
def test_quasi_random_points_are_more_even_than_random_ones(dimension: int) -> None:
    points = quasi_random(256, dimension)
    assert points.shape == (256, dimension)
    assert ((points >= 0) & (points < 1)).all()
    # Along each coordinate, the share below every quantile is that quantile.
    ranks = np.sort(points, axis=0) - (np.arange(256) + 0.5)[:, np.newaxis] / 256
    assert np.abs(ranks).max() < (0.04 if dimension < 20 else 0.2)
    np.testing.assert_array_equal(points[:9], quasi_random(9, dimension))


def test_networks_start_from_weights_of_other_seeds() -> None:
    network = ox.mlp("moons", hidden=(4,), seed=3)
    starts = spread_starts(network, 3)
    np.testing.assert_array_equal(starts[0], network.start)
    np.testing.assert_array_equal(starts[1], ox.mlp("moons", hidden=(4,), seed=4).start)


def test_models_without_random_weights_start_in_their_domain() -> None:
    line = ox.model("linear", "line")
    starts = spread_starts(line, 8)
    low, high = np.array(line.domain).T
    assert ((starts >= low) & (starts <= high)).all()
    assert len(np.unique(starts, axis=0)) == 8
