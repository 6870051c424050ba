"""Paints the steps of a racer along a loss curve as arcs; recent ones are brighter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from optexplorer.engine.trajectory import Trajectory
from optexplorer.painting.curve_frame import CurveFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_changes import same_until
from optexplorer.painting.polylines import path_of, runs_within
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

BLOCK = 16
"""Steps of a racer that are painted together once they are old."""
RECENT = 9
"""Steps until a arc is old."""
FAINT = 0.42
"""How much of its colour an old arc keeps."""
RISE = 0.34
"""Height of a arc, as a part of the width that it spans."""
HIGHEST = 54.0
"""No arc is higher than this, in units of the style."""
SHORT = 4.0
"""Arcs shorter than this, in units of the style, are straight."""
PIECE, FEWEST, MOST_PIECES = 18.0, 5, 48
"""Length of the straight pieces of which an arc is made, in units of the style, and how many there may be."""
MOST = 2000
"""Arcs of one racer that stay to be seen when they are old; those after them leave only their dots."""
RECENT_WIDTH, OLD_WIDTH, CASING = 2.8, 1.8, 1.8
"""Widths of a recent and an old arc, and of the casing around a recent one, in units of the style."""
CASED = 0.75
"""How much of its colour a arc has at least that still has a casing."""
DOT = 5.4
"""Width of the dot where a arc lands, in units of the style."""
HEAD = 10.0
"""Length of the arrow head of a arc, in units of the style; half as many more are needed to show one."""


@dataclass(frozen=True, eq=False)
class _ProjectedPath:
    """A trajectory in a picture.

    Attributes
    ----------
    landings : shape (steps + 1, 2), where the racer stands after each step
    dot_steps : shape (d,), the steps that land within the plot where none before them has landed
    points, steps : shape (m, 2), (m,), the arcs of the first arcs from place to place, and their steps
    gaps : shape (m − 1,), where one arc does not go on from the one before
    """

    landings: Array
    dot_steps: NDArray[np.int64]
    points: Array
    steps: NDArray[np.int64]
    gaps: NDArray[np.bool_]

    @property
    def last(self) -> int:
        """The step after which nothing new is to be seen of old arcs."""
        return max((int(steps[-1]) for steps in (self.steps, self.dot_steps) if len(steps)), default=0)


@cached_with_first(4)
def _project_path(trajectory: Trajectory, frame: CurveFrame) -> _ProjectedPath:
    plot, unit = frame.plot, frame.unit
    landings = frame.to_pixels(trajectory.position[:, 0], trajectory.loss)
    inside = (landings >= (plot.left(), plot.top())) & (landings <= (plot.right(), plot.bottom()))
    within = np.flatnonzero(inside.all(axis=1))
    # The square of a pixel as one number, far beyond any picture's size; two of them are still one number.
    squares = np.nan_to_num(landings).round().clip(-(2.0**14), 2.0**14).astype(np.int64)
    place = squares[:, 0] * 2**15 + squares[:, 1]
    dots = within[_first(place[within])]
    steps_drawn = 1 + _first(place[:-1] * 2**30 + place[1:])[:MOST]
    points, steps = _arcs(landings, steps_drawn, unit)
    changes = np.diff(steps)
    return _ProjectedPath(landings, dots, points, steps, changes > 1)


def _first(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The indices, in order, of the numbers that none before them equals."""
    _, first = np.unique(numbers, return_index=True)
    return np.sort(first)


def _arcs(landings: Array, steps_drawn: NDArray[np.int64], unit: float) -> tuple[Array, NDArray[np.int64]]:
    """The arcs of some steps as arcs one after another, shape (m, 2), and the steps that make them, shape (m,)."""
    begin, end = landings[steps_drawn - 1], landings[steps_drawn]
    spans = np.abs(end - begin)
    long = np.nan_to_num(spans.max(axis=1)) >= SHORT * unit
    piecewise = np.nan_to_num(spans.sum(axis=1) / (PIECE * unit)).clip(FEWEST, MOST_PIECES)
    counts = np.where(long, np.ceil(piecewise).astype(np.int64), 1) + 1
    arc = np.repeat(np.arange(len(steps_drawn)), counts)
    before = np.cumsum(counts) - counts
    t = ((np.arange(len(arc)) - before[arc]) / (counts[arc] - 1))[:, None]
    height = np.minimum(RISE * spans[:, 0], HIGHEST * unit) * long
    lift = np.stack([np.zeros(len(height)), -4 * height], axis=1)[arc]
    return (1 - t) * begin[arc] + t * end[arc] + t * (1 - t) * lift, steps_drawn[arc]


def old_blocks(playhead: int) -> int:
    """Return how many blocks of steps are old, and stay as they are when the playhead moves on."""
    return max(playhead - RECENT, 0) // BLOCK


def paint_old_arcs(
    painter: QPainter, frame: CurveFrame, scene: Scene, style: Style, first: int = 0, last: int | None = None
) -> None:
    """Paint the blocks of old steps from `first` to before `last`; all of them without."""
    last = old_blocks(scene.playhead) if last is None else last
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for block in range(first, last):
            _paint_old(painter, frame, scene, style, block * BLOCK, (block + 1) * BLOCK)


def _paint_old(
    painter: QPainter, frame: CurveFrame, scene: Scene, style: Style, begin: int, end: int
) -> None:
    """Paint the steps after `begin` up to `end`, of each racer in one stroke."""
    for racer_path in scene.racer_paths:
        last = min(end, racer_path.step)
        projected = _project_path(racer_path.drawn, frame)
        if begin >= min(last, projected.last):
            continue
        painter.setPen(pen(racer_path.colour, OLD_WIDTH * style.unit, FAINT))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if runs := _runs(projected, begin, last, frame.plot):
            painter.drawPath(path_of(runs))
        first, after = np.searchsorted(projected.dot_steps, (begin, last), side="right").tolist()
        dots = projected.landings[projected.dot_steps[first:after]].tolist()
        if dots:
            painter.setPen(pen(racer_path.colour, 0.75 * DOT * style.unit, FAINT))
            painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in dots]))


def paint_recent_arcs(painter: QPainter, frame: CurveFrame, scene: Scene, style: Style) -> None:
    """Paint the steps after the last block of old ones, the newest last, in full colour and with an arrow head."""
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        recent = max(scene.playhead - RECENT, 0)
        _paint_old(painter, frame, scene, style, old_blocks(scene.playhead) * BLOCK, recent)
        for step in range(recent + 1, scene.playhead + 1):
            strength = 1 - (1 - FAINT) * (scene.playhead - step) / RECENT
            for racer_path in scene.racer_paths:
                if step <= racer_path.step:
                    _paint_arc(painter, frame, racer_path, step, strength, style)


def _paint_arc(
    painter: QPainter, frame: CurveFrame, racer_path: PathAtPlayhead, step: int, strength: float, style: Style
) -> None:
    projected, unit = _project_path(racer_path.drawn, frame), style.unit
    path = _visible_arc(frame, projected, step)
    width = OLD_WIDTH + (RECENT_WIDTH - OLD_WIDTH) * strength
    if not path.isEmpty():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if strength >= CASED:
            painter.setPen(pen(style.theme.casing, (width + CASING) * unit, strength))
            painter.drawPath(path)
        painter.setPen(pen(racer_path.colour, width * unit, strength))
        painter.drawPath(path)
    x, y = projected.landings[step].tolist()
    if frame.plot.contains(x, y):
        painter.setPen(pen(racer_path.colour, DOT * (0.75 + 0.25 * strength) * unit, strength))
        painter.drawPoint(QPointF(x, y))
    head = _head(frame, projected, step)
    if head is not None:
        painter.setPen(pen(style.theme.canvas, 1.2 * unit, strength))
        painter.setBrush(colour(racer_path.colour, strength))
        painter.drawPolygon(head)


def _visible_arc(frame: CurveFrame, projected: _ProjectedPath, step: int) -> QPainterPath:
    """What is to be seen of one arc; the same as that of `_arcs`."""
    (ax, ay), (bx, by) = projected.landings[step - 1].tolist(), projected.landings[step].tolist()
    long = max(abs(bx - ax), abs(by - ay)) >= SHORT * frame.unit
    height = min(RISE * abs(bx - ax), HIGHEST * frame.unit) if long else 0.0
    control = QPointF((ax + bx) / 2, (ay + by) / 2 - 2 * height)
    if not (frame.plot.contains(ax, ay) and frame.plot.contains(bx, by) and frame.plot.contains(control)):
        points, _ = _arcs(projected.landings, np.array([step]), frame.unit)
        return path_of(runs_within(points, frame.plot, frame.plot))
    path = QPainterPath(QPointF(ax, ay))
    path.quadTo(control, QPointF(bx, by))
    return path


def _runs(projected: _ProjectedPath, begin: int, end: int, plot: QRectF) -> list[Array]:
    """What is to be seen of the arcs of the steps after `begin` up to `end`."""
    low, high = np.searchsorted(projected.steps, (begin, end), side="right").tolist()
    if high <= low:
        return []
    return runs_within(projected.points[low:high], plot, plot, projected.gaps[low : high - 1])


def _head(frame: CurveFrame, projected: _ProjectedPath, step: int) -> QPolygonF | None:
    """The arrow head in the middle of an arc that is long enough to have one, pointing along it."""
    (ax, ay), (bx, by) = projected.landings[step - 1].tolist(), projected.landings[step].tolist()
    unit = frame.unit
    length = math.hypot(bx - ax, by - ay)
    if not 1.5 * HEAD * unit <= length < math.inf:
        return None
    height = min(RISE * abs(bx - ax), HIGHEST * unit)
    # In the middle of the arc it runs as the straight line below it.
    middle = QPointF((ax + bx) / 2, (ay + by) / 2 - height)
    if not frame.plot.contains(middle):
        return None
    along = QPointF(bx - ax, by - ay) / length
    across = QPointF(-along.y(), along.x())
    half = 0.5 * HEAD * unit
    return QPolygonF(
        [middle + along * half, middle - along * half + across * half, middle - along * half - across * half]
    )


def prefix_unchanged(before: Scene, after: Scene) -> bool:
    """Whether the old blocks of `before` look the same in `after`."""
    limit = old_blocks(before.playhead) * BLOCK
    return limit <= old_blocks(after.playhead) * BLOCK and same_until(limit, before, after)
