"""Paints the plots of a study, on the screen and in all picture formats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from optexplorer.painting.absence_painter import paint_reason
from optexplorer.painting.axes import (
    GAP,
    TICK,
    metrics,
    paint_side_axis,
    paint_text,
    text_width,
    without_overlaps,
)
from optexplorer.painting.painter_state import saved
from optexplorer.painting.plot_cells import paint_cells, paint_colour_bar
from optexplorer.painting.plot_frame import PlotFrame, SheetFrame, sheet_frame
from optexplorer.painting.plot_ink import STACKED, ink_colour, line_pen, paint_hatching, paint_marker
from optexplorer.painting.plot_legend import paint_legend
from optexplorer.painting.plot_notes import paint_notes
from optexplorer.painting.plot_words import Words, paint_words
from optexplorer.painting.polylines import by_column, finite_runs, path_of, runs_within
from optexplorer.painting.style import Style, pen
from optexplorer.scene.plot import Band, Interval, Line, Mark, Plot, PlotSheet, Span, Stack

Array = NDArray[np.float64]


def paint_sheet(painter: QPainter, rect: QRectF, sheet: PlotSheet, style: Style) -> SheetFrame:
    """Paint all plots of `sheet` into `rect`; return where they are."""
    frame = sheet_frame(rect, sheet, style)
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not style.transparent:
            painter.fillRect(rect, QColor(style.theme.canvas))
        if sheet.title is not None:
            _paint_title(painter, rect, style.words(sheet.title), 1.12, style)
        paint_legend(painter, frame.legend, sheet, style)
        for plot, place in zip(sheet.plots, frame.plots, strict=True):
            paint_plot(painter, place, plot, style)
        paint_notes(painter, frame.notes, sheet, style)
    return frame


def _paint_title(painter: QPainter, rect: QRectF, words: str, factor: float, style: Style) -> None:
    height = metrics(style, factor, bold=True).height()
    painter.setFont(style.font(factor, bold=True))
    painter.setPen(QColor(style.theme.text))
    box = QRectF(rect.left(), rect.top() + 8 * style.unit, rect.width(), height)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextDontClip), words)


def paint_plot(painter: QPainter, frame: PlotFrame, plot: Plot, style: Style) -> None:
    """Paint one plot where `frame` says."""
    words: list[Words] = []
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_cells(painter, frame, plot.cells, style)
        for cells, bar in zip((cells for cells in plot.cells if cells.bar), frame.bars, strict=True):
            paint_colour_bar(painter, bar, cells, style)
        for span in plot.spans:
            _paint_span(painter, frame, span, style)
        if plot.grid and not plot.cells:
            _paint_grid(painter, frame, style)
        for stack in plot.stacks:
            _paint_stack(painter, frame, stack, style)
        for band in plot.bands:
            _paint_band(painter, frame, band, style)
        _paint_axes(painter, frame, plot, style)
        for mark in plot.marks:
            _paint_mark(painter, frame, mark, style, words)
        for line in plot.lines:
            _paint_line(painter, frame, line, style)
        for interval in plot.intervals:
            _paint_interval(painter, frame, interval, style)
        for point in plot.points:
            at = frame.point(point.x, point.y)
            if at is not None:
                ink = ink_colour(point.colour, style)
                paint_marker(painter, at, point.marker, ink, point.size * style.unit, style)
                if point.words is not None:
                    words.append(Words(style.words(point.words), at, ink, point.size * style.unit))
        paint_words(painter, frame.plot, words, style)
        if plot.absence is not None:
            paint_reason(painter, frame.plot, style.words(plot.absence), style)


def _paint_axes(painter: QPainter, frame: PlotFrame, plot: Plot, style: Style) -> None:
    area, unit = frame.plot, style.unit
    painter.setPen(pen(style.theme.muted, unit, 0.7))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    painter.drawLine(area.topLeft(), area.bottomLeft())
    if plot.title is not None:
        place = QRectF(area.left(), frame.outer.top() - 8 * unit, area.width(), 1.0)
        _paint_title(painter, place, style.words(plot.title), 1.0, style)
    _paint_side(painter, frame, plot, style)
    ticks, measure = frame.x_ticks(style), metrics(style)
    middle = area.bottom() + (TICK + GAP) * unit + measure.height() / 2
    painter.setPen(pen(style.theme.muted, unit))
    for tick in ticks:
        painter.drawLine(QPointF(tick.at, area.bottom()), QPointF(tick.at, area.bottom() + TICK * unit))
    widths = [measure.horizontalAdvance(tick.label) for tick in ticks]
    spans = [(tick.at - width / 2, tick.at + width / 2) for tick, width in zip(ticks, widths, strict=True)]
    for i in without_overlaps(spans, 6 * unit):
        paint_text(painter, QPointF(ticks[i].at, middle), ticks[i].label, style, style.theme.muted)
    if not frame.names_x:
        return
    name = plot.x.name(style.language)
    below = middle + measure.height() / 2 + 2 * unit + metrics(style, bold=True).height() / 2
    paint_text(painter, QPointF(area.center().x(), below), name, style, style.theme.text, bold=True)


def _paint_side(painter: QPainter, frame: PlotFrame, plot: Plot, style: Style) -> None:
    name = plot.y.name(style.language)
    # The name may begin left of the axis, but not outside of what belongs to the plot.
    left = max(frame.outer.left(), frame.plot.left() - text_width(style, [name], bold=True))
    paint_side_axis(painter, frame.plot, frame.y_ticks(style), name, style, left)


def _paint_grid(painter: QPainter, frame: PlotFrame, style: Style) -> None:
    area = frame.plot
    painter.setPen(pen(style.theme.grid, style.unit))
    for tick in [] if frame.y.names else frame.y_ticks(style):
        y = round(tick.at) + 0.5
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
    for tick in [] if frame.x.names else frame.x_ticks(style):
        x = round(tick.at) + 0.5
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def _paint_span(painter: QPainter, frame: PlotFrame, span: Span, style: Style) -> None:
    axis = frame.x if span.axis == "x" else frame.y
    low, high = np.clip(np.nan_to_num(axis.at(np.array([span.low, span.high])), nan=0.0), 0.0, 1.0).tolist()
    if not low < high:
        return
    area, rect = frame.plot, QRectF(frame.plot)
    if span.axis == "x":
        rect.setLeft(area.left() + low * area.width())
        rect.setRight(area.left() + high * area.width())
    else:
        rect.setTop(area.bottom() - high * area.height())
        rect.setBottom(area.bottom() - low * area.height())
    painter.fillRect(rect, ink_colour(span.colour, style, span.strength))
    if span.hatched:
        paint_hatching(painter, rect, ink_colour(span.colour, style, min(1.0, 2.2 * span.strength)), style)


def _staircase(x: Array, *values: Array) -> tuple[Array, ...]:
    """The corners of curves whose values stay until the next point."""
    if len(x) < 2:
        return (x, *values)
    return (np.repeat(x, 2)[1:], *(np.repeat(value, 2)[:-1] for value in values))


def _paint_line(painter: QPainter, frame: PlotFrame, line: Line, style: Style) -> None:
    x, y = _staircase(line.x, line.y) if line.stairs else (line.x, line.y)
    points = frame.points(x, y)
    if line.width > 0:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(line_pen(line.colour, line.width, line.dash, style, line.strength))
        for run in finite_runs(points):
            painter.drawPath(path_of(runs_within(by_column(run), frame.plot, frame.plot)))
    marker, radius = line.marker, 2.6 * style.unit + 0.4 * line.width
    if marker == "none" and line.width > 0:
        # A point alone has no line.
        alone = _alone(points)
        points, marker, radius = points[alone], "disc", max(1.0, line.width) * style.unit
    if marker != "none":
        ink = ink_colour(line.colour, style, line.strength)
        inside = frame.plot.adjusted(-0.5, -0.5, 0.5, 0.5)
        for at in (QPointF(*point) for point in points[np.isfinite(points).all(axis=1)].tolist()):
            if inside.contains(at):
                paint_marker(painter, at, marker, ink, radius, style)


def _alone(points: Array) -> NDArray[np.bool_]:
    """Which points of a curve have no neighbours on it."""
    known = np.isfinite(points).all(axis=1)
    padded = np.pad(known, 1)
    return known & ~padded[:-2] & ~padded[2:]


def _paint_band(painter: QPainter, frame: PlotFrame, band: Band, style: Style) -> None:
    x, low, high = _staircase(band.x, band.low, band.high) if band.stairs else (band.x, band.low, band.high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink_colour(band.colour, style, band.strength))
    _fill_between(painter, frame, x, low, high)


def _fill_between(painter: QPainter, frame: PlotFrame, x: Array, low: Array, high: Array) -> None:
    """Fill the area between two curves within the plot; `x` rises."""
    # What equals the base of a logarithmic axis has no place on it: the band then reaches to the bottom.
    across = frame.x.at(x)
    below, above = (np.clip(frame.y.at(side), 0.0, 1.0) for side in (low, high))
    known = np.isfinite(across) & np.isfinite(below) & np.isfinite(above)
    padded = np.flatnonzero(np.diff(np.pad(known, 1).astype(np.int8)))
    area = frame.plot
    for begin, end in padded.reshape(-1, 2).tolist():
        part = slice(begin, end)
        a, b, c = _cut(across[part], below[part], above[part])
        if len(a) > 1:
            ring = np.stack([np.concatenate([a, a[::-1]]), np.concatenate([c, b[::-1]])], axis=1)
            pixels = np.stack(
                [area.left() + ring[:, 0] * area.width(), area.bottom() - ring[:, 1] * area.height()], 1
            )
            painter.drawPath(path_of([pixels], closed=True))


def _cut(x: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
    """The part of two curves between the places 0 and 1 of a rising `x`."""
    inside = (x > 0) & (x < 1)
    ends = np.array([end for end in (0.0, 1.0) if len(x) and x[0] <= end <= x[-1]])
    places = np.sort(np.concatenate([x[inside], ends]), kind="stable")
    if inside.all():
        return x, low, high
    return places, np.interp(places, x, low), np.interp(places, x, high)


def _paint_stack(painter: QPainter, frame: PlotFrame, stack: Stack, style: Style) -> None:
    tops = np.cumsum(stack.parts, axis=0)
    painter.setPen(Qt.PenStyle.NoPen)
    for number, ink in enumerate(stack.colours):
        low = tops[number - 1] if number else np.zeros_like(stack.x)
        painter.setBrush(ink_colour(ink, style, STACKED))
        _fill_between(painter, frame, stack.x, low, tops[number])


def _paint_mark(painter: QPainter, frame: PlotFrame, mark: Mark, style: Style, words: list[Words]) -> None:
    axis, area = (frame.x if mark.axis == "x" else frame.y), frame.plot
    place = axis.place(mark.at)
    if not -1e-9 <= place <= 1 + 1e-9:
        return
    painter.setPen(line_pen(mark.colour, mark.width, mark.dash, style, mark.strength))
    if mark.axis == "x":
        x = area.left() + place * area.width()
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        at = QPointF(x, area.top() + metrics(style).height() / 2 + style.unit)
    else:
        y = area.bottom() - place * area.height()
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        at = QPointF(area.right(), y - metrics(style).height() / 2 - 2 * style.unit)
    if mark.words is not None:
        words.append(
            Words(style.words(mark.words), at, ink_colour(mark.colour, style), 0.0, below=mark.axis == "x")
        )


def _paint_interval(painter: QPainter, frame: PlotFrame, interval: Interval, style: Style) -> None:
    ends = np.array([interval.low, interval.middle, interval.high])
    at = np.full(3, interval.at)
    points = frame.points(ends, at) if interval.axis == "x" else frame.points(at, ends)
    painter.setPen(line_pen(interval.colour, 2.2, "solid", style))
    for run in runs_within(points[[0, 2]], frame.plot, frame.plot):
        painter.drawLine(QPointF(*run[0].tolist()), QPointF(*run[-1].tolist()))
    middle = QPointF(*points[1].tolist())
    if np.isfinite(points[1]).all() and frame.plot.adjusted(-1, -1, 1, 1).contains(middle):
        paint_marker(painter, middle, "disc", ink_colour(interval.colour, style), 4.6 * style.unit, style)
