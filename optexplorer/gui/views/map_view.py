"""The contour map in the window."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from optexplorer.gui.views.landscape_view import NUDGE, LandscapeView, within_limits
from optexplorer.painting.axes import LOSS
from optexplorer.painting.basin_painter import paint_basins_on_map
from optexplorer.painting.layer_images import new_layer, painter_on
from optexplorer.painting.layers import MapLayers
from optexplorer.painting.map_frame import MapFrame, Window, map_frame
from optexplorer.painting.map_painter import paint_axes, paint_bands, paint_fills, paint_lines, paint_marks
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_preview import PathPreview, paint_preview
from optexplorer.painting.value_box import paint_value_box
from optexplorer.scene.fog import seen_at
from optexplorer.scene.geometry.ticks import reading
from optexplorer.scene.scene import Scene


class MapView(LandscapeView):
    """Shows the map of a scene; signals where the user puts the start and which window they want to see.

    While the samples of a newly chosen part are still being computed, the old picture stands in for it.
    """

    startDragged = Signal(float, float)
    """Where the start is to be, while it is being dragged or on a click."""
    hovered = Signal(object)
    """The point under the cursor and its loss, (x, y, loss), or None."""
    windowChosen = Signal(object)
    """The part of the plane to show, (x low, x high, y low, y high); None for the whole domain."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fills: QImage | None = None
        self._fills_frame: MapFrame | None = None
        self._layers: MapLayers | None = None
        self._keys: tuple[Any, Any] = (None, None)
        self._still: tuple[Any, QImage, QImage] = (None, QImage(), QImage())
        """What heights and contour lines depend on, and their pictures, while basins are painted between them."""
        self._preview: PathPreview | None = None
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Contour map"))
        keys = self.tr(
            "Click or drag: start point\nWheel: zoom\nShift+drag: move the map\nDouble-click: whole map\n"
            "Alt+arrow keys: move the start"
        )
        self.setAccessibleDescription(keys)
        self.setToolTip(keys)

    def show_preview(self, preview: PathPreview | None) -> None:
        """Show the path that starts at the cursor; None for none."""
        self._preview = preview
        self.update()

    @property
    def frame(self) -> MapFrame | None:
        """The layout of the view; None before anything has been painted."""
        frame: MapFrame | None = self._frame
        return frame

    # Painting

    def _target(self, scene: Scene) -> Window:
        """The window that the user wants to see; the samples follow as soon as they are computed."""
        (x0, x1), (y0, y1) = scene.surface.landscape.domain
        return scene.view.window or (x0, x1, y0, y1)

    def _frame_of(self, scene: Scene) -> MapFrame:
        # The room for its legend depends on the minima, which most maps of a landscape share.
        legend = None if scene.basins is None else len(scene.basins.map.minima)
        key = (scene.surface, self._target(scene), self._style, self.size(), self.devicePixelRatioF(), legend)
        if self._frame is None or self._keys[0] != key:
            self._frame = map_frame(QRectF(self.rect()), scene, self._style, self._target(scene))
            self._keys = (key, None)
        frame: MapFrame = self._frame
        return frame

    def forget_layers(self) -> None:
        self._layers = self._fills = self._fills_frame = None
        self._keys = (None, None)
        self._still = (None, QImage(), QImage())

    def refresh_layers(self, scene: Scene) -> None:
        frame = self._frame_of(scene)
        key = (scene.appearance.colour_map, scene.appearance.minima, scene.basin_key)
        if self._keys[1] != key or self._layers is None:
            self._layers = MapLayers(frame, self._background(frame, scene), self._style)
            self._keys = (self._keys[0], key)

    def _background(self, frame: MapFrame, scene: Scene) -> QImage:
        background = new_layer(QRectF(self.rect()), self._style, self.devicePixelRatioF())
        with painter_on(background, QPointF()) as painter:
            if scene.surface.window == frame.window:
                self._paint_fills(painter, frame, scene)
                self._fills, self._fills_frame = background.copy(), frame
            elif self._fills is not None and self._fills_frame is not None:
                self._paint_stand_in(painter, frame, self._fills, self._fills_frame)
            paint_axes(painter, frame, scene, self._style)
            paint_marks(painter, frame, scene, self._style)
        return background

    def _paint_fills(self, painter: QPainter, frame: MapFrame, scene: Scene) -> None:
        """Paint heights, basins and contour lines; under one basin map after the other, the rest is painted once."""
        if scene.basins is None:
            self._still = (None, QImage(), QImage())
            paint_fills(painter, frame, scene, self._style)
            return
        key = (frame, scene.surface, scene.appearance.colour_map)
        if key != self._still[0]:
            layers = []
            for paint, style in (
                (paint_bands, self._style),
                (paint_lines, replace(self._style, transparent=True)),
            ):
                layer = new_layer(QRectF(self.rect()), style, self.devicePixelRatioF())
                with painter_on(layer, QPointF()) as layer_painter:
                    paint(layer_painter, frame, scene, self._style)
                layers.append(layer)
            self._still = (key, layers[0], layers[1])
        painter.drawImage(QPointF(), self._still[1])
        paint_basins_on_map(painter, frame, scene, self._style)
        painter.drawImage(QPointF(), self._still[2])

    def _paint_stand_in(self, painter: QPainter, frame: MapFrame, fills: QImage, drawn: MapFrame) -> None:
        """Stretch the last fills to where it lies in `frame`."""
        x0, x1, y0, y1 = drawn.window
        place = QRectF(frame.to_pixel((x0, y1)), frame.to_pixel((x1, y0)))
        ratio = fills.devicePixelRatio()
        plot = QRectF(drawn.plot.topLeft() * ratio, drawn.plot.size() * ratio)
        with saved(painter):
            painter.setClipRect(frame.plot)
            painter.fillRect(frame.plot, QColor(self._style.theme.grid))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, fills, plot)

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        assert self._layers is not None
        frame = self._frame_of(scene)
        self._layers.paint(painter, scene)
        if self._preview is not None and self._cursor is not None and not self._dragging:
            paint_preview(painter, frame, self._preview, self._style)
        point = self._point_under_cursor()
        if point is not None:
            paint_value_box(painter, frame.plot, self._readout(frame, scene, point), self._style)

    # The cursor

    def _point_under_cursor(self) -> tuple[float, float, float] | None:
        """The point under the cursor and its loss, or None where there is no map."""
        if self._cursor is None or self._scene is None or self._frame is None:
            return None
        if not self._frame.plot.contains(self._cursor):
            return None
        x, y = self._frame.to_data(self._cursor)
        with np.errstate(all="ignore"):
            loss = float(self._scene.surface.landscape.value(np.array([x, y])))
        return x, y, loss

    def _readout(
        self, frame: MapFrame, scene: Scene, point: tuple[float, float, float]
    ) -> list[tuple[str, str]]:
        x, y, loss = point
        if not seen_at(scene.samples, scene.seen, (x, y)):
            loss = math.nan
        theme = self._style.theme
        size = (frame.window[1] - frame.window[0]) / frame.plot.width()
        decimals = max(0, -math.floor(math.log10(size)))
        names = scene.surface.landscape.variables
        parts = []
        for name, text in (
            (names[0], f"{x:.{decimals}f}".replace("-", "−")),
            (names[1], f"{y:.{decimals}f}".replace("-", "−")),
            (
                self._style.words(LOSS),
                reading(loss, scene.surface.scale.resolution(loss)) if math.isfinite(loss) else "—",
            ),
        ):
            parts += [(f"{name} {text}", theme.text)]
        outcome = None if scene.basins is None else scene.basins.outcome_at((x, y))
        if outcome is not None:
            parts.append((self._style.words(outcome), theme.text))
        return parts

    def move_cursor(self, place: QPointF | None) -> None:
        super().move_cursor(place)
        self.hovered.emit(self._point_under_cursor())

    # What is asked for

    def point_at(self, place: QPointF) -> tuple[float, ...]:
        point: tuple[float, float] = self._frame.to_data(place)
        return point

    def ask_start(self, point: tuple[float, ...]) -> None:
        self.startDragged.emit(*point)

    def ask_whole(self) -> None:
        self.windowChosen.emit(None)

    def pan(self, begin: QPointF, frame: MapFrame, place: QPointF) -> None:
        (ax, ay), (bx, by) = frame.to_data(begin), frame.to_data(place)
        x0, x1, y0, y1 = frame.window
        self._choose((x0 + ax - bx, x1 + ax - bx, y0 + ay - by, y1 + ay - by))

    def zoom(self, scene: Scene, place: QPointF, factor: float) -> None:
        x, y = self.point_at(place)
        x0, x1, y0, y1 = self._target(scene)
        low, high = scene.surface.landscape.domain[0]
        factor = within_limits(factor, (x1 - x0) / (high - low))
        self._choose(
            (x + (x0 - x) * factor, x + (x1 - x) * factor, y + (y0 - y) * factor, y + (y1 - y) * factor)
        )

    def nudged(self, scene: Scene, right: int, up: int) -> tuple[float, ...] | None:
        x0, x1, y0, y1 = self._target(scene)
        x, y = scene.place_of_start
        return x + right * NUDGE * (x1 - x0), y + up * NUDGE * (y1 - y0)

    def _choose(self, window: Window) -> None:
        if all(map(math.isfinite, window)) and window[0] < window[1] and window[2] < window[3]:
            self.windowChosen.emit(window)
