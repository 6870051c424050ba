"""The layout of a picture of the contour map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from optexplorer.painting.axes import LOSS, Tick, room_above, room_after, room_below, room_beside, text_width
from optexplorer.painting.basin_legend import WIDE, height_below, width_beside
from optexplorer.painting.style import Style
from optexplorer.scene.geometry.ticks import linear_ticks, tick_labels
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]
Window = tuple[float, float, float, float]

LEGEND_GAP, AFTER_PLOT = 12.0, 24.0
"""Room around the legend of a basin map, and for the name of the bottom axis before it, in units of the style."""
LEAST_WITH_LEGEND = 110.0
"""Where the shorter side of the plot would be less, there is no legend."""
MOST_UNEQUAL = 3.0
"""Both axes have the same scale, so that gradients stand square to contour lines, up to this ratio of sides."""


@dataclass(frozen=True, eq=False)
class MapFrame:
    """The layout of a picture of the map, in pixels.

    Attributes
    ----------
    outer : the whole picture
    plot : the map itself
    bar : the colour bar; empty if there is no room for it, and where a basin map hides the colours of heights
    legend : that of the basin map; empty without one
    window : the part of the plane that the plot shows (x low, x high, y low, y high)
    """

    outer: QRectF
    plot: QRectF
    bar: QRectF
    window: Window
    unit: float
    legend: QRectF = field(default_factory=QRectF)

    @property
    def legend_beside(self) -> bool:
        """Whether the legend stands beside the plot rather than below."""
        return self.legend.left() >= self.plot.right()

    @cached_property
    def transform(self) -> QTransform:
        """From the plane to the picture."""
        x0, x1, y0, y1 = self.window
        sx, sy = self.plot.width() / (x1 - x0), self.plot.height() / (y1 - y0)
        return QTransform(sx, 0, 0, -sy, self.plot.left() - x0 * sx, self.plot.bottom() + y0 * sy)

    def to_pixels(self, points: Array) -> Array:
        """Return the places in the picture, shape (k, 2), of points of the plane, shape (k, 2)."""
        x0, x1, y0, y1 = self.window
        scale = np.array([self.plot.width() / (x1 - x0), -self.plot.height() / (y1 - y0)])
        with np.errstate(all="ignore"):
            places: Array = (points - (x0, y0)) * scale + (self.plot.left(), self.plot.bottom())
        return places

    def to_pixel(self, point: Sequence[float] | Array) -> QPointF:
        """Return the place in the picture of one point of the plane."""
        x, y = self.to_pixels(np.asarray(point, dtype=np.float64)[None])[0].tolist()
        return QPointF(x, y)

    def to_data(self, place: QPointF) -> tuple[float, float]:
        """Return the point of the plane at `place` of the picture."""
        x0, x1, y0, y1 = self.window
        return (
            x0 + (place.x() - self.plot.left()) / self.plot.width() * (x1 - x0),
            y0 + (self.plot.bottom() - place.y()) / self.plot.height() * (y1 - y0),
        )

    def x_ticks(self) -> list[Tick]:
        """Return the ticks of the horizontal axis."""
        values = linear_ticks(
            self.window[0], self.window[1], max(2, int(self.plot.width() / (64 * self.unit)))
        )
        places = self.to_pixels(np.array([[value, self.window[2]] for value in values]))[:, 0]
        return [Tick(at, label) for at, label in zip(places.tolist(), tick_labels(values), strict=True)]

    def y_ticks(self) -> list[Tick]:
        """Return the ticks of the vertical axis."""
        values = linear_ticks(
            self.window[2], self.window[3], max(2, int(self.plot.height() / (44 * self.unit)))
        )
        places = self.to_pixels(np.array([[self.window[0], value] for value in values]))[:, 1]
        return [Tick(at, label) for at, label in zip(places.tolist(), tick_labels(values), strict=True)]


def map_frame(rect: QRectF, scene: Scene, style: Style, window: Window | None = None) -> MapFrame:
    """Return the layout of the map painted in `rect`, showing `window` or that of the samples.

    The legend of a basin map stands beside the plot or below it, wherever that leaves more room; nowhere in small
    pictures.
    """
    picture = scene.basins
    if picture is None or not style.axes:
        return _frame_without_legend(rect, scene, style, window, bar=True)
    gap = LEGEND_GAP * style.unit
    width = width_beside(picture, style, wide=rect.width() >= WIDE * style.unit) + 2 * gap
    beside = _frame_without_legend(rect.adjusted(0, 0, -width, 0), scene, style, window, bar=False)
    height = height_below(style) + gap
    below = _frame_without_legend(rect.adjusted(0, 0, 0, -height), scene, style, window, bar=False)
    wider = beside.plot.width() * beside.plot.height() >= below.plot.width() * below.plot.height()
    plot = beside.plot if wider else below.plot
    if min(plot.width(), plot.height()) < LEAST_WITH_LEGEND * style.unit:
        return _frame_without_legend(rect, scene, style, window, bar=False)
    if wider:
        # The names behind the bottom axis keep their room.
        left = min(beside.plot.right() + AFTER_PLOT * style.unit, rect.right() - width + gap)
        left = max(left, beside.plot.right() + gap)
        place = QRectF(left, beside.plot.top(), width - gap, beside.plot.height() + room_below(style))
        return replace(beside, outer=QRectF(rect), legend=place)
    top = min(below.plot.bottom() + room_below(style) + gap, rect.bottom() - height)
    place = QRectF(rect.left() + gap, top, rect.width() - 2 * gap, height - gap / 2)
    return replace(below, outer=QRectF(rect), legend=place)


def _frame_without_legend(
    rect: QRectF, scene: Scene, style: Style, window: Window | None, *, bar: bool
) -> MapFrame:
    unit = style.unit
    window = window or scene.surface.window
    bar_labels = [tick.label for tick in bar_ticks(scene.surface, rect)]
    bar_width, bar_gap = 12 * unit, 14 * unit
    name_width = text_width(style, [style.words(LOSS)], bold=True)
    bar_room = bar_gap + max(bar_width + room_beside(style, bar_labels), name_width)
    with_bar = bar and style.axes and rect.width() >= 300 * unit and rect.height() >= 120 * unit
    x_name, y_name = scene.surface.landscape.variables
    labels = ["−0.5"]
    top, bottom = room_above(style) + 4 * unit, room_below(style) + 4 * unit
    if not style.axes:
        top = bottom = 2 * unit
    ratio = (window[1] - window[0]) / (window[3] - window[2])
    left = 40 * unit
    for _ in range(2):
        after = room_after(style, x_name, labels)
        right = 8 * unit + (max(bar_room, after) if with_bar else after)
        if not style.axes:
            left = right = 2 * unit
        width = max(rect.width() - left - right, 8.0)
        height = max(rect.height() - top - bottom, 8.0)
        if 1 / MOST_UNEQUAL <= ratio <= MOST_UNEQUAL:
            width, height = min(width, height * ratio), min(height, width / ratio)
        x = rect.left() + left + (rect.width() - left - right - width) / 2
        y = rect.top() + top + (rect.height() - top - bottom - height) / 2
        # Edges between pixels keep thin lines sharp.
        plot = QRectF(round(x) + 0.5, round(y) + 0.5, round(width), round(height))
        colours = QRectF(plot.right() + bar_gap, plot.top(), bar_width, plot.height())
        frame = MapFrame(QRectF(rect), plot, colours if with_bar else QRectF(), window, unit)
        names = [tick.label for tick in frame.y_ticks()] + [y_name]
        left = room_beside(style, names) + 6 * unit
        labels = ["−0.5", *(tick.label for tick in frame.x_ticks())]
    return frame


def bar_ticks(surface: SurfaceSamples, bar: QRectF) -> list[Tick]:
    """Return the ticks of the colour bar: the losses of the contour lines."""
    losses = [line.loss for line in surface.lines]
    heights = surface.scale.height(np.array(losses)).tolist()
    places = [bar.bottom() - height * bar.height() for height in heights]
    return [Tick(at, label) for at, label in zip(places, tick_labels(losses), strict=True)]
