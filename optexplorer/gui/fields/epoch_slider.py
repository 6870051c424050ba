"""A slider over steps that marks where epochs begin."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen

from optexplorer.gui.fields.slider import JumpSlider
from optexplorer.scene.geometry.ticks import round_stride

ROOM = 5.0
"""Pixels between two marks at least."""
NUMBER_ROOM = 10.0
"""Pixels between two numbers at least."""
NUMBER_SIZE = 9
LONG, SHORT = 4.0, 2.0
"""Lengths of marks with and without a number."""
HEIGHT = 36
"""Of the slider while it has marks, in pixels."""


class EpochSlider(JumpSlider):
    """Marks epochs below its groove, and numbers them; of many, round ones."""

    def __init__(self) -> None:
        super().__init__()
        self._steps_per_epoch: int | None = None

    @property
    def steps_per_epoch(self) -> int | None:
        """In how many steps an epoch passes; None where there are none."""
        return self._steps_per_epoch

    def show_epochs(self, steps_per_epoch: int | None) -> None:
        """Mark epochs of so many steps; None, or one step, takes the marks away."""
        length = None if steps_per_epoch is not None and steps_per_epoch < 2 else steps_per_epoch
        if length != self._steps_per_epoch:
            self._steps_per_epoch = length
            self.setMinimumHeight(0 if length is None else HEIGHT)
            self.update()

    def marks(self) -> list[tuple[float, int, bool]]:
        """Return where the marked epochs begin, in pixels, their numbers, and whether these are written."""
        length = self._steps_per_epoch
        if length is None or self.maximum() <= self.minimum():
            return []
        first, last = (float(self.handle_at(at).center().x()) for at in (self.minimum(), self.maximum()))
        width = (last - first) / (self.maximum() - self.minimum()) * length
        whole = self.maximum() // length
        number_width = QFontMetricsF(self._number_font()).horizontalAdvance(str(whole))
        numbered = round_stride((number_width + NUMBER_ROOM) / width)
        stride = min(round_stride(ROOM / width), numbered)
        if numbered % stride:
            stride = numbered
        return [
            (first + epoch * width, epoch, epoch % numbered == 0)
            for epoch in range(stride, whole + 1, stride)
        ]

    def _number_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(NUMBER_SIZE)
        return font

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        marks = self.marks()
        if not marks:
            return
        with QPainter(self) as painter:
            painter.setFont(self._number_font())
            ink = self.palette().color(QPalette.ColorRole.PlaceholderText)
            painter.setPen(QPen(ink, 1))
            top = self.height() / 2 + 4
            rise = QFontMetricsF(painter.font()).capHeight()
            for x, epoch, numbered in marks:
                at = round(x) + 0.5
                painter.drawLine(QLineF(QPointF(at, top), QPointF(at, top + (LONG if numbered else SHORT))))
                if numbered:
                    # Digits reach from the line on which they stand to their capital height.
                    words = str(epoch)
                    width = QFontMetricsF(painter.font()).horizontalAdvance(words)
                    painter.drawText(QPointF(at - width / 2, top + LONG + 2 + rise), words)
