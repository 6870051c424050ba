"""Linear and logarithmic sliders: the handle jumps to a click, and the wheel moves it only with focus."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

TICKS_PER_DECADE = 100


class JumpSlider(QSlider):
    """A horizontal slider whose handle jumps to where it is clicked and is dragged from there."""

    ended = Signal()
    """A drag, or moving the handle by keyboard, is over: the next change is one of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._shown_next: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.sliderReleased.connect(self._release)

    def show_position(self, position: int) -> None:
        """Put the handle at `position`; while it is dragged, once it is let go."""
        if self.isSliderDown():
            self._shown_next = position
            return
        with QSignalBlocker(self):
            self.setValue(position)

    def _release(self) -> None:
        position, self._shown_next = self._shown_next, None
        if position is not None:
            self.show_position(position)
        self.ended.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ended.emit()

    def handle_at(self, position: int) -> QRect:
        """Return where the handle is drawn at `position`."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        option.sliderPosition = position
        return self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        handle = self.handle_at(self.sliderPosition())
        if event.button() == Qt.MouseButton.LeftButton and not handle.left() <= x <= handle.right():
            first, last = (self.handle_at(at).center().x() for at in (self.minimum(), self.maximum()))
            self.setSliderDown(True)
            self.setSliderPosition(
                QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), round(x - first), last - first)
            )
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class LogSlider(JumpSlider):
    """A slider whose position is the logarithm of its value; it can carry one mark."""

    valueDragged = Signal(float)
    released = Signal()

    def __init__(self, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high = low, high
        self._mark: float | None = None
        self.set_bounds(low, high)
        self.setSingleStep(TICKS_PER_DECADE // 20)
        self.setPageStep(TICKS_PER_DECADE // 4)
        self.valueChanged.connect(lambda at: self.valueDragged.emit(self._value_at(at)))
        self.sliderReleased.connect(self.released)

    def set_bounds(self, low: float, high: float) -> None:
        """Set the bounds; both are above zero."""
        self._low, self._high = low, high
        with QSignalBlocker(self):
            self.setRange(0, math.ceil(TICKS_PER_DECADE * math.log10(high / low)))

    def _value_at(self, position: int) -> float:
        value = float(f"{self._low * 10 ** (position / TICKS_PER_DECADE):.3g}")
        return min(max(value, self._low), self._high)

    def _position_of(self, value: float) -> int:
        position = round(TICKS_PER_DECADE * math.log10(value / self._low)) if value > 0 else 0
        return max(self.minimum(), min(position, self.maximum()))

    def show_value(self, value: float) -> None:
        """Put the handle at `value`, or at the end beyond which it lies; while it is dragged, once it is let go."""
        self.show_position(self._position_of(value))

    def show_mark(self, value: float | None) -> None:
        """Mark a value, such as the largest stable rate; None takes the mark away."""
        if value != self._mark:
            self._mark = value
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._mark is None or self._value_at(self.maximum()) < self._mark or self._mark < self._low:
            return
        x = self.handle_at(self._position_of(self._mark)).center().x() + 0.5
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = QColor(self.palette().windowText().color())
            painter.setPen(QPen(colour, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for top, bottom in ((2.0, 5.0), (self.height() - 5.0, self.height() - 2.0)):
                painter.drawLine(QLineF(QPointF(x, top), QPointF(x, bottom)))
