"""From arrays of points to painter paths: clipped to what can be drawn, thinned to what can be seen."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QRectF, Qt
from PySide6.QtGui import QPainterPath

Array = NDArray[np.float64]

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1


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
    """Return the indices of the points, of shape (k, 2), that differ from the one before on a grid of `grain`.

    The first point is always among them. Whether a point is kept depends on it and its predecessor only, so
    what is kept of the beginning of a path does not change when the path grows.
    """
    if not len(points):
        return np.zeros(0, dtype=np.int64)
    with np.errstate(all="ignore"):
        cell = np.round(np.nan_to_num(points, posinf=1e9, neginf=-1e9).clip(-1e9, 1e9) / grain)
    new = (cell[1:] != cell[:-1]).any(axis=1)
    return np.concatenate([[0], np.flatnonzero(new) + 1])


def runs_within(points: Array, rect: QRectF) -> list[Array]:
    """Return the parts of a polyline, of shape (k, 2), whose segments touch `rect`.

    The segments keep their direction, but those that are very long are cut far outside of `rect`, and those with
    a point that is not finite are left out.
    """
    if len(points) < 2:
        return []
    low = np.array([rect.left(), rect.top()])
    high = np.array([rect.right(), rect.bottom()])
    begin, end = points[:-1], points[1:]
    with np.errstate(invalid="ignore"):
        near = (np.minimum(begin, end) <= high).all(axis=1) & (np.maximum(begin, end) >= low).all(axis=1)
    near &= np.isfinite(begin).all(axis=1) & np.isfinite(end).all(axis=1)
    kept = np.flatnonzero(near)
    if not len(kept):
        return []
    far = 4.0 * max(rect.width(), rect.height(), 256.0)
    edges = np.flatnonzero(np.diff(kept) > 1) + 1
    runs = []
    for part in np.split(kept, edges):
        run = points[part[0] : part[-1] + 2]
        inside = ((run >= low - far) & (run <= high + far)).all(axis=1)
        if inside.all():
            runs.append(run)
        else:
            runs += _cut(run, low - far, high + far)
    return runs


def _cut(run: Array, low: Array, high: Array) -> list[Array]:
    """Clip each segment to the box from `low` to `high` (Liang & Barsky 1984); return one run per segment."""
    begin, step = run[:-1], np.diff(run, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (low - begin) / step, (high - begin) / step
        still = step == 0
        outside = (still & ((begin < low) | (begin > high))).any(axis=1)
        enter = np.where(still, 0.0, np.minimum(a, b)).max(axis=1).clip(0.0, 1.0)
        leave = np.where(still, 1.0, np.maximum(a, b)).min(axis=1).clip(0.0, 1.0)
    found = []
    for i in np.flatnonzero((enter < leave) & ~outside):
        ends = np.array([[enter[i]], [leave[i]]])
        found.append(np.clip(begin[i] + ends * step[i], low, high))
    return found
