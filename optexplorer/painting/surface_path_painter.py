"""Paints paths on the surface: as lines what of them is in view, as dots what hills hide.

What hills hide lies lowest, then the casings, then the lines, those of later blocks of steps on top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from optexplorer.painting.path_layer import Paint, Paths
from optexplorer.painting.path_style import CASING, Stroke, surface_strokes
from optexplorer.painting.polylines import path_of, runs_within
from optexplorer.painting.step_blocks import BLOCKS
from optexplorer.painting.style import Style, pen
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.painting.surface_path_view import PathView, paths_in_view
from optexplorer.scene.geometry.surface_path import SurfacePath
from optexplorer.scene.scene import PathAtPlayhead, Scene

Array = NDArray[np.float64]


SHORT = 0.05
"""Length of a line that shows as a dot."""
MOST_BEFORE = 32
"""Points of a path before a block that are looked at."""


class SurfacePaths(Paths):
    """The paths of scenes in a frame of the surface."""

    def __init__(self, frame: SurfaceFrame, style: Style) -> None:
        super().__init__(frame.rect, frame.unit)
        self._frame, self._style = frame, style

    def layers(self, scene: Scene, near: QRectF, first: int, last: int) -> Sequence[Paint]:
        frame = self._frame
        laid = [(path, path.surface_path) for path in scene.racer_paths if path.surface_path is not None]
        views = paths_in_view([path for _, path in laid], scene.surface, frame)
        parts = [
            _PathParts(racer_path, path, view, first, last)
            for (racer_path, path), view in zip(laid, views, strict=True)
        ]
        blocks = [
            {path.number: strokes for path in parts if (strokes := path.strokes(block, near, frame))}
            for block in range(last - first)
        ]
        every = [
            (path.number, stroke) for path, stroke in surface_strokes(scene.racer_paths, self._style.theme)
        ]
        hidden = [(number, stroke) for number, stroke in every if stroke.hidden]
        casings = [(number, stroke) for number, stroke in every if stroke.casing]
        lines = [(number, stroke) for number, stroke in every if not stroke.hidden and not stroke.casing]
        return [partial(_paint_layer, blocks, layer, frame.unit) for layer in (hidden, casings, lines)]

    def same_until(self, limit: int, before: Scene, after: Scene) -> bool:
        """Whether the paths of two scenes of one surface and camera look the same up to step `limit`."""
        return super().same_until(limit, before, after) and all(
            (old.surface_path is None) is (new.surface_path is None)
            for old, new in zip(before.racer_paths, after.racer_paths, strict=True)
        )

    def moves(self, before: Scene, after: Scene) -> list[Array]:
        moved = [
            (max(old.surface_path, new.surface_path, key=lambda path: len(path.index)), old.step, new.step)
            for old, new in zip(before.racer_paths, after.racer_paths, strict=True)
            if old.step != new.step and old.surface_path is not None and new.surface_path is not None
        ]
        views = paths_in_view([path for path, *_ in moved], after.surface, self._frame)
        moves = []
        for (path, *steps), view in zip(moved, views, strict=True):
            low, high = np.searchsorted(view.ends, path.index[sorted(steps)], side="right").tolist()
            # From the last place kept before, as the line to the first new place begins there.
            places = view.points[max(low - 2, 0) : high]
            known = np.isfinite(places).all(axis=1)
            if known.any():
                moves.append(places[known])
        return moves


class _Strokes(NamedTuple):
    """What of a block of a path shows near a part of the picture."""

    line: QPainterPath
    lead: QPainterPath
    """The end of the block before, where the line along the middle goes on; empty of paths that have none."""
    hidden: QPainterPath
    """Dots: as one path, so that half-opaque dots which meet are not darker there."""
    landed: QPolygonF


class _PathParts:
    """A path in view, in blocks of steps from `first` to before `last`."""

    def __init__(
        self, racer_path: PathAtPlayhead, path: SurfacePath, view: PathView, first: int, last: int
    ) -> None:
        self.number = racer_path.number
        self._view, self._has_core = view, bool(racer_path.variant)
        steps = np.minimum(BLOCKS.begins[first : last + 1], racer_path.step)
        # Up to where, in each of the arrays of the view, the blocks before go. The first block has the first point.
        ends = np.where(steps > 0, path.index[steps], -1)
        self._points = np.searchsorted(view.ends, ends, side="right").tolist()
        self._hidden = np.searchsorted(view.hidden_ends, ends, side="right").tolist()
        self._landed = np.searchsorted(view.landed_steps, steps, side="right").tolist()

    def strokes(self, block: int, near: QRectF, frame: SurfaceFrame) -> _Strokes | None:
        """Return what of a block, counted from the first one, shows near a rectangle; None if nothing does."""
        view, margin = self._view, CASING * frame.unit
        limit = frame.rect.adjusted(-margin, -margin, margin, margin)
        (low, high), hidden, landed = (
            (bounds[block], bounds[block + 1]) for bounds in (self._points, self._hidden, self._landed)
        )
        first = max(low - 1, 0)
        runs = runs_within(view.points[first:high], near, limit, view.left_out[first : max(high - 1, first)])
        dots = _within(view.hidden[slice(*hidden)], near)
        landings = _within(view.landed[slice(*landed)], near)
        if not runs and not len(dots) and not len(landings):
            return None
        return _Strokes(
            path_of(runs),
            path_of(self._before(low, near, margin) if self._has_core else []),
            path_of(list(np.stack([dots, dots + np.array([SHORT, 0.0])], axis=1))),
            QPolygonF([QPointF(x, y) for x, y in landings.tolist()]),
        )

    def _before(self, low: int, near: QRectF, margin: float) -> list[Array]:
        """Return what is in view, no farther than `margin` from point `low - 1`, of the path right before it."""
        view, begin = self._view, max(low - MOST_BEFORE, 0)
        if low < 2 or not np.isfinite(view.points[low - 1]).all():
            return []
        x, y = view.points[low - 1].tolist()
        around = QRectF(x - margin, y - margin, 2 * margin, 2 * margin)
        clear = view.clear[begin:low]
        return runs_within(view.points[begin:low], near, around, ~(clear[:-1] & clear[1:]))


def _paint_layer(
    blocks: Sequence[Mapping[int, _Strokes]],
    strokes: Sequence[tuple[int, Stroke]],
    unit: float,
    painter: QPainter,
) -> None:
    """Paint strokes of racers, by their numbers, block by block."""
    for drawn in blocks:
        for number, stroke in strokes:
            if number in drawn:
                _paint_stroke(painter, drawn[number], stroke, unit)


def _paint_stroke(painter: QPainter, strokes: _Strokes, stroke: Stroke, unit: float) -> None:
    if stroke.hidden:
        if not strokes.hidden.isEmpty():
            # As dense in the middle as the half-opaque line that OpenGL draws.
            painter.setPen(pen(stroke.colour, stroke.line * unit, 1.5 * stroke.opacity))
            painter.drawPath(strokes.hidden)
        return
    for line in (strokes.lead, strokes.line) if stroke.core else (strokes.line,):
        if not line.isEmpty():
            painter.setPen(pen(stroke.colour, stroke.line * unit, stroke.opacity))
            painter.drawPath(line)
    if stroke.dot and not strokes.landed.isEmpty():
        painter.setPen(pen(stroke.colour, stroke.dot * unit))
        painter.drawPoints(strokes.landed)


def _within(places: Array, near: QRectF) -> Array:
    """Return those of places, shape (k, 2), that lie in a rectangle."""
    if not len(places):
        return places
    inside = (places >= (near.left(), near.top())) & (places <= (near.right(), near.bottom()))
    return places[inside.all(axis=1)]
