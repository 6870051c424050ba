"""What is looked at first of a model's landscape: start and minimum well inside, ravines as ravines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.predictors.framing import MOST_UNEQUAL, around_zero, framed

pytestmark = pytest.mark.numbers

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2).map(np.array)
CURVATURES = st.lists(st.just(0.0) | st.floats(1e-9, 1e6), min_size=2, max_size=2).map(np.array)


@given(NUMBERS, NUMBERS, CURVATURES, st.floats(0, 1e6))
@example(np.zeros(2), np.array([0.0, 5e-324]), np.zeros(2), 0.0)
def test_start_and_minimum_lie_inside(
    start: np.ndarray, minimum: np.ndarray, curvature: np.ndarray, rise: float
) -> None:
    low, high = np.array(framed(start, minimum, curvature, rise)).T
    assert np.isfinite([low, high]).all()
    if np.abs(start - minimum).max() > 1e-9 * max(1.0, np.abs(minimum).max()):
        for point in (start, minimum):
            assert (low <= point).all()
            assert (point <= high).all()


def test_sides_are_equal_so_that_ravines_are_seen() -> None:
    zero = np.zeros(2)
    (a, b), (c, d) = framed(zero, np.array([2.0, 0.3]), np.array([1.0, 30.0]), 1.0)
    assert b - a == d - c
    (a, b), (c, d) = framed(zero, np.array([2.0, 0.001]), np.array([1.0, 1e6]), 1.0)
    assert (b - a) / (d - c) == pytest.approx(MOST_UNEQUAL, rel=0.3)


def test_edges_read_well() -> None:
    assert framed(np.zeros(2), np.array([2.03, -0.98]), np.ones(2), 0.0) == ((-1.0, 5.0), (-4.0, 2.0))
    assert around_zero(2.4, 0.035) == ((-2.5, 2.5), (-0.04, 0.04))


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("outliers", [0, 5])
@pytest.mark.parametrize("loss", ["squared", "absolute", "huber"])
def test_the_lowest_point_of_a_line_lies_inside(loss: str, outliers: int, scale: float) -> None:
    source = {"id": "line", "scale": scale, "outliers": outliers}
    landscape = ModelDefinition(data=source, model={"id": "linear", "loss": loss}).landscape()
    axes = [np.linspace(low, high, 81) for low, high in landscape.domain]
    losses = landscape.value(np.array(np.meshgrid(*axes, indexing="ij")))
    i, j = np.unravel_index(losses.argmin(), losses.shape)
    assert 0 < i < 80
    assert 0 < j < 80
    assert losses.min() < landscape.value(np.array(landscape.start))


def test_separable_classes_have_a_valley_without_end_and_no_minimum() -> None:
    apart = ModelDefinition(
        data={"id": "iris", "species": "setosa-virginica"}, model={"id": "logistic"}
    ).landscape()
    assert apart.minima == ()
    mixed = ModelDefinition(
        data={"id": "moons", "noise": 0.3}, model={"id": "logistic", "bias": False}
    ).landscape()
    assert len(mixed.minima) == 1
    assert mixed.dimension == 2
