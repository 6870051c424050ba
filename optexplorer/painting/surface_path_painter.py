"""Paints paths on the surface: as lines what of them is in view, as dots what hills hide."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from optexplorer.experiment.appearance import Camera
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_changes import parts_around, same_until
from optexplorer.painting.path_style import CASING, HIDDEN_LINE, Stroke, surface_strokes
from optexplorer.painting.polylines import covered, path_of, runs_within, thinned
from optexplorer.painting.style import Style, pen
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.scene.geometry.surface_mesh import dots, in_view, within_window
from optexplorer.scene.geometry.surface_path import SurfacePath
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import Scene
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

GRAIN = 0.7
"""Pixels that points of a path lie apart at least."""
NEAREST = 0.02
"""Depth before which nothing is seen, in units of the box."""
DOTS_APART = 2.5
"""Distance between the dots of a hidden line, in widths of the line."""


class _Place(NamedTuple):
    """All that the place of a path in a picture depends on."""

    camera: Camera
    left: float
    top: float
    width: float
    height: float
    unit: float


@dataclass(frozen=True, eq=False)
class _ProjectedPath:
    """A path in a picture, thinned to what can be told apart.

    Attributes
    ----------
    points, ends : shape (m, 2), (m,), the places kept, and where in the surface path they lie
    left_out : shape (m − 1,), which segments between them are hidden, or add nothing to earlier ones
    hidden, hidden_ends : shape (k, 2), (k,), dots along what hills hide, and where in the surface path they lie
    landed, landed_steps : shape (d, 2), (d,), dots where long steps land in view, and their steps
    """

    points: Array
    ends: NDArray[np.int64]
    left_out: NDArray[np.bool_]
    hidden: Array
    hidden_ends: NDArray[np.int64]
    landed: Array
    landed_steps: NDArray[np.int64]


class _Strokes(NamedTuple):
    """What of a path shows near a part of the picture."""

    line: QPainterPath
    hidden: QPolygonF
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
            painter.drawPoints(strokes.hidden)
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
    if not laid:
        return {}
    rect, (first, *rest) = frame.rect, [surface_path for _, surface_path in laid]
    place = _Place(frame.camera, rect.left(), rect.top(), rect.width(), rect.height(), frame.unit)
    margin = CASING * frame.unit
    limit = rect.adjusted(-margin, -margin, margin, margin)
    found = {}
    for (racer_path, surface_path), projected in zip(
        laid, _project(first, tuple(rest), scene.surface, place), strict=True
    ):
        end = int(surface_path.index[racer_path.step])
        count = int(np.searchsorted(projected.ends, end, side="right"))
        runs = runs_within(projected.points[:count], near, limit, projected.left_out[: max(count - 1, 0)])
        hidden = projected.hidden[: np.searchsorted(projected.hidden_ends, end, side="right")]
        landed = projected.landed[: np.searchsorted(projected.landed_steps, racer_path.step, side="right")]
        found[racer_path.number] = _Strokes(path_of(runs), _polygon(hidden, near), _polygon(landed, near))
    return found


def _polygon(places: Array, near: QRectF) -> QPolygonF:
    if not len(places):
        return QPolygonF()
    inside = (places >= (near.left(), near.top())) & (places <= (near.right(), near.bottom()))
    return QPolygonF([QPointF(x, y) for x, y in places[inside.all(axis=1)].tolist()])


@cached_with_first(2)
def _project(
    first: SurfacePath, rest: tuple[SurfacePath, ...], surface: SurfaceSamples, place: _Place
) -> list[_ProjectedPath]:
    """Project paths together: NumPy takes hardly longer for all of them than for one."""
    paths = (first, *rest)
    frame = SurfaceFrame(QRectF(*place[1:5]), place.camera, place.unit)
    grain = _grain(frame)
    kept = [_thinned(path, grain) for path in paths]
    steps = [dots(path) for path in paths]
    points = [path.points[numbers] for path, (numbers, _) in zip(paths, kept, strict=True)]
    points += [path.points[path.index[landed]] for path, landed in zip(paths, steps, strict=True)]
    flat = within_window(np.concatenate(points))
    places = _places(frame, flat)
    clear = in_view(surface, frame.camera, flat) & np.logical_and.reduce(np.isfinite(places), axis=1)
    borders = np.cumsum([len(part) for part in points])[:-1]
    all_places, all_clear = np.split(places, borders), np.split(clear, borders)
    return [
        _projected_path(
            all_places[k], all_clear[k], *kept[k], all_places[k + len(paths)], all_clear[k + len(paths)],
            steps[k], frame,
        )
        for k in range(len(paths))
    ]  # fmt: skip


def _projected_path(
    places: Array,
    clear: NDArray[np.bool_],
    ends: NDArray[np.int64],
    again: NDArray[np.bool_],
    landed: Array,
    landed_clear: NDArray[np.bool_],
    landed_steps: NDArray[np.int64],
    frame: SurfaceFrame,
) -> _ProjectedPath:
    """Return a path whose points are at `places`; those `clear` are in view; segments `again` repeat others."""
    known = np.logical_and.reduce(np.isfinite(places), axis=1)
    visible = clear[:-1] & clear[1:]
    # A hidden stretch begins where the last point in view is, so that no gap opens between the two.
    behind = known[:-1] & known[1:] & ~visible & ~again
    hidden, segment = _dots_along(places, behind, HIDDEN_LINE * frame.unit, frame.rect)
    return _ProjectedPath(
        places,
        ends,
        ~visible | again,
        hidden,
        ends[1:][segment],
        landed[landed_clear],
        landed_steps[landed_clear],
    )


def _grain(frame: SurfaceFrame) -> float:
    """Return how far apart in the box two points are that can be told apart, rounded down to a power of two.

    So rounded, it stays the same while the camera turns.
    """
    nearest = max(frame.camera.distance - math.sqrt(3.0), 0.25)
    return float(2.0 ** math.floor(math.log2(GRAIN * nearest / frame.projection.focal)))


@cached_with_first(2)
def _thinned(path: SurfacePath, grain: float) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return which points of a path can be told apart, and which segments between them repeat earlier ones."""
    kept = thinned(path.points, grain)
    return kept, covered(path.points[kept], 2 * grain)


def _places(frame: SurfaceFrame, points: Array) -> Array:
    """Return the places of box points, NaN where the eye does not look."""
    places, depth = frame.projection.project(points)
    places += (frame.rect.left(), frame.rect.top())
    with np.errstate(invalid="ignore"):
        places[~(depth > NEAREST)] = np.nan
    return places


def _dots_along(
    places: Array, drawn: NDArray[np.bool_], width: float, rect: QRectF
) -> tuple[Array, NDArray[np.int64]]:
    """Return dots along the segments `drawn` of a polyline, shape (k, 2), and the segment of each.

    No two fall into one square of side `width`. The dots of the beginning of a path stay when it grows.
    """
    if not drawn.any():
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    far = 2 * max(rect.width(), rect.height())
    begin, way = places[:-1], np.diff(places, axis=0)
    with np.errstate(all="ignore"):
        length = np.hypot(way[:, 0], way[:, 1])
        usable = drawn & (length < far) & (np.abs(begin).max(axis=1) < 2 * far)
    length = np.where(usable, length, 0.0)
    reached = np.cumsum(length)
    apart = DOTS_APART * width
    at = np.arange(0.0, float(reached[-1]), apart)
    segment = np.searchsorted(reached, at, side="right")
    part = (at - (reached - length)[segment]) / length[segment]
    dots_places = begin[segment] + part[:, None] * way[segment]
    _, first = np.unique(np.round(dots_places / width).astype(np.int64), axis=0, return_index=True)
    first.sort()
    return dots_places[first], segment[first]
