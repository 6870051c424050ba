"""The panel for start, number of steps and seed."""

from __future__ import annotations

import random

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.experiment.experiment import MOST_STEPS
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, NumberField, SpinField
from optexplorer.gui.fields.section_header import SectionHeader
from optexplorer.gui.fields.text_field import ProblemLabel
from optexplorer.gui.panels.start_point import StartPoint

LARGEST_SEED = 2**63 - 1


class StartPanel(Retranslating, QWidget):
    """Shows start point, steps and seed."""

    startChosen = Signal(tuple)
    stepsChosen = Signal(int)
    # Not int: Qt's has 32 bits.
    seedChosen = Signal(object)
    initialSeedChosen = Signal(str, int)
    """The setting of the model that is the seed of its initial values, and its new value."""
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._landscape: Landscape | None = None
        self._start: tuple[float, ...] = ()
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

        self._point: QWidget = QWidget()
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
        self._write_undefined()

    @property
    def coordinates(self) -> list[NumberField]:
        """The fields of the start's coordinates: of many, of the first few."""
        return self._point.coordinates if isinstance(self._point, StartPoint) else []

    def show_landscape(self, landscape: Landscape) -> None:
        """Have fields for the landscape's coordinates."""
        if landscape is self._landscape:
            return
        same = self._landscape is not None and landscape.variables == self._landscape.variables
        self._landscape = landscape
        if same and isinstance(self._point, StartPoint):
            self._point.show_landscape(landscape)
        else:
            self._make_point(landscape)

    def show_start(self, start: tuple[float, ...]) -> None:
        """Show the start point."""
        self._start = start
        if isinstance(self._point, StartPoint):
            self._point.show_start(start)
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

    def _make_point(self, landscape: Landscape) -> None:
        old, self._point = self._point, StartPoint(landscape)
        self._point.coordinateChosen.connect(self._choose)
        self._point.seedChosen.connect(self.initialSeedChosen)
        self._point.ended.connect(self.ended)
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
