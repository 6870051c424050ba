"""Profiles and ranks are those of their definitions."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from optexplorer.runs.profiles import (
    convergence_target,
    data_profiles,
    median_ranks,
    performance_profiles,
    ranks,
)

# Three problems, two solvers; nobody solves the last.
COSTS = np.array([[10.0, 5.0], [4.0, inf], [inf, inf]])


def test_a_data_profile_counts_what_is_solved_within_a_cost() -> None:
    first, second = data_profiles(COSTS)
    assert [first.at(x) for x in (3, 4, 9.9, 10, 1e9)] == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert [second.at(x) for x in (4.9, 5, 1e9)] == pytest.approx([0, 1 / 3, 1 / 3])


def test_a_performance_profile_counts_what_is_solved_within_a_ratio_of_the_best() -> None:
    first, second = performance_profiles(COSTS)
    assert [first.at(x) for x in (0.99, 1, 2, 50)] == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3])
    assert [second.at(x) for x in (1, 50)] == pytest.approx([1 / 3, 1 / 3])


def test_nothing_solved_is_a_profile_at_zero() -> None:
    (profile,) = data_profiles(np.full((3, 1), inf))
    assert profile.at(1e9) == 0.0


COST = st.one_of(st.just(inf), st.integers(1, 50).map(float))


@settings(deadline=None)
@given(arrays.arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 5)), elements=COST))
def test_profiles_by_counting(costs: np.ndarray) -> None:  # type: ignore[type-arg]
    for solver, (data, performance) in enumerate(
        zip(data_profiles(costs), performance_profiles(costs), strict=True)
    ):
        for x in (1.0, 2.0, 3.5, 10.0, 50.0):
            assert data.at(x) == pytest.approx((costs[:, solver] <= x).mean())
            solved = [row[solver] <= x * row.min() for row in costs if np.isfinite(row[solver])]
            assert performance.at(x) == pytest.approx(sum(solved) / len(costs))


def test_ranks_share_ties_and_divergence_is_last() -> None:
    assert ranks(np.array([[1.0, 3.0, 2.0], [5.0, 5.0, inf], [inf, inf, 0.0]])).tolist() == [
        [1, 3, 2], [1.5, 1.5, 3], [2.5, 2.5, 1]
    ]  # fmt: skip


def test_median_ranks_have_intervals_around_them() -> None:
    losses = np.random.default_rng(1).random((40, 3)) + np.array([0.0, 0.3, 2.0])
    first, second, third = median_ranks(losses)
    assert first.median == 1
    assert third == (third.__class__)(3, 3, 3)
    assert second.low <= second.median <= second.high
    assert median_ranks(losses) == median_ranks(losses)


def test_what_counts_as_solved() -> None:
    assert convergence_target(np.array([10.0, 2.0]), np.array([0.0, 1.0]), 0.1).tolist() == pytest.approx(
        [1.0, 1.1]
    )
