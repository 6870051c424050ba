"""The table of the names in a formula: variables with their domains, parameters with their values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.labels import MarkupLabel, PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, NumberField
from optexplorer.gui.fields.parameter_fields import name_markup
from optexplorer.gui.fields.range_slider import RangeSlider
from optexplorer.gui.fields.text_field import ProblemLabel

Role = Literal["variable", "parameter"]
FAR = 1e9
NUMBER_WIDTH = 76


@dataclass(frozen=True)
class NameSetting:
    """A name's role, its range, and where it starts (a variable) or its value (a parameter); None: not chosen."""

    role: Role
    low: float
    high: float
    value: float | None = None

    @property
    def problem(self) -> bool:
        """Whether the range is empty."""
        return not self.low < self.high

    def shown_value(self, place: int) -> float:
        """Return the value, or that of a name at `place` in the list for which none has been chosen."""
        if self.value is not None:
            return min(max(self.value, self.low), self.high)
        share = (0.2, 0.75)[place % 2]
        return float(f"{self.low + share * (self.high - self.low):.4g}")


class NamesTable(Retranslating, QWidget):
    """A row per name."""

    settingChosen = Signal(str, object)
    """A name and its new `NameSetting`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings: dict[str, NameSetting] = {}
        self.roles: dict[str, ChoiceField] = {}
        self.lows: dict[str, NumberField] = {}
        self.highs: dict[str, NumberField] = {}
        self.values: dict[str, NumberField] = {}
        self.sliders: dict[str, RangeSlider] = {}
        self._headings: list[PlainLabel] = []
        self.problem = ProblemLabel()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(5, 1)

    def show_settings(self, settings: dict[str, NameSetting]) -> None:
        """Show these names, in this order."""
        kinds = [(name, setting.role) for name, setting in settings.items()]
        if kinds != [(name, setting.role) for name, setting in self._settings.items()]:
            self._make(settings)
        self._settings = dict(settings)
        for place, (name, setting) in enumerate(settings.items()):
            value = setting.shown_value(place)
            self.roles[name].show_value(setting.role)
            self.lows[name].show_value(setting.low)
            self.highs[name].show_value(setting.high)
            self.values[name].set_bounds(Bounds(setting.low, setting.high))
            self.values[name].show_value(value)
            if name in self.sliders and not setting.problem:
                self.sliders[name].set_bounds(setting.low, setting.high)
                self.sliders[name].show_value(value)
        self._show_problem()

    def _show_problem(self) -> None:
        wrong = [name for name, setting in self._settings.items() if setting.problem]
        self.problem.show_problem(
            self.tr("{0}: the first end must be less than the second.").format(wrong[0]) if wrong else ""
        )

    def _make(self, settings: dict[str, NameSetting]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.problem:
                widget.hide()
                widget.deleteLater()
        for column in (self.roles, self.lows, self.highs, self.values, self.sliders):
            column.clear()
        self._headings = [PlainLabel(name="hint") for _ in range(5 if settings else 0)]
        for place, heading in enumerate(self._headings):
            self._grid.addWidget(heading, 0, place)
        for row, (name, setting) in enumerate(settings.items(), start=1):
            self._make_row(row, name, setting)
        numbers = (*self.lows.values(), *self.highs.values(), *self.values.values())
        self._grid.addWidget(ProblemLabel(*numbers), len(settings) + 1, 0, 1, 6)
        self._grid.addWidget(self.problem, len(settings) + 2, 0, 1, 6)
        self._describe(settings)

    def retranslate(self) -> None:
        self._describe(self._settings)
        self._show_problem()

    def _describe(self, settings: dict[str, NameSetting]) -> None:
        texts = (self.tr("Name"), "", self.tr("From"), self.tr("To"), self.tr("Start or value"))
        for heading, text in zip(self._headings, texts, strict=False):
            heading.setText(text)
        for name, setting in settings.items():
            role = self.roles[name]
            describe(
                role,
                self.tr("Role of {0}").format(name),
                self.tr("A variable is what the optimizers change; a parameter is a number that you set."),
            )
            role.show_choices({"variable": self.tr("variable"), "parameter": self.tr("parameter")})
            role.show_value(setting.role)
            describe(self.lows[name], self.tr("{0} from").format(name), self.tr("The low end of its range"))
            describe(self.highs[name], self.tr("{0} to").format(name), self.tr("The high end of its range"))
            is_parameter = name in self.sliders
            words = (
                (self.tr("Value of {0}").format(name), self.tr("The value of the parameter"))
                if is_parameter
                else (self.tr("Start {0}").format(name), self.tr("Where the descents begin"))
            )
            describe(self.values[name], *words)
            if is_parameter:
                describe(self.sliders[name], *words)

    def _make_row(self, row: int, name: str, setting: NameSetting) -> None:
        role, low, high, value = ChoiceField(), self._number(), self._number(), self._number()
        self.roles[name], self.lows[name], self.highs[name], self.values[name] = role, low, high, value
        role.valueChosen.connect(lambda kind: self._choose(name, role=kind, value=None))
        low.valueChosen.connect(lambda number: self._choose(name, low=float(number)))
        high.valueChosen.connect(lambda number: self._choose(name, high=float(number)))
        value.valueChosen.connect(lambda number: self._choose(name, value=float(number)))
        for column, widget in enumerate((MarkupLabel(name_markup(name)), role, low, high, value)):
            self._grid.addWidget(widget, row, column)
        if setting.role == "parameter":
            slider = RangeSlider(setting.low, setting.high)
            slider.valueDragged.connect(lambda number: self._choose(name, value=number))
            self.sliders[name] = slider
            self._grid.addWidget(slider, row, 5)

    @staticmethod
    def _number() -> NumberField:
        field = NumberField(bounds=Bounds(-FAR, FAR))
        field.setFixedWidth(NUMBER_WIDTH)
        return field

    def _choose(self, name: str, **change: object) -> None:
        self.settingChosen.emit(name, replace(self._settings[name], **change))  # type: ignore[arg-type]
