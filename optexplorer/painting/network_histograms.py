"""Paints below a network how activations and gradients of each layer are spread over many examples."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.network_frame import NetworkFrame
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.geometry.ticks import tick_label
from optexplorer.scene.network.health import Histogram
from optexplorer.scene.network.picture import NetworkPicture
from optexplorer.scene.palette import ROLE_COLOURS
from optexplorer.text import Text

WIDEST, NARROWEST = 150.0, 36.0
"""Of a histogram, in units of the style."""
TINY_TYPE = 0.78
"""Of the numbers at its ends, to that of small type."""
_ROWS = (Text("activations", "出力"), Text("|∂L/∂z|", "|∂L/∂z|"))
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


def paint_histograms(painter: QPainter, frame: NetworkFrame, picture: NetworkPicture, style: Style) -> None:
    """Paint two rows of histograms, one of each layer in its column."""
    if not frame.histograms:
        return
    width = min(0.82 * frame.spacing(), WIDEST * style.unit)
    if width < NARROWEST * style.unit:
        return
    roles = ROLE_COLOURS[style.theme.name]
    inks = (roles["point"], roles["gradient"])
    for row, (place, words, ink) in enumerate(zip(frame.histograms, _ROWS, inks, strict=True)):
        _name(painter, frame, place, row, words, picture.health.examples, width, style)
        for layer, found in enumerate(picture.health.layers, 1):
            box = QRectF(frame.columns[layer] - width / 2, place.top(), width, place.height())
            _paint(painter, box, found.activations if row == 0 else found.gradients, ink, style)


def _name(
    painter: QPainter,
    frame: NetworkFrame,
    place: QRectF,
    row: int,
    words: Text,
    examples: int,
    width: float,
    style: Style,
) -> None:
    line = metrics(style).height()
    room = frame.columns[1] - width / 2 - place.left() - 6 * style.unit
    over = Text(f"{examples} examples", f"データ{examples}個")
    painter.setFont(style.font())
    painter.setPen(colour(style.theme.muted))
    texts = [style.words(words), *([style.words(over)] if row == 0 else [])]
    top = place.center().y() - len(texts) * line / 2
    for k, text in enumerate(texts):
        box = QRectF(place.left(), top + k * line, room, line)
        painter.drawText(
            box, _LEFT, metrics(style).elidedText(text, Qt.TextElideMode.ElideRight, max(room, 1.0))
        )


def _paint(painter: QPainter, box: QRectF, histogram: Histogram, ink: str, style: Style) -> None:
    unit = style.unit
    most = int(histogram.counts.max(initial=0))
    step = box.width() / len(histogram.counts)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ink, 0.75))
    for place, count in enumerate(histogram.counts.tolist()):
        if count:
            height = max((box.height() - 4 * unit) * count / most, 1.2 * unit)
            painter.drawRect(
                QRectF(box.left() + place * step, box.bottom() - height, max(step - 0.6 * unit, 0.6), height)
            )
    painter.setPen(pen(style.theme.muted, unit, 0.7))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    _paint_ends(painter, box, histogram, style)
    if histogram.zeros and histogram.total:
        _paint_zeros(painter, box, histogram, style)


def _paint_ends(painter: QPainter, box: QRectF, histogram: Histogram, style: Style) -> None:
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    labels = [_label(end, histogram.logarithmic) for end in (low, high)]
    painter.setFont(style.font(TINY_TYPE))
    painter.setPen(colour(style.theme.muted))
    if sum(TINY_TYPE * text_width(style, [label]) for label in labels) > box.width():
        return
    height = metrics(style, TINY_TYPE).height()
    below = QRectF(box.left(), box.bottom() + style.unit, box.width(), height)
    painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), labels[0])
    painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), labels[1])


def _label(value: float, logarithmic: bool) -> str:
    if logarithmic:
        return tick_label(10.0**value, power=True)
    return tick_label(float(f"{value:.2g}"))


def _paint_zeros(painter: QPainter, box: QRectF, histogram: Histogram, style: Style) -> None:
    """Say which part of the values is zero, for which a logarithm has no place."""
    share = 100 * histogram.zeros / histogram.total
    text = f"0: {share:.0f} %" if share >= 1 else "0: < 1 %"
    painter.setFont(style.font(TINY_TYPE))
    painter.setPen(colour(style.theme.muted))
    height = metrics(style, TINY_TYPE).height()
    at = QPointF(box.left(), box.top())
    painter.drawText(QRectF(at.x(), at.y(), box.width(), height), int(Qt.AlignmentFlag.AlignLeft), text)
