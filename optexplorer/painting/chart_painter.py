"""Paints the chart, on the screen and in all picture formats."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.painting import marks
from optexplorer.painting.axes import GAP, TICK, paint_bottom_axis, paint_side_axis, text_width
from optexplorer.painting.chart_abscissa import NAMES as ABSCISSAS
from optexplorer.painting.chart_abscissa import coordinate, coordinates
from optexplorer.painting.chart_axis import ABOVE_MINIMUM, NAMES
from optexplorer.painting.chart_frame import ChartFrame
from optexplorer.painting.chart_frame import chart_frame as chart_frame
from optexplorer.painting.chart_key import DASHES, WIDTHS, paint_key
from optexplorer.painting.descent_cloud_painter import paint_loss_bands
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_style import CORE, CORED, core_colour
from optexplorer.painting.polylines import (
    column_extremes,
    column_starts,
    path_of,
    piecewise,
    runs_within,
    thinned,
)
from optexplorer.painting.style import Style, pen
from optexplorer.scene.chart_lines import ChartLine, Stroke, TrajectoryLine, chart_lines, charted_quantity
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

FAINT = 0.38
"""How much of its colour a curve keeps where the playhead has not reached it."""
SCATTER = 0.42
"""How much of that a curve keeps around which the bold one runs."""


def paint_chart_background(painter: QPainter, frame: ChartFrame, scene: Scene, style: Style) -> None:
    """Paint grid, axes and their names."""
    theme, plot, unit = style.theme, frame.plot, frame.unit
    if not style.transparent:
        painter.fillRect(frame.outer, QColor(theme.canvas))
    x_ticks, y_ticks = frame.x_ticks(), frame.y_ticks()
    painter.setPen(pen(theme.grid, unit))
    for tick in y_ticks:
        painter.drawLine(
            QPointF(plot.left(), round(tick.at) + 0.5), QPointF(plot.right(), round(tick.at) + 0.5)
        )
    for tick in x_ticks:
        painter.drawLine(
            QPointF(round(tick.at) + 0.5, plot.top()), QPointF(round(tick.at) + 0.5, plot.bottom())
        )
    painter.setPen(pen(theme.muted, unit, 0.7))
    painter.drawLine(plot.bottomLeft(), plot.bottomRight())
    painter.drawLine(plot.topLeft(), plot.bottomLeft())
    painter.setPen(_dotted(pen(theme.muted, unit, 0.55)))
    for x in frame.epochs(scene.steps_per_epoch):
        painter.drawLine(QPointF(round(x) + 0.5, plot.top()), QPointF(round(x) + 0.5, plot.bottom()))
    paint_loss_bands(painter, frame, scene, style)
    paint_bottom_axis(painter, plot, x_ticks, style.words(ABSCISSAS[frame.abscissa.kind]), style)
    name = style.words(ABOVE_MINIMUM if frame.axis.base else NAMES[charted_quantity(scene)])
    left = frame.outer.left() + 8 * unit
    paint_side_axis(painter, plot, y_ticks, name, style, left)
    end = max(plot.left() - (TICK + GAP) * unit - text_width(style, [name], bold=True), left)
    paint_key(painter, frame, scene, style, end + text_width(style, [name], bold=True))


def _dotted(ink: QPen) -> QPen:
    ink.setCapStyle(Qt.PenCapStyle.FlatCap)
    ink.setDashPattern([1.0, 3.0])
    return ink


@cached_with_first(2)
def _rows_seen(frame: ChartFrame, rows: int) -> tuple[Array, int, NDArray[np.int64] | None]:
    """Of racers whose steps stand at one place: places, the first that is seen, and which come first in a column."""
    return _seen(frame, np.arange(rows, dtype=np.float64) * frame.per_step)


def _seen(frame: ChartFrame, places: Array) -> tuple[Array, int, NDArray[np.int64] | None]:
    """The places from the last before the plot to the first behind it, the number of the first, and as above."""
    begin = max(int(np.searchsorted(places, frame.abscissa.low, side="right")) - 1, 0)
    places = places[begin : int(np.searchsorted(places, frame.abscissa.high)) + 1]
    return places, begin, column_starts(np.asarray(frame.x_at(places)))


def _curve(line: ChartLine, frame: ChartFrame) -> Array:
    """The points of a curve that can be told apart, shape (k, 2), in pixels; outside of the plot only the next ones."""
    steps, values = line.points()
    if steps is None and frame.common:
        places, begin, first = _rows_seen(frame, len(values))
    else:
        rows = coordinates(line.trajectory, frame.abscissa.kind)
        places, begin, first = _seen(frame, rows if steps is None else rows[steps])
    values = values[begin : begin + len(places)]
    if len(values) <= 2:
        return frame.points(places, values)
    if first is None:
        points = frame.points(places, values)
    else:
        # The places rise with the values, so the extremes of the one are those of the other.
        shown = column_extremes(values, first).reshape(-1, 4)[:, [0, 2, 1, 3]].ravel()
        points = frame.points(np.repeat(places[first], 4), shown)
    return points[thinned(points)]


def _paths(points: Array, within: QRectF, stroke: Stroke) -> list[QPainterPath]:
    # Each path begins with a dash: of one in pieces all would be dash.
    pieces = [points] if stroke == "dashed" else piecewise(points)
    return [path_of(runs) for piece in pieces if (runs := runs_within(piece, within, within))]


@cached_with_first(6)
def _whole_paths(trajectory: Trajectory, frame: ChartFrame, name: str, stroke: Stroke) -> list[QPainterPath]:
    """The curve within the plot; painted faint and in full colour."""
    return _paths(_curve(TrajectoryLine(name, stroke, trajectory), frame), frame.plot, stroke)


def _paths_of(line: ChartLine, frame: ChartFrame, area: QRectF | None) -> list[QPainterPath]:
    if area is not None:
        return _paths(_curve(line, frame), frame.plot.intersected(area), line.stroke)
    if isinstance(line, TrajectoryLine):
        return _whole_paths(line.trajectory, frame, line.name, line.stroke)
    return _paths(_curve(line, frame), frame.plot, line.stroke)


def paint_curves(
    painter: QPainter,
    frame: ChartFrame,
    scene: Scene,
    style: Style,
    strength: float = 1.0,
    area: QRectF | None = None,
) -> None:
    """Paint every path's curve within `area` of the plot, in colours of which `strength` remains."""
    for racer_path in scene.racer_paths:
        paint_curves_of(painter, frame, scene, racer_path, style, strength, area)


def paint_curves_of(
    painter: QPainter,
    frame: ChartFrame,
    scene: Scene,
    racer_path: PathAtPlayhead,
    style: Style,
    strength: float = 1.0,
    area: QRectF | None = None,
) -> None:
    """Paint the curves of one path as `paint_curves` does."""
    margin = WIDTHS["bold"] * frame.unit
    outside = frame.plot.adjusted(0, -margin, margin, margin)
    with saved(painter):
        painter.setClipRect(
            outside if area is None else outside.intersected(area), Qt.ClipOperation.IntersectClip
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        quantity = charted_quantity(scene)
        for line in chart_lines(racer_path.trajectory, quantity, racer_path.sharpness):
            paths = _paths_of(line, frame, area)
            for ink in _inks(racer_path, line.stroke, style, strength):
                painter.setPen(ink)
                for path in paths:
                    painter.drawPath(path)


def _inks(racer_path: PathAtPlayhead, stroke: Stroke, style: Style, strength: float) -> list[QPen]:
    """The pens that draw a line, one over the other."""
    canvas, unit = style.theme.canvas, style.unit
    if stroke == "faint":
        return [pen(_faded(racer_path.colour, canvas, SCATTER * strength), WIDTHS[stroke] * unit)]
    if stroke == "dashed":
        ink = pen(_faded(racer_path.colour, canvas, strength), WIDTHS[stroke] * unit)
        ink.setCapStyle(Qt.PenCapStyle.FlatCap)
        ink.setDashPattern(DASHES)
        return [ink]
    core = core_colour(racer_path)
    if core is None:
        return [pen(_faded(racer_path.colour, canvas, strength), WIDTHS[stroke] * unit)]
    strokes = ((racer_path.colour, CORED), (core, CORE))
    return [pen(_faded(ink, canvas, strength), width * unit) for ink, width in strokes]


def _faded(name: str, canvas: str, strength: float) -> str:
    """A colour mixed with the canvas; opaque, so that a curve does not darken where it meets itself."""
    ink, paper = QColor(name), QColor(canvas)
    pairs = ((ink.red(), paper.red()), (ink.green(), paper.green()), (ink.blue(), paper.blue()))
    return QColor(*(round(strength * a + (1 - strength) * b) for a, b in pairs)).name()


def _boundary(frame: ChartFrame, scene: Scene, racer_path: PathAtPlayhead | None) -> float:
    """The horizontal place of the playhead, of one racer or of all."""
    if racer_path is None:
        x = frame.x(scene.playhead)
    else:
        x = float(frame.x_at(coordinate(racer_path.trajectory, frame.abscissa.kind, scene.playhead)))
    return min(max(x, frame.outer.left()), frame.outer.right())


def reached_area(frame: ChartFrame, scene: Scene, racer_path: PathAtPlayhead | None = None) -> QRectF:
    """Return the part of the picture that the playhead has passed; of one racer where each has its own places."""
    x = _boundary(frame, scene, racer_path)
    return QRectF(frame.outer.topLeft(), QPointF(x, frame.outer.bottom()))


def ahead_area(frame: ChartFrame, scene: Scene, racer_path: PathAtPlayhead | None = None) -> QRectF:
    """Return the part of the picture that the playhead has still to pass, as `reached_area`."""
    x = _boundary(frame, scene, racer_path)
    return QRectF(QPointF(x, frame.outer.top()), frame.outer.bottomRight())


def paint_curves_apart(
    painter: QPainter, frame: ChartFrame, scene: Scene, style: Style, *, future: bool = True
) -> None:
    """Paint the curves of racers whose steps stand at places of their own, each up to its own playhead and beyond."""
    for racer_path in scene.racer_paths:
        for area, strength in (
            (ahead_area(frame, scene, racer_path), FAINT if future else 0.0),
            (reached_area(frame, scene, racer_path), 1.0),
        ):
            if strength > 0 and area.intersects(frame.plot):
                with saved(painter):
                    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
                    paint_curves_of(painter, frame, scene, racer_path, style, strength)


def paint_playhead(painter: QPainter, frame: ChartFrame, scene: Scene, style: Style) -> None:
    """Paint the cursor line, and where each racer is."""
    unit, plot = frame.unit, frame.plot
    if frame.common:
        _paint_upright(painter, frame, frame.x(scene.playhead), pen(style.theme.text, 1.2 * unit, 0.75))
    quantity = charted_quantity(scene)
    for racer_path in scene.racer_paths:
        lines = chart_lines(racer_path.trajectory, quantity, racer_path.sharpness)
        value = next((line.value_at(racer_path.step) for line in lines if line.stroke == "bold"), math.nan)
        at = coordinate(racer_path.trajectory, frame.abscissa.kind, racer_path.step)
        if not frame.common:
            _paint_upright(painter, frame, float(frame.x_at(at)), pen(racer_path.colour, unit, 0.6))
        x, y = frame.points(np.array([at]), np.array([value]))[0].tolist()
        if math.isfinite(x) and math.isfinite(y) and _is_seen(frame, x, y):
            _paint_head(painter, QPointF(x, max(y, plot.top())), racer_path, style)


def _paint_upright(painter: QPainter, frame: ChartFrame, x: float, ink: QPen) -> None:
    if frame.plot.left() - 0.5 <= x <= frame.plot.right() + 0.5:
        painter.setPen(ink)
        painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()))


def _is_seen(frame: ChartFrame, x: float, y: float) -> bool:
    """Whether a racer is shown there; one that has left the chart at its top still is, unless all has been chosen so."""
    inside = frame.plot.left() - 0.5 <= x <= frame.plot.right() + 0.5 and y <= frame.plot.bottom() + 0.5
    return inside and (y >= frame.plot.top() - 0.5 or not frame.axis.chosen)


def _paint_head(painter: QPainter, at: QPointF, racer_path: PathAtPlayhead, style: Style) -> None:
    unit = style.unit
    ending = racer_path.trajectory.ending if racer_path.ended else TerminationReason.RUNNING
    if ending in (TerminationReason.CONVERGED, TerminationReason.DIVERGED):
        marks.end_mark(painter, at, racer_path.colour, ending, style, 4.2)
        return
    painter.setPen(pen("#FFFFFF", 1.4 * unit))
    painter.setBrush(QColor(racer_path.colour))
    painter.drawEllipse(at, 4.2 * unit, 4.2 * unit)
    if (core := core_colour(racer_path)) is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(core))
        painter.drawEllipse(at, 1.7 * unit, 1.7 * unit)


def paint_chart(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> None:
    """Paint the whole chart of `scene` into `rect`."""
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = chart_frame(rect, scene, style)
        paint_chart_background(painter, frame, scene, style)
        if frame.common:
            paint_curves(painter, frame, scene, style, FAINT, ahead_area(frame, scene))
            paint_curves(painter, frame, scene, style, 1.0, reached_area(frame, scene))
        else:
            for racer_path in scene.racer_paths:
                for strength, area in (
                    (FAINT, ahead_area(frame, scene, racer_path)),
                    (1.0, reached_area(frame, scene, racer_path)),
                ):
                    paint_curves_of(painter, frame, scene, racer_path, style, strength, area)
        paint_playhead(painter, frame, scene, style)
