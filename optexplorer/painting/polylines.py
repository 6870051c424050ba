"""From arrays of points to painter paths: clipped to what can be drawn, thinned to what can be seen."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QRectF, Qt
from PySide6.QtGui import QPainterPath

from optexplorer.scene.geometry.thinning import changes_of_cell

Array = NDArray[np.float64]

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1
AT_ONCE = 8192
"""Segments that are looked at together, so that those of long paths take no hundreds of megabytes."""


def path_of(curves: Sequence[Array], *, closed: bool = False) -> QPainterPath:
    """Return a path of polylines, each of finite points of shape (k, 2); filled by the even-odd rule.

    Qt reads the whole path from one block of bytes, which is many times faster than adding its points.
    """
    curves = [np.concatenate([curve, curve[:1]]) if closed else curve for curve in curves if len(curve) > 1]
    path = QPainterPath()
    if not curves:
        return path
    points = np.concatenate(curves)
    elements = np.empty(len(points), dtype=_ELEMENT)
    elements["kind"] = _LINE
    elements["kind"][np.cumsum([0, *(len(curve) for curve in curves[:-1])])] = _MOVE
    elements["x"], elements["y"] = points[:, 0], points[:, 1]
    fill_rule = Qt.FillRule.OddEvenFill.value
    block = struct.pack(">i", len(points)) + elements.tobytes() + struct.pack(">ii", 0, fill_rule)
    stream = QDataStream(QByteArray(block))
    stream >> path
    return path


def thinned(points: Array, grain: float = 0.5) -> NDArray[np.int64]:
    """Return the indices of the points, of shape (k, n), that differ from the one before on a grid of `grain`.

    The first point is always among them. Whether a point is kept depends on it and its predecessor only, so
    what is kept of the beginning of a path does not change when the path grows.
    """
    if not len(points):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate([[0], changes_of_cell(points, grain)])


FEW = 500
"""Points of polylines that are painted as one path."""


def paths_of(shapes: Iterable[Sequence[Array]], *, closed: bool = False) -> list[QPainterPath]:
    """Return shapes, each of polylines that belong together, in paths of few points each; otherwise as `path_of`.

    The time in which Qt paints a path grows faster than its points, and each call of it takes time as well.
    """
    paths: list[QPainterPath] = []
    waiting: list[Array] = []
    points = 0
    for shape in shapes:
        size = sum(map(len, shape))
        if waiting and points + size > FEW:
            paths.append(path_of(waiting, closed=closed))
            waiting, points = [], 0
        waiting += shape
        points += size
    return [*paths, path_of(waiting, closed=closed)] if waiting else paths


class SeenNumbers:
    """Numbers that have come before."""

    def __init__(self) -> None:
        self._seen = np.zeros(0, dtype=np.int64)

    def add(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add numbers; return the indices, in order, of those that none before them equals."""
        distinct, first = np.unique(numbers, return_index=True)
        place = np.searchsorted(self._seen, distinct)
        inside = place < len(self._seen)
        new = np.ones(len(distinct), dtype=bool)
        new[inside] = self._seen[place[inside]] != distinct[inside]
        self._seen = np.insert(self._seen, place[new], distinct[new])
        return np.sort(first[new])


def cell_numbers(places: Array, cell: float) -> NDArray[np.int64]:
    """Return a number for each of places of shape (..., n): the same for those in one cell of side `cell`."""
    with np.errstate(all="ignore"):
        cells = np.nan_to_num(places / cell, posinf=1e6, neginf=-1e6).clip(-1e6, 1e6).round().astype(np.int64)
    numbers: NDArray[np.int64] = cells[..., 0]
    for axis in range(1, cells.shape[-1]):
        numbers = numbers * 4_000_037 + cells[..., axis]
    return numbers


def covered(points: Array, cell: float) -> NDArray[np.bool_]:
    """Return which segments of a polyline, of shape (k, n), run only where earlier ones have already run."""
    return GrowingCover(cell).extend(points)


class GrowingCover:
    """Says of a growing polyline which of its segments run only where earlier ones have already run.

    Looks at `samples` places along each segment, in cells of side `cell`; the first `always` segments count as
    not covered.
    """

    def __init__(self, cell: float, always: int = 256, samples: int = 12) -> None:
        self._cell, self._always, self._samples = cell, always, samples
        self._seen = SeenNumbers()
        self._count = 0
        self._waiting: list[Array] = []

    def extend(self, points: Array) -> NDArray[np.bool_]:
        """Return which segments between points of shape (k, n) are covered; the first point ended those before."""
        count = max(len(points) - 1, 0)
        if self._count + count <= self._always:
            # Short paths, which are drawn anew in each frame of a drag, never need to know.
            self._waiting.append(points)
            self._count += count
            return np.zeros(count, dtype=bool)
        waiting, self._waiting = self._waiting, []
        for earlier in waiting:
            self._add(earlier)
        return self._extend_in_parts(points)

    def _extend_in_parts(self, points: Array) -> NDArray[np.bool_]:
        parts = [
            self._extend(points[low : low + AT_ONCE + 1])
            for low in range(0, max(len(points) - 1, 0), AT_ONCE)
        ]
        return np.concatenate([np.zeros(0, dtype=bool), *parts])

    def _extend(self, points: Array) -> NDArray[np.bool_]:
        count = len(points) - 1
        covered = np.ones(count, dtype=bool)
        covered[self._add(points)] = False
        covered[: max(self._always - self._count, 0)] = False
        self._count += count
        return covered

    def _add(self, points: Array) -> NDArray[np.int64]:
        """Add the cells along the segments between points; return the numbers of the segments that reach new ones."""
        at = (np.arange(self._samples) / (self._samples - 1))[None, :, None]
        with np.errstate(all="ignore"):
            places = points[:-1, None] + at * np.diff(points, axis=0)[:, None]
        return self._seen.add(cell_numbers(places, self._cell).ravel()) // self._samples


def runs_within(
    points: Array, rect: QRectF, limit: QRectF, left_out: NDArray[np.bool_] | None = None
) -> list[Array]:
    """Return the parts of a polyline, of shape (k, 2), whose segments touch `rect`, cut off at `limit`.

    Cut here and not by the painter alone, because Qt writes no clipping into SVG. Segments with a point that is
    not finite are left out, as are those of `left_out`, of shape (k − 1,).
    """
    if len(points) < 2:
        return []
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    inner = rect.intersected(limit)
    # Comparisons with NaN are false.
    if left >= inner.left() and top >= inner.top() and right <= inner.right() and bottom <= inner.bottom():
        if left_out is None or not left_out.any():
            return [points]
        return [points[begin : end + 1] for begin, end in stretches(~left_out)]
    low = np.array([rect.left(), rect.top()])
    high = np.array([rect.right(), rect.bottom()])
    first, last = np.array([limit.left(), limit.top()]), np.array([limit.right(), limit.bottom()])
    begin, end = points[:-1], points[1:]
    with np.errstate(invalid="ignore"):
        touching = (np.minimum(begin, end) <= high) & (np.maximum(begin, end) >= low)
    near = np.logical_and.reduce(touching & np.isfinite(begin) & np.isfinite(end), axis=1)
    outside = np.zeros(len(points) + 1, dtype=np.int64)
    np.cumsum(~np.logical_and.reduce((points >= first) & (points <= last), axis=1), out=outside[1:])
    runs = []
    for start, stop in stretches(near if left_out is None else near & ~left_out):
        run = points[start : stop + 1]
        if outside[stop + 1] == outside[start]:
            runs.append(run)
        else:
            runs += _cut(run, first, last)
    return runs


def stretches(chosen: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where runs of True begin and end."""
    edges = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def piecewise(points: Array, most: int = 48) -> list[Array]:
    """Return a polyline of shape (k, 2) as pieces of at most `most` segments; Qt paints many short ones faster."""
    return [points[low : low + most + 1] for low in range(0, max(len(points) - 1, 1), most)]


def finite_runs(points: Array) -> list[Array]:
    """Return the parts of a polyline, shape (k, 2), between points that are not finite."""
    known = np.isfinite(points).all(axis=1)
    edges = np.flatnonzero(np.diff(known)) + 1
    parts = np.split(points, edges)
    return [part for part in parts if len(part) > 1 and np.isfinite(part[0]).all()]


def by_column(points: Array) -> Array:
    """Return what shows of a curve of shape (k, 2) whose many points share columns of pixels.

    Of each column its first, highest, lowest and last place; curves of few points stay as they are.
    """
    first = column_starts(points[:, 0])
    if first is None:
        return points
    return np.stack([np.repeat(points[first, 0], 4), column_extremes(points[:, 1], first)], axis=1)


def column_starts(x: Array) -> NDArray[np.int64] | None:
    """Return which of many points, by their places from left to right, shape (k,), come first in a column of pixels.

    None of points so few that a curve through them is drawn as it is.
    """
    if len(x) < 2 or len(x) <= 4 * np.ptp(x):
        return None
    column = x.astype(np.int64)
    return np.flatnonzero(np.diff(column, prepend=column[0] - 1))


def column_extremes(values: Array, first: NDArray[np.int64]) -> Array:
    """Return of each column, from its point `first` on, the first, lowest, highest and last value, shape (4 m,)."""
    last = np.append(first[1:], len(values)) - 1
    lowest, highest = np.minimum.reduceat(values, first), np.maximum.reduceat(values, first)
    return np.stack([values[first], lowest, highest, values[last]], axis=1).ravel()


def tail(points: Array, length: float) -> Array:
    """Return the last `length` of a polyline of shape (k, 2), cut to measure."""
    rest = length
    kept = [points[-1]]
    for before in points[-2::-1]:
        span = float(np.hypot(*(kept[-1] - before)))
        if not span < rest:
            if 0 < span < np.inf:
                kept.append(kept[-1] + (before - kept[-1]) * (rest / span))
            break
        rest -= span
        kept.append(before)
    return np.array(kept[::-1])


def _cut(run: Array, low: Array, high: Array) -> list[Array]:
    """Clip a polyline to the box from `low` to `high` (Liang & Barsky 1984)."""
    # Halves, because the difference of two large numbers may be infinite.
    begin, half = run[:-1], run[1:] / 2 - run[:-1] / 2
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        a, b = (low - begin) / 2 / half, (high - begin) / 2 / half
        still = half == 0
        outside = (still & ((begin < low) | (begin > high))).any(axis=1)
        enter = np.where(still, 0.0, np.minimum(a, b)).max(axis=1).clip(0.0, 1.0)
        leave = np.where(still, 1.0, np.maximum(a, b)).min(axis=1).clip(0.0, 1.0)
    kept = np.flatnonzero((enter < leave) & ~outside)
    # A huge step times a tiny part is not exact, so what is cut is also kept within the box.
    begins = np.clip(begin[kept] + 2 * enter[kept, None] * half[kept], low, high)
    ends = np.clip(begin[kept] + 2 * leave[kept, None] * half[kept], low, high)
    whole_begin, whole_end = enter[kept] == 0, leave[kept] == 1
    begins[whole_begin], ends[whole_end] = begin[kept[whole_begin]], run[kept[whole_end] + 1]
    broken = (np.diff(kept) > 1) | ~whole_end[:-1] | ~whole_begin[1:]
    cuts = np.flatnonzero(broken) + 1
    return [
        np.concatenate([b[:1], e])
        for b, e in zip(np.split(begins, cuts), np.split(ends, cuts), strict=True)
        if len(b)
    ]
