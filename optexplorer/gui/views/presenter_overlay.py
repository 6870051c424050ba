"""The overlay for presenting: spotlight, pen strokes, black screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QBrush,
    QColor,
    QCursor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QRadialGradient,
    QTabletEvent,
)
from PySide6.QtWidgets import QWidget

from optexplorer.gui.desktop.retranslating import Retranslating

SPOT = 26.0
"""Radius of the spot of light, in pixels."""
FRAME = 16
"""Milliseconds between two looks at where the mouse is."""
PEN = 4.0
INK, LIGHT = "#E4572E", "#FF2D2D"


class PresenterOverlay(Retranslating, QWidget):
    """Covers another widget; mouse events pass through except while the pen is on."""

    def __init__(self, below: QWidget) -> None:
        super().__init__(below)
        self._below = below
        self.laser = self.pen = self.black = False
        self._strokes: list[QPolygonF] = []
        self._drawing = False
        self._at = QPointF(-1e4, -1e4)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._on_timeout)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.retranslate()
        below.installEventFilter(self)
        self._arrange()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Pointer and pen"))

    @property
    def strokes(self) -> int:
        """How many strokes have been drawn."""
        return len(self._strokes)

    def show_laser(self, on: bool) -> None:
        """Show or hide a spotlight that follows the mouse."""
        self.laser = on
        if on:
            self._timer.start()
        else:
            self._timer.stop()
        self._arrange()

    def set_pen(self, on: bool) -> None:
        """Draw with the mouse, or a stylus, instead of operating what lies below."""
        self.pen = on
        self._arrange()

    def show_black(self, on: bool) -> None:
        """Show or hide a black screen."""
        self.black = on
        self._arrange()

    def wipe(self) -> None:
        """Remove all strokes."""
        self._strokes.clear()
        self._arrange()

    def clear(self) -> None:
        """Remove strokes, spotlight and black screen."""
        self._strokes.clear()
        self.pen = self.black = False
        self.show_laser(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self._arrange()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        self.setGeometry(self._below.rect())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not (self.pen or self.black))
        shape = Qt.CursorShape.CrossCursor if self.pen else Qt.CursorShape.BlankCursor
        if self.laser or self.pen or self.black:
            self.setCursor(shape)
        else:
            self.unsetCursor()
        self.setVisible(self.laser or self.pen or self.black or bool(self._strokes))
        self.raise_()
        self.update()

    def _on_timeout(self) -> None:
        at = QPointF(self.mapFromGlobal(QCursor.pos()))
        if at != self._at:
            for place in (self._at, at):
                self.update(QRectF(place.x() - SPOT, place.y() - SPOT, 2 * SPOT, 2 * SPOT).toAlignedRect())
            self._at = at

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self.black:
                painter.fillRect(self.rect(), QColor("#000000"))
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for ink, width in (("#FFFFFF", PEN + 2.5), (INK, PEN)):
                cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
                painter.setPen(QPen(QColor(ink), width, Qt.PenStyle.SolidLine, cap, join))
                for stroke in self._strokes:
                    painter.drawPolyline(stroke)
            if self.laser:
                glow = QRadialGradient(self._at, SPOT)
                for place, alpha in ((0.0, 1.0), (0.28, 0.95), (0.36, 0.45), (1.0, 0.0)):
                    colour = QColor(LIGHT)
                    colour.setAlphaF(alpha)
                    glow.setColorAt(place, colour)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QBrush(glow))
                painter.drawEllipse(self._at, SPOT, SPOT)

    # The pen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.pen and event.button() == Qt.MouseButton.LeftButton:
            self._begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._draw(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drawing = False

    def tabletEvent(self, event: QTabletEvent) -> None:
        if not self.pen:
            event.ignore()
        elif event.type() == QEvent.Type.TabletPress:
            self._begin(event.position())
        elif event.type() == QEvent.Type.TabletMove:
            self._draw(event.position())
        else:
            self._drawing = False

    def _begin(self, at: QPointF) -> None:
        self._drawing = True
        # A point alone is a line of no length, which is drawn as a dot.
        self._strokes.append(QPolygonF([at, at]))
        self.update()

    def _draw(self, at: QPointF) -> None:
        if self._drawing:
            self._strokes[-1].append(at)
            self.update()
