"""Minima are found where a landscape has them, isolated ones and valleys, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.minima_search import arrival_levels, minimum_sets
from tests.spaces import ManyValleys

SMALL = [id for id in landscapes.ids() if landscapes.get(id).dimension <= 2]


def own(formula: str, half: float = 2.0) -> FormulaLandscape:
    domain = {"x": (-half, half), "y": (-half, half)}
    return FormulaLandscape("own", FormulaDefinition(formula=formula, domain=domain))


@pytest.mark.parametrize("id", SMALL)
def test_the_known_minima_come_first(id: str) -> None:
    landscape = landscapes.get(id)
    found = minimum_sets(landscape)
    known = [one for one in found if one.known is not None]
    assert list(found[: len(known)]) == known
    # Connected minima, as on the ring of the sombrero, are one.
    assert len(known) <= len(landscape.minima)
    assert bool(known) == bool(landscape.minima)
    values = [one.value for one in known]
    assert values == pytest.approx(sorted(values), abs=1e-4)
    low, high = np.array(landscape.domain).T
    for one in found:
        if one.known is None:
            assert ((one.position > low - 1e-3) & (one.position < high + 1e-3)).all()


@pytest.mark.parametrize(
    ("id", "count"),
    [
        ("himmelblau", 4), ("rastrigin", 121), ("six-hump-camel", 6), ("three-hump-camel", 3), ("styblinski-tang", 4),
        ("rosenbrock", 1), ("egg-crate", 9), ("de-jong-n5", 25), ("goldstein-price", 4), ("peaks", 3), ("forrester", 2),
        ("saddle", 0), ("monkey-saddle", 0), ("pyramid", 1), ("step", 1), ("quantised-bowl", 1), ("line-fit", 1),
    ],
)  # fmt: skip
def test_their_number_on_landscapes_of_which_it_is_known(id: str, count: int) -> None:
    assert len(minimum_sets(landscapes.get(id))) == count


def test_where_the_others_lie() -> None:
    others = [one for one in minimum_sets(landscapes.get("rastrigin")) if one.known is None]
    # Rastrigin's minima are near the points of whole coordinates, the lowest first.
    for one in others:
        np.testing.assert_allclose(one.position, np.round(one.position), atol=0.04)
    values = [one.value for one in others]
    assert values == pytest.approx(sorted(values), abs=1e-4)
    assert values[0] == pytest.approx(0.99496, abs=1e-4)


def test_the_two_branches_of_a_hyperbola_are_two_valleys() -> None:
    first, second = minimum_sets(landscapes.get("two-layer-linear"))
    for one, side in ((first, 1), (second, -1)):
        assert (np.sign(one.points) == side).all()
        np.testing.assert_allclose(one.points.prod(axis=0), 1.0, atol=1e-5)
    # From one end of the window to the other.
    assert first.points[0].max() > 2.3
    assert first.points[1].max() > 2.3
    np.testing.assert_array_equal(first.position, (1.0, 1.0))


def test_a_ring_is_one_minimum_all_the_way_round() -> None:
    ring, *others = minimum_sets(own("(x^2 + y^2 - 1)^2"))
    assert not others
    np.testing.assert_allclose(np.hypot(*ring.points), 1.0, atol=1e-6)
    angles = np.sort(np.arctan2(ring.points[1], ring.points[0]))
    gaps = np.diff(np.append(angles, angles[0] + 2 * np.pi))
    # As lengths in widths of the domain.
    assert gaps.max() / 4 < 0.02


def test_level_ground_slopes_and_creases_have_none() -> None:
    assert minimum_sets(own("1 + 0*x*y")) == ()
    assert minimum_sets(own("x + 2*y")) == ()
    # Along the crease it falls without end.
    assert minimum_sets(own("abs(x) + 0.1*y")) == ()
    assert minimum_sets(own("tanh(x)")) == ()


def test_minima_of_one_coordinate() -> None:
    found = minimum_sets(landscapes.get("wavy-valley-1d"))
    assert len(found) == 6
    assert sum(one.known is not None for one in found) == 1


def test_a_landscape_without_a_hessian_that_is_not_finite_everywhere() -> None:
    found = minimum_sets(own("log(x) + 1/x + y^2"))
    assert len(found) == 1
    np.testing.assert_allclose(found[0].position, (1.0, 0.0), atol=1e-5)


def test_descents_have_arrived_within_a_small_circle() -> None:
    landscape: Landscape = landscapes.get("himmelblau")
    points = np.array([minimum.position for minimum in landscape.minima]).T
    levels = arrival_levels(landscape, points)
    assert (levels > landscape.value(points)).all()
    # Farther from a minimum than the circle, on its own ground, the loss is higher.
    for k, level in enumerate(levels):
        turn = np.linspace(0, 2 * np.pi, 90)
        around = points[:, [k]] + 0.0105 * 12 * np.stack([np.cos(turn), np.sin(turn)])
        assert (landscape.value(around) > level * 0.99).all()
    assert arrival_levels(landscape, np.zeros((2, 0))).shape == (0,)


def test_along_a_valley_the_loss_across_it_counts() -> None:
    landscape = own("x^2 + 0*y")
    level = arrival_levels(landscape, np.array([[0.0], [0.5]]))
    assert level[0] > 1e-7


def test_of_a_plugin_that_names_none() -> None:
    (found,) = minimum_sets(ManyValleys(2))
    np.testing.assert_allclose(found.position, (0.0, 0.0), atol=1e-2)
    assert found.known is None
