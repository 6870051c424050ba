"""Frame after frame of a figure: what stays is painted once, and only what moves is painted anew."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from optexplorer.experiment.appearance import Camera
from optexplorer.painting import curve_painter, curve_step_arcs, map_painter
from optexplorer.painting.absence_painter import paint_absence
from optexplorer.painting.chart_painter import (
    FAINT,
    chart_frame,
    paint_chart_ground,
    paint_curves,
    paint_playhead,
    reached_area,
)
from optexplorer.painting.curve_frame import curve_frame
from optexplorer.painting.figure import Figure, Part, figure_frame, paint_surroundings
from optexplorer.painting.map_frame import map_frame
from optexplorer.painting.map_layers import MapLayers
from optexplorer.painting.style import Style
from optexplorer.painting.surface_painter import paint_surface_ground, paint_surface_trails
from optexplorer.scene.scene import Scene


class Animation:
    """Paints scenes that differ in nothing but playhead and camera.

    Parameters
    ----------
    scene : any of them
    width, height : of the frames, in pixels
    """

    def __init__(self, figure: Figure, scene: Scene, width: int, height: int, style: Style) -> None:
        frame = figure_frame(QRectF(0, 0, width, height), figure, scene, style)
        self._samples = QImage(width, height, QImage.Format.Format_RGB32)
        self._samples.fill(style.theme.canvas)
        with _painter(self._samples) as painter:
            paint_surroundings(painter, frame, figure, scene, style)
        self._panels: list[_Panel] = [
            _AbsencePanel(place, style)
            if part != "loss" and scene.samples is None
            else _PANELS[part](place, scene, style)
            for part, place in frame.panels
        ]
        self._surrounded = frame.panels[0][1] != frame.outer

    def frame(self, scene: Scene) -> QImage:
        """Return the picture of `scene`; an image of its own, opaque, four bytes to the pixel."""
        # A single panel covers everything.
        image = (
            self._samples.copy() if self._surrounded else QImage(self._samples.size(), self._samples.format())
        )
        with _painter(image) as painter:
            for panel in self._panels:
                panel.paint(painter, scene)
        return image


class _Panel(Protocol):
    def paint(self, painter: QPainter, scene: Scene) -> None:
        """Paint the panel of `scene`."""


def _painter(image: QImage, origin: QPointF | None = None) -> QPainter:
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if origin is not None:
        painter.translate(-origin)
    return painter


def _layer(rect: QRectF, style: Style) -> QImage:
    image = QImage(rect.size().toSize(), QImage.Format.Format_RGB32)
    image.fill(style.theme.canvas)
    return image


class _MapPanel:
    def __init__(self, rect: QRectF, scene: Scene, style: Style) -> None:
        self._style, self._corner = style, rect.topLeft()
        self._frame = map_frame(rect, scene, style)
        samples = _layer(rect, style)
        with _painter(samples, self._corner) as painter:
            map_painter.paint_ground(painter, self._frame, scene, style)
        self._moving = MapLayers(samples, self._frame, style)

    def paint(self, painter: QPainter, scene: Scene) -> None:
        self._moving.advance(scene)
        painter.drawImage(self._corner, self._moving.picture)
        map_painter.paint_heads(painter, self._frame, scene, self._style)


class _ChartPanel:
    def __init__(self, rect: QRectF, scene: Scene, style: Style) -> None:
        self._style, self._corner = style, rect.topLeft()
        self._frame = chart_frame(rect, scene, style)
        samples = _layer(rect, style)
        with _painter(samples, self._corner) as painter:
            paint_chart_ground(painter, self._frame, scene, style)
        self._ahead, self._reached = samples.copy(), samples
        for layer, strength in ((self._ahead, FAINT), (self._reached, 1.0)):
            with _painter(layer, self._corner) as painter:
                paint_curves(painter, self._frame, scene, style, strength)

    def paint(self, painter: QPainter, scene: Scene) -> None:
        painter.drawImage(self._corner, self._ahead)
        painter.save()
        painter.setClipRect(reached_area(self._frame, scene))
        painter.drawImage(self._corner, self._reached)
        painter.restore()
        paint_playhead(painter, self._frame, scene, self._style)


class _SurfacePanel:
    def __init__(self, rect: QRectF, scene: Scene, style: Style) -> None:
        self._style, self._rect = style, rect
        self._samples = _layer(rect, style)
        self._drawn: tuple[Camera, int | None] | None = None

    def paint(self, painter: QPainter, scene: Scene) -> None:
        # In fog, the ground changes with every step.
        wanted = (scene.appearance.camera, None if scene.seen is None else scene.playhead)
        if wanted != self._drawn:
            self._samples.fill(self._style.theme.canvas)
            with _painter(self._samples, self._rect.topLeft()) as samples:
                paint_surface_ground(samples, self._rect, scene, self._style)
            self._drawn = wanted
        painter.drawImage(self._rect.topLeft(), self._samples)
        paint_surface_trails(painter, self._rect, scene, self._style)


class _CurvePanel:
    def __init__(self, rect: QRectF, scene: Scene, style: Style) -> None:
        self._style, self._corner = style, rect.topLeft()
        self._frame = curve_frame(rect, scene, style)
        self._samples = _layer(rect, style)
        with _painter(self._samples, self._corner) as painter:
            curve_painter.paint_ground(painter, self._frame, scene, style)
        self._settled = self._samples
        self._shown: Scene | None = None

    def paint(self, painter: QPainter, scene: Scene) -> None:
        first = 0
        if self._shown is not None and curve_step_arcs.prefix_unchanged(self._shown, scene):
            first = curve_step_arcs.old_blocks(self._shown.playhead)
        else:
            self._settled = self._samples.copy()
        if first < curve_step_arcs.old_blocks(scene.playhead):
            with _painter(self._settled, self._corner) as layer:
                curve_step_arcs.paint_old_hops(layer, self._frame, scene, self._style, first)
        self._shown = scene
        painter.drawImage(self._corner, self._settled)
        curve_step_arcs.paint_recent_hops(painter, self._frame, scene, self._style)
        curve_painter.paint_heads(painter, self._frame, scene, self._style)


class _AbsencePanel:
    def __init__(self, rect: QRectF, style: Style) -> None:
        self._rect, self._style = rect, style

    def paint(self, painter: QPainter, scene: Scene) -> None:
        painter.fillRect(self._rect, QColor(self._style.theme.canvas))
        paint_absence(painter, self._rect, scene, self._style)


_PANELS: dict[Part, type[_MapPanel] | type[_ChartPanel] | type[_SurfacePanel] | type[_CurvePanel]] = {
    "map": _MapPanel,
    "loss": _ChartPanel,
    "surface": _SurfacePanel,
    "curve": _CurvePanel,
}
