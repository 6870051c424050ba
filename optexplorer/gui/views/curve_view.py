"""The loss curve of one coordinate in the window."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from optexplorer.export.axes import LOSS
from optexplorer.export.curve_frame import CurveFrame, curve_frame
from optexplorer.export.curve_painter import paint_ground, paint_heads, slope_at, slope_words
from optexplorer.export.hops import old_blocks, paint_old_hops, paint_recent_hops, settled
from optexplorer.export.plate import paint_plate
from optexplorer.export.style import colour, pen
from optexplorer.gui.views.layered import LayeredView
from optexplorer.scene.fog import seen_at
from optexplorer.scene.profile import Interval
from optexplorer.scene.scene import Scene
from optexplorer.scene.ticks import tick_label

ZOOM = 0.82
"""What one notch of the wheel makes of the interval."""
NEAREST, FARTHEST = 1e-7, 8.0
"""The smallest and the largest interval, as parts of the domain."""
NUDGE = 0.01
"""How far an arrow key moves the start, as a part of the interval."""
BELOW = 28.0
"""How far the read-out gives way to a plate above it, in units of the style."""
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class CurveView(LayeredView):
    """Shows the curve of a scene; says where the person puts the start and which part they want to see."""

    startDragged = Signal(float)
    """Where the start is to be, while it is being dragged or on a click."""
    startReleased = Signal()
    intervalChosen = Signal(object)
    """The part of the line to show, (low, high); None for the whole domain."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: CurveFrame | None = None
        self._ground: QPixmap | None = None
        self._settled: QPixmap | None = None
        self._shown: Scene | None = None
        self._keys: tuple[Any, Any] = (None, None)
        self._cursor: QPointF | None = None
        self._dragging = False
        self._pressed: QPointF | None = None
        self._start_before: float | None = None
        self._panned: tuple[QPointF, CurveFrame] | None = None
        self.setMinimumSize(160, 140)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Loss curve"))
        keys = self.tr(
            "Click or drag: start point\nWheel: zoom\nShift+drag: move the curve\nDouble-click: whole curve\n"
            "Alt+arrow keys: move the start"
        )
        self.setAccessibleDescription(keys)
        self.setToolTip(keys)

    # Painting

    def _target(self, scene: Scene) -> Interval:
        """The part that the person wants to see; the profile follows it as soon as it is computed."""
        return scene.view.interval or scene.landscape.domain[0]

    def _frame_of(self, scene: Scene) -> CurveFrame:
        key = (scene.profile, self._target(scene), self._style, self.size(), self.devicePixelRatioF())
        if self._frame is None or self._keys[0] != key:
            self._frame = curve_frame(QRectF(self.rect()), scene, self._style, self._target(scene))
            self._keys = (key, None)
        return self._frame

    def refresh_layers(self, scene: Scene) -> None:
        frame = self._frame_of(scene)
        key = (scene.view.colour_map, scene.view.minima)
        if self._keys[1] != key or self._ground is None:
            self._ground = self.new_layer()
            with QPainter(self._ground) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_ground(painter, frame, scene, self._style)
            self._shown = None
            self._keys = (self._keys[0], key)
        if self._shown is not scene:
            self._advance(frame, scene)
            self._shown = scene

    def _advance(self, frame: CurveFrame, scene: Scene) -> None:
        """Bring the old hops from the scene that is shown to another."""
        assert self._ground is not None
        before, first = self._shown, 0
        if before is not None and self._settled is not None and settled(before, scene):
            first = old_blocks(before.playhead)
        else:
            self._settled = self._ground.copy()
        if first < old_blocks(scene.playhead):
            with QPainter(self._settled) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_old_hops(painter, frame, scene, self._style, first)

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        assert self._settled is not None
        frame = self._frame_of(scene)
        painter.drawPixmap(0, 0, self._settled)
        paint_recent_hops(painter, frame, scene, self._style)
        paint_heads(painter, frame, scene, self._style)
        self._paint_cursor(painter, frame, scene)

    # The cursor

    def _paint_cursor(self, painter: QPainter, frame: CurveFrame, scene: Scene) -> None:
        if self._cursor is None or not frame.plot.contains(self._cursor):
            return
        theme, unit = self._style.theme, self._style.unit
        x = frame.x_at(self._cursor)
        if not seen_at(scene.ground, scene.seen, (x,)):
            return
        with np.errstate(all="ignore"):
            loss = float(scene.landscape.value(np.array([x])))
        across = self._cursor.x()
        painter.setPen(pen(theme.muted, unit, 0.6))
        painter.drawLine(QPointF(across, frame.plot.top()), QPointF(across, frame.plot.bottom()))
        at = frame.to_pixel(x, loss)
        if frame.plot.contains(at):
            painter.setPen(pen(theme.text, 1.6 * unit))
            painter.setBrush(colour(theme.canvas))
            painter.drawEllipse(at, 3.6 * unit, 3.6 * unit)
        # In the air above the curve, where no ball is hidden, below the numbers of the curvature.
        corner = frame.plot.adjusted(0, BELOW * unit if scene.view.curvature else 0, 0, 0)
        paint_plate(painter, corner, self._readout(frame, scene, x, loss), self._style, above=True)

    def _readout(self, frame: CurveFrame, scene: Scene, x: float, loss: float) -> list[tuple[str, str]]:
        size = (frame.interval[1] - frame.interval[0]) / frame.plot.width()
        decimals = max(0, -math.floor(math.log10(size)))
        place = f"{x:.{decimals}f}".replace("-", "−")
        height = tick_label(float(f"{loss:.4g}")) if math.isfinite(loss) else "—"
        parts = [f"{scene.landscape.variables[0]} {place}", f"{self._style.words(LOSS)} {height}"]
        slope = slope_at(scene, x)
        if math.isfinite(slope):
            parts.append(slope_words(slope, self._style))
        return [(part, self._style.theme.text) for part in parts]

    def _move_cursor(self, place: QPointF | None) -> None:
        self._cursor = place
        inside = place is not None and self._frame is not None and self._frame.plot.contains(place)
        self.setCursor(Qt.CursorShape.CrossCursor if inside else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._move_cursor(None)
        super().leaveEvent(event)

    # The start

    def _drag_start(self, place: QPointF) -> None:
        if self._frame is not None:
            low, high = self._frame.interval
            self.startDragged.emit(min(max(self._frame.x_at(place), low), high))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        scene, frame, place = self._scene, self._frame, event.position()
        if scene is None or frame is None or not frame.plot.contains(place):
            super().mousePressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() == Qt.MouseButton.LeftButton and not shift:
            self._dragging, self._pressed, self._start_before = True, place, scene.start[0]
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
            begin, frame = self._panned
            moved = frame.x_at(begin) - frame.x_at(place)
            self._choose((frame.interval[0] + moved, frame.interval[1] + moved))
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
        if event.button() == Qt.MouseButton.LeftButton and self._start_before is not None:
            # The first click of the two has moved the start.
            self.startDragged.emit(self._start_before)
            self.startReleased.emit()
        self.intervalChosen.emit(None)

    # The part that is seen

    def wheelEvent(self, event: QWheelEvent) -> None:
        scene, frame, place = self._scene, self._frame, event.position()
        if scene is None or frame is None or not frame.plot.contains(place) or not event.angleDelta().y():
            super().wheelEvent(event)
            return
        event.accept()
        x = frame.x_at(place)
        low, high = self._target(scene)
        first, last = scene.landscape.domain[0]
        part = (high - low) / (last - first)
        factor = min(max(ZOOM ** (event.angleDelta().y() / 120), NEAREST / part), FARTHEST / part)
        self._choose((x + (low - x) * factor, x + (high - x) * factor))

    def _choose(self, interval: Interval) -> None:
        if all(map(math.isfinite, interval)) and interval[0] < interval[1]:
            self.intervalChosen.emit(interval)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _ARROWS.get(Qt.Key(event.key()))
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if way is None or not alt or self._scene is None:
            super().keyPressEvent(event)
            return
        low, high = self._target(self._scene)
        self.startDragged.emit(self._scene.start[0] + way * NUDGE * (high - low))
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ARROWS and not event.isAutoRepeat():
            self.startReleased.emit()
        super().keyReleaseEvent(event)
