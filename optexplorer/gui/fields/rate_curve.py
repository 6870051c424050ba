"""A small curve of the learning rate over the run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.number_field import number_text
from optexplorer.painting.polylines import by_column, path_of
from optexplorer.painting.style import pen

Array = NDArray[np.float64]
HEIGHT = 64
SMALL = 11
"""Size of the type, in pixels."""


class RateCurve(Retranslating, QWidget):
    """Shows the rates of all steps, from 0 at the bottom to the highest at the top, in a racer's colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rates: Array = np.zeros(0)
        self._colour = "#000000"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.retranslate()

    def show_rates(self, rates: Array, colour: str) -> None:
        """Show `rates`, of shape (steps,)."""
        if rates is self._rates and colour == self._colour:
            return
        self._rates, self._colour = rates, colour
        self.retranslate()

    def retranslate(self) -> None:
        rates = self._rates
        self.setAccessibleName(self.tr("Learning rate over the steps"))
        if len(rates):
            words = self.tr("Learning rate over the steps: {0} at first, {1} in the end, at most {2}").format(
                *(number_text(float(f"{rate:.3g}")) for rate in (rates[0], rates[-1], rates.max()))
            )
            self.setToolTip(words)
            self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        rates = self._rates
        top = float(rates.max(initial=0.0))
        if len(rates) < 2 or not 0 < top < np.inf:
            return
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        measure = QFontMetricsF(font)
        label = number_text(float(f"{top:.3g}"))
        left = max(measure.horizontalAdvance(label), measure.horizontalAdvance("0")) + 8
        plot = QRectF(self.rect()).adjusted(left, 6.5, -6, -measure.height() - 2.5)
        muted, line = self.palette().color(QPalette.ColorRole.PlaceholderText), QPalette.ColorRole.Mid
        steps = np.linspace(plot.left(), plot.right(), len(rates))
        points = by_column(np.stack([steps, plot.bottom() - rates / top * plot.height()], axis=1))
        with QPainter(self) as painter:
            painter.setFont(font)
            painter.setPen(QPen(self.palette().color(line), 1))
            for y in (plot.top(), plot.bottom()):
                painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(muted)
            for text, y in ((label, plot.top()), ("0", plot.bottom())):
                beside = QRectF(0, y - measure.height() / 2, left - 6, measure.height())
                painter.drawText(
                    beside, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text
                )
            below = QRectF(plot.left(), plot.bottom() + 2, plot.width(), measure.height())
            last = self.tr("step {0}").format(len(rates) - 1)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), last)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(pen(self._colour, 2.0))
            painter.drawPath(path_of([points]))
