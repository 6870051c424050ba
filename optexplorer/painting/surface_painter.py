"""Paints the surface without OpenGL, as depth-sorted polygons, on the screen and in all picture formats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen, QPolygonF

from optexplorer.painting.batch_painter import paint_batch_on_surface
from optexplorer.painting.painter_state import saved
from optexplorer.painting.polylines import finite_runs, path_of, paths_of, stretches
from optexplorer.painting.quad_picture import paint_each_quad, paint_quads
from optexplorer.painting.style import Style, pen
from optexplorer.painting.surface_frame import SurfaceFrame, back_grid, paint_axes, surface_frame
from optexplorer.painting.surface_marks import paint_heads, paint_minima, paint_starts
from optexplorer.painting.surface_path_painter import SurfacePaths
from optexplorer.scene.basin_colours import surface_overlay
from optexplorer.scene.geometry import floating_horizon
from optexplorer.scene.geometry.surface_mesh import (
    BASE,
    coarse_indices,
    contours,
    contours_in_view,
    surface_mesh,
    walls,
)
from optexplorer.scene.geometry.surface_shading import side_colour, top_colours
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]

OVERLAP = 0.6
"""Pixels of the device by which polygons reach under their neighbours, so that no seams show."""
SHORTEST_RUN = 0.05
"""Pixels that a visible piece of a contour line reaches at least."""
COARSE = 2
"""Cells along each side of a polygon in small pictures, and in those made of vectors, whose files stay small."""
SMALL = 900.0
"""Pixels of the device along the shorter side below which a picture is small."""
_VECTORS = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


BlockPainter = Callable[[QPainter, SurfaceFrame, Scene, Style], None]
"""Paints the grid behind the block, the block, and its contour lines into a frame."""


def paint_surface(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> None:
    """Paint the whole surface of `scene` into `rect`."""
    paint_surface_background(painter, rect, scene, style)
    paint_surface_paths(painter, rect, scene, style)


def paint_surface_background(
    painter: QPainter, rect: QRectF, scene: Scene, style: Style, paint_block: BlockPainter | None = None
) -> None:
    """Paint everything that stays when the playhead moves; the block itself by `paint_block` if it is given."""
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not style.transparent:
            painter.fillRect(rect, QColor(style.theme.canvas))
        frame = surface_frame(rect, scene, style)
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        (paint_block or paint_block_of_polygons)(painter, frame, scene, style)
        paint_axes(painter, frame, scene, style)
        if scene.appearance.minima:
            paint_minima(painter, frame, scene, style)


def paint_block_of_polygons(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the grid behind the block, the block, and its contour lines."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(style.theme.grid, style.unit))
    for run in finite_runs(frame.places(back_grid(scene.surface, frame.camera))):
        painter.drawPath(path_of([run]))
    _paint_block(painter, frame, scene, style)
    if scene.seen is None:
        _paint_contours(painter, frame, scene, style)


def paint_surface_paths(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> None:
    """Paint what moves with the playhead: paths and heads, over the surface."""
    frame = surface_frame(rect, scene, style)
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        SurfacePaths(frame, style).paint(painter, scene)
        paint_surface_marks(painter, frame, scene, style)


def paint_surface_marks(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint what stands on top of the paths: the losses of a mini-batch, starts and heads."""
    paint_batch_on_surface(painter, frame, scene, style)
    paint_starts(painter, frame, scene, style)
    paint_heads(painter, frame, scene, style)


def _paint_block(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the block from back to front.

    Squares of a regular grid hide each other in the order of their distances from the eye along the plane; the
    sides of the block that face the eye hide nothing but each other's backs, and come last.
    """
    surface = scene.surface
    scale = abs(painter.worldTransform().m11()) * painter.device().devicePixelRatioF()
    vectors = painter.paintEngine().type() in _VECTORS
    small = min(frame.rect.width(), frame.rect.height()) * scale < SMALL
    stride = COARSE if small or vectors else 1
    if vectors:
        # What draws a file of vectors has about one pixel to the unit, not as many as the file can tell apart.
        scale = 1.0
    vertices, corners, colours = _squares(scene, style, stride)
    eye = frame.projection.eye
    distance = np.hypot(*(vertices[corners, :2].sum(axis=1) / 4 - eye[:2]).T)
    order = np.argsort(-distance, kind="stable")
    corners = corners[order]
    places, depth = frame.places_and_depths(vertices)
    places, shown = places[corners], (depth > 0.05)[corners].all(axis=1)
    middle = places.sum(axis=1, keepdims=True) / 4
    away = places - middle
    away *= 1 + OVERLAP / max(scale, 1e-6) / np.maximum(np.linalg.norm(away, axis=2, keepdims=True), 1e-6)
    places = (middle + away)[shown]
    inks: NDArray[np.int64] = colours[order][shown] @ (1 << 16, 1 << 8, 1)
    (paint_each_quad if vectors else paint_quads)(painter, places, inks)
    painter.setPen(Qt.PenStyle.NoPen)
    for wall in walls(surface) if scene.seen is None else ():
        if np.dot(eye - wall.edge[0], wall.normal) <= 0:
            continue
        ink = QColor(*np.rint(side_colour(wall, style.theme, frame.camera)).astype(int).tolist())
        painter.setBrush(ink)
        painter.setPen(QPen(ink, OVERLAP))
        for begin, end in stretches(wall.solid):
            edge = wall.edge[begin : end + 1]
            bottom = edge[[-1, 0]].copy()
            bottom[:, 2] = BASE
            places, depth = frame.places_and_depths(np.concatenate([edge, bottom]))
            if (depth > 0.05).all():
                painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in places.tolist()]))


def _squares(scene: Scene, style: Style, stride: int) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Return the squares of the block's top: vertices, and for each square the numbers of its corners and its lit colour.

    Shapes (m, 3), (k, 4) and (k, 3). In fog, only squares that are seen, the fainter the nearer to the colour of the
    canvas.
    """
    surface, name = scene.surface, scene.appearance.colour_map
    mesh = surface_mesh(surface)
    pick, cells = coarse_indices(surface, stride)
    vertices = mesh.vertices[pick]
    overlay = surface_overlay(scene.basins, surface, style.theme, scene.appearance.basin_opacity)
    shades = top_colours(surface, name, style.theme, scene.appearance.camera, scene.seen, overlay)[pick]
    solid = mesh.solid[cells]
    if scene.seen is not None:
        seen = scene.seen[pick]
        solid = solid & (np.add.reduce(_around(seen)) > 0)
    elif (
        mesh.solid.all()
        and (known := floating_horizon.visibility_masks(surface, scene.appearance.camera)) is not None
    ):
        hidden = known[1][pick]
        solid = solid & ~np.logical_and.reduce(_around(hidden))
    number = np.arange(vertices[..., 0].size).reshape(vertices.shape[:2])
    corners = np.stack([around[solid] for around in _around(number)], axis=1)
    mean = np.add.reduce(_around(shades)) / 4
    return vertices.reshape(-1, 3), corners, np.rint(mean[solid]).clip(0, 255).astype(np.int64)


def _around(grid: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return what a grid holds at the four corners of its cells, going around them."""
    return grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]


def _paint_contours(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    points = contours(scene.surface)
    if not len(points):
        return
    shown = contours_in_view(scene.surface, frame.camera)
    places = np.where(shown[:, None], frame.places(points), np.nan)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    thin = pen(style.theme.line, 0.9 * style.unit, style.theme.line_alpha)
    # Round corners could not be seen, and take most of the time.
    thin.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    thin.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(thin)
    # Qt writes an empty path for a run of no length, of which readers of PDF complain.
    for path in paths_of([run] for run in finite_runs(places) if np.ptp(run, axis=0).max() > SHORTEST_RUN):
        painter.drawPath(path)
