"""The layout of a picture of the surface, and the axes around its block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from optexplorer.experiment.appearance import Camera
from optexplorer.painting.axes import GAP, LOSS, TICK, metrics, paint_text, text_width
from optexplorer.painting.style import Style, pen
from optexplorer.scene.geometry.camera import BOX_HEIGHT, FLOOR, Projection
from optexplorer.scene.geometry.surface_mesh import BASE
from optexplorer.scene.geometry.ticks import linear_ticks, tick_labels
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import Scene
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

Point = tuple[float, float, float]

TOP = FLOOR + BOX_HEIGHT
ALONG, UP = 5, 4
"""Ticks, at most, along a side of the block and up its edge."""
ROOM = 32.0
"""Room for labels on each side of the picture, in units of the style."""
SHORTEST = 36.0
"""An axis shorter than this on the picture has no ticks, in units of the style."""


@dataclass(frozen=True, eq=False)
class SurfaceFrame:
    """A camera that looks at the block, and the part of the picture in which it shows."""

    rect: QRectF
    camera: Camera
    unit: float

    @cached_property
    def projection(self) -> Projection:
        """The projection onto the part of the picture, whose upper left corner is (0, 0)."""
        width, height = max(self.rect.width(), 1.0), max(self.rect.height(), 1.0)
        return Projection(self.camera, width, height, ROOM * self.unit)

    def places(self, points: Array) -> Array:
        """Return the places in the picture, shape (k, 2), of box points, shape (k, 3)."""
        return self.places_and_depths(points)[0]

    def places_and_depths(self, points: Array) -> tuple[Array, Array]:
        """Return the places of box points, and how far from the eye they lie, shape (k,)."""
        places, depth = self.projection.project(points)
        places += (self.rect.left(), self.rect.top())
        return places, depth

    def place(self, point: Sequence[float]) -> QPointF:
        """Return the place in the picture of one box point."""
        x, y = self.projection.place(point)
        return QPointF(x + self.rect.left(), y + self.rect.top())


def surface_frame(rect: QRectF, scene: Scene, style: Style) -> SurfaceFrame:
    """Return the layout of the surface painted in `rect`."""
    return SurfaceFrame(QRectF(rect), scene.appearance.camera, style.unit)


@dataclass(frozen=True)
class _BoxTick:
    at: float
    label: str


def _near_sides(camera: Camera) -> tuple[int, int]:
    """Return which of the two sides across x, and across y, is nearer to the eye: −1 or 1."""
    x, y, _ = Projection(camera, 1.0, 1.0).eye.tolist()
    return (1 if x >= 0 else -1), (1 if y >= 0 else -1)


@cached_with_first(1)
def _ticks(surface: SurfaceSamples) -> tuple[tuple[_BoxTick, ...], ...]:
    """Return the ticks of x, y and loss, each with its place in the box."""
    x0, x1, y0, y1 = surface.window
    along = [(linear_ticks(low, high, ALONG), low, high) for low, high in ((x0, x1), (y0, y1))]
    result = [
        tuple(
            _BoxTick(2 * (value - low) / (high - low) - 1, label)
            for value, label in zip(values, tick_labels(values), strict=True)
        )
        for values, low, high in along
    ]
    losses = surface.scale.ticks(UP)
    heights = surface.scale.height(np.array(losses)) if losses else np.empty(0)
    result.append(
        tuple(
            _BoxTick(FLOOR + BOX_HEIGHT * height, label)
            for height, label in zip(heights.tolist(), tick_labels(losses), strict=True)
        )
    )
    return tuple(result)


def back_grid(surface: SurfaceSamples, camera: Camera) -> Array:
    """Return the lines on the two walls behind the block, shape (k, 3), with rows of NaN between them."""
    return _back_grid(surface, *_near_sides(camera))


@cached_with_first(4)
def _back_grid(surface: SurfaceSamples, near_x: int, near_y: int) -> Array:
    x_ticks, y_ticks, z_ticks = _ticks(surface)
    lines: list[list[Point]] = [[(t.at, -near_y, FLOOR), (t.at, -near_y, TOP)] for t in x_ticks]
    lines += [[(-near_x, t.at, FLOOR), (-near_x, t.at, TOP)] for t in y_ticks]
    for height in (*(t.at for t in z_ticks), TOP):
        lines.append([(near_x, -near_y, height), (-near_x, -near_y, height), (-near_x, near_y, height)])
    for x, y in ((near_x, -near_y), (-near_x, -near_y), (-near_x, near_y)):
        lines.append([(x, y, BASE), (x, y, TOP)])
    gap = [(np.nan, np.nan, np.nan)]
    return np.array([point for line in lines for point in line + gap], dtype=np.float64)


def paint_axes(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the three axes: along the two lower edges that face the eye, and up the left one of the outer edges."""
    near_x, near_y = _near_sides(frame.camera)
    x_ticks, y_ticks, z_ticks = _ticks(scene.surface)
    names = scene.surface.landscape.variables
    left = min(((near_x, -near_y), (-near_x, near_y)), key=lambda c: frame.place((*c, 0.0)).x())
    taken: list[QRectF] = []
    edge = _Edge((left[0], left[1], BASE), (left[0], left[1], TOP), (left[0], left[1], 0))
    _paint_axis(painter, frame, edge, [((*left, t.at), t.label) for t in z_ticks], style, taken)
    _paint_top_name(painter, frame, edge, style)
    for edge, ticks, name in (
        (
            _Edge((-1, near_y, BASE), (1, near_y, BASE), (0, near_y, 0)),
            [((t.at, near_y, BASE), t.label) for t in x_ticks],
            names[0],
        ),
        (
            _Edge((near_x, -1, BASE), (near_x, 1, BASE), (near_x, 0, 0)),
            [((near_x, t.at, BASE), t.label) for t in y_ticks],
            names[1],
        ),
    ):
        room = _paint_axis(painter, frame, edge, ticks, style, taken)
        _paint_side_name(painter, frame, edge, name, room, style)


@dataclass(frozen=True)
class _Edge:
    """An axis from `begin` to `end` in the box, whose ticks point `outwards`."""

    begin: Point
    end: Point
    outwards: Point

    def direction(self, frame: SurfaceFrame) -> QPointF:
        """Return the direction on the picture in which ticks point, square to the axis as it is seen; length 1."""
        a, b = frame.place(self.begin), frame.place(self.end)
        middle = (np.array(self.begin) + np.array(self.end)) / 2
        out = frame.place(middle + 0.1 * np.array(self.outwards)) - frame.place(middle)
        along = b - a
        length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1e-9)
        square = QPointF(-along.y() / length, along.x() / length)
        side = square.x() * out.x() + square.y() * out.y()
        return square if side >= 0 else -square

    def length(self, frame: SurfaceFrame) -> float:
        """Return its length on the picture."""
        offset = frame.place(self.end) - frame.place(self.begin)
        return float((offset.x() ** 2 + offset.y() ** 2) ** 0.5)


def _paint_axis(
    painter: QPainter,
    frame: SurfaceFrame,
    edge: _Edge,
    ticks: Sequence[tuple[Point, str]],
    style: Style,
    taken: list[QRectF],
) -> float:
    """Draw an axis with those of its labels that touch no others; return the room that they take up beside it."""
    unit = style.unit
    painter.setPen(pen(style.theme.muted, unit, 0.8))
    painter.drawLine(frame.place(edge.begin), frame.place(edge.end))
    if edge.length(frame) < SHORTEST * unit:
        return TICK * unit
    out = edge.direction(frame)
    height = metrics(style).capHeight() + 4 * unit
    room = TICK * unit
    for point, label in ticks:
        at = frame.place(point)
        painter.setPen(pen(style.theme.muted, unit, 0.8))
        painter.drawLine(at, at + out * (TICK * unit))
        width = text_width(style, [label])
        reach = (abs(out.x()) * width + abs(out.y()) * height) / 2
        centre = at + out * ((TICK + GAP) * unit + reach)
        box = QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)
        if any(box.adjusted(-4 * unit, 0, 4 * unit, 0).intersects(other) for other in taken):
            continue
        taken.append(box)
        room = max(room, (TICK + GAP) * unit + 2 * reach)
        paint_text(painter, centre, label, style, style.theme.muted)
    return room


def _paint_side_name(
    painter: QPainter, frame: SurfaceFrame, edge: _Edge, name: str, room: float, style: Style
) -> None:
    out, unit = edge.direction(frame), style.unit
    reach = (abs(out.x()) * text_width(style, [name], bold=True) + abs(out.y()) * metrics(style).height()) / 2
    middle = (frame.place(edge.begin) + frame.place(edge.end)) / 2
    paint_text(painter, middle + out * (room + 5 * unit + reach), name, style, style.theme.text, bold=True)


def _paint_top_name(painter: QPainter, frame: SurfaceFrame, edge: _Edge, style: Style) -> None:
    if edge.length(frame) < SHORTEST * style.unit:
        return
    at = frame.place(edge.end) - QPointF(0, metrics(style).height() / 2 + GAP * style.unit)
    paint_text(painter, at, style.words(LOSS), style, style.theme.text, bold=True)
