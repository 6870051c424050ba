"""Axes of plots: where values stand, the way back, and ticks."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.scene.plot_axis import PlotAxis, Scale, axis_around
from optexplorer.text import Text

RATE = Text("learning rate", "学習率")


@pytest.mark.parametrize(("scale", "base"), [("linear", 0.0), ("log", 0.0), ("log", -3.5), ("linear", 2.0)])
def test_the_way_there_and_back(scale: Scale, base: float) -> None:
    axis = PlotAxis(RATE, 1e-4, 10.0, scale, base)
    parts = np.linspace(0, 1, 11)
    values = np.array([axis.back(part) for part in parts])
    assert axis.at(values) == pytest.approx(parts, abs=1e-9)
    assert values[0] == pytest.approx(1e-4 + base)
    assert values[-1] == pytest.approx(10.0 + base)


def test_what_a_logarithm_does_not_know_has_no_place() -> None:
    axis = PlotAxis(RATE, 1e-3, 1.0, "log", base=2.0)
    places = axis.at(np.array([1.0, 2.0, np.nan, 3.0]))
    assert np.isnan(places[[0, 2]]).all()
    assert places[1] == -np.inf
    assert places[3] == pytest.approx(1.0)


@pytest.mark.parametrize(("low", "high", "scale"), [(1, 1, "linear"), (0, 1, "log"), (np.nan, 1, "linear")])
def test_axes_without_length_are_refused(low: float, high: float, scale: Scale) -> None:
    with pytest.raises(ValueError, match="is not allowed"):
        PlotAxis(RATE, low, high, scale)


def test_a_part_of_an_axis() -> None:
    axis = PlotAxis(RATE, 1e-5, 10.0, "log").between(1.0, 0.01)
    assert (axis.low, axis.high) == (0.01, 1.0)
    assert axis.between(0.5, 0.5) == axis


def test_an_axis_around_values_has_room_and_forgets_what_is_no_number() -> None:
    values = np.array([np.nan, 1e-30, 1e-3, np.inf, 10.0])
    axis = axis_around(RATE, values, "log", decades=8)
    assert axis.low < 1e-7 < 10 < axis.high
    assert axis.low > 1e-9
    even = axis_around(RATE, np.array([2.0, 4.0]))
    assert (even.low, even.high) == pytest.approx((1.92, 4.08))
    for scale in ("log", "linear"):
        assert axis_around(RATE, np.array([3.0, 3.0]), scale).at(np.array([3.0])) == pytest.approx(
            0.5, abs=0.01
        )
        none = axis_around(RATE, np.array([np.nan]), scale)
        assert none.low < none.high
