"""Paints the examples of a fit: marks whose shape and colour tell their class, hollow where they are held out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from optexplorer.painting.marks import is_drawable
from optexplorer.painting.style import Style, pen
from optexplorer.scene.fit.fit_scene import FitScene
from optexplorer.scene.palette import CLASS_COLOURS, colour_map

Array = NDArray[np.float64]

SHAPES = 6
TARGET_COLOURS = "viridis"
"""The colour map of numbers that are predicted."""
RING = 3.2
"""How far around a mark its ring lies, in units of the style."""


def class_colour(number: int, style: Style) -> str:
    """Return the colour of a class."""
    colours = CLASS_COLOURS[style.theme.name]
    return colours[number % len(colours)]


def radius_of(count: int) -> float:
    """Return the radius of the marks of so many examples, in units of the style."""
    return 4.2 if count <= 120 else 3.4 if count <= 400 else 2.7 if count <= 1000 else 2.1


@cache
def _shape(number: int) -> QPainterPath:
    """Return the mark of a class, about as large to the eye as a circle of radius 1."""
    path = QPainterPath()
    corners = {
        1: (4, 45.0, 1.22),
        2: (3, -90.0, 1.4),
        3: (4, 0.0, 1.3),
        4: (3, 90.0, 1.4),
        5: (5, -90.0, 1.2),
    }
    if number not in corners:
        path.addEllipse(QPointF(0, 0), 1, 1)
        return path
    count, turn, size = corners[number]
    angles = [math.radians(turn + 360 * k / count) for k in range(count)]
    polygon = QPolygonF([QPointF(size * math.cos(angle), size * math.sin(angle)) for angle in angles])
    path.addPolygon(polygon)
    path.closeSubpath()
    return path


def paint_mark(
    painter: QPainter, at: QPointF, shape: int, ink: str, style: Style, radius: float, *, hollow: bool = False
) -> None:
    """Paint the mark of an example of class number `shape`, `radius` in units of the style."""
    if not is_drawable(at):
        return
    size = radius * style.unit
    painter.save()
    painter.translate(at)
    painter.scale(size, size)
    # Widths are scaled as well.
    if hollow:
        painter.setPen(pen(style.theme.canvas, 3.2 / radius))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_shape(shape % SHAPES))
        painter.setPen(pen(ink, 1.7 / radius))
        painter.setBrush(QColor(style.theme.canvas))
    else:
        painter.setPen(pen(style.theme.canvas, 1.1 / radius))
        painter.setBrush(QColor(ink))
    painter.drawPath(_shape(shape % SHAPES))
    painter.restore()


def inks_of(fit: FitScene, places: NDArray[np.intp], style: Style, own: str | None = None) -> list[str]:
    """Return the colours of the examples at these places of the data."""
    data = fit.landscape.data
    if data.task == "classification":
        return [class_colour(int(target), style) for target in data.targets[places]]
    if fit.kind != "field":
        return [own or style.theme.muted] * len(places)
    low, high = float(data.targets.min()), float(data.targets.max())
    colours = colour_map(TARGET_COLOURS, style.theme.name)
    share = (data.targets[places] - low) / (high - low) if high > low else np.full(len(places), 0.5)
    return [QColor(*colours[k].tolist()).name() for k in np.clip(share * 255, 0, 255).astype(int)]


def places_of(fit: FitScene, places: NDArray[np.intp], predicted: Array | None = None) -> Array:
    """Return where the examples at these places of the data lie in a plot, shape (k, 2); NaN where unknown."""
    data = fit.landscape.data
    targets = data.targets[places]
    if fit.kind == "scatter":
        found = np.full(len(places), np.nan) if predicted is None else predicted
        return np.column_stack([targets, found])
    if fit.kind == "line":
        return np.column_stack([data.inputs[places, 0], targets])
    if fit.kind == "probability":
        # Of more than two classes, each has a curve of its own: the examples stand below all of them.
        up = targets if len(data.classes) == 2 else np.full(len(places), -0.05)
        return np.column_stack([data.inputs[places, 0], up])
    return data.inputs[places]


def paint_examples(
    painter: QPainter,
    at: Array,
    shapes: Sequence[int],
    inks: Sequence[str],
    hollow: Sequence[bool],
    style: Style,
    radius: float,
) -> None:
    """Paint marks at places of the picture, shape (k, 2)."""
    for (x, y), shape, ink, is_hollow in zip(at.tolist(), shapes, inks, hollow, strict=True):
        if math.isfinite(x) and math.isfinite(y):
            paint_mark(painter, QPointF(x, y), shape, ink, style, radius, hollow=is_hollow)


def paint_ring(painter: QPainter, at: QPointF, ink: str, style: Style, radius: float) -> None:
    """Paint a ring around the mark at a place."""
    if not is_drawable(at):
        return
    r = (radius + RING) * style.unit
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, width in ((style.theme.canvas, 3.6), (ink, 1.8)):
        painter.setPen(pen(name, width * style.unit))
        painter.drawEllipse(at, r, r)
