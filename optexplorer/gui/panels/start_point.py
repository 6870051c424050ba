"""The fields of a start point; of many coordinates, where they come from and the first few."""

from __future__ import annotations

import random
from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from optexplorer.engine.declaration import Hyperparameter, hyperparameters
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import MarkupLabel, PlainLabel, describe
from optexplorer.gui.fields.number_field import NumberField
from optexplorer.gui.fields.setting_fields import SEEDS
from optexplorer.gui.fields.setting_slider import is_seed
from optexplorer.gui.fields.text_field import ProblemLabel

PER_ROW = 2
"""Coordinates beside each other, if their names are short."""
LONGEST_BESIDE = 6
MOST_FIELDS = 6
"""Coordinates that have a field; of more, only this many are shown."""


class StartPoint(Retranslating, QWidget):
    """Shows where the descents begin."""

    coordinateChosen = Signal(int, float)
    """The place of a coordinate, and its new value."""
    seedChosen = Signal(str, int)
    """The setting of the model that is the seed of its initial values, and its new value."""
    ended = Signal()

    def __init__(self, landscape: Landscape, parent: QWidget | None = None) -> None:
        """Have a field for each coordinate of `landscape`, or for the first few of many."""
        super().__init__(parent)
        self._landscape = landscape
        self._start: tuple[float, ...] = landscape.start
        self.coordinates: list[NumberField] = []
        self._origin, self._rest = PlainLabel(wrap=True), PlainLabel(name="hint", wrap=True)
        self.dice = IconButton("mdi6.dice-5-outline")
        self.dice.clicked.connect(self._choose_another_seed)
        origin = QHBoxLayout()
        origin.setSpacing(4)
        origin.addWidget(self._origin, 1)
        origin.addWidget(self.dice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(origin)
        column.addLayout(self._make_grid())
        column.addWidget(self._rest)
        self.show_landscape(landscape)

    def _make_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        names = self._landscape.variables[:MOST_FIELDS]
        per_row = 1 if any(len(name) > LONGEST_BESIDE for name in names) else PER_ROW
        for place, name in enumerate(names):
            field = NumberField()
            row, column = divmod(place, per_row)
            grid.addWidget(MarkupLabel(f"<i>{escape(name)}</i>"), row, 2 * column)
            grid.addWidget(field, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
            field.valueChosen.connect(lambda value, place=place: self.coordinateChosen.emit(place, value))
            field.ended.connect(self.ended)
            self.coordinates.append(field)
        grid.addWidget(ProblemLabel(*self.coordinates), grid.rowCount(), 0, 1, 2 * per_row)
        return grid

    def retranslate(self) -> None:
        for name, field in zip(self._landscape.variables, self.coordinates, strict=False):
            tip = self.tr("Where the descents begin. Also by dragging on the map.")
            describe(field, self.tr("Start {0}").format(name), tip)
        describe(self.dice, self.tr("Other initial values"))
        self._write()

    def show_landscape(self, landscape: Landscape) -> None:
        """Take another landscape with the same coordinates."""
        self._landscape = landscape
        self.dice.setVisible(_seed_of(landscape) is not None)
        self.retranslate()

    def show_start(self, start: tuple[float, ...]) -> None:
        """Show the start point."""
        self._start = start
        for field, value in zip(self.coordinates, start, strict=False):
            field.show_value(value)
        self._write()

    def _write(self) -> None:
        origin = ""
        if isinstance(self._landscape, ModelLandscape):
            if self._start == self._landscape.start:
                told = self._told_initial()
                origin = self.tr("Initial values: {0}").format(told) if told else ""
            else:
                origin = self.tr("Initial values: changed by hand")
        self._origin.setText(origin)
        self._origin.setVisible(bool(origin))
        many = self._landscape.dimension > MOST_FIELDS
        words = self.tr("The first {0} of {1} parameters.")
        self._rest.setText(words.format(MOST_FIELDS, self._landscape.dimension) if many else "")
        self._rest.setVisible(many)

    def _told_initial(self) -> str:
        """Return how the initial values are found, such as `Xavier, seed 3`; empty where there is no choice."""
        landscape = self._landscape
        assert isinstance(landscape, ModelLandscape)
        parts = []
        initial = _initialisation_of(landscape)
        if initial is not None:
            parts.append(localized(initial.named(getattr(landscape.definition.model, initial.name))))
        seed = _seed_of(landscape)
        if seed is not None:
            parts.append(self.tr("seed {0}").format(getattr(landscape.definition.model, seed.name)))
        return ", ".join(parts)

    def _choose_another_seed(self) -> None:
        seed = _seed_of(self._landscape)
        if seed is not None and isinstance(self._landscape, ModelLandscape):
            present = getattr(self._landscape.definition.model, seed.name)
            most = SEEDS if seed.high is None else min(SEEDS, int(seed.high) + 1)
            self.ended.emit()
            self.seedChosen.emit(seed.name, (present + random.randrange(1, most)) % most)


def _settings_of(landscape: Landscape) -> Mapping[str, Hyperparameter]:
    if not isinstance(landscape, ModelLandscape):
        return {}
    return {setting.name: setting for setting in hyperparameters(type(landscape.definition.model))}


def _seed_of(landscape: Landscape) -> Hyperparameter | None:
    """Return the setting of a model that is the seed of its initial values."""
    return next(filter(is_seed, _settings_of(landscape).values()), None)


def _initialisation_of(landscape: Landscape) -> Hyperparameter | None:
    """Return the setting of a model that says how its initial values are found."""
    settings = _settings_of(landscape).items()
    return next((s for name, s in settings if name.startswith("init") and s.kind == "choice"), None)
