"""Paints many descents of one racer: where they are, their median and mean path, and the spread of their losses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from optexplorer.engine.trajectory import TerminationReason
from optexplorer.painting.chart_abscissa import coordinates
from optexplorer.painting.chart_frame import ChartFrame
from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.polylines import path_of, piecewise, runs_within
from optexplorer.painting.style import Style, colour, pen
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.painting.surface_net import curves_on_surface, thread_colour
from optexplorer.scene.chart_lines import charted_quantity
from optexplorer.scene.descent_cloud import CloudPicture
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.plot import Dash
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]

DOT = 2.6
"""Radius of a descent, in units of the style."""
LINE, CASING = 1.8, 3.8
BANDS = ((0, 4, 0.14), (1, 3, 0.2))
"""The quantiles between which the chart is filled, by their places, and the opacity."""
DASHES: dict[Dash, list[float]] = {"dashed": [4.0, 2.4], "dotted": [1.2, 1.6]}


def paint_descents_on_map(painter: QPainter, frame: MapFrame, scene: Scene, style: Style) -> None:
    """Paint the cloud up to the playhead."""
    picture = scene.cloud
    if picture is None:
        return

    def runs(curve: Array) -> list[Array]:
        return [
            run
            for piece in piecewise(frame.to_pixels(curve))
            for run in runs_within(piece, frame.plot, frame.plot)
        ]

    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        _paint_cloud(painter, picture, frame.to_pixels, runs, style)


def paint_descents_on_surface(painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
    """Paint the cloud up to the playhead on the surface; what leaves its window is left out."""
    picture = scene.cloud
    if picture is None:
        return
    surface = scene.surface
    x0, x1, y0, y1 = surface.window

    def place(points: Array) -> Array:
        with np.errstate(invalid="ignore"):
            inside = np.logical_and.reduce((points >= (x0, y0)) & (points <= (x1, y1)), axis=1)
        box = to_box(surface, points, surface.height_at(points))
        return frame.places(np.where(inside[:, np.newaxis], box, np.nan))

    def runs(curve: Array) -> list[Array]:
        finite = curve[np.isfinite(curve).all(axis=1)]
        return curves_on_surface(frame, surface, [finite]) if len(finite) > 1 else []

    with saved(painter):
        _paint_cloud(painter, picture, place, runs, style)


def _paint_cloud(
    painter: QPainter,
    picture: CloudPicture,
    place: Callable[[Array], Array],
    runs: Callable[[Array], list[Array]],
    style: Style,
) -> None:
    """Paint dots at the present row, and the paths until there."""
    drawn, until = picture.drawn, picture.row + 1
    unit = style.unit
    ink = thread_colour(picture.colour, style)
    points = place(drawn.places[picture.row].T)
    lost = drawn.cloud.ending == TerminationReason.DIVERGED.value
    painter.setPen(pen(style.theme.casing, 0.9 * unit, 0.9))
    painter.setBrush(colour(ink, 0.75))
    for (x, y), gone in zip(points.tolist(), lost.tolist(), strict=True):
        if np.isfinite([x, y]).all() and not gone:
            painter.drawEllipse(QPointF(x, y), DOT * unit, DOT * unit)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    curves: list[tuple[Array | None, str, Dash]] = [
        (drawn.exact, style.theme.text, "dotted"),
        (drawn.mean, ink, "dashed"),
        (drawn.median, ink, "solid"),
    ]
    for curve, line_ink, dash in curves:
        if curve is None or until < 2:
            continue
        path = path_of(runs(curve[:until]))
        if path.isEmpty():
            continue
        painter.setPen(pen(style.theme.casing, CASING * unit, 0.75))
        painter.drawPath(path)
        line = pen(line_ink, LINE * unit)
        if dash in DASHES:
            line.setCapStyle(Qt.PenCapStyle.FlatCap)
            line.setDashPattern(DASHES[dash])
        painter.setPen(line)
        painter.drawPath(path)


def paint_loss_bands(painter: QPainter, frame: ChartFrame, scene: Scene, style: Style) -> None:
    """Fill the chart between the quantiles of the cloud's losses, and draw their median; of other charts nothing."""
    picture = scene.cloud
    if picture is None or charted_quantity(scene) != "loss":
        return
    cloud = picture.cloud
    places = _places(frame, scene, picture)
    if places is None:
        return
    # Infinite ones are far above all else.
    quantiles = np.minimum(cloud.quantiles[:, : len(places)], np.finfo(np.float64).max)
    with np.errstate(over="ignore"):
        points = [frame.points(places, values) for values in quantiles]
    ink = thread_colour(picture.colour, style)
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        painter.setPen(Qt.PenStyle.NoPen)
        top = frame.plot.top() - frame.plot.height()
        bottom = frame.plot.bottom() + frame.plot.height()
        for low, high, opacity in BANDS:
            outline = np.concatenate([points[low], points[high][::-1]])
            outline[:, 1] = np.clip(
                np.nan_to_num(outline[:, 1], nan=bottom, posinf=bottom, neginf=top), top, bottom
            )
            painter.setBrush(colour(ink, opacity))
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in outline.tolist()]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        line = pen(ink, 1.3 * style.unit, 0.9)
        line.setDashPattern([3.0, 2.0])
        painter.setPen(line)
        around = QRectF(frame.plot)
        runs = [run for piece in piecewise(points[2]) for run in runs_within(piece, around, around)]
        painter.drawPath(path_of(runs))


def _places(frame: ChartFrame, scene: Scene, picture: CloudPicture) -> Array | None:
    """Return where the rows of the cloud stand on the abscissa: those that the racer's own path has come to."""
    path = next((path for path in scene.racer_paths if path.number == picture.number), None)
    rows = picture.cloud.rows
    if frame.common:
        return rows.astype(np.float64) * frame.per_step
    if path is None:
        return None
    known = coordinates(path.trajectory, frame.abscissa.kind)
    return known[rows[rows < len(known)]]
