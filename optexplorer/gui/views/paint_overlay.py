"""The brush over the map: shows its circle and emits its strokes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from optexplorer.gui.views.map_view import MapView
from optexplorer.painting.style import pen

SIGN = 5.0
"""Half the length of the strokes of the plus or minus in the middle."""


class PaintOverlay(QWidget):
    """Lies over a map while it is painted on; the wheel and the middle button still reach the map."""

    strokeBegan = Signal(float, float, bool)
    """The point of the plane where the brush is put down, and whether it is to do the opposite."""
    strokeMoved = Signal(float, float, bool)
    strokeEnded = Signal()

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view = view
        self._radii = (0.0, 0.0)
        self._sign: int | None = None
        self._cursor: QPointF | None = None
        self._button = Qt.MouseButton.NoButton
        self._inverted = False
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        view.installEventFilter(self)

    def show_brush(self, radii: tuple[float, float], sign: int | None) -> None:
        """Show a brush with these half axes in the plane; `sign` 1 raises, −1 lowers, None does neither."""
        self._radii, self._sign = radii, sign
        self.update()

    def set_active(self, active: bool) -> None:
        """Switch the brush on, or pass mouse events to the map."""
        if active:
            self.setGeometry(self._view.rect())
            self.show()
            self.raise_()
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._end()
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        return super().eventFilter(watched, event)

    def _inside(self, place: QPointF) -> bool:
        frame = self._view.frame
        return frame is not None and frame.plot.contains(place)

    def _point(self, place: QPointF) -> tuple[float, float]:
        frame = self._view.frame
        assert frame is not None
        return frame.to_data(place)

    def _inverts(self, event: QMouseEvent) -> bool:
        return self._button == Qt.MouseButton.RightButton or bool(
            event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        brushes = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if self._button != Qt.MouseButton.NoButton or event.button() not in brushes:
            event.ignore()
            return
        if self._inside(event.position()):
            self._button = event.button()
            self._inverted = self._inverts(event)
            self.strokeBegan.emit(*self._point(event.position()), self._inverted)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        # The map says what lies under the cursor, during a stroke too.
        self._view.move_cursor(self._cursor)
        self.setCursor(Qt.CursorShape.CrossCursor)
        if self._button != Qt.MouseButton.NoButton and self._view.frame is not None:
            self._inverted = self._inverts(event)
            self.strokeMoved.emit(*self._point(event.position()), self._inverted)
        else:
            self._inverted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            event.ignore()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == self._button:
            self._end()
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The second of two quick dabs.
        self.mousePressEvent(event)

    def _end(self) -> None:
        if self._button != Qt.MouseButton.NoButton:
            self._button, self._inverted = Qt.MouseButton.NoButton, False
            self.strokeEnded.emit()
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self._view.move_cursor(None)
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        frame, cursor = self._view.frame, self._cursor
        if frame is None or cursor is None or not frame.plot.contains(cursor):
            return
        half = QPointF(
            self._radii[0] * abs(frame.transform.m11()), self._radii[1] * abs(frame.transform.m22())
        )
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(frame.plot)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for ink, width in (("#FFFFFF", 3.5), ("#1B2430", 1.5)):
                painter.setPen(pen(ink, width))
                painter.drawEllipse(cursor, half.x(), half.y())
                if self._sign is not None:
                    across, up = QPointF(SIGN, 0), QPointF(0, SIGN)
                    painter.drawLine(cursor - across, cursor + across)
                    if (self._sign > 0) != self._inverted:
                        painter.drawLine(cursor - up, cursor + up)
