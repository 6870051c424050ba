"""Sobol points are the published ones, and fill every axis evenly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.runs.tuning.sobol import MOST_DIMENSIONS, sobol_points

# fmt: off
# scipy.stats.qmc.Sobol(21, scramble=False).random(8)[1:5]
SCIPY = [
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.75, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.25],
    [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25, 0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.75],
    [0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875, 0.875, 0.625, 0.875,
     0.375, 0.375, 0.625, 0.375, 0.875, 0.375, 0.875, 0.875, 0.125, 0.125],
]
# fmt: on


def test_the_first_points_are_the_published_ones() -> None:
    points = sobol_points(4, 21)
    assert points.tolist() == SCIPY


@given(st.integers(1, 7), st.one_of(st.none(), st.integers(0, 1000)))
def test_every_axis_is_filled_evenly(power: int, seed: int | None) -> None:
    """The first 2^k points with the corner have one point in each of 2^k equal parts of every axis."""
    count = 2**power
    points = sobol_points(count - 1, MOST_DIMENSIONS)
    parts = np.sort((np.vstack([np.zeros(MOST_DIMENSIONS), points]) * count).astype(int), axis=0)
    assert (parts == np.arange(count)[:, np.newaxis]).all()
    shifted = sobol_points(count, 3, seed)
    assert ((shifted >= 0) & (shifted < 1)).all()


def test_too_many_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="dimensions = 22"):
        sobol_points(4, 22)
