"""Paints basin maps over maps: cells in the colours of the minima, hatched where none is reached."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPainter

from optexplorer.painting.basin_legend import paint_badge
from optexplorer.painting.grid_image import paint_pixels
from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style
from optexplorer.scene.basin_colours import INK, STALE, cell_colours, is_striped
from optexplorer.scene.palette import rgb
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]
Pixels = NDArray[np.uint32]

PERIOD, STRIPE = 7.0, 1.7
"""From one stripe to the next, and the width of a stripe, in units of the style."""
VECTOR_PIXELS = 3.0
"""Pixels per unit of the image in files of vectors."""
MOST_PIXELS = 4_000_000
NUMBERED = 10
"""Minima whose numbers stand on the map, at most."""
_VECTORS = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


def paint_basins_on_map(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint the cells of a scene's basin map within the plot; nothing without one."""
    picture = scene.basins
    if picture is None:
        return
    (x0, x1), (y0, y1) = picture.map.spec.window
    place = QRectF(frame.to_pixel((x0, y1)), frame.to_pixel((x1, y0))).intersected(frame.plot)
    if place.width() < 1 or place.height() < 1:
        return
    scale = abs(painter.worldTransform().m11()) * painter.device().devicePixelRatioF()
    if painter.paintEngine().type() in _VECTORS:
        scale = VECTOR_PIXELS
    scale = min(scale, math.sqrt(MOST_PIXELS / (place.width() * place.height())))
    columns, rows = max(1, round(place.width() * scale)), max(1, round(place.height() * scale))
    left, top = frame.to_data(place.topLeft())
    right, bottom = frame.to_data(place.bottomRight())
    x = np.array([left + (k + 0.5) * (right - left) / columns for k in range(columns)])
    y = np.array([top + (k + 0.5) * (bottom - top) / rows for k in range(rows)])
    pixels = _pixels(scene, style, x, y, scale)
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        paint_pixels(painter, place, pixels)


def _pixels(scene: Scene, style: Style, x: Array, y: Array, scale: float) -> Pixels:
    """Return the pixels at x, shape (columns,), and y, shape (rows,), premultiplied, as of `paint_pixels`."""
    picture = scene.basins
    assert picture is not None
    colours, hatch = cell_colours(picture, style.theme)
    opacity = scene.appearance.basin_opacity * (STALE if picture.stale else 1.0)
    rows, columns = picture.map.places_of(y, 1), picture.map.places_of(x, 0)
    grid = np.ix_(np.maximum(rows, 0), np.maximum(columns, 0))
    pixels: Pixels = _premultiplied(colours, opacity)[grid]
    codes = hatch[grid]
    if hatch.any():
        down, across = np.arange(len(y))[:, np.newaxis], np.arange(len(x))
        period = max(round(PERIOD * style.unit * scale), 3)
        inked = is_striped(codes, down, across, period, max(STRIPE * style.unit * scale, 1.0))
        ink = np.array(rgb(INK[style.theme.name]), dtype=np.float64)
        pixels[inked] = _premultiplied(ink, opacity)
    pixels[rows < 0] = 0
    pixels[:, columns < 0] = 0
    return pixels


def _premultiplied(colours: Array, opacity: float) -> Pixels:
    """Return colours of shape (..., 3), from 0 to 255, with an opacity as 0xAARRGGBB, shape (...)."""
    red, green, blue = np.moveaxis(np.rint(colours * opacity).astype(np.uint32), -1, 0)
    alpha = np.uint32(round(255 * opacity))
    pixels: Pixels = alpha << 24 | red << 16 | green << 8 | blue
    return pixels


def paint_basin_numbers(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Write beside the minima that are reached by most the numbers that they have in the legend."""
    picture = scene.basins
    if picture is None or frame.legend.isEmpty():
        return
    unit = style.unit
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        for entry in picture.entries(NUMBERED):
            if entry.label is None or entry.label < 0 or not np.isfinite(picture.places[entry.label]).all():
                continue
            at = frame.to_pixel(picture.places[entry.label])
            if not frame.plot.contains(at):
                continue
            starred = scene.appearance.minima and _is_known(scene, picture.places[entry.label])
            paint_badge(painter, at + (QPointF(14, -12) * unit if starred else QPointF()), entry.label, style)


def _is_known(scene: Scene, place: Array) -> bool:
    """Whether a minimum at `place` has a star on the map already."""
    return any(np.allclose(place, minimum.position) for minimum in scene.surface.landscape.minima)
