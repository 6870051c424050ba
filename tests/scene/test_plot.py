"""Plots as values: cells and their edges."""

from __future__ import annotations

import math

import numpy as np

from optexplorer.scene.plot import Cells
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.text import Text


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
