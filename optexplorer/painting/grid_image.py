"""Paints colours that are known on a grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.scene.palette import rgb

Array = NDArray[np.float64]


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


def paint_pixels(painter: QPainter, place: QRectF, pixels: NDArray[np.uint32]) -> None:
    """Paint colours, shape (rows, columns), as a rectangle each; the highest row first: 0xAARRGGBB, premultiplied."""
    rows, columns = pixels.shape
    data = np.ascontiguousarray(pixels, dtype=np.uint32)
    image = QImage(data.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(place, image)


def between(
    ground: str | NDArray[np.float64], ink: str | NDArray[np.float64], share: Array
) -> NDArray[np.uint32]:
    """Return the colours that lie a `share`, from 0 to 1, of the way from `ground` to `ink`: 0xAARRGGBB, opaque.

    Colours are `#rrggbb`, or red, green and blue from 0 to 255 along the last axis.
    """
    low, high = (np.array(rgb(end), dtype=float) if isinstance(end, str) else end for end in (ground, ink))
    mixed = low + share[..., np.newaxis] * (high - low)
    red, green, blue = np.moveaxis(mixed.round().astype(np.uint32), -1, 0)
    result: NDArray[np.uint32] = 0xFF000000 | (red << 16) | (green << 8) | blue
    return result
