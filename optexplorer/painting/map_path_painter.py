"""Paints paths on the map; of lines that meet, those of later blocks of steps lie on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.map_path import MapPath, map_path
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_changes import parts_around, same_until
from optexplorer.painting.path_style import CASING, CORE, LINE, MAP_DOT, core_colour, line_width
from optexplorer.painting.polylines import path_of, runs_within, tail
from optexplorer.painting.step_blocks import BLOCKS
from optexplorer.painting.style import Style, pen
from optexplorer.scene.scene import PathAtPlayhead, Scene


@dataclass(frozen=True)
class MapPaths:
    """Paints the paths of scenes into a frame."""

    frame: MapFrame
    style: Style

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """Paint the paths up to the playhead."""
        for paint in self.drawing(scene).layers:
            paint(painter)

    def drawing(
        self, scene: Scene, part: QRectF | None = None, first: int = 0, last: int | None = None
    ) -> MapDrawing:
        """Return what there is to paint of the paths up to the playhead, or of what shows in `part` of the picture.

        Of the blocks of steps only `first` to before `last`, if they are given.
        """
        frame = self.frame
        seen = frame.plot if part is None else frame.plot.intersected(part)
        margin = CASING * frame.unit
        near = seen.adjusted(-margin, -margin, margin, margin)
        last = BLOCKS.complete(scene.playhead) + 1 if last is None else last
        projections = [(racer_path, map_path(racer_path.drawn, frame)) for racer_path in scene.racer_paths]
        blocks = [] if seen.isEmpty() else _blocks(projections, first, last)
        strokes = [
            stroke
            for block, drawn in blocks
            for racer_path, projected in drawn
            if (stroke := _stroke(racer_path, projected, block, near, frame))
        ]
        return MapDrawing(seen, strokes, self.style)

    def same_until(self, limit: int, before: Scene, after: Scene) -> bool:
        """Whether the paths of two scenes look the same up to step `limit`."""
        return same_until(limit, before, after)

    def changed_parts(self, before: Scene, after: Scene) -> list[QRectF]:
        """Return where the paths of two scenes, whose complete blocks are the same, differ."""
        frame, moves = self.frame, []
        for old, new in zip(before.racer_paths, after.racer_paths, strict=True):
            if old.step != new.step:
                longer = map_path(max(old.drawn, new.drawn, key=lambda trajectory: trajectory.steps), frame)
                steps = sorted((old.step, new.step))
                low, high = np.searchsorted(longer.steps, steps, side="right").tolist()
                # From the last place kept before, as the line to the first new place begins there.
                moves.append(longer.points[max(low - 2, 0) : high])
        parts = parts_around(moves, frame.outer, 2 * CASING * frame.unit)
        return [part for part in parts if part.intersects(frame.plot)]


class _Stroke(NamedTuple):
    """What of a block of a path shows near a part of the picture."""

    racer_path: PathAtPlayhead
    line: QPainterPath
    lead: QPainterPath
    """The end of the block before, where the line along the middle goes on; empty of paths that have none."""
    dots: QPolygonF


class MapDrawing:
    """Strokes in the order in which they are painted; the casings beneath the lines of all blocks, also those before."""

    def __init__(self, seen: QRectF, strokes: list[_Stroke], style: Style) -> None:
        self._seen, self._strokes, self._style = seen, strokes, style
        self.layers = (self._paint_casings, self._paint_lines)

    def _paint_casings(self, painter: QPainter) -> None:
        style, extra = self._style, CASING - LINE
        with self._clipped(painter):
            for stroke in self._strokes:
                width = line_width(stroke.racer_path) + extra
                _paint(painter, stroke.line, style.theme.casing, width * style.unit)
                _paint_dots(painter, stroke.dots, style.theme.casing, (MAP_DOT + extra) * style.unit)

    def _paint_lines(self, painter: QPainter) -> None:
        unit = self._style.unit
        with self._clipped(painter):
            for racer_path, line, lead, dots in self._strokes:
                _paint(painter, line, racer_path.colour, line_width(racer_path) * unit)
                _paint_dots(painter, dots, racer_path.colour, MAP_DOT * unit)
                if (core := core_colour(racer_path)) is not None:
                    for part in (lead, line):
                        _paint(painter, part, core, CORE * unit)

    @contextmanager
    def _clipped(self, painter: QPainter) -> Iterator[None]:
        with saved(painter):
            painter.setClipRect(self._seen, Qt.ClipOperation.IntersectClip)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            yield


def _blocks(
    projections: Sequence[tuple[PathAtPlayhead, MapPath]], first: int, last: int
) -> list[tuple[int, list[tuple[PathAtPlayhead, MapPath]]]]:
    """Return the blocks of steps, from `first` to before `last`, in which paths have something to draw, and which."""
    begins = BLOCKS.begins
    drawn: dict[int, list[tuple[PathAtPlayhead, MapPath]]] = {}
    for racer_path, projected in projections:
        ends = (int(begins[first]), min(int(begins[last]), racer_path.step))
        low, high = np.searchsorted(projected.shown_steps, ends, side="right").tolist()
        blocks = np.searchsorted(begins, projected.shown_steps[low:high]) - 1
        for block in np.unique(blocks).tolist():
            drawn.setdefault(block, []).append((racer_path, projected))
    return sorted(drawn.items())


def _paint(painter: QPainter, line: QPainterPath, ink: str, width: float) -> None:
    if not line.isEmpty():
        painter.setPen(pen(ink, width))
        painter.drawPath(line)


def _paint_dots(painter: QPainter, dots: QPolygonF, ink: str, width: float) -> None:
    if not dots.isEmpty():
        painter.setPen(pen(ink, width))
        painter.drawPoints(dots)


def _stroke(
    racer_path: PathAtPlayhead, projected: MapPath, block: int, near: QRectF, frame: MapFrame
) -> _Stroke | None:
    """Return one block of a path near a rectangle; None if nothing of it shows."""
    begin, end = BLOCKS.steps(block)
    end = min(end, racer_path.step)
    low, high = np.searchsorted(projected.steps, (begin, end), side="right").tolist()
    runs = []
    if high > low:
        runs = runs_within(
            projected.points[low - 1 : high], near, frame.plot, projected.hidden[low - 1 : high - 1]
        )
    first, last = np.searchsorted(projected.dot_steps, (begin, end), side="right").tolist()
    dots = projected.dots[first:last]
    seen = near.intersected(frame.plot)
    inside = (dots >= (seen.left(), seen.top())) & (dots <= (seen.right(), seen.bottom()))
    dots = dots[inside.all(axis=1)]
    if not runs and not len(dots):
        return None
    lead = []
    if block and racer_path.variant:
        lead = runs_within(tail(projected.points[:low], CASING * frame.unit), near, frame.plot)
    return _Stroke(
        racer_path, path_of(runs), path_of(lead), QPolygonF([QPointF(x, y) for x, y in dots.tolist()])
    )
