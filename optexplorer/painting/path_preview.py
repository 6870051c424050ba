"""Paints on the map the path that would be taken from a point: thin, without steps, with a mark where it ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.marks import is_drawable
from optexplorer.painting.painter_state import saved
from optexplorer.painting.polylines import path_of, runs_within, thinned
from optexplorer.painting.style import Style, colour, pen

Array = NDArray[np.float64]

LINE, CASING, END = 1.6, 3.6, 4.2
"""Widths of the line and of what is around it, and the radius of the mark at its end, in units of the style."""


@dataclass(frozen=True, eq=False)
class PathPreview:
    """A path that is not of the race.

    Attributes
    ----------
    points : shape (k, 2), in the coordinates that are drawn
    colour : of its racer
    diverged : whether it ends because it diverges
    """

    points: Array
    colour: str
    diverged: bool


def paint_preview(painter: QPainter, frame: MapFrame, preview: PathPreview, style: Style) -> None:
    """Paint the path within the plot."""
    unit = style.unit
    places = frame.to_pixels(preview.points)
    runs = runs_within(places[thinned(places)], frame.plot, frame.plot)
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink, width in ((style.theme.casing, CASING), (preview.colour, LINE)):
            painter.setPen(pen(ink, width * unit))
            painter.drawPath(path_of(runs))
        end = frame.to_pixel(preview.points[-1])
        if preview.diverged or not is_drawable(end):
            return
        r = END * unit
        painter.setPen(pen(style.theme.casing, 1.4 * unit))
        painter.setBrush(colour(preview.colour))
        painter.drawEllipse(QRectF(end.x() - r, end.y() - r, 2 * r, 2 * r))
