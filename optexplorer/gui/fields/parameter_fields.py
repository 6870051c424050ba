"""The named numbers of a formula: a slider and a number field for each."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from optexplorer.engine.landscapes.parameter import Parameter
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.hyperparameter_field import symbol_markup
from optexplorer.gui.fields.labels import MarkupLabel, describe, plain_tip
from optexplorer.gui.fields.number_field import Bounds, NumberField
from optexplorer.gui.fields.range_slider import RangeSlider
from optexplorer.gui.fields.text_field import ProblemLabel

FIELD_WIDTH = 80


class ParameterFields(Retranslating, QWidget):
    """Shows the parameters of a landscape's formula; hidden where there are none."""

    valueChosen = Signal(str, float)
    """A parameter's name and its new value."""
    ended = Signal()
    """A drag or an edit is over: the next change is one of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameters: dict[str, Parameter] = {}
        self._captions: dict[str, MarkupLabel] = {}
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
        before, self._parameters = self._parameters, dict(parameters)
        if _declared(before) != _declared(self._parameters):
            self._make()
            self.retranslate()
        for name, parameter in parameters.items():
            self.sliders[name].show_value(parameter.value)
            self.fields[name].show_value(parameter.value)
        self.setVisible(bool(parameters))

    def _make(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.sliders, self.fields, self._captions = {}, {}, {}
        for name, parameter in self._parameters.items():
            caption = MarkupLabel(name_markup(name))
            slider = RangeSlider(parameter.low, parameter.high)
            field = NumberField(bounds=Bounds(parameter.low, parameter.high))
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
            self.sliders[name], self.fields[name], self._captions[name] = slider, field, caption

    def retranslate(self) -> None:
        for name, parameter in self._parameters.items():
            label = localized(parameter.label) or self.tr("Parameter {0}").format(name)
            tip = self.tr("{0} of the formula: {1}, from {2:g} to {3:g}").format(
                name, label, parameter.low, parameter.high
            )
            self._captions[name].setToolTip(plain_tip(tip))
            describe(self.sliders[name], label, tip)
            describe(self.fields[name], label, tip)


def _declared(parameters: Mapping[str, Parameter]) -> list[tuple[object, ...]]:
    """Return all of the parameters but their values."""
    return [(name, p.low, p.high, p.label) for name, p in parameters.items()]


def name_markup(name: str) -> str:
    """Return the name of a variable or parameter as rich text, such as `k1` with a subscript and `alpha` as α."""
    stem = name.rstrip("0123456789")
    letter, _, index = map(escape, stem.partition("_"))
    greek = symbol_markup(rf"\{letter}") if len(letter) > 1 else f"<i>{letter}</i>"
    below = index + name[len(stem) :]
    return f"{greek}<sub>{below}</sub>" if below else greek
