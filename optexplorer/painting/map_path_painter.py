"""Paints paths on the map; of lines that meet, those of later blocks of steps lie on top."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.map_path import MapPath, map_path
from optexplorer.painting.path_layer import Paint, Paths
from optexplorer.painting.path_style import CASING, CORE, LINE, MAP_DOT, core_colour, line_width
from optexplorer.painting.polylines import path_of, runs_within, tail
from optexplorer.painting.step_blocks import BLOCKS
from optexplorer.painting.style import Style, pen
from optexplorer.scene.scene import PathAtPlayhead, Scene

Array = NDArray[np.float64]


class MapPaths(Paths):
    """The paths of scenes in a frame of the map."""

    def __init__(self, frame: MapFrame, style: Style) -> None:
        super().__init__(frame.plot, frame.unit)
        self._frame, self._style = frame, style

    def layers(self, scene: Scene, near: QRectF, first: int, last: int) -> Sequence[Paint]:
        frame = self._frame
        projections = [(racer_path, map_path(racer_path.drawn, frame)) for racer_path in scene.racer_paths]
        strokes = [
            stroke
            for block, drawn in _blocks(projections, first, last)
            for racer_path, projected in drawn
            if (stroke := _stroke(racer_path, projected, block, near, frame))
        ]
        return partial(_paint_casings, strokes, self._style), partial(_paint_lines, strokes, self._style.unit)

    def moves(self, before: Scene, after: Scene) -> list[Array]:
        frame, moves = self._frame, []
        for old, new in zip(before.racer_paths, after.racer_paths, strict=True):
            if old.step != new.step:
                longer = map_path(max(old.drawn, new.drawn, key=lambda trajectory: trajectory.steps), frame)
                steps = sorted((old.step, new.step))
                low, high = np.searchsorted(longer.steps, steps, side="right").tolist()
                # From the last place kept before, as the line to the first new place begins there.
                moves.append(longer.points[max(low - 2, 0) : high])
        return moves


class _Stroke(NamedTuple):
    """What of a block of a path shows near a part of the picture."""

    racer_path: PathAtPlayhead
    line: QPainterPath
    lead: QPainterPath
    """The end of the block before, where the line along the middle goes on; empty of paths that have none."""
    dots: QPolygonF


def _paint_casings(strokes: Sequence[_Stroke], style: Style, painter: QPainter) -> None:
    extra = CASING - LINE
    for racer_path, line, _, dots in strokes:
        _paint(painter, line, style.theme.casing, (line_width(racer_path) + extra) * style.unit)
        _paint_dots(painter, dots, style.theme.casing, (MAP_DOT + extra) * style.unit)


def _paint_lines(strokes: Sequence[_Stroke], unit: float, painter: QPainter) -> None:
    for racer_path, line, lead, dots in strokes:
        _paint(painter, line, racer_path.colour, line_width(racer_path) * unit)
        _paint_dots(painter, dots, racer_path.colour, MAP_DOT * unit)
        if (core := core_colour(racer_path)) is not None:
            for part in (lead, line):
                _paint(painter, part, core, CORE * unit)


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
