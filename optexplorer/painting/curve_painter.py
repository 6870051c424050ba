"""Paints the loss curve of one coordinate, on the screen and in all picture formats."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter

from optexplorer.painting import marks
from optexplorer.painting.axes import LOSS, metrics, paint_bottom_axis, paint_side_axis
from optexplorer.painting.barrier_painter import paint_barrier
from optexplorer.painting.curve_frame import CurveFrame, curve_frame
from optexplorer.painting.curve_step_arcs import paint_old_arcs, paint_recent_arcs
from optexplorer.painting.fog_painter import paint_fog
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_style import head_of
from optexplorer.painting.plane_notes import paint_plane_notes
from optexplorer.painting.polylines import path_of, runs_within
from optexplorer.painting.style import Style, colour, pen
from optexplorer.painting.taylor_painter import paint_model
from optexplorer.scene.geometry.ticks import tick_label
from optexplorer.scene.palette import colour_map
from optexplorer.scene.samples.cost import is_costly
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text

Array = NDArray[np.float64]

SLOPE = Text("slope", "傾き")
CURVE = 2.6
"""Width of the curve, in units of the style."""
TANGENT = 2.2
REACH = 74.0
"""How far a tangent reaches to either side, in units of the style."""
ARROW = 96.0
"""Length that no gradient arrow reaches, in units of the style."""
MARKS = 1.35
"""How much larger balls are than on a map, which has to show many."""
SLOPE_TYPE = 1.25
"""Size of the type of a slope, in sizes of small type."""
LATER = 0.04
"""What a place for a value box counts as worse than the one before, against the part of it that hides the curve."""
SHADES = 24


def slope_at(scene: Scene, x: float) -> float:
    """Return the slope of the landscape at `x`; of a costly one, that of its samples."""
    curve = scene.curve
    with np.errstate(all="ignore"):
        if is_costly(curve.landscape):
            return float(np.interp(x, curve.x, np.gradient(curve.loss, curve.x)))
        return float(curve.landscape.gradient(np.array([x]))[0])


def slope_words(slope: float, style: Style) -> str:
    """Return a slope in words, such as "slope −1.38"."""
    return f"{style.words(SLOPE)} {tick_label(float(f'{slope:.3g}'))}"


# What stays when the playhead moves


@lru_cache(maxsize=4)
def _curve(frame: CurveFrame) -> tuple[Array, ...]:
    """The parts of the curve where the loss is finite, each of shape (k, 2), in pixels."""
    curve = frame.curve
    finite = np.isfinite(curve.loss)
    places = frame.to_pixels(curve.x, curve.loss)
    edges = np.flatnonzero(np.diff(finite)) + 1
    return tuple(
        run
        for run, seen in zip(np.split(places, edges), np.split(finite, edges), strict=True)
        if seen[0] and len(run) > 1
    )


def paint_background(painter: QPainter, frame: CurveFrame, scene: Scene, style: Style) -> None:
    """Paint axes, the filled area below the curve, the curve and its known minima."""
    theme, plot, unit = style.theme, frame.plot, frame.unit
    if not style.transparent:
        painter.fillRect(frame.outer, QColor(theme.canvas))
    x_ticks, y_ticks = frame.x_ticks(), frame.y_ticks()
    painter.setPen(pen(theme.grid, unit))
    for tick in y_ticks:
        y = round(tick.at) + 0.5
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
    with saved(painter):
        painter.setClipRect(plot, Qt.ClipOperation.IntersectClip)
        for run in _curve(frame):
            shown = run[(run[:, 0] >= plot.left() - 1) & (run[:, 0] <= plot.right() + 1)]
            if len(shown) > 1:
                inside = np.clip(shown, (plot.left(), plot.top()), (plot.right(), plot.bottom()))
                foot = np.array([[inside[-1, 0], plot.bottom()], [inside[0, 0], plot.bottom()]])
                path = path_of([np.concatenate([inside, foot])], closed=True)
                painter.fillPath(path, QBrush(_shading(frame, scene, style)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.text, CURVE * unit))
        for run in _curve(frame):
            if parts := runs_within(run, plot, plot):
                painter.drawPath(path_of(parts))
    painter.setPen(pen(theme.muted, unit, 0.7))
    painter.drawLine(plot.bottomLeft(), plot.bottomRight())
    painter.drawLine(plot.topLeft(), plot.bottomLeft())
    if style.axes:
        paint_bottom_axis(painter, plot, x_ticks, scene.curve.landscape.variables[0], style)
        paint_side_axis(painter, plot, y_ticks, style.words(LOSS), style, frame.outer.left() + 8 * unit)
    if scene.appearance.minima:
        _paint_minima(painter, frame, scene, style)


def _shading(frame: CurveFrame, scene: Scene, style: Style) -> QLinearGradient:
    """The colours of heights, for the area below the curve."""
    colours = colour_map(scene.appearance.colour_map, style.theme.name)
    shading = QLinearGradient(0, frame.height_to_y(0.0), 0, frame.height_to_y(1.0))
    for k in range(SHADES + 1):
        r, g, b = colours[round(255 * k / SHADES)].tolist()
        shading.setColorAt(k / SHADES, QColor(r, g, b))
    return shading


def _paint_minima(painter: QPainter, frame: CurveFrame, scene: Scene, style: Style) -> None:
    for place, best in _stars(frame, scene):
        marks.star(painter, place, style, best=best)


def _stars(frame: CurveFrame, scene: Scene) -> list[tuple[QPointF, bool]]:
    """Where the stars of known minima stand, and whether each is among the lowest.

    They stand below the curve, so that the ball which comes to rest there does not hide them.
    """
    lowest = scene.curve.landscape.global_minimum
    found = []
    for minimum in scene.curve.landscape.minima:
        at = frame.to_pixel(minimum.position[0], minimum.value)
        if frame.plot.contains(at):
            best = lowest is None or minimum.value <= lowest + 1e-9 * max(1.0, abs(lowest))
            found.append((at + QPointF(0, 15 * frame.unit), best))
    return found


# What moves with the playhead


@dataclass(frozen=True)
class _Head:
    """A racer whose ball is to be seen: where, and the slope of the landscape there."""

    racer_path: PathAtPlayhead
    at: QPointF
    slope: float


def paint_heads(painter: QPainter, frame: CurveFrame, scene: Scene, style: Style) -> None:
    """Paint the top layer: starts, tangents and their slopes, gradient arrows, heads."""
    if scene.seen is not None:
        plot, (low, high) = frame.plot, scene.curve.interval
        left, right = (frame.to_pixel(x, 0.0).x() for x in (low, high))
        place = QRectF(left, plot.top(), right - left, plot.height())
        paint_fog(painter, plot, place, scene.seen, style)
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        paint_model(painter, frame, scene, style)
        paint_barrier(painter, frame, scene, style)
        start = _paint_starts(painter, frame, scene, style)
        heads = []
        for racer_path in scene.racer_paths:
            x = float(racer_path.place[0])
            at = frame.to_pixel(x, racer_path.loss)
            if not (math.isfinite(at.x()) and math.isfinite(at.y())):
                continue
            if frame.plot.contains(at):
                heads.append(_Head(racer_path, at, slope_at(scene, x)))
            else:
                marks.off_edge(painter, frame.plot, at, racer_path.colour, style)
        for head in heads:
            _paint_tangent(painter, frame, head, style)
        if scene.appearance.gradient_arrows:
            for head in heads:
                tip = _arrow_tip(frame, head, style)
                if tip is not None:
                    marks.arrow(painter, head.at, tip, style.theme.text, style)
        racers = (head_of(head.racer_path, head.at) for head in heads)
        marks.heads(painter, racers, replace(style, text_size=MARKS * style.text_size))
        _paint_slopes(painter, frame, scene, heads, start, style)
        paint_plane_notes(painter, frame.plot, scene, style)


def _paint_starts(painter: QPainter, frame: CurveFrame, scene: Scene, style: Style) -> QPointF:
    """Paint where racers start; return where they all start that have no start of their own."""
    with np.errstate(all="ignore"):
        loss = float(scene.landscape.value(np.array(scene.start)))
    start = frame.to_pixel(scene.place_of_start[0], loss)
    if math.isfinite(loss) and frame.plot.contains(start):
        marks.start_marker(painter, start, style)
    for racer_path in scene.own_starts():
        own = frame.to_pixel(float(racer_path.drawn.position[0, 0]), float(racer_path.trajectory.loss[0]))
        if frame.plot.contains(own) and (own - start).manhattanLength() > 2 * style.unit:
            marks.start_marker(painter, own, style, racer_path.colour)
    return start


def _ends(frame: CurveFrame, head: _Head, reach: float) -> tuple[QPointF, QPointF] | None:
    """Where the tangent ends, the higher end first."""
    along = frame.direction(float(head.racer_path.place[0]), head.racer_path.loss, head.slope)
    if along is None:
        return None
    ends = (head.at - along * reach, head.at + along * reach)
    return ends if ends[0].y() < ends[1].y() else (ends[1], ends[0])


def _paint_tangent(painter: QPainter, frame: CurveFrame, head: _Head, style: Style) -> None:
    ends = _ends(frame, head, REACH * style.unit)
    if ends is None:
        return
    (ax, ay), (bx, by) = ((end.x(), end.y()) for end in ends)
    runs = runs_within(np.array([[ax, ay], [bx, by]]), frame.plot, frame.plot)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, extra in ((style.theme.canvas, 2.8), (style.theme.text, 0.0)):
        painter.setPen(pen(ink, (TANGENT + extra) * style.unit))
        painter.drawPath(path_of(runs))


def _arrow_tip(frame: CurveFrame, head: _Head, style: Style) -> QPointF | None:
    """Where the arrow of descent along the axis ends: longer where the slope that the optimizer saw is steeper."""
    gradient = float(head.racer_path.slope[0])
    norm = abs(gradient)
    if not 0 < norm < math.inf:
        return None
    length = ARROW * style.unit * (norm / (norm + frame.curve.typical_slope)) ** 0.25
    if length < 2 * marks.BALL * style.unit:
        return None
    return head.at - QPointF(math.copysign(length, gradient), 0)


def _paint_slopes(
    painter: QPainter, frame: CurveFrame, scene: Scene, heads: list[_Head], start: QPointF, style: Style
) -> None:
    """Write each slope beside its tangent, on a value box; where there is no room, it is left out."""
    radius = 2.0 * marks.BALL * style.unit
    taken = [_box(place, 2 * radius, 2 * radius) for place in (start, *(head.at for head in heads))]
    stars = (
        [_box(place, radius, radius) for place, _ in _stars(frame, scene)] if scene.appearance.minima else []
    )
    curve = np.concatenate([*_curve(frame), np.zeros((0, 2))])
    written: list[tuple[QPointF, str]] = []
    for head in heads:
        if not math.isfinite(head.slope):
            continue
        text = slope_words(head.slope, style)
        # Racers in one place share one tangent and one value box.
        if any(text == other and (head.at - at).manhattanLength() < radius for at, other in written):
            continue
        value_box, least = None, math.inf
        for rank, place in enumerate(_places(frame, head, text, style)):
            if rank * LATER >= least:
                break
            if frame.plot.contains(place) and not any(place.intersects(other) for other in taken):
                cost = rank * LATER + _hidden(place, curve, stars)
                value_box, least = (place, cost) if cost < least else (value_box, least)
        if value_box is not None:
            taken.append(value_box)
            written.append((head.at, text))
            _paint_slope_box(painter, value_box, text, head.racer_path.colour, style)


def _hidden(value_box: QRectF, curve: Array, stars: list[QRectF]) -> float:
    """How much a value box would hide: the part of its width that the curve crosses, and 1 for each star."""
    inside = (curve >= (value_box.left(), value_box.top())) & (
        curve <= (value_box.right(), value_box.bottom())
    )
    crossed = curve[inside.all(axis=1), 0]
    width = float(np.ptp(crossed)) / value_box.width() if len(crossed) else 0.0
    return width + sum(value_box.intersects(star) for star in stars)


def _places(frame: CurveFrame, head: _Head, text: str, style: Style) -> Iterator[QRectF]:
    """Where the value box with the slope could stand, the best place first: at the tangent's ends, above, below."""
    unit = style.unit
    measure = metrics(style, SLOPE_TYPE, bold=True)
    width = measure.horizontalAdvance(text) + 16 * unit
    height = measure.height() + 6 * unit
    ends = _ends(frame, head, (REACH + 4) * unit)
    for end in ends or ():
        beside = math.copysign(width / 2 + 6 * unit, end.x() - head.at.x())
        for across, down in ((beside, -0.5), (0.0, -1.0), (-beside, -0.6), (beside, 0.6)):
            yield _box(end + QPointF(across, down * height), width, height)
    for distance in (-44, -74, -110, 44, 74):
        yield _box(head.at + QPointF(0, distance * unit), width, height)


def _box(centre: QPointF, width: float, height: float) -> QRectF:
    return QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)


def _paint_slope_box(painter: QPainter, value_box: QRectF, text: str, ink: str, style: Style) -> None:
    unit = style.unit
    painter.setPen(pen(ink, 1.6 * unit))
    painter.setBrush(colour(style.theme.panel))
    painter.drawRoundedRect(value_box, 5 * unit, 5 * unit)
    painter.setFont(style.font(SLOPE_TYPE, bold=True))
    painter.setPen(colour(style.theme.text))
    painter.drawText(value_box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), text)


def paint_curve(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> None:
    """Paint the whole curve of `scene` with its racers into `rect`.

    Raises
    ------
    ValueError
        If the landscape has more than one coordinate.
    """
    frame = curve_frame(rect, scene, style)
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, frame, scene, style)
        paint_old_arcs(painter, frame, scene, style)
        paint_recent_arcs(painter, frame, scene, style)
        paint_heads(painter, frame, scene, style)
