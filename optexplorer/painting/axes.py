"""Ticks, their labels and the names of axes; text that would collide is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from optexplorer.painting.style import Style, colour, pen
from optexplorer.text import Text

LOSS = Text("loss", "損失")
STEP = Text("step", "ステップ")

TICK = 4.0
"""Length of a tick, in units of the style."""
GAP = 3.0
"""Room between a tick and its label, in units of the style."""
ABOVE = 8.0
"""Room between the end of a vertical axis and its name, in units of the style."""
_CENTRED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip


@dataclass(frozen=True)
class Tick:
    """A mark at a place along an axis, in pixels of the picture."""

    at: float
    label: str


def metrics(style: Style, factor: float = 1.0, *, bold: bool = False) -> QFontMetricsF:
    """Return the measures of the style's font, `factor` times the size of small type."""
    return QFontMetricsF(style.font(factor, bold=bold))


def text_width(style: Style, labels: Iterable[str], *, bold: bool = False) -> float:
    """Return the width, in pixels, of the widest of `labels`; 0 if there are none."""
    measure = metrics(style, bold=bold)
    return max((measure.horizontalAdvance(label) for label in labels), default=0.0)


def room_beside(style: Style, labels: Iterable[str]) -> float:
    """Return the width that ticks and labels take up beside a plot."""
    return text_width(style, labels) + (TICK + GAP) * style.unit


def room_below(style: Style) -> float:
    """Return the height that ticks and labels take up below a plot."""
    return metrics(style).height() + (TICK + GAP) * style.unit


def without_overlaps(spans: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """Return the indices of the spans, in order, that keep `gap` from all those chosen before them."""
    chosen: list[int] = []
    for i, (low, high) in enumerate(spans):
        if all(low >= spans[j][1] + gap or high <= spans[j][0] - gap for j in chosen):
            chosen.append(i)
    return chosen


def paint_text(
    painter: QPainter, centre: QPointF, text: str, style: Style, ink: str, *, bold: bool = False
) -> None:
    """Write one line of text around `centre`."""
    painter.setFont(style.font(bold=bold))
    painter.setPen(colour(ink))
    width = text_width(style, [text], bold=bold)
    height = metrics(style).height()
    box = QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)
    painter.drawText(box, int(_CENTRED), text)


def room_above(style: Style) -> float:
    """Return the height that the name of a side axis takes up above a plot."""
    return metrics(style, bold=True).height() + ABOVE * style.unit


def room_after(style: Style, name: str, labels: Iterable[str]) -> float:
    """Return the width that the name of a bottom axis takes up right of a plot, behind the widest of its labels."""
    return text_width(style, labels) / 2 + 8 * style.unit + text_width(style, [name], bold=True)


def paint_bottom_axis(
    painter: QPainter, plot: QRectF, ticks: Sequence[Tick], name: str, style: Style
) -> None:
    """Draw ticks and labels below `plot`, and the axis' name behind its right end."""
    unit = style.unit
    measure = metrics(style)
    middle = plot.bottom() + (TICK + GAP) * unit + measure.height() / 2
    painter.setPen(pen(style.theme.muted, unit))
    for tick in ticks:
        painter.drawLine(QPointF(tick.at, plot.bottom()), QPointF(tick.at, plot.bottom() + TICK * unit))
    widths = [measure.horizontalAdvance(tick.label) for tick in ticks]
    spans = [(tick.at - width / 2, tick.at + width / 2) for tick, width in zip(ticks, widths, strict=True)]
    chosen = without_overlaps(spans, 6 * unit)
    for i in chosen:
        paint_text(painter, QPointF(ticks[i].at, middle), ticks[i].label, style, style.theme.muted)
    end = max([plot.right(), *(spans[i][1] for i in chosen)])
    centre = QPointF(end + 8 * unit + text_width(style, [name], bold=True) / 2, middle)
    paint_text(painter, centre, name, style, style.theme.text, bold=True)


def paint_side_axis(
    painter: QPainter, plot: QRectF, ticks: Sequence[Tick], name: str, style: Style, left: float
) -> None:
    """Draw ticks and labels left of `plot` and the axis' name above them, no further left than `left`."""
    unit = style.unit
    edge = plot.left() - (TICK + GAP) * unit
    painter.setPen(pen(style.theme.muted, unit))
    for tick in ticks:
        painter.drawLine(QPointF(plot.left() - TICK * unit, tick.at), QPointF(plot.left(), tick.at))
    for tick in _apart(ticks, style):
        width = text_width(style, [tick.label])
        paint_text(painter, QPointF(edge - width / 2, tick.at), tick.label, style, style.theme.muted)
    width = text_width(style, [name], bold=True)
    _paint_name_above(painter, plot, max(edge - width, left), name, style)


def paint_bar_axis(painter: QPainter, bar: QRectF, ticks: Sequence[Tick], name: str, style: Style) -> None:
    """Draw ticks and labels right of a colour bar, and the name of what it shows above it."""
    unit = style.unit
    edge = bar.right() + (TICK + GAP) * unit
    painter.setPen(pen(style.theme.muted, unit))
    for tick in _apart(ticks, style):
        painter.drawLine(QPointF(bar.right(), tick.at), QPointF(bar.right() + TICK * unit, tick.at))
        width = text_width(style, [tick.label])
        paint_text(painter, QPointF(edge + width / 2, tick.at), tick.label, style, style.theme.muted)
    _paint_name_above(painter, bar, bar.left(), name, style)


def _paint_name_above(painter: QPainter, plot: QRectF, left: float, name: str, style: Style) -> None:
    middle = plot.top() - metrics(style, bold=True).height() / 2 - ABOVE * style.unit
    centre = QPointF(left + text_width(style, [name], bold=True) / 2, middle)
    paint_text(painter, centre, name, style, style.theme.text, bold=True)


def _apart(ticks: Sequence[Tick], style: Style) -> list[Tick]:
    """The ticks of a vertical axis whose labels do not touch."""
    half = metrics(style).capHeight() / 2 + 2 * style.unit
    spans = [(tick.at - half, tick.at + half) for tick in ticks]
    return [ticks[i] for i in without_overlaps(spans, style.unit)]


def paint_frame(painter: QPainter, plot: QRectF, style: Style) -> None:
    """Draw the line around a plot."""
    painter.setPen(pen(style.theme.muted, style.unit, 0.7))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(plot)
