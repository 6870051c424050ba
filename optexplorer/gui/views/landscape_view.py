"""Base class of map and curve: dragging the start, panning and zooming."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from optexplorer.gui.views.layered_view import LayeredView
from optexplorer.painting.absence_painter import paint_absence
from optexplorer.scene.scene import Scene

ZOOM = 0.82
"""What one notch of the wheel makes of the part that is seen."""
NEAREST, FARTHEST = 1e-7, 8.0
"""The smallest and the largest part that is seen, in parts of the domain."""
NUDGE = 0.01
"""How far an arrow key moves the start, in parts of what is seen."""

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class LandscapeView(LayeredView):
    """Turns mouse and keys into what is asked for; how a place becomes a point is the business of its kinds.

    A kind has a `_frame`, which knows where everything lies: its `plot` is the part that shows the landscape. None before anything has been
    painted.
    """

    startReleased = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Any = None
        self._cursor: QPointF | None = None
        self._dragging = False
        self._pressed: QPointF | None = None
        self._start_before: tuple[float, ...] = ()
        self._panned: tuple[QPointF, Any] | None = None
        self.setMinimumSize(160, 140)

    def paint_scene(self, painter: QPainter, scene: Scene) -> None:
        if scene.samples is not None:
            super().paint_scene(painter, scene)
            return
        self._frame = None
        painter.fillRect(self.rect(), QColor(self._style.theme.canvas))
        paint_absence(painter, QRectF(self.rect()), scene, self._style)

    def forget(self) -> None:
        """Give the scene and its layers back, which take megabytes, until a scene is shown again."""
        self._scene = self._unpaintable = self._frame = None
        self.forget_layers()
        self.update()

    def end_drag(self) -> None:
        """Take further movements of a mouse button that is held for nothing: what it was pressed on has gone."""
        self._dragging, self._pressed, self._panned = False, None, None

    # What its kinds say

    def forget_layers(self) -> None:
        """Give the layers back; they are painted anew when they are needed."""
        raise NotImplementedError

    def point_at(self, place: QPointF) -> tuple[float, ...]:
        """Return the point of the landscape at a place of the plot."""
        raise NotImplementedError

    def ask_start(self, point: tuple[float, ...]) -> None:
        """Emit that the start is to be at `point`."""
        raise NotImplementedError

    def ask_whole(self) -> None:
        """Emit that the whole domain is to be shown."""
        raise NotImplementedError

    def pan(self, begin: QPointF, frame: Any, place: QPointF) -> None:
        """Emit the window in which what was at `begin` in `frame` is at `place`."""
        raise NotImplementedError

    def zoom(self, scene: Scene, place: QPointF, factor: float) -> None:
        """Emit the window scaled by `factor` around `place`, within the limits."""
        raise NotImplementedError

    def nudged(self, scene: Scene, right: int, up: int) -> tuple[float, ...] | None:
        """Return where an arrow key puts the start; None if it does nothing."""
        raise NotImplementedError

    # The mouse

    def _in_plot(self, place: QPointF) -> bool:
        return self._scene is not None and self._frame is not None and self._frame.plot.contains(place)

    def _drag_start(self, place: QPointF) -> None:
        if self._frame is None:
            return
        plot: QRectF = self._frame.plot
        x = min(max(place.x(), plot.left()), plot.right())
        y = min(max(place.y(), plot.top()), plot.bottom())
        self.ask_start(self.point_at(QPointF(x, y)))

    def move_cursor(self, place: QPointF | None) -> None:
        """Store the position of the mouse; None if it has left."""
        self._cursor = place
        inside = place is not None and self._in_plot(place)
        self.setCursor(Qt.CursorShape.CrossCursor if inside else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.move_cursor(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._scene is None or not self._in_plot(place):
            super().mousePressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() == Qt.MouseButton.LeftButton and not shift:
            self._dragging, self._pressed, self._start_before = True, place, self._scene.place_of_start
            self._drag_start(place)
        elif event.button() in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.MiddleButton,
            Qt.MouseButton.RightButton,
        ):
            self._panned = (place, self._frame)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._panned is not None:
            self.pan(*self._panned, place)
            return
        far = self._pressed is None or (
            (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        )
        if self._dragging and far:
            self._pressed = None
            # The picture of paths from there shows the cursor too: to paint it now would only hold them up.
            self._cursor = place
            self._drag_start(place)
        else:
            self.move_cursor(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.startReleased.emit()
        self._dragging, self._pressed, self._panned = False, None, None
        self.move_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._scene is None or not self._in_plot(event.position()):
            return
        left = event.button() == Qt.MouseButton.LeftButton
        if left and len(self._start_before) == len(self._scene.place_of_start):
            # The first click of the two has moved the start.
            self.ask_start(self._start_before)
            self.startReleased.emit()
        self.ask_whole()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if self._scene is None or not notches or not self._in_plot(event.position()):
            super().wheelEvent(event)
            return
        event.accept()
        self.zoom(self._scene, event.position(), ZOOM**notches)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = _ARROWS.get(Qt.Key(event.key()))
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        point = self.nudged(self._scene, *arrow) if arrow and alt and self._scene is not None else None
        if point is None:
            super().keyPressEvent(event)
            return
        self.ask_start(point)
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ARROWS and not event.isAutoRepeat():
            self.startReleased.emit()
        super().keyReleaseEvent(event)


def within_limits(factor: float, part: float) -> float:
    """Return by how much what is seen, which is `part` of the domain, may become `factor` times as much."""
    return min(max(factor, NEAREST / part), FARTHEST / part)
