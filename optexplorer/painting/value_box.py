"""Paints a small box of numbers in the corner of a picture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.style import Style, colour, pen


def paint_value_box(
    painter: QPainter, corner: QRectF, parts: Sequence[tuple[str, str]], style: Style, *, above: bool = False
) -> QRectF:
    """Write (text, colour) side by side in the lower left of `corner`, or its upper left; return the box around them."""
    unit = style.unit
    measure = metrics(style)
    gap, pad = 10 * unit, 7 * unit
    widths = [text_width(style, [text]) for text, _ in parts]
    width = sum(widths) + gap * (len(parts) - 1) + 2 * pad
    height = measure.height() + 4 * unit
    top = corner.top() + 6 * unit if above else corner.bottom() - height - 6 * unit
    value_box = QRectF(corner.left() + 6 * unit, top, width, height)
    painter.setPen(pen(style.theme.border, unit))
    painter.setBrush(colour(style.theme.panel, 0.9))
    painter.drawRoundedRect(value_box, 4 * unit, 4 * unit)
    painter.setFont(style.font())
    x = value_box.left() + pad
    for (text, ink), part in zip(parts, widths, strict=True):
        painter.setPen(colour(ink))
        box = QRectF(x, value_box.top(), part + 2, height)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
        x += part + gap
    return value_box
