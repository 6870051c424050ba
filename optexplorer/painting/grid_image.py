"""Paints colours that are known on a grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter


def paint_grid_image(painter: QPainter, place: QRectF, pixels: NDArray[np.uint32]) -> QRectF:
    """Paint smoothly the colours on a grid whose outermost points lie on the edges of `place`.

    Parameters
    ----------
    pixels : shape (rows, columns), the highest row first: 0xAARRGGBB, premultiplied

    Returns
    -------
    the area that is painted: half a cell wider than `place` at each side
    """
    rows, columns = pixels.shape
    # In the byte order of this machine.
    data = np.ascontiguousarray(pixels, dtype=np.uint32)
    image = QImage(data.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    across = 0.5 * place.width() / max(columns - 1, 1)
    down = 0.5 * place.height() / (rows - 1) if rows > 1 else 0.0
    area = place.adjusted(-across, -down, across, down)
    painter.drawImage(area, image)
    return area
