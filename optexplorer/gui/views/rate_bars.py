"""Shows the effective learning rate of each coordinate as bars."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.painting.axes import metrics
from optexplorer.painting.style import Style, colour
from optexplorer.scene.anatomy.equations import MOST_COORDINATES
from optexplorer.scene.geometry.ticks import tick_label
from optexplorer.scene.palette import ROLE_COLOURS

PAD, BAR, GAP = 8.0, 9.0, 3.0
"""Around, thickness of a bar, and between two, in units of the style."""


class RateBars(Retranslating, QWidget):
    """A bar per coordinate, the longest as long as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rates: NDArray[np.float64] | None = None
        self._names: tuple[str, ...] = ()
        self._coordinates = 0
        self._style = Style()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Effective learning rate"))
        self.setToolTip(
            self.tr("How far each coordinate goes per unit of gradient: the rate over the coordinate's scale")
        )

    def show_rates(
        self,
        rates: NDArray[np.float64] | None,
        names: tuple[str, ...],
        style: Style,
        selected: int | None = None,
    ) -> None:
        """Show the rate of each coordinate, of many only of the first few or of the `selected` one.

        Nothing is shown if the step has none.
        """
        before = self.sizeHint()
        self._coordinates = len(names)
        if selected is not None and self._coordinates > MOST_COORDINATES:
            names = (names[selected],)
            rates = None if rates is None else rates[[selected]]
        self._rates, self._names, self._style = rates, names[:MOST_COORDINATES], style
        self.setVisible(rates is not None)
        if rates is not None:
            said = [f"{name} {self._said(rate)}" for name, rate in zip(self._names, rates, strict=False)]
            self.setAccessibleDescription(", ".join(said))
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def _title(self) -> str:
        if self._coordinates > len(self._names):
            words = self.tr("Effective learning rate of {0} of {1} coordinates")
            return words.format(len(self._names), self._coordinates)
        return self.tr("Effective learning rate")

    @staticmethod
    def _said(rate: float) -> str:
        return tick_label(float(f"{rate:.3g}"))

    def _line(self) -> float:
        return max(metrics(self._style).height(), BAR * self._style.unit) + GAP * self._style.unit

    def sizeHint(self) -> QSize:
        title = metrics(self._style, bold=True).height()
        height = title + len(self._names) * self._line() + 2 * PAD * self._style.unit
        return QSize(200, round(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._rates is None:
            return
        style, unit, measure = self._style, self._style.unit, metrics(self._style)
        ink = ROLE_COLOURS[style.theme.name]["scale"]
        rates = self._rates[: len(self._names)]
        longest = float(np.abs(rates).max(initial=0.0)) or 1.0
        said = [self._said(float(rate)) for rate in rates]
        name_width = max(measure.horizontalAdvance(name) for name in self._names) + 8 * unit
        said_width = max(measure.horizontalAdvance(text) for text in said) + 8 * unit
        left, y = PAD * unit, PAD * unit
        room = self.width() - 2 * left - name_width - said_width
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(QRectF(0, 0, self.width(), 1), colour(style.theme.border))
            painter.setFont(style.font(bold=True))
            painter.setPen(colour(style.theme.muted))
            height = metrics(style, bold=True).height()
            painter.drawText(QRectF(left, y, self.width(), height), 0, self._title())
            y += height + GAP * unit
            painter.setFont(style.font())
            for name, rate, text in zip(self._names, rates.tolist(), said, strict=True):
                line = QRectF(left, y, self.width() - 2 * left, measure.height())
                painter.setPen(colour(style.theme.text))
                painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), name)
                bar = QRectF(
                    left + name_width,
                    line.center().y() - BAR * unit / 2,
                    max(room * abs(rate) / longest, 1.5 * unit),
                    BAR * unit,
                )
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour(ink))
                painter.drawRoundedRect(bar, 2 * unit, 2 * unit)
                painter.setPen(colour(style.theme.text))
                right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
                painter.drawText(line, right, text)
                y += self._line()
