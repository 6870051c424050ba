"""Paints marks on maps and surfaces: heads, start, minima, ends, arrows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPolygonF, QRadialGradient

from optexplorer.engine.trajectory import TerminationReason
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, colour, pen

BALL = 6.0
"""Radius of a ball, in units of the style."""
START = 9.5
STAR = 8.0
TOGETHER = 2.5
"""Heads nearer to each other than this share one ball, in units of the style."""
REACH = 16.0
"""No mark but an arrow reaches further than this from its place, in units of the style."""


FARTHEST = 1e6
"""Pixels from the corner of a picture beyond which nothing is drawn."""

Ink = tuple[str, str | None]
"""The colour of a racer, and that of the dot in the middle of its ball, if it has one."""


class Head(NamedTuple):
    """The head of a racer: its place, colour and state, and the colour of the dot in its middle, if it has one."""

    at: QPointF
    colour: str
    ending: TerminationReason
    core: str | None = None


def is_drawable(*places: QPointF) -> bool:
    """Whether places can be drawn at: neither NaN nor further away than any picture reaches."""
    return all(abs(place.x()) < FARTHEST and abs(place.y()) < FARTHEST for place in places)


def ball(
    painter: QPainter, at: QPointF, name: str, style: Style, radius: float = BALL, core: str | None = None
) -> None:
    """Draw a racer's ball in the colour `name` (`#rrggbb`), with a dot of the colour `core` in its middle."""
    _disc(painter, at, [(name, core)], style, radius)


def _disc(painter: QPainter, at: QPointF, inks: Sequence[Ink], style: Style, radius: float) -> None:
    """Draw a shaded disc, with one sector for each racer."""
    if not is_drawable(at):
        return
    r = radius * style.unit
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("#000000", 0.25))
    painter.drawEllipse(at + QPointF(0, 0.8 * style.unit), r + 1.8 * style.unit, r + 1.8 * style.unit)
    box = QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r)
    opacity = painter.opacity()
    # A PDF knows no opacity of gradients, but opacities of their colours.
    painter.setOpacity(1.0)
    for k, (name, _) in enumerate(inks):
        tone = colour(name, opacity)
        shine = QRadialGradient(at, r * 1.25, at + QPointF(-0.4 * r, -0.45 * r))
        shine.setColorAt(0.0, tone.lighter(165))
        shine.setColorAt(0.35, tone)
        shine.setColorAt(1.0, tone.darker(125))
        painter.setBrush(QBrush(shine))
        if len(inks) == 1:
            painter.drawEllipse(box)
        else:
            turn = 360 * 16
            begin, end = turn * k // len(inks), turn * (k + 1) // len(inks)
            painter.drawPie(box, 90 * 16 - begin, begin - end)
    painter.setOpacity(opacity)
    for k, (_, core) in enumerate(inks):
        if core is not None:
            painter.setBrush(colour(core))
            if len(inks) == 1:
                painter.drawEllipse(at, 0.4 * r, 0.4 * r)
            else:
                angle = 2 * math.pi * (k + 0.5) / len(inks)
                middle = at + QPointF(0.6 * r * math.sin(angle), -0.6 * r * math.cos(angle))
                painter.drawEllipse(middle, 0.26 * r, 0.26 * r)
    painter.setPen(pen("#FFFFFF", 1.6 * style.unit))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box)


def start_marker(painter: QPainter, at: QPointF, style: Style, name: str | None = None) -> None:
    """Draw the ring where racers start; in the colour `name` if it is one racer's own start."""
    if not is_drawable(at):
        return
    r = START * style.unit
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((style.theme.canvas, 4.6), (name or style.theme.text, 2.0)):
        painter.setPen(pen(ink, width * style.unit))
        painter.drawEllipse(at, r, r)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            offset = QPointF(dx, dy)
            painter.drawLine(at + offset * r, at + offset * (r + 4 * style.unit))


def star(painter: QPainter, at: QPointF, style: Style, *, best: bool = True, radius: float = STAR) -> None:
    """Draw a known minimum: a filled star for the `best`, a hollow one for a local minimum."""
    if not is_drawable(at):
        return
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
    painter: QPainter,
    at: QPointF,
    name: str,
    ending: TerminationReason,
    style: Style,
    radius: float = BALL,
    core: str | None = None,
) -> None:
    """Draw the head of a racer: a check if it has converged, a cross if it has diverged, else the ball."""
    _head(painter, at, [(name, core)], ending, style, radius)


def heads(painter: QPainter, racers: Iterable[Head], style: Style) -> None:
    """Draw the heads of racers; those in one place share one ball in sectors."""
    groups: list[tuple[QPointF, TerminationReason, list[Ink]]] = []
    for head in racers:
        for place, other, inks in groups:
            gap = head.at - place
            if math.hypot(gap.x(), gap.y()) < TOGETHER * style.unit and head.ending is other:
                inks.append((head.colour, head.core))
                break
        else:
            groups.append((head.at, head.ending, [(head.colour, head.core)]))
    for at, ending, inks in groups:
        _head(painter, at, inks, ending, style, BALL)


def _head(
    painter: QPainter,
    at: QPointF,
    inks: Sequence[Ink],
    ending: TerminationReason,
    style: Style,
    radius: float,
) -> None:
    if not is_drawable(at):
        return
    r = radius * style.unit
    if ending is TerminationReason.DIVERGED:
        for ink, width in (("#FFFFFF", 0.95), (inks[-1][0], 0.5)):
            painter.setPen(pen(ink, width * r))
            for sign in (1, -1):
                arm = QPointF(0.85 * r, sign * 0.85 * r)
                painter.drawLine(at - arm, at + arm)
    elif ending is TerminationReason.CONVERGED:
        _disc(painter, at, [(name, None) for name, _ in inks], style, radius + 1.6)
        hook = QPolygonF(
            [at + QPointF(x * r, y * r) for x, y in ((-0.52, 0.05), (-0.14, 0.45), (0.56, -0.42))]
        )
        for ink, width in (("#000000", 0.62), ("#FFFFFF", 0.34)):
            painter.setPen(pen(ink, width * r, 0.35 if ink == "#000000" else 1.0))
            painter.drawPolyline(hook)
    else:
        _disc(painter, at, inks, style, radius)


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
    if not is_drawable(place):
        return
    r = BALL * style.unit
    with saved(painter):
        painter.translate(place)
        painter.rotate(math.degrees(angle))
        painter.setPen(pen("#FFFFFF", 1.6 * style.unit))
        painter.setBrush(QColor(name))
        painter.drawPolygon(QPolygonF([QPointF(1.4 * r, 0), QPointF(-0.5 * r, -r), QPointF(-0.5 * r, r)]))


def arrow(painter: QPainter, tail: QPointF, tip: QPointF, name: str, style: Style) -> None:
    """Draw an arrow in the colour `name` with a casing."""
    if not is_drawable(tail, tip):
        return
    offset = tip - tail
    length = math.hypot(offset.x(), offset.y())
    if not math.isfinite(length) or length < 1e-6:
        return
    along = offset / length
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
