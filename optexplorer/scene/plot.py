"""A picture of a study: lines, bands, areas, cells and marks on two axes, as values that know no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.text import Text

Array = NDArray[np.float64]

Dash = Literal["solid", "dashed", "dotted"]
Marker = Literal["none", "disc", "ring", "cross", "square", "triangle", "star"]
Ink = str
"""A colour as `#rrggbb`, or the name of one of the theme's: `text`, `muted`, `accent`, `danger`."""


@dataclass(frozen=True, eq=False)
class Line:
    """A curve through points; it is interrupted where a number is not finite.

    Attributes
    ----------
    x, y : shape (points,)
    width : in pixels at the usual size of type; 0 draws the markers only
    strength : how much of the colour there is, from 0 to 1
    stairs : whether the value stays until the next point, as in a profile
    """

    x: Array
    y: Array
    colour: Ink
    label: Text | None = None
    width: float = 1.9
    dash: Dash = "solid"
    marker: Marker = "none"
    strength: float = 1.0
    stairs: bool = False


@dataclass(frozen=True, eq=False)
class Band:
    """The area between two curves, such as quantiles; `x`, `low` and `high` of shape (points,)."""

    x: Array
    low: Array
    high: Array
    colour: Ink
    label: Text | None = None
    strength: float = 0.18
    stairs: bool = False


@dataclass(frozen=True)
class Span:
    """A part of one axis that is shaded over the whole plot, such as where descents diverge."""

    axis: Literal["x", "y"]
    low: float
    high: float
    colour: Ink = "muted"
    label: Text | None = None
    strength: float = 0.12
    hatched: bool = False


@dataclass(frozen=True, eq=False)
class Stack:
    """Areas that lie on each other, such as shares: `parts` of shape (areas, points) over `x` of shape (points,)."""

    x: Array
    parts: Array
    colours: tuple[Ink, ...]
    labels: tuple[Text | None, ...]


@dataclass(frozen=True, eq=False)
class Cells:
    """A heat map: one value for each cell of a grid. Nothing is interpolated; a cell without a value stays empty.

    Attributes
    ----------
    x_edges, y_edges : rising, shape (columns + 1,) and (rows + 1,)
    values : shape (rows, columns), the lowest row first; NaN where nothing has been computed or nothing is to be drawn
    scale : the axis of the colour bar: values beyond its ends have the colour of the end
    colour_map : a name that `palette.colour_map` knows
    reverse : whether high values have the first colours of the map
    hatched : whether the cells are hatched, to tell them from those of other `Cells` in the same plot
    bar : whether a colour bar says what the colours mean
    """

    x_edges: Array
    y_edges: Array
    values: Array
    scale: PlotAxis
    colour_map: str = "viridis"
    reverse: bool = False
    hatched: bool = False
    bar: bool = True

    def value_at(self, x: float, y: float) -> float:
        """Return the value of the cell that holds a point, NaN outside of the grid."""
        place = self.place_at(x, y)
        return float("nan") if place is None else float(self.values[place])

    def place_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column of the cell that holds a point; None outside of the grid."""
        column = int(np.searchsorted(self.x_edges, x, side="right")) - 1
        row = int(np.searchsorted(self.y_edges, y, side="right")) - 1
        rows, columns = self.values.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None


@dataclass(frozen=True)
class Mark:
    """A line across the plot at one place of an axis, with words at its end."""

    axis: Literal["x", "y"]
    at: float
    colour: Ink = "text"
    words: Text | None = None
    dash: Dash = "solid"
    width: float = 1.3
    strength: float = 0.85


@dataclass(frozen=True)
class Point:
    """One marked point, with words beside it."""

    x: float
    y: float
    colour: Ink
    marker: Marker = "disc"
    words: Text | None = None
    size: float = 5.0
    """The radius, in pixels at the usual size of type."""


@dataclass(frozen=True)
class Interval:
    """From where to where a quantity lies, with its middle: an interval of confidence, or a spread.

    It runs along `axis`; `at` is its place on the other one.
    """

    axis: Literal["x", "y"]
    at: float
    low: float
    high: float
    middle: float
    colour: Ink
    label: Text | None = None


@dataclass(frozen=True, eq=False)
class Plot:
    """Everything that one plot shows, from the back to the front in the order of the fields.

    What has a `label` stands in the legend; equal labels of equal colours once.
    """

    x: PlotAxis
    y: PlotAxis
    cells: tuple[Cells, ...] = ()
    spans: tuple[Span, ...] = ()
    stacks: tuple[Stack, ...] = ()
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    lines: tuple[Line, ...] = ()
    intervals: tuple[Interval, ...] = ()
    points: tuple[Point, ...] = ()
    title: Text | None = None
    absence: Text | None = None
    """Why there is nothing to see, in the middle of the plot."""
    grid: bool = True


@dataclass(frozen=True, eq=False)
class PlotSheet:
    """Plots that are shown together, in rows of `columns`; those below each other have the same left and right ends.

    Attributes
    ----------
    legend : whether the labels of all plots stand once above them
    notes : what has to be said, below the plots
    """

    plots: tuple[Plot, ...]
    columns: int = 1
    legend: bool = True
    title: Text | None = None
    notes: tuple[Text, ...] = ()
