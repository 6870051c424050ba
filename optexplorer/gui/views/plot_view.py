"""The plots of a study in a window: pointing at them tells values, a click picks a place, the wheel asks to zoom."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.painting.absence_painter import paint_reason
from optexplorer.painting.plot_frame import SheetFrame
from optexplorer.painting.plot_painter import paint_sheet
from optexplorer.painting.style import colour, pen
from optexplorer.painting.value_box import paint_value_box
from optexplorer.runs.failure import failure_of, log_failure
from optexplorer.scene.plot import PlotSheet

Readout = Callable[[int, float, float], Sequence[tuple[str, str]]]
"""What a place of a plot (its number, and the values there) tells: texts with their colours."""

DRAG = 6.0
"""Pixels that the mouse moves before a press becomes a drag."""
STEP = 12.0
"""Pixels by which an arrow key moves the cursor; with Shift one."""
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PlotView(Retranslating, QWidget):
    """Shows a sheet of plots; a cursor follows the mouse, or the arrow keys while it has the keyboard."""

    picked = Signal(int, float, float)
    """A plot has been clicked: its number, and the values there."""
    zoomAsked = Signal(int, float, float, float)
    """The wheel asks a plot to show less (positive notches) or more around a place: number, notches, and values there."""
    regionChosen = Signal(int, tuple)
    """A rectangle has been drawn in a plot: its number, and (x low, y low, x high, y high)."""
    painted = Signal(float)
    """Another picture has been painted; it took so many seconds."""
    wholeAsked = Signal(int)
    """A plot has been double-clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet: PlotSheet | None = None
        self._frame: SheetFrame | None = None
        self._picture: QPixmap | None = None
        self._cursor: QPointF | None = None
        self._pressed: QPointF | None = None
        self._problem = ""
        self._focus_seen = False
        self.readout: Readout = lambda plot, x, y: ()
        """What is told of the place under the cursor."""
        self.zooms = False
        """Whether a drag draws a rectangle, which asks for a part of the plot, and the wheel zooms."""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(280, 220)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Picture"))
        self._renew()

    def restyle(self) -> None:
        self._renew()

    @property
    def sheet(self) -> PlotSheet | None:
        """What is shown; None before anything is."""
        return self._sheet

    @property
    def frame(self) -> SheetFrame | None:
        """Where the plots are; None before anything has been painted."""
        return self._frame

    def show_sheet(self, sheet: PlotSheet) -> None:
        """Show other plots."""
        self._sheet = sheet
        self._renew()

    def _renew(self) -> None:
        self._picture = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._renew()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            begin = time.perf_counter()
            self._picture = self._painted()
            self.painted.emit(time.perf_counter() - begin)
        style = window_style()
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._problem:
                words = self.tr("This cannot be drawn: {0}").format(self._problem)
                paint_reason(painter, QRectF(self.rect()), words, style)
            self._paint_cursor(painter)
            if self._focus_seen:
                painter.setPen(pen(style.theme.accent, 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _painted(self) -> QPixmap:
        """The picture without the cursor; if it cannot be painted, an empty one, and why is kept."""
        ratio, style = self.devicePixelRatioF(), window_style()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(style.theme.canvas))
        self._problem = ""
        if self._sheet is None:
            return picture
        with QPainter(picture) as painter:
            try:
                self._frame = paint_sheet(painter, QRectF(self.rect()), self._sheet, style)
            except Exception as error:  # noqa: BLE001 - reported
                failure = failure_of(error, self.accessibleName())
                log_failure(failure)
                self._problem = failure.message
                self._frame = None
        return picture

    def _paint_cursor(self, painter: QPainter) -> None:
        style, place = window_style(), self._place(self._cursor)
        if place is None or self._cursor is None or self._frame is None:
            return
        plot = self._frame.plots[place[0]].plot
        if self._pressed is not None and self._is_drag(self._cursor):
            painter.setPen(pen(style.theme.accent, 1.4))
            painter.setBrush(colour(style.theme.accent, 0.12))
            painter.drawRect(QRectF(self._pressed, self._cursor).normalized().intersected(plot))
            return
        ink = pen(style.theme.muted, 1.0, 0.7)
        painter.setPen(ink)
        painter.drawLine(QPointF(self._cursor.x(), plot.top()), QPointF(self._cursor.x(), plot.bottom()))
        painter.drawLine(QPointF(plot.left(), self._cursor.y()), QPointF(plot.right(), self._cursor.y()))
        told = self.readout(*place)
        if told:
            above = self._cursor.y() > plot.center().y()
            paint_value_box(painter, plot, told, style, above=above)

    def _place(self, at: QPointF | None) -> tuple[int, float, float] | None:
        """The plot under a pixel, and the values there."""
        if at is None or self._frame is None:
            return None
        number = self._frame.plot_at(at)
        return None if number is None else (number, *self._frame.plots[number].values(at))

    # The mouse

    def _is_drag(self, to: QPointF) -> bool:
        return self.zooms and self._pressed is not None and (to - self._pressed).manhattanLength() > DRAG

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._place(event.position()) is not None:
            self._pressed = event.position()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, frame = self._pressed, self._frame
        if pressed is None or frame is None or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        number = frame.plot_at(pressed)
        dragged = self._is_drag(event.position())
        self._pressed = None
        if number is None:
            return
        if dragged:
            plot = frame.plots[number]
            box = QRectF(pressed, event.position()).normalized().intersected(plot.plot)
            low, high = plot.values(box.bottomLeft()), plot.values(box.topRight())
            self.regionChosen.emit(number, (*low, *high))
        elif (place := self._place(event.position())) is not None:
            self.picked.emit(*place)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.zooms and (place := self._place(event.position())) is not None:
            self.wholeAsked.emit(place[0])
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches, place = event.angleDelta().y() / 120, self._place(event.position())
        if not self.zooms or place is None or not notches:
            super().wheelEvent(event)
            return
        event.accept()
        self.zoomAsked.emit(place[0], notches, place[1], place[2])

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self.update()
        super().leaveEvent(event)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS and self._frame is not None and self._frame.plots:
            self._move_cursor(*_ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (place := self._place(self._cursor)) is not None
        ):
            self.picked.emit(*place)
        elif self.zooms and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            place = self._place(self._cursor)
            if place is not None:
                self.zoomAsked.emit(place[0], -1.0 if key == Qt.Key.Key_Minus else 1.0, place[1], place[2])
        else:
            super().keyPressEvent(event)

    def _move_cursor(self, across: int, down: int, finely: bool) -> None:
        assert self._frame is not None
        plots = self._frame.plots
        if self._place(self._cursor) is None or self._cursor is None:
            self._cursor = plots[0].plot.center()
        else:
            step = 1.0 if finely else STEP
            plot = plots[self._frame.plot_at(self._cursor) or 0].plot
            moved = self._cursor + QPointF(across * step, down * step)
            inner = plot.adjusted(0.5, 0.5, -0.5, -0.5)
            self._cursor = QPointF(
                min(max(moved.x(), inner.left()), inner.right()),
                min(max(moved.y(), inner.top()), inner.bottom()),
            )
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_seen = event.reason() in _BY_KEYBOARD
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._focus_seen = False
        super().focusOutEvent(event)
        self.update()
