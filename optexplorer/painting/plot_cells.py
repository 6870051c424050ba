"""Paints the cells of heat maps, each with its own colour and sharp edges, and the bars that say what colours mean."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPixmap

from optexplorer.painting.axes import Tick, paint_bar_axis, paint_frame
from optexplorer.painting.grid_image import paint_pixels
from optexplorer.painting.plot_frame import PlotFrame
from optexplorer.painting.style import Style
from optexplorer.scene.palette import colour_map
from optexplorer.scene.plot import Cells
from optexplorer.scene.plot_axis import PlotAxis

Array = NDArray[np.float64]

FINE = 3
"""Pixels of the image of cells per pixel of a picture made of lines, along each side."""
MOST = 2400
"""Pixels of such an image along each side, at most."""
HATCH = 7
"""Pixels from one line of hatched cells to the next."""


def colours_of(cells: Cells, theme: str) -> NDArray[np.uint32]:
    """Return the colour of each cell, shape (rows, columns): 0xAARRGGBB; 0 where there is no value."""
    place = cells.scale.at(cells.values)
    known = ~np.isnan(place)
    index = (np.clip(np.where(known, place, 0.0), 0.0, 1.0) * 255).round().astype(np.int64)
    palette = colour_map(cells.colour_map, theme).astype(np.uint32)
    packed = 0xFF000000 | (palette[:, 0] << 16) | (palette[:, 1] << 8) | palette[:, 2]
    if cells.reverse:
        packed = packed[::-1]
    return np.where(known, packed[index], 0).astype(np.uint32)


def cell_pixels(
    layers: Sequence[Cells], x: PlotAxis, y: PlotAxis, width: int, height: int, theme: str, hatch: int = HATCH
) -> NDArray[np.uint32]:
    """Return what a plot of `width` × `height` pixels shows of cells of one grid, the highest row first; 0 where none is.

    A pixel has the colour of the cell that holds its middle; of several layers, the last that has one.
    """
    first = layers[0]
    across, right = _places(x.at(first.x_edges), width)
    up, top = _places(y.at(first.y_edges), height)
    colours, hatched = colours_of(first, theme), np.full(first.values.shape, first.hatched)
    for layer in layers[1:]:
        above = colours_of(layer, theme)
        known = above != 0
        colours[known], hatched[known] = above[known], layer.hatched
    seen = np.ix_(up[::-1], across)
    pixels: NDArray[np.uint32] = colours[seen]
    if hatched.any():
        slant = np.add.outer(np.arange(height), np.arange(width))
        lines = (slant % hatch < max(1, hatch // 6)) & hatched[seen] & (pixels != 0)
        pixels[lines] = 0xFF000000 | ((pixels[lines] >> 1) & 0x7F7F7F)
    pixels[~top[::-1], :] = 0
    pixels[:, ~right] = 0
    return pixels


def _places(edges: Array, count: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Which cell holds the middle of each of `count` pixels, and whether any does."""
    middles = (np.arange(count) + 0.5) / count
    place = np.searchsorted(edges, middles, side="right") - 1
    inside = (place >= 0) & (place < len(edges) - 1)
    return np.clip(place, 0, len(edges) - 2), inside


def paint_cells(painter: QPainter, frame: PlotFrame, cells: Sequence[Cells], style: Style) -> None:
    """Paint cells within the plot of `frame`, one over the other; those that share their edges at once."""
    scale = _pixels_per_unit(painter)
    area = frame.plot
    width = min(max(round(area.width() * scale), 1), MOST)
    height = min(max(round(area.height() * scale), 1), MOST)
    hatch = max(4, round(HATCH * style.unit * width / area.width()))
    for _, layers in groupby(cells, lambda layer: (id(layer.x_edges), id(layer.y_edges))):
        pixels = cell_pixels(list(layers), frame.x, frame.y, width, height, style.theme.name, hatch)
        paint_pixels(painter, area, pixels)


def _pixels_per_unit(painter: QPainter) -> float:
    """How many pixels an image has along one unit of the painter: those of the screen, or more where lines are drawn."""
    device = painter.device()
    if isinstance(device, QImage | QPixmap):
        return float(abs(painter.worldTransform().m11())) * float(device.devicePixelRatioF())
    return FINE


def paint_colour_bar(painter: QPainter, bar: QRectF, cells: Cells, style: Style) -> None:
    """Paint the colours of a scale from bottom to top, with ticks and the name of what it shows."""
    even = Cells(
        np.array([0.0, 1.0]),
        np.linspace(0.0, 1.0, 257),
        np.linspace(0.0, 1.0, 256)[:, np.newaxis],
        PlotAxis(cells.scale.label, 0.0, 1.0),
        cells.colour_map,
        cells.reverse,
    )
    paint_pixels(painter, bar, np.ascontiguousarray(colours_of(even, style.theme.name)[::-1]))
    paint_frame(painter, bar, style)
    most = max(2, int(bar.height() / (34 * style.unit)))
    found = (
        [(cells.scale.place(value), style.words(words)) for value, words in cells.scale.names]
        if cells.scale.names
        else cells.scale.ticks(most)
    )
    ticks = [Tick(bar.bottom() - at * bar.height(), label) for at, label in found]
    paint_bar_axis(painter, bar, ticks, style.words(cells.scale.label), style)
