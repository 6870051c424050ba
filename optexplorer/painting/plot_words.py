"""Words beside marks and points of a plot, placed so that they do not cover each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from optexplorer.painting.axes import metrics, paint_text, text_width
from optexplorer.painting.style import Style, colour


@dataclass(frozen=True)
class Words:
    """A text, the place that it belongs to, its colour, and the radius of the mark there.

    Attributes
    ----------
    below : whether it may only move down along its line, as the words of a vertical line
    """

    text: str
    at: QPointF
    ink: QColor
    radius: float = 0.0
    below: bool = False


def paint_words(painter: QPainter, plot: QRectF, words: Sequence[Words], style: Style) -> None:
    """Write each text beside its place within `plot`, where it covers no text before it."""
    unit = style.unit
    height = metrics(style).height()
    taken: list[QRectF] = []
    for each in words:
        width = text_width(style, [each.text]) + 6 * unit
        box = _free(each, width, height, plot, taken, unit)
        taken.append(box)
        painter.fillRect(box, colour(style.theme.canvas, 0.82))
        paint_text(painter, box.center(), each.text, style, _legible(each.ink, style))


def _free(each: Words, width: float, height: float, plot: QRectF, taken: list[QRectF], unit: float) -> QRectF:
    """The first place that is free, or else the first."""
    gap = each.radius + 3 * unit
    x, y = each.at.x(), each.at.y()
    right = QRectF(x + gap, y - height / 2, width, height)
    left = QRectF(x - gap - width, y - height / 2, width, height)
    if each.below:
        places = [box.translated(0, row * (height + unit)) for row in range(12) for box in (right, left)]
    else:
        middle = x - width / 2
        over = QRectF(middle, y - gap - height, width, height)
        under = QRectF(middle, y + gap, width, height)
        further = [over.translated(0, -row * (height + unit)) for row in range(1, 5)]
        places = [right, left, over, under, *further]
    places = [_within(box, plot) if not each.below else box for box in places]
    for box in places:
        if plot.adjusted(-1, -1, 1, 1).contains(box) and not any(box.intersects(other) for other in taken):
            return box
    return _within(places[0], plot)


def _within(box: QRectF, plot: QRectF) -> QRectF:
    """The box moved into the plot, as far as it has room there."""
    x = max(plot.left(), min(box.left(), plot.right() - box.width()))
    y = max(plot.top(), min(box.top(), plot.bottom() - box.height()))
    return QRectF(x, y, box.width(), box.height())


def _legible(ink: QColor, style: Style) -> str:
    """The colour itself, towards that of text where it would be too faint on the canvas."""
    text, share = QColor(style.theme.text), 0.35
    pairs = ((ink.red(), text.red()), (ink.green(), text.green()), (ink.blue(), text.blue()))
    return QColor(*(round((1 - share) * a + share * b) for a, b in pairs)).name()
