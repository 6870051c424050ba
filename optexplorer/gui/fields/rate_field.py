"""The learning rate: a logarithmic slider joined to a number field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import describe
from optexplorer.gui.fields.number_field import Bounds, NumberField, number_text
from optexplorer.gui.fields.slider import LogSlider
from optexplorer.gui.fields.text_field import ProblemLabel

LOWEST, HIGHEST = 1e-5, 10.0


class RateField(Retranslating, QWidget):
    """A learning rate, dragged or typed. The slider spans the usual rates within the bounds; others can be typed."""

    valueChosen = Signal(float)
    ended = Signal()
    """A drag or an edit is over: the next change is one of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = LogSlider(LOWEST, HIGHEST)
        self.field = NumberField()
        self.field.setFixedWidth(80)
        self.problem = ProblemLabel(self.field)
        self.slider.valueDragged.connect(self.valueChosen)
        self.field.valueChosen.connect(self.valueChosen.emit)
        self.slider.ended.connect(self.ended)
        self.field.ended.connect(self.ended)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(2)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.slider, 0, 0)
        layout.addWidget(self.field, 0, 1)
        layout.addWidget(self.problem, 1, 0, 1, 2, Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self.slider)
        self._name = self._tip = ""
        self._stable_rate: float | None = None
        self._stable_at = 0

    def describe(self, name: str, tip: str, bounds: Bounds) -> None:
        """Take on another name, tooltip and bounds."""
        self._name, self._tip = name, tip
        self.field.set_bounds(bounds)
        self.slider.set_bounds(*bounds.within(LOWEST, HIGHEST))
        describe(self.field, name, tip)
        self.retranslate()

    def retranslate(self) -> None:
        tip = self._tip
        if self._stable_rate is not None:
            words = self.tr(
                "Mark: 2/λmax = {0} at step {1}, the largest rate with which plain gradient descent stays stable there"
            )
            rate = number_text(float(f"{self._stable_rate:.3g}"))
            tip += "\n\n" + words.format(rate, self._stable_at)
        describe(self.slider, self._name, tip)

    def show_value(self, value: float) -> None:
        """Show `value` on both."""
        self.slider.show_value(value)
        self.field.show_value(value)

    def show_stable_rate(self, rate: float | None, step: int) -> None:
        """Mark on the slider the largest rate that is stable at the point of `step`; None takes the mark away."""
        if (rate, step) != (self._stable_rate, self._stable_at):
            self._stable_rate, self._stable_at = rate, step
            self.slider.show_mark(rate)
            self.retranslate()
