"""Paints paths on the map in blocks of steps: what happened later lies on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.map_path import MapPath, map_path
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_changes import parts_around, same_until
from optexplorer.painting.path_style import CASING, CORE, LINE, MAP_DOT, core_colour, line_width
from optexplorer.painting.polylines import path_of, runs_within, tail
from optexplorer.painting.step_blocks import StepBlocks
from optexplorer.painting.style import Style, pen
from optexplorer.scene.scene import PathAtPlayhead, Scene


@dataclass(frozen=True)
class MapPaths:
    """Paints the paths of scenes into a frame."""

    frame: MapFrame
    style: Style
    blocks = StepBlocks(128)

    def paint(
        self,
        painter: QPainter,
        scene: Scene,
        part: QRectF | None = None,
        first: int = 0,
        last: int | None = None,
    ) -> None:
        """Paint the paths up to the playhead, or only what of them shows in `part` of the picture.

        Of the blocks of steps only `first` to before `last`, if they are given.
        """
        frame, style = self.frame, self.style
        seen = frame.plot if part is None else frame.plot.intersected(part)
        if seen.isEmpty():
            return
        unit = style.unit
        margin = CASING * unit
        near = seen.adjusted(-margin, -margin, margin, margin)
        last = self.blocks.complete(scene.playhead) + 1 if last is None else last
        projections = [(racer_path, map_path(racer_path.drawn, frame)) for racer_path in scene.racer_paths]
        with saved(painter):
            painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for block, drawn in _blocks(projections, first, last):
                strokes = [
                    (racer_path, *stroke)
                    for racer_path, projected in drawn
                    if (stroke := _stroke(projected, racer_path.step, block, near, frame))
                ]
                extra = CASING - LINE
                for racer_path, path, _, dots in strokes:
                    width = line_width(racer_path) + extra
                    _paint_stroke(
                        painter, path, dots, style.theme.casing, width * unit, (MAP_DOT + extra) * unit
                    )
                for racer_path, path, lead, dots in strokes:
                    width, core = line_width(racer_path), core_colour(racer_path)
                    for line in (lead, path):
                        _paint_stroke(painter, line, dots, racer_path.colour, width * unit, MAP_DOT * unit)
                    if core is not None:
                        for line in (lead, path):
                            _paint_stroke(painter, line, QPolygonF(), core, CORE * unit, 0.0)

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


def _blocks(
    projections: Sequence[tuple[PathAtPlayhead, MapPath]], first: int, last: int
) -> Iterator[tuple[int, list[tuple[PathAtPlayhead, MapPath]]]]:
    """Return the blocks of steps, from `first` to before `last`, in which paths have something to draw, and which."""
    begins = MapPaths.blocks.begins
    drawn: dict[int, list[tuple[PathAtPlayhead, MapPath]]] = {}
    for racer_path, projected in projections:
        ends = (int(begins[first]), min(int(begins[last]), racer_path.step))
        low, high = np.searchsorted(projected.shown_steps, ends, side="right").tolist()
        blocks = np.searchsorted(begins, projected.shown_steps[low:high]) - 1
        for block in np.unique(blocks).tolist():
            drawn.setdefault(block, []).append((racer_path, projected))
    yield from sorted(drawn.items())


def _paint_stroke(
    painter: QPainter, path: QPainterPath, dots: QPolygonF, ink: str, width: float, dot: float
) -> None:
    if not path.isEmpty():
        painter.setPen(pen(ink, width))
        painter.drawPath(path)
    if not dots.isEmpty():
        painter.setPen(pen(ink, dot))
        painter.drawPoints(dots)


def _stroke(
    projected: MapPath, step: int, block: int, near: QRectF, frame: MapFrame
) -> tuple[QPainterPath, QPainterPath, QPolygonF] | None:
    """One block of a path near a rectangle: its polyline, the end of the block before, and its dots."""
    begin, end = MapPaths.blocks.steps(block)
    end = min(end, step)
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
    # The casing of this block would otherwise cut into the colour of the one before.
    lead = runs_within(tail(projected.points[:low], CASING * frame.unit), near, frame.plot) if block else []
    return path_of(runs), path_of(lead), QPolygonF([QPointF(x, y) for x, y in dots.tolist()])
