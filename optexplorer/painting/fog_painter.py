"""Fog over maps and curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from optexplorer.painting.grid_image import paint_grid_image
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style

Array = NDArray[np.float64]


def paint_fog(painter: QPainter, plot: QRectF, place: QRectF, seen: Array, style: Style) -> None:
    """Hide what is not seen of the landscape in `plot`.

    Parameters
    ----------
    place : the part of the picture for which `seen` is known; all else is hidden
    seen : how clearly the landscape is seen, from 0 to 1: shape (rows, columns) with the lowest row first, or
        (points,) along a curve; the outermost points lie on the edges of `place`
    """
    tone = QColor(style.theme.window)
    hidden = 1 - np.atleast_2d(seen)[::-1]
    alpha = np.rint(255 * hidden).astype(np.uint32)
    r, g, b = (np.rint(part * hidden).astype(np.uint32) for part in (tone.red(), tone.green(), tone.blue()))
    with saved(painter):
        painter.setClipRect(plot)
        area = paint_grid_image(painter, place, (alpha << 24 | r << 16 | g << 8 | b).astype(np.uint32))
        around = QPainterPath()
        around.addRect(plot)
        around.addRect(area)
        painter.setClipPath(around, Qt.ClipOperation.IntersectClip)
        painter.fillRect(plot, tone)
