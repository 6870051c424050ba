"""The way of a racer along a loss curve: a hop from step to step, bright where it is recent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from optexplorer.engine.trajectory import Trajectory
from optexplorer.export.curve_frame import CurveFrame
from optexplorer.export.map_painter import same_way
from optexplorer.export.polylines import covered, path_of, runs_within, thinned
from optexplorer.export.style import Style, colour, pen
from optexplorer.scene.scene import Scene, Trail

Array = NDArray[np.float64]

BLOCK = 16
"""Steps of a racer that are painted together once they are old."""
RECENT = 9
"""Steps until a hop is old."""
FAINT = 0.34
"""How much of its colour an old hop keeps."""
ARCH = 0.34
"""Height of a hop's arch, as a part of the width that it spans."""
HIGHEST = 54.0
"""No arch is higher than this, in units of the style."""
SHORT = 4.0
"""Hops shorter than this, in units of the style, are straight."""
PIECES = 14
"""Straight pieces of which an arch is made."""
HOP, OLD, CASING = 2.8, 1.8, 2.6
"""Widths of a recent and an old hop, and of the casing around a recent one, in units of the style."""
DOT = 5.4
"""Width of the dot where a hop lands, in units of the style."""
HEAD = 10.0
"""Length of the arrow head of a hop, in units of the style; half as many more are needed to show one."""


@dataclass(frozen=True, eq=False)
class _Way:
    """A trajectory in a picture, thinned to what can be told apart.

    Attributes
    ----------
    points, steps : shape (m, 2), (m,), the places of the arches, and the steps that lead there
    hidden : shape (m − 1,), which pieces between them add nothing to earlier ones
    landings : shape (steps + 1, 2), where the racer stands after each step
    """

    points: Array
    steps: NDArray[np.int64]
    hidden: NDArray[np.bool_]
    landings: Array


@lru_cache(maxsize=64)
def _way(frame: CurveFrame, trajectory: Trajectory) -> _Way:
    unit = frame.unit
    landings = frame.to_pixels(trajectory.position[:, 0], trajectory.loss)
    begin, end = landings[:-1], landings[1:]
    spans = np.abs(np.diff(landings, axis=0))
    long = np.nan_to_num(spans.max(axis=1)) >= SHORT * unit
    pieces = np.where(long, PIECES, 1)
    last = np.cumsum(pieces)
    steps = np.repeat(np.arange(len(pieces)), pieces)
    t = ((np.arange(len(steps)) - np.repeat(last - pieces, pieces) + 1) / np.repeat(pieces, pieces))[:, None]
    arch = np.minimum(ARCH * spans[:, 0], HIGHEST * unit) * long
    lift = np.stack([np.zeros(len(arch)), -4 * arch], axis=1)[steps]
    arches = (1 - t) * begin[steps] + t * end[steps] + t * (1 - t) * lift
    points = np.concatenate([landings[:1], arches])
    leads = np.concatenate([[0], steps + 1])
    kept = thinned(points)
    points, leads = points[kept], leads[kept]
    return _Way(points, leads, covered(points, 1.5 * unit), landings)


def old_blocks(playhead: int) -> int:
    """Return how many blocks of steps are old, and stay as they are when the playhead moves on."""
    return max(playhead - RECENT, 0) // BLOCK


def paint_old_hops(
    painter: QPainter, frame: CurveFrame, scene: Scene, style: Style, first: int = 0, last: int | None = None
) -> None:
    """Paint the blocks of old steps from `first` to before `last`; all of them without."""
    last = old_blocks(scene.playhead) if last is None else last
    painter.save()
    painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for block in range(first, last):
        for trail in scene.trails:
            begin, end = block * BLOCK, min((block + 1) * BLOCK, trail.step)
            way = _way(frame, trail.trajectory)
            painter.setPen(pen(trail.colour, OLD * style.unit, FAINT))
            painter.drawPath(path_of(_runs(way, begin, end, frame.plot)))
            _paint_dots(painter, frame, way.landings[begin + 1 : end + 1], trail.colour, 0.75 * DOT, FAINT)
    painter.restore()


def paint_recent_hops(painter: QPainter, frame: CurveFrame, scene: Scene, style: Style) -> None:
    """Paint the steps that are not yet old, the newest last, in full colour and with an arrow head."""
    painter.save()
    painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
    for step in range(old_blocks(scene.playhead) * BLOCK + 1, scene.playhead + 1):
        strength = max(1 - (1 - FAINT) * (scene.playhead - step) / RECENT, FAINT)
        for trail in scene.trails:
            if step <= trail.step:
                _paint_hop(painter, frame, trail, step, strength, style)
    painter.restore()


def _paint_hop(
    painter: QPainter, frame: CurveFrame, trail: Trail, step: int, strength: float, style: Style
) -> None:
    way, unit = _way(frame, trail.trajectory), style.unit
    path = path_of(_runs(way, step - 1, step, frame.plot))
    width = OLD + (HOP - OLD) * strength
    landing = way.landings[step : step + 1]
    if not path.isEmpty():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink, extra, alpha in ((style.theme.canvas, CASING, strength**2), (trail.colour, 0.0, strength)):
            painter.setPen(pen(ink, (width + extra) * unit, alpha))
            painter.drawPath(path)
    _paint_dots(painter, frame, landing, trail.colour, DOT * (0.75 + 0.25 * strength), strength)
    head = _head(frame, way, step)
    if head is not None:
        painter.setPen(pen(style.theme.canvas, 1.2 * unit, strength))
        painter.setBrush(colour(trail.colour, strength))
        painter.drawPolygon(head)


def _runs(way: _Way, begin: int, end: int, plot: QRectF) -> list[Array]:
    """What is to be seen of the hops of the steps after `begin` up to `end`."""
    low, high = np.searchsorted(way.steps, (begin, end), side="right").tolist()
    if high <= low:
        return []
    return runs_within(way.points[low - 1 : high], plot, plot, way.hidden[low - 1 : high - 1])


def _paint_dots(
    painter: QPainter, frame: CurveFrame, places: Array, ink: str, width: float, strength: float
) -> None:
    plot = frame.plot
    inside = (places >= (plot.left(), plot.top())) & (places <= (plot.right(), plot.bottom()))
    shown = places[inside.all(axis=1)]
    if len(shown):
        painter.setPen(pen(ink, width * frame.unit, strength))
        painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in shown.tolist()]))


def _head(frame: CurveFrame, way: _Way, step: int) -> QPolygonF | None:
    """The arrow head in the middle of a hop that is long enough to have one, pointing along its arch."""
    (ax, ay), (bx, by) = way.landings[step - 1].tolist(), way.landings[step].tolist()
    unit = frame.unit
    length = math.hypot(bx - ax, by - ay)
    if not 1.5 * HEAD * unit <= length < math.inf:
        return None
    arch = min(ARCH * abs(bx - ax), HIGHEST * unit)
    # In the middle of the arch it runs as the straight line below it.
    middle = QPointF((ax + bx) / 2, (ay + by) / 2 - arch)
    if not frame.plot.contains(middle):
        return None
    along = QPointF(bx - ax, by - ay) / length
    across = QPointF(-along.y(), along.x())
    half = 0.5 * HEAD * unit
    return QPolygonF(
        [middle + along * half, middle - along * half + across * half, middle - along * half - across * half]
    )


def settled(before: Scene, after: Scene) -> bool:
    """Whether the old blocks of `before` look the same in `after`."""
    limit = old_blocks(before.playhead) * BLOCK
    return (
        limit <= old_blocks(after.playhead) * BLOCK
        and len(before.trails) == len(after.trails)
        and all(
            old.colour == new.colour
            and same_way(old.trajectory, new.trajectory)
            and min(old.step, limit) == min(new.step, limit)
            for old, new in zip(before.trails, after.trails, strict=True)
        )
    )
