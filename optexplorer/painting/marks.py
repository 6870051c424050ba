"""Small marks on maps and surfaces: balls, start, minima, ends, arrows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPolygonF, QRadialGradient

from optexplorer.engine.trajectory import TerminationReason
from optexplorer.painting.style import Style, colour, pen

BALL = 6.0
"""Radius of a ball, in units of the style."""
START = 9.5
STAR = 8.0
TOGETHER = 2.5
"""Heads nearer to each other than this share one ball, in units of the style."""
REACH = 16.0
"""No mark but an arrow reaches further than this from its place, in units of the style."""


def ball(painter: QPainter, at: QPointF, name: str, style: Style, radius: float = BALL) -> None:
    """Draw a racer's ball in the colour `name` (`#rrggbb`)."""
    _disc(painter, at, [name], style, radius)


def _disc(painter: QPainter, at: QPointF, names: Sequence[str], style: Style, radius: float) -> None:
    """Draw a shaded disc, with one sector for each colour."""
    r = radius * style.unit
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("#000000", 0.25))
    painter.drawEllipse(at + QPointF(0, 0.8 * style.unit), r + 1.8 * style.unit, r + 1.8 * style.unit)
    box = QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r)
    for k, name in enumerate(names):
        tone = QColor(name)
        shine = QRadialGradient(at, r * 1.25, at + QPointF(-0.4 * r, -0.45 * r))
        shine.setColorAt(0.0, tone.lighter(165))
        shine.setColorAt(0.35, tone)
        shine.setColorAt(1.0, tone.darker(125))
        painter.setBrush(QBrush(shine))
        if len(names) == 1:
            painter.drawEllipse(box)
        else:
            turn = 360 * 16
            begin, end = turn * k // len(names), turn * (k + 1) // len(names)
            painter.drawPie(box, 90 * 16 - begin, begin - end)
    painter.setPen(pen("#FFFFFF", 1.6 * style.unit))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box)


def start_marker(painter: QPainter, at: QPointF, style: Style, name: str | None = None) -> None:
    """Draw the ring where racers start; in the colour `name` if it is one racer's own start."""
    if not (math.isfinite(at.x()) and math.isfinite(at.y())):
        # So far away that its place on the screen is no number any more.
        return
    r = START * style.unit
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((style.theme.canvas, 4.6), (name or style.theme.text, 2.0)):
        painter.setPen(pen(ink, width * style.unit))
        painter.drawEllipse(at, r, r)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            way = QPointF(dx, dy)
            painter.drawLine(at + way * r, at + way * (r + 4 * style.unit))


def star(painter: QPainter, at: QPointF, style: Style, *, best: bool = True, radius: float = STAR) -> None:
    """Draw a known minimum: a filled star for the `best`, a hollow one for a local minimum."""
    outer = radius * style.unit
    points = QPolygonF()
    for k in range(10):
        r = outer if k % 2 == 0 else 0.45 * outer
        angle = math.pi * k / 5 - math.pi / 2
        points.append(at + QPointF(r * math.cos(angle), r * math.sin(angle)))
    painter.setPen(pen("#FFFFFF", 3.4 * style.unit, 0.9))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(points)
    painter.setPen(pen("#3A2A00", 1.2 * style.unit))
    painter.setBrush(QColor("#FFD23F" if best else "#FFFFFF"))
    painter.drawPolygon(points)


def end_mark(
    painter: QPainter, at: QPointF, name: str, ending: TerminationReason, style: Style, radius: float = BALL
) -> None:
    """Draw the head of a racer: a check if it has converged, a cross if it has diverged, else the ball."""
    _head(painter, at, [name], ending, style, radius)


def heads(painter: QPainter, racers: Sequence[tuple[QPointF, str, TerminationReason]], style: Style) -> None:
    """Draw the heads of racers given as (place, colour, ending); those in one place share one ball in sectors."""
    groups: list[tuple[QPointF, TerminationReason, list[str]]] = []
    for at, name, ending in racers:
        for place, other, names in groups:
            gap = at - place
            if math.hypot(gap.x(), gap.y()) < TOGETHER * style.unit and ending is other:
                names.append(name)
                break
        else:
            groups.append((at, ending, [name]))
    for at, ending, names in groups:
        _head(painter, at, names, ending, style, BALL)


def _head(
    painter: QPainter,
    at: QPointF,
    names: Sequence[str],
    ending: TerminationReason,
    style: Style,
    radius: float,
) -> None:
    r = radius * style.unit
    if ending is TerminationReason.DIVERGED:
        for ink, width in (("#FFFFFF", 0.95), (names[-1], 0.5)):
            painter.setPen(pen(ink, width * r))
            for sign in (1, -1):
                arm = QPointF(0.85 * r, sign * 0.85 * r)
                painter.drawLine(at - arm, at + arm)
    elif ending is TerminationReason.CONVERGED:
        _disc(painter, at, names, style, radius + 1.6)
        hook = QPolygonF(
            [at + QPointF(x * r, y * r) for x, y in ((-0.52, 0.05), (-0.14, 0.45), (0.56, -0.42))]
        )
        for ink, width in (("#000000", 0.62), ("#FFFFFF", 0.34)):
            painter.setPen(pen(ink, width * r, 0.35 if ink == "#000000" else 1.0))
            painter.drawPolyline(hook)
    else:
        _disc(painter, at, names, style, radius)


def off_edge(painter: QPainter, plot: QRectF, at: QPointF, name: str, style: Style) -> None:
    """Point from the edge of `plot` towards a ball at `at` that lies outside."""
    r = BALL * style.unit
    inner = plot.adjusted(1.8 * r, 1.8 * r, -1.8 * r, -1.8 * r)
    place = QPointF(
        min(max(at.x(), inner.left()), inner.right()), min(max(at.y(), inner.top()), inner.bottom())
    )
    pointer(painter, place, math.atan2(at.y() - place.y(), at.x() - place.x()), name, style)


def pointer(painter: QPainter, place: QPointF, angle: float, name: str, style: Style) -> None:
    """Draw a triangle that points in the direction `angle`, in radians clockwise from the right."""
    r = BALL * style.unit
    painter.save()
    painter.translate(place)
    painter.rotate(math.degrees(angle))
    painter.setPen(pen("#FFFFFF", 1.6 * style.unit))
    painter.setBrush(QColor(name))
    painter.drawPolygon(QPolygonF([QPointF(1.4 * r, 0), QPointF(-0.5 * r, -r), QPointF(-0.5 * r, r)]))
    painter.restore()


def arrow(painter: QPainter, tail: QPointF, tip: QPointF, name: str, style: Style) -> None:
    """Draw an arrow in the colour `name` with a casing."""
    way = tip - tail
    length = math.hypot(way.x(), way.y())
    if not math.isfinite(length) or length < 1e-6:
        return
    along = way / length
    across = QPointF(-along.y(), along.x())
    head = min(9.0 * style.unit, 0.6 * length)
    neck = tip - along * head
    barb = QPolygonF([tip, neck + across * 0.5 * head, neck - across * 0.5 * head])
    for ink, extra in ((style.theme.canvas, 2.6), (name, 0.0)):
        painter.setPen(pen(ink, (2.2 + extra) * style.unit))
        painter.drawLine(tail, neck)
        painter.setPen(pen(ink, (0.8 + extra) * style.unit))
        painter.setBrush(QColor(ink))
        painter.drawPolygon(barb)
