"""The legend above the plots of a study: what has a label, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.plot_ink import STACKED, ink_colour, line_pen, paint_hatching, paint_marker
from optexplorer.painting.style import Style
from optexplorer.scene.plot import Band, Ink, Interval, Line, Plot, PlotSheet, Span, Stack
from optexplorer.text import Text

SAMPLE, LEAD, BETWEEN = 18.0, 5.0, 16.0
"""Width of a sample, room before its words, and between entries, in units of the style."""


@dataclass(frozen=True)
class LegendEntry:
    """One entry: its words, and what they stand for; of a stack, the colour of one area."""

    label: Text
    item: Line | Band | Span | Interval | Ink


def legend_entries(sheet: PlotSheet) -> list[LegendEntry]:
    """Return the entries of all plots; equal labels once, as they come first."""
    found: dict[Text, LegendEntry] = {}
    if sheet.legend:
        for plot in sheet.plots:
            for entry in _entries(plot):
                found.setdefault(entry.label, entry)
    return list(found.values())


def _entries(plot: Plot) -> Iterator[LegendEntry]:
    for line in plot.lines:
        if line.label is not None:
            yield LegendEntry(line.label, line)
    for interval in plot.intervals:
        if interval.label is not None:
            yield LegendEntry(interval.label, interval)
    areas: tuple[Band | Span, ...] = (*plot.bands, *plot.spans)
    for area in areas:
        if area.label is not None:
            yield LegendEntry(area.label, area)
    for stack in plot.stacks:
        yield from _stacked(stack)


def _stacked(stack: Stack) -> Iterator[LegendEntry]:
    for colour, label in zip(stack.colours, stack.labels, strict=True):
        if label is not None:
            yield LegendEntry(label, colour)


def row_height(style: Style) -> float:
    """Return the height of a row of the legend."""
    return metrics(style).height() + 5 * style.unit


def _width(entry: LegendEntry, style: Style) -> float:
    return (SAMPLE + LEAD) * style.unit + text_width(style, [style.words(entry.label)])


def legend_rows(sheet: PlotSheet, width: float, style: Style) -> list[list[LegendEntry]]:
    """Return which entries stand in which row of a legend so wide; no rows without entries."""
    rows: list[list[LegendEntry]] = []
    taken = 0.0
    for entry in legend_entries(sheet):
        wide = _width(entry, style)
        if not rows or taken + wide > width:
            rows.append([])
            taken = 0.0
        rows[-1].append(entry)
        taken += wide + BETWEEN * style.unit
    return rows


def paint_legend(painter: QPainter, rect: QRectF, sheet: PlotSheet, style: Style) -> None:
    """Write the legend into `rect`, each row in its middle."""
    unit, height = style.unit, row_height(style)
    for number, row in enumerate(legend_rows(sheet, rect.width(), style)):
        widths = [_width(entry, style) for entry in row]
        x = rect.center().x() - (sum(widths) + BETWEEN * unit * (len(row) - 1)) / 2
        y = rect.top() + (number + 0.5) * height
        for entry, width in zip(row, widths, strict=True):
            _paint_sample(painter, QRectF(x, y - 5 * unit, SAMPLE * unit, 10 * unit), entry, style)
            painter.setFont(style.font())
            painter.setPen(QColor(style.theme.text))
            lead = (SAMPLE + LEAD) * unit
            box = QRectF(x + lead, y - height / 2, width - lead + unit, height)
            flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip)
            painter.drawText(box, flags, style.words(entry.label))
            x += width + BETWEEN * unit


def _paint_sample(painter: QPainter, box: QRectF, entry: LegendEntry, style: Style) -> None:
    item, middle, unit = entry.item, box.center(), style.unit
    left, right = QPointF(box.left(), middle.y()), QPointF(box.right(), middle.y())
    if isinstance(item, Line):
        if item.width > 0:
            painter.setPen(line_pen(item.colour, item.width, item.dash, style, item.strength))
            painter.drawLine(left, right)
        ink = ink_colour(item.colour, style, item.strength)
        paint_marker(painter, middle, item.marker, ink, 3.4 * unit, style)
    elif isinstance(item, Interval):
        painter.setPen(line_pen(item.colour, 1.6, "solid", style))
        painter.drawLine(left, right)
        paint_marker(painter, middle, "disc", ink_colour(item.colour, style), 3.4 * unit, style)
    else:
        area = box.adjusted(2 * unit, 0, -2 * unit, 0)
        if isinstance(item, str):
            painter.fillRect(area, ink_colour(item, style, STACKED))
            return
        painter.fillRect(area, ink_colour(item.colour, style, max(item.strength, 0.15)))
        if isinstance(item, Span) and item.hatched:
            paint_hatching(painter, area, ink_colour(item.colour, style, 0.55), style)
