"""Paths on the surface as a camera sees them: thinned to what pixels can show, parted into what is in view and not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from optexplorer.experiment.appearance import Camera
from optexplorer.painting.path_style import HIDDEN_LINE
from optexplorer.painting.polylines import GrowingCover, SeenNumbers, cell_numbers
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.scene.geometry.surface_mesh import in_view, within_window
from optexplorer.scene.geometry.surface_path import SurfaceLine, SurfacePath
from optexplorer.scene.growing_array import GrowingArray
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

GRAIN = 0.7
"""Pixels that points of a path lie apart at least."""
NEAREST = 0.02
"""Depth before which nothing is seen, in units of the box."""
DOTS_APART = 2.5
"""Distance between the dots of a hidden line, in widths of the line."""


@dataclass(frozen=True, eq=False)
class PathView:
    """A path in a picture. It may go on beyond the path that was asked for: that one ends where its points end.

    Attributes
    ----------
    points, ends : shape (m, 2), (m,), the places kept, and where in the surface path they lie
    clear : shape (m,), which of them no hill hides
    left_out : shape (m − 1,), which segments between them are hidden, or add nothing to earlier ones
    hidden, hidden_ends : shape (k, 2), (k,), dots along what hills hide, and where in the surface path they lie
    landed, landed_steps : shape (d, 2), (d,), dots where long steps land in view, and their steps
    """

    points: Array
    ends: NDArray[np.int64]
    clear: NDArray[np.bool_]
    left_out: NDArray[np.bool_]
    hidden: Array
    hidden_ends: NDArray[np.int64]
    landed: Array
    landed_steps: NDArray[np.int64]


def paths_in_view(
    paths: Sequence[SurfacePath], surface: SurfaceSamples, frame: SurfaceFrame
) -> list[PathView]:
    """Return paths as they are seen in a frame; of those that have grown, only what is new is looked at.

    All of them are looked at together: NumPy takes hardly longer for six than for one.
    """
    rect = frame.rect
    place = _Place(frame.camera, rect.left(), rect.top(), rect.width(), rect.height(), frame.unit)
    growing = [_growing_view(path.line, place) for path in paths]
    with _lock:
        new = [view.new_points(path) for view, path in zip(growing, paths, strict=True)]
        if any(map(len, new)):
            flat = within_window(np.concatenate(new))
            places = _places(frame, flat)
            clear = in_view(surface, frame.camera, flat) & np.logical_and.reduce(np.isfinite(places), axis=1)
            borders = np.cumsum([len(part) for part in new])[:-1]
            for view, path, *seen in zip(
                growing, paths, np.split(places, borders), np.split(clear, borders), strict=True
            ):
                view.extend(path, *seen)
        return [view.so_far() for view in growing]


class _Place(NamedTuple):
    """All that the place of a path in a picture depends on."""

    camera: Camera
    left: float
    top: float
    width: float
    height: float
    unit: float

    @property
    def frame(self) -> SurfaceFrame:
        return SurfaceFrame(QRectF(self.left, self.top, self.width, self.height), self.camera, self.unit)


_lock = Lock()
"""Films and the window may look at one path."""


@cached_with_first(2)
def _growing_view(line: SurfaceLine, place: _Place) -> _GrowingView:
    return _GrowingView(place.frame, _growing_cover(line, _grain(place.frame)))


@cached_with_first(2)
def _growing_cover(line: SurfaceLine, grain: float) -> _ThinnedCover:
    return _ThinnedCover(grain)


def _grain(frame: SurfaceFrame) -> float:
    """Return how far apart in the box two points are that can be told apart, rounded down to a power of two.

    So rounded, it stays the same while the camera turns.
    """
    nearest = max(frame.camera.distance - math.sqrt(3.0), 0.25)
    return float(2.0 ** math.floor(math.log2(GRAIN * nearest / frame.projection.focal)))


class _ThinnedCover:
    """Which segments between the thinned points of a growing path repeat earlier ones, whatever the camera."""

    def __init__(self, grain: float) -> None:
        self.grain = grain
        self._cover = GrowingCover(2 * grain)
        self._again: GrowingArray[np.bool_] = GrowingArray(np.bool_)

    def of(self, path: SurfacePath, kept: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return it for the segments between `kept` points of a path, shape (k − 1,)."""
        done = len(self._again)
        if len(kept) - 1 > done:
            self._again.append(self._cover.extend(path.points[kept[done:]]))
        return self._again.rows(max(len(kept) - 1, 0))


class _GrowingView:
    def __init__(self, frame: SurfaceFrame, cover: _ThinnedCover) -> None:
        self._cover = cover
        self._points: GrowingArray[np.float64] = GrowingArray(np.float64, (2,))
        self._ends: GrowingArray[np.int64] = GrowingArray(np.int64)
        self._clear: GrowingArray[np.bool_] = GrowingArray(np.bool_)
        self._left_out: GrowingArray[np.bool_] = GrowingArray(np.bool_)
        self._dots = _GrowingDots(HIDDEN_LINE * frame.unit, frame.rect)
        self._landed: GrowingArray[np.float64] = GrowingArray(np.float64, (2,))
        self._landed_steps: GrowingArray[np.int64] = GrowingArray(np.int64)
        self._landings = 0

    def new_points(self, path: SurfacePath) -> Array:
        """Return the box points that have not been looked at: those kept along the path, then those where steps land."""
        kept = path.thinned(self._cover.grain)[len(self._points) :]
        landed = path.index[path.dots[self._landings :]]
        points: Array = path.points[np.concatenate([kept, landed])]
        return points

    def extend(self, path: SurfacePath, places: Array, clear: NDArray[np.bool_]) -> None:
        """Add the places of the points that `new_points` has returned, and whether they are in view."""
        kept, done = path.thinned(self._cover.grain), len(self._points)
        count = max(len(kept) - done, 0)
        landings, in_view_there = path.dots[self._landings :], clear[count:]
        self._landed.append(places[count:][in_view_there])
        self._landed_steps.append(landings[in_view_there])
        self._landings += len(landings)
        if not count:
            return
        self._points.append(places[:count])
        self._ends.append(kept[done:])
        self._clear.append(clear[:count])
        first = max(done - 1, 0)
        points, seen = self._points.rows()[first:], self._clear.rows()[first:]
        again = self._cover.of(path, kept)[first:]
        visible = seen[:-1] & seen[1:]
        self._left_out.append(~visible | again)
        # A hidden stretch begins where the last point in view is, so that no gap opens between the two.
        known = np.logical_and.reduce(np.isfinite(points), axis=1)
        self._dots.extend(points, known[:-1] & known[1:] & ~visible & ~again, self._ends.rows()[first + 1 :])

    def so_far(self) -> PathView:
        """Return all that has been added."""
        return PathView(
            self._points.rows(),
            self._ends.rows(),
            self._clear.rows(),
            self._left_out.rows(),
            self._dots.places.rows(),
            self._dots.ends.rows(),
            self._landed.rows(),
            self._landed_steps.rows(),
        )


class _GrowingDots:
    """Dots along the hidden segments of a growing polyline, no two of them in one square of the line's width."""

    def __init__(self, width: float, rect: QRectF) -> None:
        self._width, self._far = width, 2 * max(rect.width(), rect.height())
        self._next = 0.0
        """How far along the next hidden segment the next dot stands."""
        self._taken = SeenNumbers()
        self.places: GrowingArray[np.float64] = GrowingArray(np.float64, (2,))
        self.ends: GrowingArray[np.int64] = GrowingArray(np.int64)

    def extend(self, points: Array, hidden: NDArray[np.bool_], ends: NDArray[np.int64]) -> None:
        """Add the segments between points, shape (k, 2); `ends` says where in the surface path the segments end."""
        if not hidden.any():
            return
        begin, way = points[:-1], np.diff(points, axis=0)
        with np.errstate(all="ignore"):
            length = np.hypot(way[:, 0], way[:, 1])
            usable = hidden & (length < self._far) & (np.abs(begin).max(axis=1) < 2 * self._far)
        length = np.where(usable, length, 0.0)
        reached = np.cumsum(length)
        apart, total = DOTS_APART * self._width, float(reached[-1])
        at = np.arange(self._next, total, apart)
        # Rounding may let the last one come to the very end.
        at = at[at < total]
        self._next = (self._next if not len(at) else float(at[-1]) + apart) - total
        segment = np.searchsorted(reached, at, side="right")
        part = (at - (reached - length)[segment]) / length[segment]
        places = begin[segment] + part[:, None] * way[segment]
        new = self._taken.add(cell_numbers(places, self._width))
        self.places.append(places[new])
        self.ends.append(ends[segment[new]])


def _places(frame: SurfaceFrame, points: Array) -> Array:
    """Return the places of box points, NaN where the eye does not look."""
    places, depth = frame.places_and_depths(points)
    with np.errstate(invalid="ignore"):
        places[~(depth > NEAREST)] = np.nan
    return places
