"""Paints the contour map, on the screen and in all picture formats."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath

from optexplorer.painting import marks
from optexplorer.painting.anatomy_painter import paint_anatomies, paint_labels
from optexplorer.painting.axes import (
    LOSS,
    paint_bar_axis,
    paint_bottom_axis,
    paint_frame,
    paint_side_axis,
)
from optexplorer.painting.basin_legend import WIDE, paint_legend_below, paint_legend_beside
from optexplorer.painting.basin_painter import paint_basin_numbers, paint_basins_on_map
from optexplorer.painting.batch_painter import paint_batch_on_map, paint_cloud_on_map
from optexplorer.painting.curvature_painter import paint_curvature_on_map
from optexplorer.painting.descent_cloud_painter import paint_descents_on_map
from optexplorer.painting.fog_painter import paint_fog
from optexplorer.painting.grid_image import paint_grid_image
from optexplorer.painting.map_frame import MapFrame, bar_ticks, map_frame
from optexplorer.painting.map_path_painter import MapPaths
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_style import head_of
from optexplorer.painting.plane_notes import paint_plane_notes
from optexplorer.painting.polylines import paths_of
from optexplorer.painting.style import Style, pen
from optexplorer.scene.palette import colour_map
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

ARROW = 56.0
"""Length that no gradient arrow reaches, in units of the style."""


@cached_with_first(1, objects=6)
def _paths(
    surface: SurfaceSamples,
) -> tuple[tuple[tuple[float, list[QPainterPath]], ...], list[QPainterPath]]:
    """The fills by height, each of several paths, and the contour lines, as paths in the plane."""
    bands = tuple((band.height, paths_of(band.polygons, closed=True)) for band in surface.bands)
    return bands, paths_of([curve] for line in surface.lines for curve in line.curves)


def paint_fills(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint the colours of heights, the basin map over them and the contour lines within the plot."""
    paint_bands(painter, frame, scene, style)
    paint_basins_on_map(painter, frame, scene, style)
    paint_lines(painter, frame, scene, style)


def paint_bands(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint the colours of heights within the plot."""
    theme, surface = style.theme, scene.surface
    colours = colour_map(scene.appearance.colour_map, theme.name)
    bands, _ = _paths(surface)
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        painter.fillRect(frame.plot, QColor(theme.canvas))
        painter.fillRect(frame.plot, QBrush(QColor(theme.border), Qt.BrushStyle.BDiagPattern))
        if surface.tangled:
            _paint_heights(painter, frame, surface, colours)
        for height, paths in bands:
            shade = _shade(colours, height, len(bands))
            for path in paths:
                painter.fillPath(frame.transform.map(path), shade)


def paint_lines(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint the contour lines within the plot."""
    _, lines = _paths(scene.surface)
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(style.theme.line, 0.9 * style.unit, style.theme.line_alpha))
        for line in lines:
            painter.drawPath(frame.transform.map(line))


def _paint_heights(
    painter: QPainter, frame: MapFrame, surface: SurfaceSamples, colours: NDArray[np.uint8]
) -> None:
    """Paint the heights on the grid, in the shades of the bands; clear where there are none."""
    shades = len(surface.bands)
    inks = np.array([_shade(colours, band.height, shades).rgb() for band in surface.bands], dtype=np.uint32)
    band = np.minimum(surface.filled_height.clip(0, 1) * shades, shades - 1).astype(np.int64)
    x0, x1, y0, y1 = surface.window
    place = frame.transform.mapRect(QRectF(x0, y0, x1 - x0, y1 - y0))
    paint_grid_image(painter, place, np.where(np.isfinite(surface.height), inks[band], 0)[::-1])


def _shade(colours: NDArray[np.uint8], height: float, shades: int) -> QColor:
    middle = min(height + 0.5 / max(shades, 1), 1.0)
    r, g, b = colours[round(255 * middle)].tolist()
    return QColor(r, g, b)


def paint_axes(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint axes, colour bar and the frame around the plot."""
    if not style.axes:
        paint_frame(painter, frame.plot, style)
        return
    variables = scene.surface.landscape.variables
    paint_bottom_axis(painter, frame.plot, frame.x_ticks(), variables[0], style)
    paint_side_axis(
        painter, frame.plot, frame.y_ticks(), variables[1], style, frame.outer.left() + 6 * style.unit
    )
    paint_frame(painter, frame.plot, style)
    if scene.basins is not None and not frame.legend.isEmpty():
        wide = frame.outer.width() >= WIDE * style.unit
        if frame.legend_beside:
            paint_legend_beside(painter, frame.legend, scene.basins, style, wide=wide)
        else:
            paint_legend_below(painter, frame.legend, scene.basins, style)
    if frame.bar.isEmpty():
        return
    bar, bands = frame.bar, scene.surface.bands
    colours = colour_map(scene.appearance.colour_map, style.theme.name)
    for band in bands:
        rest = QRectF(bar.left(), bar.top(), bar.width(), bar.height() * (1 - band.height))
        painter.fillRect(rest, _shade(colours, band.height, len(bands)))
    ticks = bar_ticks(scene.surface, bar)
    painter.setPen(pen(style.theme.line, 0.9 * style.unit, style.theme.line_alpha))
    for tick in ticks:
        painter.drawLine(QPointF(bar.left(), tick.at), QPointF(bar.right(), tick.at))
    paint_bar_axis(painter, bar, ticks, style.words(LOSS), style)
    paint_frame(painter, bar, style)


def paint_minima(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint a star at each known minimum: filled at the lowest, hollow at the others."""
    landscape = scene.surface.landscape
    for minimum in landscape.minima:
        at = frame.to_pixel(minimum.position)
        if frame.plot.contains(at):
            lowest = landscape.global_minimum
            best = lowest is None or minimum.value <= lowest + 1e-9 * max(1.0, abs(lowest))
            marks.star(painter, at, style, best=best)


def paint_marks(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint stars at the known minima, if they are asked for, and the numbers of those of a basin map."""
    if scene.appearance.minima:
        paint_minima(painter, frame, scene, style)
    paint_basin_numbers(painter, frame, scene, style)


def paint_background(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint everything that stays when the playhead moves."""
    if not style.transparent:
        painter.fillRect(frame.outer, QColor(style.theme.canvas))
    paint_fills(painter, frame, scene, style)
    paint_axes(painter, frame, scene, style)
    paint_marks(painter, frame, scene, style)


def paint_heads(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint the top layer: starts, gradient arrows, heads, the marks of racers that have ended."""
    plot = frame.plot
    start = frame.to_pixel(scene.place_of_start)
    if scene.seen is not None:
        x0, x1, y0, y1 = scene.surface.window
        place = QRectF(frame.to_pixel((x0, y1)), frame.to_pixel((x1, y0)))
        paint_fog(painter, plot, place, scene.seen, style)
    with saved(painter):
        painter.setClipRect(plot, Qt.ClipOperation.IntersectClip)
        paint_batch_on_map(painter, frame, scene, style)
        paint_descents_on_map(painter, frame, scene, style)
        marks.start_marker(painter, start, style)
        for racer_path in scene.own_starts():
            own = frame.to_pixel(racer_path.drawn.position[0])
            if (own - start).manhattanLength() > 2 * style.unit:
                marks.start_marker(painter, own, style, racer_path.colour)
        inside = []
        for racer_path in scene.racer_paths:
            at = frame.to_pixel(racer_path.place)
            if not (math.isfinite(at.x()) and math.isfinite(at.y())):
                continue
            if plot.contains(at):
                inside.append((racer_path, at))
            else:
                marks.off_edge(painter, plot, at, racer_path.colour, style)
        if scene.appearance.gradient_arrows:
            for racer_path, at in inside:
                tip = _arrow_tip(frame, scene.surface, racer_path, at, style)
                if tip is not None:
                    marks.arrow(painter, at, tip, style.theme.text, style)
        paint_cloud_on_map(painter, frame, scene, style)
        room = paint_curvature_on_map(painter, frame, scene, style)
        paint_anatomies(painter, scene, frame.to_pixels, style)
        marks.heads(painter, (head_of(racer_path, at) for racer_path, at in inside), style)
        paint_labels(painter, plot, scene, frame.to_pixels, style, room)
        paint_plane_notes(painter, plot, scene, style)


def _arrow_tip(
    frame: MapFrame, surface: SurfaceSamples, racer_path: PathAtPlayhead, at: QPointF, style: Style
) -> QPointF | None:
    """Where the arrow of steepest descent ends: against the gradient, longer where the slope is steeper."""
    gx, gy = racer_path.slope.tolist()
    norm = math.hypot(gx, gy)
    if not 0 < norm < math.inf:
        return None
    dx, dy = -gx * frame.transform.m11(), -gy * frame.transform.m22()
    # The fourth root leaves arrows readable over four decades of slope; below, they would hide in the ball.
    length = ARROW * style.unit * (norm / (norm + surface.typical_slope)) ** 0.25
    if length < 2 * marks.BALL * style.unit:
        return None
    factor = length / math.hypot(dx, dy)
    return at + QPointF(dx * factor, dy * factor)


def paint_map(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> None:
    """Paint the whole map of `scene` into `rect`."""
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = map_frame(rect, scene, style)
        paint_background(painter, frame, scene, style)
        MapPaths(frame, style).paint(painter, scene)
        paint_heads(painter, frame, scene, style)
