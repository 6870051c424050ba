"""Paints the curvature at a racer's head on map and surface: level set, principal axes, quadratic model, numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from optexplorer.engine.diagnostics import Curvature
from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.polylines import path_of, runs_within
from optexplorer.painting.style import Style, colour, pen
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.painting.value_box import paint_value_box
from optexplorer.scene.curvature_marks import CurvatureMarks
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.geometry.surface_mesh import in_view, within_window
from optexplorer.scene.geometry.ticks import tick_label
from optexplorer.scene.palette import rgb
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]

NET = 1.1
LEVEL = 2.0
AXIS = 1.3
"""Widths of the net's lines, of the level set and of the principal axes, in units of the style."""
BEHIND = 0.3
"""Opacity of what is behind hills, or below the surface."""


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
        _paint_net(painter, frame, shown, style)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _paint_level_set(
            painter,
            shown,
            _on_surface(frame, shown, shown.level_set),
            _on_surface(frame, shown, shown.axes),
            style,
        )


def _on_surface(frame: SurfaceFrame, shown: CurvatureMarks, curves: Sequence[Array]) -> list[Array]:
    """Return the parts of curves of the plane that are seen on the surface, as places in the picture."""
    runs = []
    for curve in curves:
        at = np.linspace(0, len(curve) - 1, max(len(curve), 17))
        fine = np.stack([np.interp(at, np.arange(len(curve)), curve[:, k]) for k in range(2)], axis=1)
        box = within_window(to_box(shown.surface, fine, shown.surface.height_at(fine)))
        runs += _seen_runs(frame, shown, box)
    return runs


def _seen_runs(frame: SurfaceFrame, shown: CurvatureMarks, box: Array) -> list[Array]:
    seen = in_view(shown.surface, frame.camera, box)
    edges = np.flatnonzero(np.diff(seen)) + 1
    places = frame.places(box)
    parts = zip(np.split(places, edges), np.split(seen, edges), strict=True)
    return [part for part, clear in parts if len(part) > 1 and clear[0]]


def _paint_net(painter: QPainter, frame: SurfaceFrame, shown: CurvatureMarks, style: Style) -> None:
    net = shown.patch
    places = frame.places(net.reshape(-1, 3)).reshape(*net.shape[:2], 2)
    known = np.logical_and.reduce(np.isfinite(net), axis=2)
    seen = in_view(shown.surface, frame.camera, net.reshape(-1, 3)).reshape(known.shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(_thread(shown.colour, style), 0.16))
    corners = np.stack([places[:-1, :-1], places[:-1, 1:], places[1:, 1:], places[1:, :-1]], axis=2)
    whole = seen[:-1, :-1] & seen[:-1, 1:] & seen[1:, 1:] & seen[1:, :-1]
    for cell in corners[whole].tolist():
        painter.drawConvexPolygon(QPolygonF([QPointF(x, y) for x, y in cell]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for clear in (False, True):
        lines = []
        for line, here, visible in (
            *zip(places, known, seen, strict=True),
            *zip(places.swapaxes(0, 1), known.T, seen.T, strict=True),
        ):
            drawn = here[:-1] & here[1:] & ((visible[:-1] & visible[1:]) == clear)
            ends = np.concatenate([line[:-1], line[1:]], axis=1)[drawn]
            lines += [QLineF(*four) for four in ends.tolist()]
        # Many short lines are painted several times faster than one path of them.
        thread = pen(_thread(shown.colour, style), NET * style.unit, 0.9 if clear else BEHIND)
        thread.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(thread)
        painter.drawLines(lines)


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


def _thread(ink: str, style: Style) -> str:
    """Return the colour of the net's thin lines: a racer's colour, lighter on a dark canvas."""
    if style.theme.name == "light":
        return ink
    red, green, blue = (
        round(0.55 * a + 0.45 * b) for a, b in zip(rgb(ink), rgb(style.theme.casing), strict=True)
    )
    return f"#{red:02X}{green:02X}{blue:02X}"


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
