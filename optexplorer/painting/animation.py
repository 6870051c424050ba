"""Paints the frames of an animated figure; static layers are painted once and reused."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from optexplorer.painting.curve_frame import curve_frame
from optexplorer.painting.figure import (
    OF_LANDSCAPE,
    Figure,
    FigurePart,
    figure_frame,
    paint_surroundings,
    part_style,
)
from optexplorer.painting.fit_layers import FitLayers
from optexplorer.painting.layer_images import new_layer, painter_on
from optexplorer.painting.layers import (
    AbsenceLayers,
    ChartLayers,
    CurveLayers,
    Layers,
    MapLayers,
    NetworkLayers,
    SurfaceLayers,
)
from optexplorer.painting.map_frame import map_frame
from optexplorer.painting.style import Style
from optexplorer.scene.scene import Scene


class Animation:
    """Paints scenes that differ in nothing but playhead and camera.

    Parameters
    ----------
    scene : any of them
    width, height : of the frames, in pixels
    """

    def __init__(self, figure: Figure, scene: Scene, width: int, height: int, style: Style) -> None:
        outer = QRectF(0, 0, width, height)
        frame = figure_frame(outer, figure, scene, style)
        self._places = frame.panels
        self._style = style
        self._surroundings = new_layer(outer, style)
        with painter_on(self._surroundings, QPointF()) as painter:
            paint_surroundings(painter, frame, figure, scene, style)
        of_parts = part_style(figure, style)
        self._panels: list[Layers] = [
            AbsenceLayers(place, style)
            if part in OF_LANDSCAPE and scene.samples is None
            else _LAYERS[part](place, scene, of_parts)
            for part, place in frame.panels
        ]

    def frame(self, scene: Scene) -> QImage:
        """Return the picture of `scene`: an image of its own, four bytes to the pixel.

        Opaque, unless the style is transparent.
        """
        image = self._surroundings.copy()
        with painter_on(image, QPointF()) as painter:
            for panel in self._panels:
                panel.paint(painter, scene)
        return image

    def leave_out(self, scene: Scene) -> None:
        """Go on as if `scene`, whose camera is that of neither neighbour, had been painted."""
        for k, (panel, (_, place)) in enumerate(zip(self._panels, self._places, strict=True)):
            if isinstance(panel, MapLayers):
                panel.advance(scene)
            elif isinstance(panel, SurfaceLayers):
                # Nothing of it serves another camera.
                self._panels[k] = SurfaceLayers(place, self._style)


def _map_layers(rect: QRectF, scene: Scene, style: Style) -> MapLayers:
    return MapLayers.of(map_frame(rect, scene, style), scene, style)


def _curve_layers(rect: QRectF, scene: Scene, style: Style) -> CurveLayers:
    return CurveLayers(curve_frame(rect, scene, style), scene, style)


def _surface_layers(rect: QRectF, scene: Scene, style: Style) -> SurfaceLayers:
    return SurfaceLayers(rect, style)


def _network_layers(rect: QRectF, scene: Scene, style: Style) -> NetworkLayers:
    return NetworkLayers(rect, style)


def _fit_layers(rect: QRectF, scene: Scene, style: Style) -> FitLayers:
    return FitLayers(rect, style)


_LAYERS: dict[FigurePart, Callable[[QRectF, Scene, Style], Layers]] = {
    "map": _map_layers,
    "loss": ChartLayers,
    "surface": _surface_layers,
    "curve": _curve_layers,
    "network": _network_layers,
    "fit": _fit_layers,
}
