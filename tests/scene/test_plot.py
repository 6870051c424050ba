"""Plots as values: cells and their edges."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optexplorer.scene.plot import Cells, edges_between
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.text import Text


def test_cells_meet_half_way_between_their_centres() -> None:
    assert edges_between(np.array([1.0, 2.0, 3.0])) == pytest.approx([0.5, 1.5, 2.5, 3.5])
    assert edges_between(np.array([1.0, 100.0]), "log") == pytest.approx([0.1, 10.0, 1000.0])
    assert edges_between(np.array([2.0])) == pytest.approx([1.5, 2.5])
    low, high = edges_between(np.array([2.0]), "log")
    assert low < 2.0 < high


def test_a_point_belongs_to_the_cell_around_it() -> None:
    cells = Cells(
        np.array([0.0, 1.0, 3.0]),
        np.array([0.0, 1.0, 2.0]),
        np.array([[1.0, 2.0], [3.0, math.nan]]),
        PlotAxis(Text("loss", "損失"), 0.0, 3.0),
    )
    assert cells.value_at(2.9, 0.5) == 2.0
    assert cells.place_at(0.5, 1.5) == (1, 0)
    assert math.isnan(cells.value_at(2.0, 1.5))
    assert cells.place_at(3.5, 0.5) is None
    assert math.isnan(cells.value_at(-0.1, 0.5))
