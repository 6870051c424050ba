"""How examples are prepared: standardised or not, and which of them are held out from learning."""

from __future__ import annotations

import random

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.choices import SwitchField
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, NumberField
from optexplorer.gui.fields.range_slider import RangeSlider
from optexplorer.gui.fields.setting_fields import CAPTION_WIDTH, NUMBER_WIDTH
from optexplorer.gui.fields.text_field import ProblemLabel
from optexplorer.gui.panels.learning_words import LearningWords

MOST_HELD_OUT = 90
"""Per cent of the examples."""
LARGEST_SPLIT = 9999


class SplitFields(Retranslating, QWidget):
    """Shows and asks for standardisation and the part that is held out."""

    standardiseChosen = Signal(bool)
    heldOutChosen = Signal(float)
    """The share of the examples, from 0 to 0.9."""
    splitChosen = Signal(int)
    """The seed of the choice of these examples."""
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._landscape: ModelLandscape | None = None
        self.standardise = SwitchField()
        self.standardise.valueChosen.connect(self.standardiseChosen.emit)
        self.held_out_slider = RangeSlider(0, MOST_HELD_OUT)
        self.held_out_slider.valueDragged.connect(lambda value: self._choose_share(round(value)))
        self.held_out = NumberField(bounds=Bounds(0, MOST_HELD_OUT))
        self.held_out.valueChosen.connect(self._choose_share)
        self.split = NumberField(bounds=Bounds(0, LARGEST_SPLIT, whole=True))
        self.split.valueChosen.connect(self.splitChosen.emit)
        self.dice = IconButton("mdi6.dice-5-outline")
        self.dice.clicked.connect(self._split_anew)
        for field in (self.held_out_slider, self.held_out, self.split):
            field.ended.connect(self.ended)
        self.held_out.setFixedWidth(NUMBER_WIDTH)
        self.split.setFixedWidth(NUMBER_WIDTH)
        self._held_out_label, self._split_label = PlainLabel(wrap=True), PlainLabel(wrap=True)
        for label in (self._held_out_label, self._split_label):
            label.setFixedWidth(CAPTION_WIDTH)
        splitting = QHBoxLayout()
        splitting.setSpacing(4)
        splitting.addStretch(1)
        splitting.addWidget(self.dice)
        splitting.addWidget(self.split)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.standardise, 0, 0, 1, 3)
        grid.addWidget(self._held_out_label, 1, 0)
        grid.addWidget(self.held_out_slider, 1, 1)
        grid.addWidget(self.held_out, 1, 2)
        grid.addWidget(self._split_label, 2, 0)
        grid.addLayout(splitting, 2, 1, 1, 2)
        grid.addWidget(ProblemLabel(self.held_out, self.split), 3, 0, 1, 3)
        self.retranslate()

    def retranslate(self) -> None:
        self.standardise.setText(self.tr("Standardise the inputs"))
        self._held_out_label.setText(self.tr("Held out %"))
        held_out = self.tr("Percentage of the examples that are kept from learning, to test what was learned")
        for field in (self.held_out_slider, self.held_out):
            describe(field, self.tr("Held out %"), held_out)
        self._split_label.setText(self.tr("Split seed"))
        describe(self.split, self.tr("Split seed"), self.tr("Which examples are held out"))
        describe(self.dice, self.tr("Another split"))
        self._describe_standardising()

    def _describe_standardising(self) -> None:
        tip = self.tr(
            "z = (x − mean)/std for each input, with mean and standard deviation of the examples to learn from"
        )
        landscape = self._landscape
        if landscape is not None and landscape.standardisation is not None:
            tip = "\n".join(
                (tip, LearningWords().standardisation_words(landscape.data, landscape.standardisation))
            )
        describe(self.standardise, self.tr("Standardise the inputs"), tip)

    def show_landscape(self, landscape: ModelLandscape) -> None:
        """Show how the examples of `landscape` are prepared."""
        self._landscape = landscape
        definition = landscape.definition
        self.standardise.show_value(definition.standardise)
        # Per cent of what is a fraction in the file: without the dust of binary fractions.
        share = round(100 * definition.held_out, 6)
        self.held_out.show_value(share)
        self.held_out_slider.show_value(share)
        self.split.show_value(definition.split_seed)
        for field in (self.split, self.dice):
            field.setEnabled(definition.held_out > 0)
        self._describe_standardising()

    def _choose_share(self, per_cent: float) -> None:
        self.heldOutChosen.emit(per_cent / 100)

    def _split_anew(self) -> None:
        self.ended.emit()
        present = self._landscape.definition.split_seed if self._landscape is not None else 0
        self.splitChosen.emit((present + random.randrange(1, LARGEST_SPLIT)) % (LARGEST_SPLIT + 1))
