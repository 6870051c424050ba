"""What stands on the surface: start, minima, heads and arrows. What is behind hills is faint."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from optexplorer.engine.trajectory import Ending
from optexplorer.export import marks
from optexplorer.export.anatomy_painter import paint_anatomies, paint_labels
from optexplorer.export.curvature_painter import paint_curvature_on_surface
from optexplorer.export.style import Style
from optexplorer.export.surface_frame import SurfaceFrame
from optexplorer.scene.camera import to_box
from optexplorer.scene.fog import seen_at
from optexplorer.scene.relief import Relief
from optexplorer.scene.scene import Scene, Trail
from optexplorer.scene.surface_mesh import in_view

Array = NDArray[np.float64]

FAINT = 0.38
"""Opacity of marks behind hills."""
ARROW = 0.34
"""Length in the box that no gradient arrow reaches."""


def paint_minima(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the known minima."""
    landscape = scene.landscape
    lowest = landscape.global_minimum
    points = np.array([minimum.position for minimum in landscape.minima]).reshape(-1, 2)
    for minimum, at in zip(landscape.minima, _seen(painter, frame, scene, points), strict=True):
        if at is not None and seen_at(scene.ground, scene.seen, minimum.position):
            best = lowest is None or minimum.value <= lowest + 1e-9 * max(1.0, abs(lowest))
            marks.star(painter, at, style, best=best)
    painter.setOpacity(1.0)


def paint_starts(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the places where racers start."""
    common = np.array(scene.start[:2])
    starts: list[tuple[Array, str | None]] = [(common, None)]
    for trail in scene.trails:
        own = trail.trajectory.position[0, :2]
        if not np.allclose(own, common, rtol=1e-9, atol=1e-12):
            starts.append((own, trail.colour))
    places = _seen(painter, frame, scene, np.array([start for start, _ in starts]))
    for (_, ink), at in zip(starts, places, strict=True):
        if at is not None:
            marks.start_marker(painter, at, style, ink)
    painter.setOpacity(1.0)


def _seen(painter: QPainter, frame: SurfaceFrame, scene: Scene, points: Array) -> Iterator[QPointF | None]:
    """Yield the places of points of the plane, None outside the window, and set the painter's opacity for each."""
    box, inside = _stand(scene.relief, points)
    shown = in_view(scene.relief, frame.camera, box)
    for place, here, clear in zip(frame.places(box).tolist(), inside.tolist(), shown.tolist(), strict=True):
        painter.setOpacity(1.0 if clear else FAINT)
        yield QPointF(*place) if here else None


def _stand(relief: Relief, points: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return box coordinates on the ground of points of the plane, and which of them are within the window."""
    x0, x1, y0, y1 = relief.window
    with np.errstate(invalid="ignore"):
        inside = np.logical_and.reduce((points >= (x0, y0)) & (points <= (x1, y1)), axis=1)
    # Unlike np.clip, this takes NaN to the edge.
    kept = np.fmin(np.fmax(points, (x0, y0)), (x1, y1))
    return to_box(relief, kept, relief.height_at(kept)), inside


def paint_heads(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint what moves with the playhead: gradient arrows, balls, the marks of those that have ended."""
    if not scene.trails:
        return
    heads = np.array([trail.head[:2] for trail in scene.trails])
    box, inside = _stand(scene.relief, heads)
    clear = in_view(scene.relief, frame.camera, box)
    places = [QPointF(x, y) for x, y in frame.places(box).tolist()]
    for k, trail in enumerate(scene.trails):
        if not inside[k] and np.isfinite(heads[k]).all():
            _point_outwards(painter, frame, box[k], heads[k], scene.relief, trail.colour, style)
    if scene.view.gradient_arrows:
        for k, trail in enumerate(scene.trails):
            tip = _arrow_tip(frame, scene.relief, trail, box[k]) if inside[k] else None
            if tip is not None:
                painter.setOpacity(1.0 if clear[k] else FAINT)
                marks.arrow(painter, places[k], tip, style.theme.text, style)
    paint_curvature_on_surface(painter, frame, scene, style)
    paint_anatomies(painter, scene, partial(_on_surface, frame, scene.relief), style)
    for behind in (True, False):
        painter.setOpacity(FAINT if behind else 1.0)
        racers = [
            (places[k], trail.colour, trail.trajectory.ending if trail.ended else Ending.RUNNING)
            for k, trail in enumerate(scene.trails)
            if inside[k] and bool(clear[k]) is not behind
        ]
        marks.heads(painter, racers, style)
    painter.setOpacity(1.0)
    paint_labels(painter, frame.rect, scene, partial(_on_surface, frame, scene.relief), style)


def _on_surface(frame: SurfaceFrame, relief: Relief, points: Array) -> Array:
    """Return the places in the picture of points of the plane; those beyond the window stay at its edge."""
    return frame.places(_stand(relief, points)[0])


def _point_outwards(
    painter: QPainter, frame: SurfaceFrame, edge: Array, head: Array, relief: Relief, name: str, style: Style
) -> None:
    """Point from where the ground ends towards a head beyond it."""
    x0, x1, y0, y1 = relief.window
    with np.errstate(over="ignore"):
        way = 2 * (head - (x0, y0)) / (x1 - x0, y1 - y0) - 1 - edge[:2]
    far = float(np.abs(way).max())
    if not 0 < far < math.inf:
        return
    at = frame.place(edge)
    ahead = frame.place(edge + np.array([*(way / far * 0.1), 0.0]))
    marks.pointer(painter, at, math.atan2(ahead.y() - at.y(), ahead.x() - at.x()), name, style)


def _arrow_tip(frame: SurfaceFrame, relief: Relief, trail: Trail, head: Array) -> QPointF | None:
    """Where the arrow of steepest descent ends: downhill on the surface, longer where the slope is steeper."""
    x0, x1, y0, y1 = relief.window
    norm = trail.gradient_norm
    if not 0 < norm < math.inf:
        return None
    way = -trail.gradient[:2] / norm / (x1 - x0, y1 - y0)
    length = ARROW * (norm / (norm + relief.typical_slope)) ** 0.25
    tip = head[:2] + way / np.linalg.norm(way) * length
    plane = np.array([[x0 + (tip[0] + 1) / 2 * (x1 - x0), y0 + (tip[1] + 1) / 2 * (y1 - y0)]])
    end, inside = _stand(relief, plane)
    if not inside[0]:
        return None
    at = frame.place(end[0])
    gap = at - frame.place(head)
    return at if math.hypot(gap.x(), gap.y()) > 2 * marks.BALL else None
