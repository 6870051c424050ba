"""Pens, brushes, markers and hatching of plots."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.plot import Dash, Ink, Marker

DASHES: dict[Dash, list[float]] = {"dashed": [4.5, 3.0], "dotted": [1.0, 2.6]}
"""Lengths of dashes and gaps, in widths of the line."""
STACKED = 0.85
"""How much of its colour a stacked area has."""
HATCH = 7.0
"""Distance of the lines of a hatched area along the edge, in units of the style."""


def ink_colour(ink: Ink, style: Style, strength: float = 1.0) -> QColor:
    """Return a colour that is given as `#rrggbb` or as the name of one of the theme's."""
    return colour(ink if ink.startswith("#") else getattr(style.theme, ink), strength)


def line_pen(ink: Ink, width: float, dash: Dash, style: Style, strength: float = 1.0) -> QPen:
    """Return the pen of a line; `width` in units of the style."""
    result = pen(ink_colour(ink, style).name(), width * style.unit, strength)
    if dash != "solid":
        result.setCapStyle(Qt.PenCapStyle.FlatCap)
        result.setDashPattern(DASHES[dash])
    return result


def paint_marker(
    painter: QPainter, at: QPointF, marker: Marker, ink: QColor, radius: float, style: Style
) -> None:
    """Draw a marker of `radius` pixels with a casing of the theme."""
    if marker == "none":
        return
    casing = pen(style.theme.canvas, 1.4 * style.unit)
    if marker in ("ring", "cross"):
        for stroke in (pen(style.theme.casing, 4.6 * style.unit), QPen(ink, 2.0 * style.unit)):
            painter.setPen(stroke)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if marker == "ring":
                painter.drawEllipse(at, radius, radius)
            else:
                painter.drawLine(at - QPointF(radius, radius), at + QPointF(radius, radius))
                painter.drawLine(at - QPointF(radius, -radius), at + QPointF(radius, -radius))
        return
    painter.setPen(casing)
    painter.setBrush(ink)
    if marker == "disc":
        painter.drawEllipse(at, radius, radius)
    elif marker == "square":
        painter.drawRect(QRectF(at.x() - 0.9 * radius, at.y() - 0.9 * radius, 1.8 * radius, 1.8 * radius))
    else:
        corners, inner = (3, 0.5) if marker == "triangle" else (5, 0.45)
        painter.drawPolygon(_star(at, 1.3 * radius, corners, inner))


def _star(at: QPointF, radius: float, corners: int, inner: float) -> QPolygonF:
    shape = QPolygonF()
    for k in range(2 * corners):
        r = radius if k % 2 == 0 else inner * radius
        angle = math.pi * k / corners - math.pi / 2
        shape.append(at + QPointF(r * math.cos(angle), r * math.sin(angle)))
    return shape


def paint_hatching(painter: QPainter, rect: QRectF, ink: QColor, style: Style) -> None:
    """Fill `rect` with slanting lines, cut off at its edges without clipping, which SVG does not have."""
    painter.setPen(QPen(ink, 1.0 * style.unit))
    step = HATCH * style.unit
    # Lines x + y = c through the whole picture, so that areas beside each other match.
    c = math.ceil((rect.left() + rect.top()) / step) * step
    while c < rect.right() + rect.bottom():
        left, right = max(rect.left(), c - rect.bottom()), min(rect.right(), c - rect.top())
        if left < right:
            painter.drawLine(QLineF(left, c - left, right, c - right))
        c += step
