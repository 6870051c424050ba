"""The settings of data and models, from their declaration: a slider beside each number that has a range."""

from __future__ import annotations

import random
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from optexplorer.engine.declaration import Declared, Hyperparameter
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.choices import SwitchField
from optexplorer.gui.fields.hyperparameter_field import DeclarationFields, hyperparameter_field, tip_of
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import MarkupLabel, describe
from optexplorer.gui.fields.layers_field import LayersField
from optexplorer.gui.fields.setting_slider import SettingSlider, has_slider, is_seed
from optexplorer.gui.fields.text_field import ProblemLabel, TextField

CAPTION_WIDTH = 92
"""Longer captions go on in a second line."""
NUMBER_WIDTH = 68
SEEDS = 10_000


class SettingFields(DeclarationFields):
    """The settings of a data source or a model, one per row: caption, slider where there is a range, and field."""

    def __init__(
        self, kind: type[Declared], without: tuple[str, ...] = (), parent: QWidget | None = None
    ) -> None:
        # Both are filled while the base class lays out its rows.
        self.sliders: dict[str, SettingSlider] = {}
        self.dice: dict[str, IconButton] = {}
        super().__init__(kind, without, parent)
        layout = self.layout()
        assert isinstance(layout, QGridLayout)
        layout.setColumnStretch(0, 0)
        layout.setColumnStretch(1, 1)

    def retranslate(self) -> None:
        super().retranslate()
        for parameter, _ in self._labels:
            name, words, tip = parameter.name, localized(parameter.label), tip_of(parameter)
            if name in self.sliders:
                describe(self.sliders[name], words, tip)
            if name in self.dice:
                describe(self.dice[name], self.tr("{0}: another one").format(words))
            if isinstance(self.fields[name], LayersField):
                keys = self.tr("The keys Up and Down add a layer and remove the last.")
                describe(self.fields[name], words, f"{tip}\n{keys}")

    def show_model(self, model: Declared) -> None:
        super().show_model(model)
        for name, slider in self.sliders.items():
            slider.show_value(getattr(model, name))

    def _make_field(self, parameter: Hyperparameter) -> QWidget:
        return LayersField() if parameter.kind == "integers" else hyperparameter_field(parameter)

    def _place(self, layout: QGridLayout, row: int, parameter: Hyperparameter, label: MarkupLabel) -> None:
        field, name = self.fields[parameter.name], parameter.name
        label.setFixedWidth(CAPTION_WIDTH)
        layout.addWidget(label, row, 0)
        if isinstance(field, SwitchField):
            layout.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
        elif has_slider(parameter):
            slider = self.sliders[name] = SettingSlider(parameter)
            slider.setMinimumWidth(40)
            slider.valueDragged.connect(lambda value: self._drag(parameter, value))
            slider.ended.connect(self.ended)
            field.valueChosen.connect(slider.show_value)
            field.setFixedWidth(NUMBER_WIDTH)
            layout.addWidget(slider, row, 1)
            layout.addWidget(field, row, 2)
        elif is_seed(parameter):
            dice = self.dice[name] = IconButton("mdi6.dice-5-outline")
            dice.clicked.connect(lambda: self._throw(name))
            field.setFixedWidth(NUMBER_WIDTH)
            together = QHBoxLayout()
            together.setSpacing(4)
            together.addStretch(1)
            together.addWidget(dice)
            together.addWidget(field)
            layout.addLayout(together, row, 1, 1, 2)
        else:
            layout.addWidget(field, row, 1, 1, 2)
        if isinstance(field, TextField):
            layout.addWidget(ProblemLabel(field), row + 1, 0, 1, 3)

    def _drag(self, parameter: Hyperparameter, value: float) -> None:
        given: Any = round(value) if parameter.kind == "int" else float(value)
        self.fields[parameter.name].show_value(given)
        self._choose(parameter.name, given)

    def _throw(self, name: str) -> None:
        field = self.fields[name]
        self.ended.emit()
        field.choose(random.choice([seed for seed in range(SEEDS) if seed != field._value]))
        self.ended.emit()
