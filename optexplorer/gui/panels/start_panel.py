"""The panel for start, number of steps and seed."""

from __future__ import annotations

import random
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.experiment.experiment import MOST_STEPS
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import MarkupLabel, PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, NumberField, SpinField
from optexplorer.gui.fields.section_header import SectionHeader
from optexplorer.gui.fields.text_field import ProblemLabel

LARGEST_SEED = 2**63 - 1
PER_ROW = 2
"""Coordinates beside each other."""


class StartPanel(Retranslating, QWidget):
    """Shows start point, steps and seed."""

    startChosen = Signal(tuple)
    stepsChosen = Signal(int)
    # Not int: Qt's has 32 bits.
    seedChosen = Signal(object)
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._landscape: Landscape | None = None
        self._start: tuple[float, ...] = ()
        self.coordinates: list[NumberField] = []
        self._variables: tuple[str, ...] = ()
        self.reset = IconButton("mdi6.restore")
        self.reset.clicked.connect(self._reset)
        self.steps = SpinField(Bounds(1, MOST_STEPS, whole=True))
        self.seed = NumberField(bounds=Bounds(0, LARGEST_SEED, whole=True))
        self.dice = IconButton("mdi6.dice-5-outline")
        self.dice.clicked.connect(self._choose_another_seed)
        self.steps.valueChosen.connect(self.stepsChosen.emit)
        self.seed.valueChosen.connect(self.seedChosen.emit)
        for field in (self.steps, self.seed):
            field.ended.connect(self.ended)

        self._point = QWidget()
        self._undefined = ProblemLabel()
        self._is_undefined = False
        numbers = QHBoxLayout()
        numbers.setSpacing(8)
        self._steps_label, self._seed_label = PlainLabel(), PlainLabel()
        for label, field in ((self._steps_label, self.steps), (self._seed_label, self.seed)):
            numbers.addWidget(label)
            numbers.addWidget(field, 1)
        numbers.addWidget(self.dice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._header = SectionHeader(self.reset)
        layout.addWidget(self._header)
        layout.addWidget(self._point)
        layout.addWidget(self._undefined)
        layout.addLayout(numbers)
        layout.addWidget(ProblemLabel(self.steps, self.seed))
        self.retranslate()

    def retranslate(self) -> None:
        self._header.title.setText(self.tr("Start and run"))
        describe(self.reset, self.tr("Back to the landscape's own start"))
        self._steps_label.setText(self.tr("Steps"))
        describe(self.steps, self.tr("Steps"), self.tr("How many steps every racer takes at most"))
        self._seed_label.setText(self.tr("Seed"))
        describe(self.seed, self.tr("Seed"), self.tr("The same seed gives the same random numbers"))
        describe(self.dice, self.tr("Another seed"))
        self._name_coordinates()
        self._write_undefined()

    def _name_coordinates(self) -> None:
        for name, field in zip(self._variables, self.coordinates, strict=True):
            tip = self.tr("Where the descents begin. Also by dragging on the map.")
            describe(field, self.tr("Start {0}").format(name), tip)

    def show_landscape(self, landscape: Landscape) -> None:
        """Have a field for each of the landscape's coordinates."""
        if self._landscape is None or landscape.variables != self._landscape.variables:
            self._make_coordinates(landscape.variables)
        self._landscape = landscape

    def show_start(self, start: tuple[float, ...]) -> None:
        """Show the start point."""
        self._start = start
        for field, value in zip(self.coordinates, start, strict=True):
            field.show_value(value)
        self.reset.setEnabled(self._landscape is not None and start != self._landscape.start)

    def show_undefined(self, undefined: bool) -> None:
        """Show whether no descent can begin at the start, because the loss or its slope is no number there."""
        if undefined != self._is_undefined:
            self._is_undefined = undefined
            self._write_undefined()

    def _write_undefined(self) -> None:
        words = self.tr("Here the loss or its slope is not a finite number; choose another start.")
        self._undefined.show_problem(words if self._is_undefined else "")

    def show_run(self, steps: int, seed: int) -> None:
        """Show the number of steps and the seed."""
        self.steps.show_value(steps)
        self.seed.show_value(seed)

    def _make_coordinates(self, variables: tuple[str, ...]) -> None:
        old, self._point = self._point, QWidget()
        grid = QGridLayout(self._point)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self.coordinates, self._variables = [], variables
        for place, name in enumerate(variables):
            field = NumberField()
            row, column = divmod(place, PER_ROW)
            grid.addWidget(MarkupLabel(f"<i>{escape(name)}</i>"), row, 2 * column)
            grid.addWidget(field, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
            field.valueChosen.connect(lambda value, place=place: self._choose(place, value))
            field.ended.connect(self.ended)
            self.coordinates.append(field)
        grid.addWidget(ProblemLabel(*self.coordinates), grid.rowCount(), 0, 1, 2 * PER_ROW)
        self._name_coordinates()
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(old, self._point)
        old.hide()
        old.deleteLater()

    def _choose(self, place: int, value: float) -> None:
        self.startChosen.emit((*self._start[:place], float(value), *self._start[place + 1 :]))

    def _choose_another_seed(self) -> None:
        self.ended.emit()
        self.seedChosen.emit(random.randrange(10_000))

    def _reset(self) -> None:
        if self._landscape is not None:
            self.startChosen.emit(self._landscape.start)
