"""Ends of descents are sorted by the minimum that they have reached."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.attractors import (
    DIVERGED,
    MISSING,
    MOST,
    NO_MINIMUM,
    OTHER,
    RAN_OUT,
    Attractors,
    attractors_of,
)
from optexplorer.engine.landscapes.base import Array, Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.trajectory import TerminationReason
from tests.spaces import ManyValleys

CONVERGED, STEP_LIMIT = TerminationReason.CONVERGED, TerminationReason.STEP_LIMIT
HIMMELBLAU = landscapes.get("himmelblau")


def labels(found: Attractors, points: Array, ending: TerminationReason) -> list[int]:
    position = np.asarray(points, dtype=np.float64)
    endings = np.full(position.shape[1], ending.value, dtype=np.int8)
    return found.labels(position, endings).tolist()


def minima_of(landscape: Landscape) -> Array:
    return np.array([minimum.position for minimum in landscape.minima]).T


def test_an_end_belongs_to_the_minimum_within_the_tolerance() -> None:
    found = attractors_of(HIMMELBLAU)
    points = minima_of(HIMMELBLAU)
    for ending in (CONVERGED, STEP_LIMIT):
        assert labels(found, points, ending) == [0, 1, 2, 3]
        # The domain is 12 wide, the tolerance 0.12.
        assert labels(found, points + 0.08, ending) == [0, 1, 2, 3]
    assert labels(found, points + 0.16, CONVERGED) == [NO_MINIMUM] * 4
    assert labels(found, points + 0.16, STEP_LIMIT) == [RAN_OUT] * 4
    assert labels(found, points, TerminationReason.DIVERGED) == [DIVERGED] * 4
    assert labels(found, points, TerminationReason.CANCELLED) == [MISSING] * 4
    assert labels(found, np.array([[1e9, np.nan], [0.0, 0.0]]), STEP_LIMIT) == [RAN_OUT] * 2


def test_minima_know_where_they_are_and_which_is_lowest() -> None:
    found = attractors_of(landscapes.get("goldstein-price")).minima
    assert [minimum.lowest for minimum in found] == [True, False, False, False]
    assert found[0].position == (0.0, -1.0)
    assert found[0].value == pytest.approx(3.0)
    assert all(minimum.lowest for minimum in attractors_of(HIMMELBLAU).minima)
    assert [minimum.many for minimum in attractors_of(landscapes.get("two-layer-linear")).minima] == [
        True,
        True,
    ]


def test_minima_that_are_closer_than_the_tolerance_are_told_apart_by_the_nearest() -> None:
    narrow = FormulaDefinition(
        formula="(x^2 - 0.0001)^2 + y^2",
        domain={"x": (-1, 3), "y": (-2, 2)},
        minima=[{"at": [0.01, 0], "value": 0}, {"at": [-0.01, 0], "value": 0}],
    )
    found = attractors_of(FormulaLandscape("own", narrow))
    assert labels(found, np.array([[0.02, -0.02], [0.0, 0.0]]), CONVERGED) == [0, 1]


def test_all_along_a_valley_it_is_the_same_minimum() -> None:
    found = attractors_of(landscapes.get("two-layer-linear"))
    u = np.linspace(0.45, 2.2, 60)
    assert set(labels(found, np.stack([u, 1 / u]), CONVERGED)) == {0}
    assert set(labels(found, np.stack([-u, -1 / u]), STEP_LIMIT)) == {1}


def test_more_minima_than_can_be_told_apart_are_others() -> None:
    landscape = landscapes.get("levy-n13")
    found = attractors_of(landscape)
    assert len(found.sets) > MOST
    assert len(found.minima) == MOST
    last = found.sets[-1].position[:, np.newaxis]
    assert labels(found, last, CONVERGED) == [OTHER]


def test_minima_outside_of_the_domain_join_when_they_are_reached() -> None:
    landscape = landscapes.get("mccormick")
    before = attractors_of(landscape)
    # A copy of the global minimum, lower and outside.
    outside = np.array([[-3.688790204], [-4.688790204]])
    endings = np.array([CONVERGED.value], dtype=np.int8)
    assert before.labels(outside, endings).tolist() == [NO_MINIMUM]
    after = before.with_ends(outside, endings)
    assert after.labels(outside, endings).tolist() == [len(before.sets)]
    assert [minimum.lowest for minimum in after.minima] == [True, False, False]
    # Those that were there keep their numbers, and nothing joins twice.
    assert after.sets[: len(before.sets)] == before.sets
    assert after.with_ends(outside, endings) is after


def test_saddles_and_slopes_do_not_join() -> None:
    found = attractors_of(landscapes.get("escape-saddle"))
    points = np.array([[0.0, 0.5], [0.0, 0.3]])
    endings = np.full(2, CONVERGED.value, dtype=np.int8)
    assert found.with_ends(points, endings) is found
    assert labels(found, points, CONVERGED) == [NO_MINIMUM] * 2


def test_in_many_coordinates_minima_are_told_by_their_loss() -> None:
    landscape = landscapes.get("matrix-factorisation")
    found = attractors_of(landscape)
    known = np.array(landscape.minima[0].position)
    # The same product of both factors: another point of equal loss.
    other = -known
    position = np.stack([known, other, known + 0.02, known + 0.5], axis=1)
    assert labels(found, position, CONVERGED) == [0, 0, 0, NO_MINIMUM]
    assert labels(found, position, STEP_LIMIT) == [0, RAN_OUT, 0, RAN_OUT]


def test_in_many_coordinates_minima_join_where_descents_converge() -> None:
    landscape = ManyValleys(4)
    before = attractors_of(landscape)
    assert before.minima == ()
    position = np.zeros((4, 3))
    position[0, 1] = 2.0
    endings = np.array([CONVERGED.value, STEP_LIMIT.value, CONVERGED.value], dtype=np.int8)
    after = before.with_ends(position, endings)
    assert len(after.sets) == 1
    assert after.minima[0].lowest
    assert after.labels(position, endings).tolist() == [0, RAN_OUT, 0]


def test_the_levels_of_arrival() -> None:
    levels = attractors_of(HIMMELBLAU).levels
    # Four minima of equal loss share one.
    assert len(set(levels[:-1].tolist())) == 1
    assert 0 < levels[0] < 1
    assert levels[-1] == -np.inf
    assert (attractors_of(landscapes.get("rastrigin")).levels == -np.inf).all()
    assert attractors_of(landscapes.get("saddle")).levels.tolist() == [-np.inf]
    peaks = attractors_of(landscapes.get("peaks"))
    assert (peaks.levels[:-1] > [minimum.value for minimum in peaks.minima]).all()
