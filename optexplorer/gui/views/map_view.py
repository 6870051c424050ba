"""The contour map in the window."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from optexplorer.export.axes import LOSS
from optexplorer.export.map_frame import MapFrame, Window, map_frame
from optexplorer.export.map_painter import paint_axes, paint_fills, paint_heads, paint_minima
from optexplorer.export.moving_map import MovingMap
from optexplorer.export.plate import paint_plate
from optexplorer.gui.views.layered import LayeredView
from optexplorer.scene.fog import seen_at
from optexplorer.scene.scene import Scene
from optexplorer.scene.ticks import tick_label

ZOOM = 0.82
"""What one notch of the wheel makes of the window's sides."""
NEAREST, FARTHEST = 1e-7, 8.0
"""The smallest and the largest window, as parts of the domain's sides."""
NUDGE = 0.01
"""How far an arrow key moves the start, as a part of the window."""

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class MapView(LayeredView):
    """Shows the map of a scene; says where the person puts the start and which part they want to see.

    While the relief of a newly chosen part is still being computed, the old picture stands in for it.
    """

    startDragged = Signal(float, float)
    """Where the start is to be, while it is being dragged or on a click."""
    startReleased = Signal()
    hovered = Signal(object)
    """The point under the cursor and its loss, (x, y, loss), or None."""
    windowChosen = Signal(object)
    """The part of the plane to show, (x low, x high, y low, y high); None for the whole domain."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: MapFrame | None = None
        self._fills: QPixmap | None = None
        self._fills_frame: MapFrame | None = None
        self._moving: MovingMap | None = None
        self._keys: tuple[Any, Any] = (None, None)
        self._cursor: QPointF | None = None
        self._dragging = False
        self._pressed: QPointF | None = None
        self._start_before: tuple[float, ...] = ()
        self._panned: tuple[QPointF, MapFrame] | None = None
        self.setMinimumSize(160, 140)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Contour map"))
        keys = self.tr(
            "Click or drag: start point\nWheel: zoom\nShift+drag: move the map\nDouble-click: whole map\n"
            "Alt+arrow keys: move the start"
        )
        self.setAccessibleDescription(keys)
        self.setToolTip(keys)

    @property
    def frame(self) -> MapFrame | None:
        """Where everything lies in the view; None before anything has been painted."""
        return self._frame

    # Painting

    def _target(self, scene: Scene) -> Window:
        """The window that the person wants to see; the relief follows it as soon as it is computed."""
        (x0, x1), (y0, y1) = scene.relief.landscape.domain[:2]
        return scene.view.window or (x0, x1, y0, y1)

    def _frame_of(self, scene: Scene) -> MapFrame:
        key = (scene.relief, self._target(scene), self._style, self.size(), self.devicePixelRatioF())
        if self._frame is None or self._keys[0] != key:
            self._frame = map_frame(QRectF(self.rect()), scene, self._style, self._target(scene))
            self._keys = (key, None)
        return self._frame

    def refresh_layers(self, scene: Scene) -> None:
        frame = self._frame_of(scene)
        key = (scene.view.colour_map, scene.view.minima)
        if self._keys[1] != key or self._moving is None:
            ground = self._painted_ground(frame, scene).toImage()
            self._moving = MovingMap(ground, frame, self._style)
            self._keys = (self._keys[0], key)
        self._moving.advance(scene)

    def _painted_ground(self, frame: MapFrame, scene: Scene) -> QPixmap:
        ground = self.new_layer()
        with QPainter(ground) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(self._style.theme.canvas))
            if scene.relief.window == frame.window:
                paint_fills(painter, frame, scene, self._style)
                self._fills, self._fills_frame = ground.copy(), frame
            elif self._fills is not None and self._fills_frame is not None:
                self._paint_stand_in(painter, frame, self._fills, self._fills_frame)
            paint_axes(painter, frame, scene, self._style)
            if scene.view.minima:
                paint_minima(painter, frame, scene, self._style)
        return ground

    def _paint_stand_in(self, painter: QPainter, frame: MapFrame, fills: QPixmap, drawn: MapFrame) -> None:
        """Stretch the last ground to where it lies in `frame`."""
        x0, x1, y0, y1 = drawn.window
        place = QRectF(frame.to_pixel((x0, y1)), frame.to_pixel((x1, y0)))
        ratio = fills.devicePixelRatio()
        plot = QRectF(drawn.plot.topLeft() * ratio, drawn.plot.size() * ratio)
        painter.save()
        painter.setClipRect(frame.plot)
        painter.fillRect(frame.plot, QColor(self._style.theme.grid))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, fills, plot)
        painter.restore()

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        assert self._moving is not None
        frame = self._frame_of(scene)
        painter.drawImage(0, 0, self._moving.picture)
        paint_heads(painter, frame, scene, self._style)
        point = self._point_under_cursor()
        if point is not None:
            paint_plate(painter, frame.plot, self._readout(frame, scene, point), self._style)

    # The cursor

    def _point_under_cursor(self) -> tuple[float, float, float] | None:
        """The point under the cursor and its loss, or None where there is no map."""
        if self._cursor is None or self._scene is None or self._frame is None:
            return None
        if not self._frame.plot.contains(self._cursor):
            return None
        x, y = self._frame.to_data(self._cursor)
        with np.errstate(all="ignore"):
            loss = float(self._scene.relief.landscape.value(np.array([x, y])))
        return x, y, loss

    def _readout(
        self, frame: MapFrame, scene: Scene, point: tuple[float, float, float]
    ) -> list[tuple[str, str]]:
        x, y, loss = point
        if not seen_at(scene.ground, scene.seen, (x, y)):
            loss = math.nan
        theme = self._style.theme
        size = (frame.window[1] - frame.window[0]) / frame.plot.width()
        decimals = max(0, -math.floor(math.log10(size)))
        names = scene.relief.landscape.variables
        parts = []
        for name, text in (
            (names[0], f"{x:.{decimals}f}".replace("-", "−")),
            (names[1], f"{y:.{decimals}f}".replace("-", "−")),
            (self._style.words(LOSS), tick_label(float(f"{loss:.4g}")) if math.isfinite(loss) else "—"),
        ):
            parts += [(f"{name} {text}", theme.text)]
        return parts

    def _move_cursor(self, place: QPointF | None) -> None:
        self._cursor = place
        point = self._point_under_cursor()
        self.hovered.emit(point)
        inside = point is not None
        self.setCursor(Qt.CursorShape.CrossCursor if inside else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._move_cursor(None)
        super().leaveEvent(event)

    # The start

    def _drag_start(self, place: QPointF) -> None:
        if self._frame is None:
            return
        plot = self._frame.plot
        inside = QPointF(
            min(max(place.x(), plot.left()), plot.right()), min(max(place.y(), plot.top()), plot.bottom())
        )
        self.startDragged.emit(*self._frame.to_data(inside))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        scene, frame, place = self._scene, self._frame, event.position()
        if scene is None or frame is None or not frame.plot.contains(place):
            super().mousePressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() == Qt.MouseButton.LeftButton and not shift:
            self._dragging, self._pressed, self._start_before = True, place, scene.start
            self._drag_start(place)
        elif event.button() in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.MiddleButton,
            Qt.MouseButton.RightButton,
        ):
            self._panned = (place, frame)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._panned is not None:
            self._pan(place)
            return
        far = self._pressed is None or (
            (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        )
        if self._dragging and far:
            self._pressed = None
            self._drag_start(place)
        self._move_cursor(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.startReleased.emit()
        self._dragging, self._pressed, self._panned = False, None, None
        self._move_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._scene is None or self._frame is None or not self._frame.plot.contains(event.position()):
            return
        if event.button() == Qt.MouseButton.LeftButton and len(self._start_before) == 2:
            # The first click of the two has moved the start.
            self.startDragged.emit(*self._start_before)
            self.startReleased.emit()
        self.windowChosen.emit(None)

    # The part that is seen

    def _pan(self, place: QPointF) -> None:
        assert self._panned is not None
        begin, frame = self._panned
        (ax, ay), (bx, by) = frame.to_data(begin), frame.to_data(place)
        x0, x1, y0, y1 = frame.window
        self._choose((x0 + ax - bx, x1 + ax - bx, y0 + ay - by, y1 + ay - by))

    def wheelEvent(self, event: QWheelEvent) -> None:
        scene, frame, place = self._scene, self._frame, event.position()
        if scene is None or frame is None or not frame.plot.contains(place) or not event.angleDelta().y():
            super().wheelEvent(event)
            return
        event.accept()
        x, y = frame.to_data(place)
        x0, x1, y0, y1 = self._target(scene)
        (low, high), _ = scene.relief.landscape.domain[:2]
        part = (x1 - x0) / (high - low)
        factor = min(max(ZOOM ** (event.angleDelta().y() / 120), NEAREST / part), FARTHEST / part)
        self._choose(
            (x + (x0 - x) * factor, x + (x1 - x) * factor, y + (y0 - y) * factor, y + (y1 - y) * factor)
        )

    def _choose(self, window: Window) -> None:
        if all(map(math.isfinite, window)) and window[0] < window[1] and window[2] < window[3]:
            self.windowChosen.emit(window)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _ARROWS.get(Qt.Key(event.key()))
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if way is None or not alt or self._scene is None or len(self._scene.start) != 2:
            super().keyPressEvent(event)
            return
        x0, x1, y0, y1 = self._target(self._scene)
        x, y = self._scene.start
        self.startDragged.emit(x + way[0] * NUDGE * (x1 - x0), y + way[1] * NUDGE * (y1 - y0))
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ARROWS and not event.isAutoRepeat():
            self.startReleased.emit()
        super().keyReleaseEvent(event)
