"""Paints start, minima, heads and arrows on the surface; marks behind hills are faint."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from optexplorer.painting import marks
from optexplorer.painting.anatomy_painter import paint_anatomies, paint_labels
from optexplorer.painting.batch_painter import paint_cloud_on_surface
from optexplorer.painting.curvature_painter import paint_curvature_on_surface
from optexplorer.painting.descent_cloud_painter import paint_descents_on_surface
from optexplorer.painting.loss_stems import paint_stems
from optexplorer.painting.path_style import head_of
from optexplorer.painting.plane_notes import paint_plane_notes
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.scene.fog import seen_at
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.geometry.surface_mesh import in_view
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import PathAtPlayhead, Scene

Array = NDArray[np.float64]

FAINT = 0.38
"""Opacity of marks behind hills."""
ARROW = 0.34
"""Length in the box that no gradient arrow reaches."""


def paint_minima(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the known minima."""
    landscape = scene.surface.landscape
    lowest = landscape.global_minimum
    points = np.array([minimum.position for minimum in landscape.minima]).reshape(-1, 2)
    for minimum, at in zip(landscape.minima, _seen(painter, frame, scene, points), strict=True):
        if at is not None and seen_at(scene.samples, scene.seen, minimum.position):
            best = lowest is None or minimum.value <= lowest + 1e-9 * max(1.0, abs(lowest))
            marks.star(painter, at, style, best=best)
    painter.setOpacity(1.0)


def paint_starts(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the places where racers start."""
    starts: list[tuple[Array, str | None]] = [(np.array(scene.place_of_start), None)]
    starts += [(path.drawn.position[0], path.colour) for path in scene.own_starts()]
    places = _seen(painter, frame, scene, np.array([start for start, _ in starts]))
    for (_, ink), at in zip(starts, places, strict=True):
        if at is not None:
            marks.start_marker(painter, at, style, ink)
    painter.setOpacity(1.0)


def _seen(painter: QPainter, frame: SurfaceFrame, scene: Scene, points: Array) -> Iterator[QPointF | None]:
    """Yield the places of points of the plane, None outside the window, and set the painter's opacity for each."""
    box, inside = _stand(scene.surface, points)
    shown = in_view(scene.surface, frame.camera, box)
    for place, here, clear in zip(frame.places(box).tolist(), inside.tolist(), shown.tolist(), strict=True):
        painter.setOpacity(1.0 if clear else FAINT)
        yield QPointF(*place) if here else None


def _stand(surface: SurfaceSamples, points: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return box coordinates on the surface of points of the plane, and which of them are within the window."""
    x0, x1, y0, y1 = surface.window
    with np.errstate(invalid="ignore"):
        inside = np.logical_and.reduce((points >= (x0, y0)) & (points <= (x1, y1)), axis=1)
    # Unlike np.clip, this takes NaN to the edge.
    kept = np.fmin(np.fmax(points, (x0, y0)), (x1, y1))
    return to_box(surface, kept, surface.height_at(kept)), inside


def paint_heads(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint what moves with the playhead: gradient arrows, balls, the marks of those that have ended."""
    if not scene.racer_paths:
        return
    heads = np.array([racer_path.place for racer_path in scene.racer_paths])
    box, inside = _stand(scene.surface, heads)
    clear = in_view(scene.surface, frame.camera, box)
    places = [QPointF(x, y) for x, y in frame.places(box).tolist()]
    for k, racer_path in enumerate(scene.racer_paths):
        if not inside[k] and np.isfinite(heads[k]).all():
            _point_outwards(painter, frame, box[k], heads[k], scene.surface, racer_path.colour, style)
    paint_stems(painter, frame, scene, box, inside, style)
    if scene.appearance.gradient_arrows:
        for k, racer_path in enumerate(scene.racer_paths):
            tip = _arrow_tip(frame, scene.surface, racer_path, box[k]) if inside[k] else None
            if tip is not None:
                painter.setOpacity(1.0 if clear[k] else FAINT)
                marks.arrow(painter, places[k], tip, style.theme.text, style)
    paint_descents_on_surface(painter, frame, scene, style)
    paint_cloud_on_surface(painter, frame, scene, style)
    paint_curvature_on_surface(painter, frame, scene, style)
    paint_anatomies(painter, scene, partial(_on_surface, frame, scene.surface), style)
    for behind in (True, False):
        painter.setOpacity(FAINT if behind else 1.0)
        racers = (
            head_of(racer_path, places[k])
            for k, racer_path in enumerate(scene.racer_paths)
            if inside[k] and bool(clear[k]) is not behind
        )
        marks.heads(painter, racers, style)
    painter.setOpacity(1.0)
    paint_labels(painter, frame.rect, scene, partial(_on_surface, frame, scene.surface), style)
    paint_plane_notes(painter, frame.rect, scene, style)


def _on_surface(frame: SurfaceFrame, surface: SurfaceSamples, points: Array) -> Array:
    """Return the places in the picture of points of the plane; those beyond the window stay at its edge."""
    return frame.places(_stand(surface, points)[0])


def _point_outwards(
    painter: QPainter,
    frame: SurfaceFrame,
    edge: Array,
    head: Array,
    surface: SurfaceSamples,
    name: str,
    style: Style,
) -> None:
    """Point from the edge of the surface towards a head beyond it."""
    x0, x1, y0, y1 = surface.window
    with np.errstate(over="ignore"):
        offset = 2 * (head - (x0, y0)) / (x1 - x0, y1 - y0) - 1 - edge[:2]
    far = float(np.abs(offset).max())
    if not 0 < far < math.inf:
        return
    at = frame.place(edge.tolist())
    ahead = frame.place(edge + np.array([*(offset / far * 0.1), 0.0]))
    marks.pointer(painter, at, math.atan2(ahead.y() - at.y(), ahead.x() - at.x()), name, style)


def _arrow_tip(
    frame: SurfaceFrame, surface: SurfaceSamples, racer_path: PathAtPlayhead, head: Array
) -> QPointF | None:
    """Where the arrow of steepest descent ends: downhill on the surface, longer where the slope is steeper."""
    x0, x1, y0, y1 = surface.window
    norm = math.hypot(*racer_path.slope.tolist())
    if not 0 < norm < math.inf:
        return None
    offset = -racer_path.slope / norm / (x1 - x0, y1 - y0)
    length = ARROW * (norm / (norm + surface.typical_slope)) ** 0.25
    tip = head[:2] + offset / np.linalg.norm(offset) * length
    plane = np.array([[x0 + (tip[0] + 1) / 2 * (x1 - x0), y0 + (tip[1] + 1) / 2 * (y1 - y0)]])
    end, inside = _stand(surface, plane)
    if not inside[0]:
        return None
    at = frame.place(end[0].tolist())
    gap = at - frame.place(head.tolist())
    return at if math.hypot(gap.x(), gap.y()) > 2 * marks.BALL else None
