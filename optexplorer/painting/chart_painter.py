"""Paints the chart over the steps, on the screen and in all picture formats."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.appearance import Quantity
from optexplorer.painting import marks
from optexplorer.painting.axes import (
    STEP,
    Tick,
    paint_bottom_axis,
    paint_side_axis,
    room_above,
    room_after,
    room_below,
    room_beside,
)
from optexplorer.painting.chart_axis import ABOVE_MINIMUM, NAMES, ChartAxis, chart_axis, value_at
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
from optexplorer.scene.geometry.ticks import linear_ticks
from optexplorer.scene.scene import Scene
from optexplorer.scene.series import values_of
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

CURVE = 1.9
"""Width of a curve, in units of the style."""
FAINT = 0.38
"""How much of its colour a curve keeps where the playhead has not reached it."""


@dataclass(frozen=True, eq=False)
class ChartFrame:
    """The layout of a picture of the chart, in pixels."""

    outer: QRectF
    plot: QRectF
    axis: ChartAxis
    length: int
    """The last step on the horizontal axis."""
    unit: float

    def x(self, step: float) -> float:
        """Return the horizontal place of a step."""
        return self.plot.left() + step / self.length * self.plot.width()

    def to_x(self, steps: NDArray[Any]) -> Array:
        """Return the horizontal places of steps, shape (k,)."""
        x: Array = self.plot.left() + np.asarray(steps) / self.length * self.plot.width()
        return x

    def to_pixels(self, steps: NDArray[Any], values: Array) -> Array:
        """Return places in the picture, shape (k, 2)."""
        return np.stack(
            [self.to_x(steps), self.plot.bottom() - self.axis.at(values) * self.plot.height()], axis=1
        )

    def step_at(self, x: float) -> int:
        """Return the step nearest to a horizontal place; at most `length`."""
        step = round((x - self.plot.left()) / self.plot.width() * self.length)
        return min(max(step, 0), self.length)

    def x_ticks(self) -> list[Tick]:
        """Return the ticks of the horizontal axis: whole steps."""
        values = linear_ticks(0, self.length, max(2, int(self.plot.width() / (80 * self.unit))))
        return [Tick(self.x(value), f"{value:.0f}") for value in values if value == round(value)]

    def y_ticks(self) -> list[Tick]:
        """Return the ticks of the vertical axis."""
        ticks = self.axis.ticks(max(2, int(self.plot.height() / (28 * self.unit))))
        return [
            Tick(self.plot.bottom() - at * self.plot.height(), label) for at, label in ticks if 0 <= at <= 1
        ]


def chart_frame(rect: QRectF, scene: Scene, style: Style) -> ChartFrame:
    """Return the layout of the chart painted in `rect`."""
    unit = style.unit
    axis, length = chart_axis(scene), max(scene.length, 1)
    top = room_above(style) + 4 * unit
    right = room_after(style, style.words(STEP), [str(length)]) + 8 * unit
    height = max(rect.height() - top - room_below(style) - 4 * unit, 8.0)
    left = 40 * unit
    for _ in range(2):
        width = max(rect.width() - left - right, 8.0)
        plot = QRectF(
            round(rect.left() + left) + 0.5, round(rect.top() + top) + 0.5, round(width), round(height)
        )
        frame = ChartFrame(QRectF(rect), plot, axis, length, unit)
        left = max(room_beside(style, [tick.label for tick in frame.y_ticks()]) + 8 * unit, 30 * unit)
    return frame


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
    paint_bottom_axis(painter, plot, x_ticks, style.words(STEP), style)
    name = style.words(ABOVE_MINIMUM if frame.axis.base else NAMES[scene.appearance.chart])
    paint_side_axis(painter, plot, y_ticks, name, style, frame.outer.left() + 8 * unit)


@cached_with_first(2)
def _column_starts(frame: ChartFrame, count: int) -> NDArray[np.int64] | None:
    return column_starts(frame.to_x(np.arange(count, dtype=np.float64)))


def _curve(trajectory: Trajectory, frame: ChartFrame, quantity: Quantity) -> Array:
    """The points of a curve that can be told apart, shape (k, 2), in pixels."""
    values = values_of(trajectory, quantity)
    first = _column_starts(frame, len(values))
    if first is None:
        points = frame.to_pixels(np.arange(len(values), dtype=np.float64), values)
    else:
        # The places rise with the values, so the extremes of the one are those of the other.
        shown = column_extremes(values, first).reshape(-1, 4)[:, [0, 2, 1, 3]].ravel()
        points = frame.to_pixels(np.repeat(first, 4), shown)
    return points[thinned(points)] if len(points) > 2 else points


def _lines(points: Array, within: QRectF) -> list[QPainterPath]:
    return [path_of(runs) for piece in piecewise(points) if (runs := runs_within(piece, within, within))]


@cached_with_first(1)
def _whole_lines(trajectory: Trajectory, frame: ChartFrame, quantity: Quantity) -> list[QPainterPath]:
    """The curve within the plot; painted faint and in full colour."""
    return _lines(_curve(trajectory, frame, quantity), frame.plot)


def paint_curves(
    painter: QPainter,
    frame: ChartFrame,
    scene: Scene,
    style: Style,
    strength: float = 1.0,
    area: QRectF | None = None,
) -> None:
    """Paint every path's curve within `area` of the plot, in colours of which `strength` remains."""
    margin = CURVE * frame.unit
    within = frame.plot if area is None else frame.plot.intersected(area)
    outside = frame.plot.adjusted(0, -margin, margin, margin)
    with saved(painter):
        painter.setClipRect(
            outside if area is None else outside.intersected(area), Qt.ClipOperation.IntersectClip
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for racer_path in scene.racer_paths:
            curve = racer_path.trajectory, frame, scene.appearance.chart
            lines = _whole_lines(*curve) if area is None else _lines(_curve(*curve), within)
            core = core_colour(racer_path)
            strokes = [(racer_path.colour, CURVE if core is None else CORED)]
            for ink, width in strokes if core is None else [*strokes, (core, CORE)]:
                painter.setPen(pen(_faded(ink, style.theme.canvas, strength), width * style.unit))
                for line in lines:
                    painter.drawPath(line)


def _faded(name: str, canvas: str, strength: float) -> str:
    """A colour mixed with the canvas; opaque, so that a curve does not darken where it meets itself."""
    ink, paper = QColor(name), QColor(canvas)
    pairs = ((ink.red(), paper.red()), (ink.green(), paper.green()), (ink.blue(), paper.blue()))
    return QColor(*(round(strength * a + (1 - strength) * b) for a, b in pairs)).name()


def reached_area(frame: ChartFrame, scene: Scene) -> QRectF:
    """Return the part of the picture that the playhead has passed."""
    return QRectF(frame.outer.topLeft(), QPointF(frame.x(scene.playhead), frame.outer.bottom()))


def ahead_area(frame: ChartFrame, scene: Scene) -> QRectF:
    """Return the part of the picture that the playhead has still to pass."""
    return QRectF(QPointF(frame.x(scene.playhead), frame.outer.top()), frame.outer.bottomRight())


def paint_playhead(painter: QPainter, frame: ChartFrame, scene: Scene, style: Style) -> None:
    """Paint the cursor line, and where each racer is."""
    unit, plot = frame.unit, frame.plot
    x = frame.x(scene.playhead)
    painter.setPen(pen(style.theme.text, 1.2 * unit, 0.75))
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
    for racer_path in scene.racer_paths:
        value = value_at(racer_path, scene.appearance.chart, racer_path.step)
        place = frame.to_pixels(np.array([racer_path.step]), np.array([value]))[0].tolist()
        if not all(map(math.isfinite, place)):
            continue
        at = QPointF(place[0], max(place[1], plot.top()))
        ending = racer_path.trajectory.ending if racer_path.ended else TerminationReason.RUNNING
        if ending in (TerminationReason.CONVERGED, TerminationReason.DIVERGED):
            marks.end_mark(painter, at, racer_path.colour, ending, style, 4.2)
        else:
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
        paint_curves(painter, frame, scene, style, FAINT, ahead_area(frame, scene))
        paint_curves(painter, frame, scene, style, 1.0, reached_area(frame, scene))
        paint_playhead(painter, frame, scene, style)
