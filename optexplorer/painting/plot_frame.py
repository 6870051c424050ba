"""The layout of plots in a picture, and the way back from pixels to values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from optexplorer.painting.axes import (
    ABOVE,
    GAP,
    TICK,
    Tick,
    metrics,
    room_above,
    room_below,
    room_beside,
    text_width,
)
from optexplorer.painting.plot_legend import legend_rows, row_height
from optexplorer.painting.plot_notes import notes_height
from optexplorer.painting.style import Style
from optexplorer.scene.plot import Cells, Plot, PlotSheet
from optexplorer.scene.plot_axis import PlotAxis

Array = NDArray[np.float64]

BAR, BESIDE_BAR = 12.0, 16.0
"""Width of a colour bar, and the room left of it, in units of the style."""
MARGIN = 10.0
"""Room around all plots and between them, in units of the style."""
MOST_NAMES = 0.34
"""The part of the width that the names of places may take beside a plot."""


@dataclass(frozen=True)
class PlotFrame:
    """The layout of one plot, in pixels: its axes meet at the lower left of `plot`."""

    outer: QRectF
    plot: QRectF
    x: PlotAxis
    y: PlotAxis
    bars: tuple[QRectF, ...]
    """The colour bars, one for each of the plot's cells that have one."""
    unit: float
    names_x: bool = True
    """Whether the horizontal axis has its name; not above another plot with the same one."""

    def points(self, x: Array, y: Array) -> Array:
        """Return the pixels of points, shape (k, 2); NaN where an axis has no place, far outside where it is infinite."""
        across, up = self.x.at(x), self.y.at(y)
        across, up = np.clip(across, -1e5, 1e5), np.clip(up, -1e5, 1e5)
        return np.stack(
            [self.plot.left() + across * self.plot.width(), self.plot.bottom() - up * self.plot.height()],
            axis=1,
        )

    def point(self, x: float, y: float) -> QPointF | None:
        """Return the pixel of a point; None if it has none within the plot."""
        found = self.points(np.array([x]), np.array([y]))[0]
        if not np.isfinite(found).all():
            return None
        at = QPointF(*found.tolist())
        return at if self.plot.adjusted(-0.5, -0.5, 0.5, 0.5).contains(at) else None

    def values(self, at: QPointF) -> tuple[float, float]:
        """Return the values at a pixel, also outside of the plot."""
        return (
            self.x.back((at.x() - self.plot.left()) / self.plot.width()),
            self.y.back((self.plot.bottom() - at.y()) / self.plot.height()),
        )

    def x_ticks(self, style: Style) -> list[Tick]:
        """Return the ticks of the horizontal axis."""
        most = max(2, int(self.plot.width() / (72 * self.unit)))
        return [
            Tick(self.plot.left() + at * self.plot.width(), label)
            for at, label in _ticks(self.x, most, style)
        ]

    def y_ticks(self, style: Style) -> list[Tick]:
        """Return the ticks of the vertical axis."""
        most = max(2, int(self.plot.height() / (34 * self.unit)))
        return [
            Tick(self.plot.bottom() - at * self.plot.height(), label)
            for at, label in _ticks(self.y, most, style)
        ]


@dataclass(frozen=True)
class SheetFrame:
    """The layout of all plots of a sheet."""

    outer: QRectF
    legend: QRectF
    plots: tuple[PlotFrame, ...]
    notes: QRectF

    def plot_at(self, at: QPointF) -> int | None:
        """Return the number of the plot within whose axes a pixel lies; None outside of all."""
        for number, frame in enumerate(self.plots):
            if frame.plot.contains(at):
                return number
        return None


def _ticks(axis: PlotAxis, most: int, style: Style) -> list[tuple[float, str]]:
    if axis.names:
        return [(axis.place(value), style.words(words)) for value, words in axis.names]
    return [(at, label) for at, label in axis.ticks(most) if math.isfinite(at)]


def _title_height(plot: Plot, style: Style) -> float:
    return metrics(style, bold=True).height() + 4 * style.unit if plot.title is not None else 0.0


def _labels(axis: PlotAxis, most: int, style: Style) -> list[str]:
    return [label for _, label in _ticks(axis, most, style)]


def _left(plot: Plot, height: float, style: Style) -> float:
    """The room left of the vertical axis."""
    return (
        room_beside(style, _labels(plot.y, max(2, int(height / (34 * style.unit))), style)) + 2 * style.unit
    )


def _right(plot: Plot, style: Style) -> float:
    """The room right of the plot: half a label, or the colour bars."""
    half = text_width(style, _labels(plot.x, 6, style)[-1:]) / 2 + 2 * style.unit
    if not plot.cells:
        return half
    return max(half, *(_bar_room(cells, style) for cells in plot.cells if cells.bar))


def _bar_room(cells: Cells, style: Style) -> float:
    unit = style.unit
    labels = text_width(style, _labels(cells.scale, 6, style)) + (TICK + GAP) * unit
    name = text_width(style, [style.words(cells.scale.label)], bold=True)
    return BESIDE_BAR * unit + max(BAR * unit + labels, name)


def sheet_frame(rect: QRectF, sheet: PlotSheet, style: Style) -> SheetFrame:
    """Return the layout of `sheet` painted in `rect`."""
    unit = style.unit
    rest = rect.adjusted(MARGIN * unit, MARGIN * unit, -MARGIN * unit, -MARGIN * unit)
    if sheet.title is not None:
        rest.setTop(rest.top() + metrics(style, 1.12, bold=True).height() + 6 * unit)
    rows = legend_rows(sheet, rest.width(), style)
    legend = QRectF(rest.left(), rest.top(), rest.width(), len(rows) * row_height(style))
    if rows:
        rest.setTop(legend.bottom() + 2 * unit)
    notes = _notes_box(rest, sheet, style)
    if sheet.notes:
        rest.setBottom(notes.top() - 4 * unit)
    return SheetFrame(rect, legend, tuple(_frames(rest, sheet, style)), notes)


def _notes_box(rest: QRectF, sheet: PlotSheet, style: Style) -> QRectF:
    height = notes_height(sheet, rest.width(), style)
    return QRectF(rest.left(), rest.bottom() - height, rest.width(), height)


def _frames(rest: QRectF, sheet: PlotSheet, style: Style) -> list[PlotFrame]:
    unit, plots = style.unit, sheet.plots
    if not plots:
        return []
    columns = max(1, min(sheet.columns, len(plots)))
    rows = math.ceil(len(plots) / columns)
    gap = MARGIN * unit
    width = (rest.width() - gap * (columns - 1)) / columns
    name = metrics(style, bold=True).height() + 2 * unit
    named = [n + columns >= len(plots) or plots[n + columns].x != plot.x for n, plot in enumerate(plots)]
    # So that plots below each other are equally high, whether their axes have names or not.
    room = [name if any(named[row * columns : (row + 1) * columns]) else 0.0 for row in range(rows)]
    height = (rest.height() - gap * (rows - 1) - sum(room)) / rows
    frames = []
    for number, plot in enumerate(plots):
        row, column = divmod(number, columns)
        top = rest.top() + row * (height + gap) + sum(room[:row])
        outer = QRectF(rest.left() + column * (width + gap), top, width, height + room[row])
        below = plots[column::columns]
        left = min(max(_left(other, height, style) for other in below), MOST_NAMES * width)
        right = max(_right(other, style) for other in below)
        above = room_above(style) + _title_height(plot, style)
        inner = outer.adjusted(left, above, -right, -room_below(style) - room[row])
        inner.setWidth(max(inner.width(), 8.0))
        inner.setHeight(max(inner.height(), 8.0))
        bars = _bars(inner, sum(cells.bar for cells in plot.cells), style)
        frames.append(PlotFrame(outer, inner, plot.x, plot.y, bars, unit, named[number]))
    return frames


def _bars(plot: QRectF, count: int, style: Style) -> tuple[QRectF, ...]:
    """Places of colour bars below each other right of `plot`, each with room for its name above it."""
    if not count:
        return ()
    unit = style.unit
    above = metrics(style, bold=True).height() + ABOVE * unit
    each = (plot.height() - (count - 1) * (above + 4 * unit)) / count
    left = plot.right() + BESIDE_BAR * unit
    return tuple(
        QRectF(left, plot.top() + number * (each + above + 4 * unit), BAR * unit, max(each, 8.0))
        for number in range(count)
    )
