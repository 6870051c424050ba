"""Paints what is predicted over the plane of two features: colours of numbers, regions of classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.fit_examples import TARGET_COLOURS, class_colour
from optexplorer.painting.grid_image import paint_grid_image
from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.polylines import path_of
from optexplorer.painting.style import Style, pen
from optexplorer.scene.fit.fit_scene import Regions, Window
from optexplorer.scene.palette import colour_map, rgb

Array = NDArray[np.float64]

FAINTEST, STRONGEST = 0.10, 0.48
"""How much of its colour a class's region has where all classes are equally probable, and where it is certain."""
BOUNDARY = 2.2
"""Width of the boundary between classes, in units of the style."""


def paint_surface_colours(
    painter: QPainter,
    frame: MapFrame,
    values: Array,
    window: Window,
    scale: tuple[float, float],
    style: Style,
) -> None:
    """Paint numbers on a grid that covers `window` as colours, those of `scale` as low and high as there are."""
    low, high = scale
    share = np.clip((values - low) / (high - low), 0, 1)
    colours = colour_map(TARGET_COLOURS, style.theme.name).astype(np.float64)
    known = np.isfinite(share)
    shades = colours[np.where(known, share * 255, 0).round().astype(int)]
    shades[~known] = rgb(style.theme.grid)
    _paint_shades(painter, frame, shades, window)


def paint_regions(painter: QPainter, frame: MapFrame, regions: Regions, window: Window, style: Style) -> None:
    """Paint the class that is predicted on a grid that covers `window`, and the boundaries between classes."""
    canvas = np.array(rgb(style.theme.canvas), dtype=np.float64)
    classes = max(int(regions.winner.max(initial=0)) + 1, 1)
    inks = np.array([rgb(class_colour(k, style)) for k in range(classes)], dtype=np.float64)
    strength = (FAINTEST + (STRONGEST - FAINTEST) * regions.sureness)[..., np.newaxis]
    shades = canvas + (inks[np.maximum(regions.winner, 0)] - canvas) * strength
    shades[regions.winner < 0] = rgb(style.theme.grid)
    _paint_shades(painter, frame, shades, window)
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = path_of([frame.to_pixels(line) for line in regions.boundary])
        for ink, width in ((style.theme.canvas, 2 * BOUNDARY), (style.theme.text, BOUNDARY)):
            painter.setPen(pen(ink, width * style.unit))
            painter.drawPath(path)


def _paint_shades(painter: QPainter, frame: MapFrame, shades: Array, window: Window) -> None:
    """Paint colours on a grid, shape (rows, columns, 3), the first row lowest."""
    r, g, b = (shades[..., k].round().astype(np.uint32) for k in range(3))
    pixels = np.uint32(0xFF000000) | (r << np.uint32(16)) | (g << np.uint32(8)) | b
    x0, x1, y0, y1 = window
    place = QRectF(frame.to_pixel((x0, y1)), frame.to_pixel((x1, y0)))
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        paint_grid_image(painter, place, pixels[::-1])


def paint_colour_bar(painter: QPainter, bar: QRectF, style: Style) -> None:
    """Paint the colours of numbers from low to high."""
    colours = colour_map(TARGET_COLOURS, style.theme.name).astype(np.uint32)
    column = (
        np.uint32(0xFF000000)
        | (colours[:, 0] << np.uint32(16))
        | (colours[:, 1] << np.uint32(8))
        | colours[:, 2]
    )
    with saved(painter):
        painter.setClipRect(bar, Qt.ClipOperation.IntersectClip)
        paint_grid_image(painter, bar, np.repeat(column[::-1, np.newaxis], 2, axis=1))
