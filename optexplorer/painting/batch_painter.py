"""Paints the losses of a mini-batch over those of all examples, and the gradients of single examples."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from optexplorer.painting import marks
from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.polylines import path_of, runs_within
from optexplorer.painting.style import Style, pen
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.painting.surface_net import curves_on_surface, paint_net
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.gradient_cloud import GradientCloud
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]

CONTOUR, CASING = 1.5, 3.2
"""Widths of the contour lines of a mini-batch and of the casing under them, in units of the style."""
DASHES = [4.0, 2.6]
"""Of a dashed contour line, how many times its width are a dash and a gap long."""
DIAMOND = 6.0
"""How far the mark of the mini-batch's minimum reaches."""
THIN, ELLIPSE = 1.2, 1.8
"""Widths of the arrows of single examples and of the ellipses."""
BARB = 4.5
"""Length of the head of a thin arrow."""
FAINT, STRONG = 0.55, 0.95
"""Opacity of the arrows of examples outside and inside of the mini-batch."""
NET = 0.8
"""Strength of the lines of the net over the surface."""
SHORTEST_ARROW = 1.5
"""Arrows shorter than this do not show."""

Placing = Callable[[Array], Array]
"""Takes points of the plane, shape (k, 2), to places in the picture, shape (k, 2); NaN where they have none."""


def paint_batch_on_map(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint the contour lines of the mini-batch dashed, in its racer's colour, and a diamond at its minimum."""
    ink, shown = scene.batch_colour, None if scene.batch is None else scene.batch.surface
    if shown is None or ink is None:
        return
    runs = _on_map(frame, [curve for line in shown.lines for curve in line.curves])
    with saved(painter):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = path_of(runs)
        if not path.isEmpty():
            painter.setPen(pen(style.theme.casing, CASING * style.unit, 0.35))
            painter.drawPath(path)
            dashed = pen(ink, CONTOUR * style.unit)
            dashed.setDashPattern(DASHES)
            dashed.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(dashed)
            painter.drawPath(path)
        at = None if shown.minimum is None else frame.to_pixel(shown.minimum)
        if at is not None and frame.plot.contains(at):
            _paint_diamond(painter, at, ink, style)


def paint_batch_on_surface(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the losses of the mini-batch as a translucent net; faint where it lies below the surface."""
    ink, shown = scene.batch_colour, None if scene.batch is None else scene.batch.surface
    if shown is None or ink is None:
        return
    with saved(painter):
        paint_net(painter, frame, scene.surface, shown.net, ink, style, strength=NET)


def paint_cloud_on_map(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint the gradients of single examples, their ellipses, and the means of all and of the mini-batch."""
    if scene.batch is None or scene.batch.cloud is None:
        return
    ellipses = _on_map(frame, scene.batch.cloud.ellipses)
    _paint_cloud(painter, scene.batch.cloud, frame.to_pixels, ellipses, scene, style)


def paint_cloud_on_surface(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the same on the surface; arrows that leave its window are left out."""
    if scene.batch is None or scene.batch.cloud is None:
        return
    surface = scene.surface
    x0, x1, y0, y1 = surface.window

    def place(points: Array) -> Array:
        with np.errstate(invalid="ignore"):
            inside = np.logical_and.reduce((points >= (x0, y0)) & (points <= (x1, y1)), axis=1)
        box = to_box(surface, points, surface.height_at(points))
        return frame.places(np.where(inside[:, np.newaxis], box, np.nan))

    ellipses = curves_on_surface(frame, surface, scene.batch.cloud.ellipses)
    _paint_cloud(painter, scene.batch.cloud, place, ellipses, scene, style)


def _on_map(frame: MapFrame, curves: Sequence[Array]) -> list[Array]:
    return [run for curve in curves for run in runs_within(frame.to_pixels(curve), frame.plot, frame.plot)]


def _paint_diamond(painter: QPainter, at: QPointF, ink: str, style: Style) -> None:
    reach = DIAMOND * style.unit
    diamond = QPolygonF(
        [at + QPointF(x * reach, y * reach) for x, y in ((0, -1), (0.75, 0), (0, 1), (-0.75, 0))]
    )
    painter.setPen(pen(style.theme.casing, 4.2 * style.unit, 0.9))
    painter.drawPolygon(diamond)
    painter.setPen(pen(ink, 1.8 * style.unit))
    painter.drawPolygon(diamond)


def _paint_cloud(
    painter: QPainter, cloud: GradientCloud, place: Placing, ellipses: list[Array], scene: Scene, style: Style
) -> None:
    ink, theme = scene.batch_colour or style.theme.text, style.theme
    [head] = place(cloud.place[np.newaxis])
    if not np.isfinite(head).all():
        return
    in_batch, others = cloud.drawn
    with saved(painter):
        if scene.appearance.example_gradients:
            for slopes, tone, alpha in ((others, theme.text, FAINT), (in_batch, ink, STRONG)):
                _paint_arrows(painter, head, place(cloud.tips(slopes)), tone, alpha, style)
        if scene.appearance.gradient_ellipse and ellipses:
            path = path_of(ellipses)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for tone, width, alpha in ((theme.canvas, ELLIPSE + 2.2, 0.75), (theme.text, ELLIPSE, 1.0)):
                painter.setPen(pen(tone, width * style.unit, alpha))
                painter.drawPath(path)
        means = [(cloud.full_slope, theme.text)]
        if cloud.batch_slope is not None:
            means.append((cloud.batch_slope, ink))
        for slope, tone in means:
            [tip] = place(cloud.tips(slope[np.newaxis]))
            if np.isfinite(tip).all() and math.dist(tip, head) > SHORTEST_ARROW * style.unit:
                marks.arrow(painter, QPointF(*head.tolist()), QPointF(*tip.tolist()), tone, style)


def _paint_arrows(painter: QPainter, head: Array, tips: Array, tone: str, alpha: float, style: Style) -> None:
    """Paint thin arrows from `head`, shape (2,), to `tips`, shape (k, 2); those of no length or too far are left out."""
    away = tips - head
    with np.errstate(all="ignore"):
        length = np.hypot(*away.T)
        shows = (length > SHORTEST_ARROW * style.unit) & (length < marks.FARTHEST)
    tips, away, length = tips[shows], away[shows], length[shows]
    along = away / length[:, np.newaxis]
    barb = np.minimum(BARB * style.unit, 0.5 * length)[:, np.newaxis]
    back, across = tips - barb * along, 0.45 * barb * along[:, ::-1] * np.array([-1.0, 1.0])
    begin = np.broadcast_to(head, tips.shape)
    ends = [
        np.concatenate(pair, axis=1) for pair in ((begin, tips), (back + across, tips), (back - across, tips))
    ]
    thin = pen(tone, THIN * style.unit, alpha)
    thin.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(thin)
    painter.drawLines([QLineF(*four) for part in ends for four in part.tolist()])
