"""Paints paths on the surface: as lines what of them is in view, as dots what hills hide."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_changes import parts_around, same_until
from optexplorer.painting.path_style import CASING, Stroke, surface_strokes
from optexplorer.painting.polylines import path_of, runs_within
from optexplorer.painting.style import Style, pen
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.painting.surface_path_view import paths_in_view
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]


SHORT = 0.05
"""Length of a line that shows as a dot."""


class _Strokes(NamedTuple):
    """What of a path shows near a part of the picture."""

    line: QPainterPath
    hidden: QPainterPath
    """Dots: as one path, so that half-opaque dots which meet are not darker there."""
    landed: QPolygonF


def paint_paths(
    painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style, part: QRectF | None = None
) -> None:
    """Paint the paths up to the playhead, or only what of them shows in `part` of the picture."""
    seen = frame.rect if part is None else frame.rect.intersected(part)
    margin = CASING * style.unit
    near = seen.adjusted(-margin, -margin, margin, margin)
    found = _strokes(frame, scene, near)
    with saved(painter):
        painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for racer_path, stroke in surface_strokes(scene.racer_paths, style.theme):
            if racer_path.number in found:
                _paint_stroke(painter, found[racer_path.number], stroke, style.unit)


def changed_parts(frame: SurfaceFrame, before: Scene, after: Scene) -> list[QRectF] | None:
    """Return where the paths of two scenes of one surface and camera differ; None if they may differ everywhere."""
    if not same_until(0, before, after):
        return None
    moves = []
    for old, new in zip(before.racer_paths, after.racer_paths, strict=True):
        if (old.surface_path is None) is not (new.surface_path is None):
            return None
        if old.step != new.step and new.surface_path is not None and old.surface_path is not None:
            longer = max(old.surface_path, new.surface_path, key=lambda path: len(path.index))
            low, high = min(old.step, new.step), max(old.step, new.step)
            points = longer.points[longer.index[max(low - 1, 0)] : longer.index[high] + 1]
            if np.isfinite(points).any():
                moves.append(frame.places(points[np.isfinite(points).all(axis=1)]))
    parts = parts_around(moves, frame.rect, 2 * CASING * frame.unit)
    return [part for part in parts if part.intersects(frame.rect)]


def _paint_stroke(painter: QPainter, strokes: _Strokes, stroke: Stroke, unit: float) -> None:
    if stroke.hidden:
        if not strokes.hidden.isEmpty():
            # As dense in the middle as the half-opaque line that OpenGL draws.
            painter.setPen(pen(stroke.colour, stroke.line * unit, 1.5 * stroke.opacity))
            painter.drawPath(strokes.hidden)
        return
    if not strokes.line.isEmpty():
        painter.setPen(pen(stroke.colour, stroke.line * unit, stroke.opacity))
        painter.drawPath(strokes.line)
    if stroke.dot and not strokes.landed.isEmpty():
        painter.setPen(pen(stroke.colour, stroke.dot * unit))
        painter.drawPoints(strokes.landed)


def _strokes(frame: SurfaceFrame, scene: Scene, near: QRectF) -> dict[int, _Strokes]:
    """Return what shows of the racers' paths near a part of the picture, by the numbers of the racers."""
    laid = [(path, path.surface_path) for path in scene.racer_paths if path.surface_path is not None]
    margin = CASING * frame.unit
    limit = frame.rect.adjusted(-margin, -margin, margin, margin)
    found = {}
    for (racer_path, surface_path), seen in zip(
        laid, paths_in_view([path for _, path in laid], scene.surface, frame), strict=True
    ):
        end = int(surface_path.index[racer_path.step])
        count = int(np.searchsorted(seen.ends, end, side="right"))
        runs = runs_within(seen.points[:count], near, limit, seen.left_out[: max(count - 1, 0)])
        hidden = seen.hidden[: np.searchsorted(seen.hidden_ends, end, side="right")]
        landed = seen.landed[: np.searchsorted(seen.landed_steps, racer_path.step, side="right")]
        found[racer_path.number] = _Strokes(
            path_of(runs),
            _dots(hidden, near),
            QPolygonF([QPointF(x, y) for x, y in _within(landed, near).tolist()]),
        )
    return found


def _within(places: Array, near: QRectF) -> Array:
    """Return those of places, shape (k, 2), that lie in a rectangle."""
    if not len(places):
        return places
    inside = (places >= (near.left(), near.top())) & (places <= (near.right(), near.bottom()))
    return places[inside.all(axis=1)]


def _dots(places: Array, near: QRectF) -> QPainterPath:
    shown = _within(places, near)
    ends = shown + np.array([SHORT, 0.0])
    return path_of(list(np.stack([shown, ends], axis=1)))
