"""Paints the barrier between the two points that a line is drawn through."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.curve_frame import CurveFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.scene import Scene

POINTS = 41
"""Places along the straight line between the ends, which is no straight line where heights are logarithms."""
SHORT = 6.0
"""A barrier lower than this, in units of the style, is only told in words (see `Scene.notes`)."""


def paint_barrier(painter: QPainter, frame: CurveFrame, scene: Scene, style: Style) -> None:
    """Paint the line between the losses of the ends, how far the curve rises above it, and both ends."""
    barrier = scene.barrier
    if barrier is None:
        return
    ink, unit = style.theme.accent, frame.unit
    line = [
        frame.to_pixel(t, barrier.first + t * (barrier.second - barrier.first))
        for t in (k / (POINTS - 1) for k in range(POINTS))
    ]
    foot, top = frame.to_pixel(barrier.place, barrier.foot), frame.to_pixel(barrier.place, barrier.loss)
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        dashes = pen(ink, 1.4 * unit)
        dashes.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(dashes)
        painter.drawPolyline(line)
        painter.setPen(pen(ink, 1.2 * unit))
        painter.setBrush(colour(style.theme.canvas))
        for end in (line[0], line[-1]):
            painter.drawEllipse(end, 3.5 * unit, 3.5 * unit)
        if foot.y() - top.y() > SHORT * unit:
            painter.setPen(pen(ink, 2.2 * unit))
            painter.drawLine(foot, top)
            for at in (foot, top):
                painter.drawLine(at - QPointF(4 * unit, 0), at + QPointF(4 * unit, 0))
