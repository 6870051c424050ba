"""The learning rate: a logarithmic slider joined to a number field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from optexplorer.engine.diagnostics import Stability
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
        self._stability: Stability | None = None

    def describe(self, name: str, tip: str, bounds: Bounds) -> None:
        """Set name, tooltip and bounds."""
        self._name, self._tip = name, tip
        self.field.set_bounds(bounds)
        self.slider.set_bounds(*bounds.within(LOWEST, HIGHEST))
        describe(self.field, name, tip)
        self.retranslate()

    def retranslate(self) -> None:
        lines = [self._tip]
        if self._stability is not None:
            here, strictest = self._stability
            words = self.tr(
                "Mark: 2/λmax = {0} at step {1}, the largest rate with which plain gradient descent stays stable there"
            )
            lines += ["", words.format(_short(here.rate), here.step)]
            if strictest is not None:
                words = self.tr("Strictest along the path: {0}, at step {1}")
                lines.append(words.format(_short(strictest.rate), strictest.step))
        describe(self.slider, self._name, "\n".join(lines))

    def show_value(self, value: float) -> None:
        """Show `value` on both."""
        self.slider.show_value(value)
        self.field.show_value(value)

    def show_stable_rate(self, stability: Stability | None) -> None:
        """Mark the largest stable rate on the slider, and say where it holds; None takes the mark away."""
        if stability != self._stability:
            self._stability = stability
            self.slider.show_mark(None if stability is None else stability.here.rate)
            self.retranslate()


def _short(rate: float) -> str:
    return number_text(float(f"{rate:.3g}"))
