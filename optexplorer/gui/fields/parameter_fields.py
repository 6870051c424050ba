"""The named numbers of a formula: a slider and a number field for each."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from optexplorer.engine.landscapes.parameter import Parameter
from optexplorer.gui.fields.hyperparameter_field import symbol_markup
from optexplorer.gui.fields.number_field import Bounds, NumberField
from optexplorer.gui.fields.range_slider import RangeSlider
from optexplorer.gui.fields.text_field import ProblemLabel
from optexplorer.text import Language

FIELD_WIDTH = 80


class ParameterFields(QWidget):
    """Shows the parameters of a landscape's formula; hidden where there are none."""

    valueChosen = Signal(str, float)
    """A parameter's name and its new value."""
    ended = Signal()
    """A drag or an edit is over: the next change is one of its own."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._shape: tuple[tuple[str, float, float], ...] = ()
        self.sliders: dict[str, RangeSlider] = {}
        self.fields: dict[str, NumberField] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self.hide()

    def show_parameters(self, parameters: Mapping[str, Parameter]) -> None:
        """Show names, bounds and values."""
        shape = tuple((name, p.low, p.high) for name, p in parameters.items())
        if shape != self._shape:
            self._shape = shape
            self._make(parameters)
        for name, parameter in parameters.items():
            self.sliders[name].show_value(parameter.value)
            self.fields[name].show_value(parameter.value)
        self.setVisible(bool(parameters))

    def _make(self, parameters: Mapping[str, Parameter]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.sliders, self.fields = {}, {}
        for name, parameter in parameters.items():
            label = parameter.label.in_language(self._language) or self.tr("Parameter {0}").format(name)
            tip = self.tr("{0} of the formula: {1}, from {2:g} to {3:g}").format(
                name, label, parameter.low, parameter.high
            )
            caption = QLabel(name_markup(name))
            caption.setToolTip(tip)
            slider = RangeSlider(label, tip, parameter.low, parameter.high)
            field = NumberField(label, tip, Bounds(parameter.low, parameter.high))
            field.setFixedWidth(FIELD_WIDTH)
            caption.setBuddy(field)
            for part in (slider.valueDragged, field.valueChosen):
                part.connect(lambda value, name=name: self.valueChosen.emit(name, float(value)))
            for part in (slider.ended, field.ended):
                part.connect(self.ended)
            row = self._grid.rowCount()
            self._grid.addWidget(caption, row, 0)
            self._grid.addWidget(slider, row, 1)
            self._grid.addWidget(field, row, 2)
            self._grid.addWidget(ProblemLabel(field), row + 1, 0, 1, 3)
            self.sliders[name], self.fields[name] = slider, field


def name_markup(name: str) -> str:
    """Return the name of a variable or parameter as rich text, such as `k1` with a subscript and `alpha` as α."""
    stem = name.rstrip("0123456789")
    letter, _, index = stem.partition("_")
    greek = symbol_markup(rf"\{letter}") if len(letter) > 1 else f"<i>{letter}</i>"
    below = index + name[len(stem) :]
    return f"{greek}<sub>{below}</sub>" if below else greek
