"""Ticks, their labels and the names of axes; text that would collide is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from optexplorer.export.style import Style, colour, pen
from optexplorer.text import Text

LOSS = Text("loss", "損失")
STEP = Text("step", "ステップ")

TICK = 4.0
"""Length of a tick, in units of the style."""
GAP = 3.0
"""Room between a tick and its label, in units of the style."""
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


def without_overlaps(
    spans: Sequence[tuple[float, float]], gap: float, taken: Sequence[tuple[float, float]] = ()
) -> list[int]:
    """Return the indices of the spans, in order, that keep `gap` from those before them and from `taken`."""
    chosen: list[int] = []
    busy = list(taken)
    for i, (low, high) in enumerate(spans):
        if all(low >= other_high + gap or high <= other_low - gap for other_low, other_high in busy):
            chosen.append(i)
            busy.append((low, high))
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


def paint_bottom_axis(
    painter: QPainter, plot: QRectF, ticks: Sequence[Tick], name: str, style: Style
) -> None:
    """Draw ticks and labels below `plot`, and the axis' name at its right end."""
    unit = style.unit
    measure = metrics(style)
    middle = plot.bottom() + (TICK + GAP) * unit + measure.height() / 2
    name_width = text_width(style, [name], bold=True)
    named = (plot.right() - name_width, plot.right())
    painter.setPen(pen(style.theme.muted, unit))
    for tick in ticks:
        painter.drawLine(QPointF(tick.at, plot.bottom()), QPointF(tick.at, plot.bottom() + TICK * unit))
    widths = [measure.horizontalAdvance(tick.label) for tick in ticks]
    spans = [(tick.at - width / 2, tick.at + width / 2) for tick, width in zip(ticks, widths, strict=True)]
    for i in without_overlaps(spans, 6 * unit, [named] if name else []):
        paint_text(painter, QPointF(ticks[i].at, middle), ticks[i].label, style, style.theme.muted)
    if name:
        centre = QPointF(plot.right() - name_width / 2, middle)
        paint_text(painter, centre, name, style, style.theme.text, bold=True)


def paint_side_axis(
    painter: QPainter, plot: QRectF, ticks: Sequence[Tick], name: str, style: Style, *, right: bool = False
) -> None:
    """Draw ticks and labels left (or right) of `plot`, and the axis' name at its top end.

    A name that is wider than the labels stands above the plot's corner; leave `name` empty to draw it elsewhere.
    """
    unit = style.unit
    side = 1 if right else -1
    edge = plot.right() if right else plot.left()
    measure = metrics(style)
    label_edge = edge + side * (TICK + GAP) * unit
    painter.setPen(pen(style.theme.muted, unit))
    for tick in ticks:
        painter.drawLine(QPointF(edge, tick.at), QPointF(edge + side * TICK * unit, tick.at))
    half = measure.capHeight() / 2 + 2 * unit
    taken = []
    if name:
        width = text_width(style, [name], bold=True)
        at = plot.top() + measure.capHeight() / 2
        centre = QPointF(label_edge + side * width / 2, at)
        paint_text(painter, centre, name, style, style.theme.text, bold=True)
        taken.append((at - half, at + half))
    spans = [(tick.at - half, tick.at + half) for tick in ticks]
    for i in without_overlaps(spans, unit, taken):
        width = measure.horizontalAdvance(ticks[i].label)
        centre = QPointF(label_edge + side * width / 2, ticks[i].at)
        paint_text(painter, centre, ticks[i].label, style, style.theme.muted)


def paint_frame(painter: QPainter, plot: QRectF, style: Style) -> None:
    """Draw the line around a plot."""
    painter.setPen(pen(style.theme.muted, style.unit, 0.7))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(plot)
