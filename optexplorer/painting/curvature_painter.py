"""Paints the curvature at a racer's head on map and surface: level set, principal axes, quadratic model, numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.engine.diagnostics import Curvature
from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.polylines import path_of, runs_within
from optexplorer.painting.style import Style, pen
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.painting.surface_net import curves_on_surface, paint_net
from optexplorer.painting.value_box import paint_value_box
from optexplorer.scene.curvature_marks import CurvatureMarks
from optexplorer.scene.geometry.ticks import tick_label
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]

NET = 1.1
LEVEL = 2.0
AXIS = 1.3
"""Widths of the net's lines, of the level set and of the principal axes, in units of the style."""


def paint_curvature_on_map(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> QRectF:
    """Paint level set and axes, the contour lines of the model dashed, and the numbers on a value box.

    Returns what of the plot is left for other notes in its upper left.
    """
    shown, room = scene.curvature, QRectF(frame.plot)
    if shown is None:
        return room
    with saved(painter):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        contours = _on_map(frame, shown.contours)
        if contours:
            dashed = pen(style.theme.text, NET * style.unit, 0.85)
            dashed.setDashPattern([4.0, 3.0])
            painter.setPen(dashed)
            painter.drawPath(path_of(contours))
        _paint_level_set(painter, shown, _on_map(frame, shown.level_set), _on_map(frame, shown.axes), style)
        words = numbers(shown.curvature, shown.colour, style)
        box = paint_value_box(painter, frame.plot, words, style, above=True)
        # Notes keep a distance of 6 units from the top.
        room.setTop(box.bottom() - 3 * style.unit)
    return room


def _on_map(frame: MapFrame, curves: Sequence[Array]) -> list[Array]:
    return [run for curve in curves for run in runs_within(frame.to_pixels(curve), frame.plot, frame.plot)]


def paint_curvature_on_surface(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the model as a net that touches the surface at the head, and level set and axes on it."""
    shown = scene.curvature
    if shown is None:
        return
    with saved(painter):
        paint_net(painter, frame, shown.surface, shown.patch, shown.colour, style)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _paint_level_set(
            painter,
            shown,
            curves_on_surface(frame, shown.surface, shown.level_set),
            curves_on_surface(frame, shown.surface, shown.axes),
            style,
        )


def _paint_level_set(
    painter: QPainter, shown: CurvatureMarks, level_set: list[Array], axes: list[Array], style: Style
) -> None:
    _stroke(painter, axes, style.theme.text, AXIS, style.theme.canvas, style)
    _stroke(painter, level_set, shown.colour, LEVEL, style.theme.casing, style)


def _stroke(painter: QPainter, runs: list[Array], ink: str, width: float, casing: str, style: Style) -> None:
    if not runs:
        return
    path = path_of(runs)
    for shade, extra, alpha in ((casing, 2.0, 0.75), (ink, 0.0, 1.0)):
        painter.setPen(pen(shade, (width + extra) * style.unit, alpha))
        painter.drawPath(path)


def numbers(curvature: Curvature, ink: str, style: Style) -> list[tuple[str, str]]:
    """Return what the value box says: the eigenvalues, the condition number, the largest stable rate, with colours."""
    theme = style.theme
    rate = curvature.stable_rate()
    return [
        ("●", ink),
        (f"λ₁ {_short(curvature.largest)}", theme.text),
        (f"λ₂ {_short(float(curvature.eigenvalues[0]))}", theme.text),
        (f"κ {_short(curvature.condition_number)}", theme.text),
        (f"2/λ₁ {'—' if rate is None else _short(rate)}", theme.text),
    ]


def _short(value: float) -> str:
    return tick_label(float(f"{value:.3g}")) if math.isfinite(value) else "∞"
