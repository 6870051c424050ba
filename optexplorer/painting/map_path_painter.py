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


SHADES = 5
"""How many opacities paths have that are more or less far from the plane that is drawn."""


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
    lines: tuple[tuple[float, QPainterPath], ...]
    """The parts of the line, each with its opacity: what is far from the plane that is drawn is faint."""
    lead: QPainterPath
    """The end of the block before, where the line along the middle goes on; empty of paths that have none."""
    dots: tuple[tuple[float, QPolygonF], ...]
    """Where steps land, likewise."""


def _paint_casings(strokes: Sequence[_Stroke], style: Style, painter: QPainter) -> None:
    extra = CASING - LINE
    for racer_path, lines, _, dots in strokes:
        # Through what is faint the casing would show, and bleach it.
        for opacity, line in lines:
            painter.setOpacity(opacity**3)
            _paint(painter, line, style.theme.casing, (line_width(racer_path) + extra) * style.unit)
        for opacity, places in dots:
            painter.setOpacity(opacity**3)
            _paint_dots(painter, places, style.theme.casing, (MAP_DOT + extra) * style.unit)
    painter.setOpacity(1.0)


def _paint_lines(strokes: Sequence[_Stroke], unit: float, painter: QPainter) -> None:
    for racer_path, lines, lead, dots in strokes:
        for opacity, line in lines:
            painter.setOpacity(opacity)
            _paint(painter, line, racer_path.colour, line_width(racer_path) * unit)
        for opacity, places in dots:
            painter.setOpacity(opacity)
            _paint_dots(painter, places, racer_path.colour, MAP_DOT * unit)
        painter.setOpacity(max((opacity for opacity, _ in lines), default=1.0))
        if (core := core_colour(racer_path)) is not None:
            for part in (lead, *(line for _, line in lines)):
                _paint(painter, part, core, CORE * unit)
    painter.setOpacity(1.0)


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
    lines = []
    if high > low:
        points, hidden = projected.points[low - 1 : high], projected.hidden[low - 1 : high - 1]
        for opacity, others in _shades(racer_path, projected.steps[low:high]):
            if runs := runs_within(points, near, frame.plot, hidden | others):
                lines.append((opacity, path_of(runs)))
    first, last = np.searchsorted(projected.dot_steps, (begin, end), side="right").tolist()
    places, landings = projected.dots[first:last], projected.dot_steps[first:last]
    seen = near.intersected(frame.plot)
    inside = (places >= (seen.left(), seen.top())) & (places <= (seen.right(), seen.bottom()))
    shown = inside.all(axis=1)
    places, landings = places[shown], landings[shown]
    dots = [
        (opacity, QPolygonF([QPointF(x, y) for x, y in places[~others].tolist()]))
        for opacity, others in _shades(racer_path, landings)
    ]
    dots = [(opacity, polygon) for opacity, polygon in dots if not polygon.isEmpty()]
    if not lines and not dots:
        return None
    lead = []
    if block and racer_path.variant:
        lead = runs_within(tail(projected.points[:low], CASING * frame.unit), near, frame.plot)
    return _Stroke(racer_path, tuple(lines), path_of(lead), tuple(dots))


def _shades(racer_path: PathAtPlayhead, steps: NDArray[np.int64]) -> list[tuple[float, NDArray[np.bool_]]]:
    """Return the opacities of what ends at these steps, and with each which of it has another."""
    if racer_path.projection is None:
        return [(1.0, np.zeros(len(steps), dtype=bool))]
    level = np.ceil(racer_path.projection.clearness(steps) * SHADES).astype(np.int64)
    return [(k / SHADES, level != k) for k in np.unique(level).tolist()]
