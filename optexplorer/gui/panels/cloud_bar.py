"""The strip above the map while it shows a cloud: whose it is, in what its descents differ, how many, how far apart."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, SpinField
from optexplorer.gui.fields.slider import JumpSlider

MOST = 100
"""Positions of the slider of the spread, which is their square root: small spreads are chosen more finely."""


class CloudBar(Retranslating, QWidget):
    """Choices of the racer and of what differs, a number of descents and a slider of their spread."""

    racerChosen = Signal(object)
    kindChosen = Signal(object)
    countChosen = Signal(int)
    spreadChosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = PlainLabel(name="counter")
        self.racer = ChoiceField()
        self.racer.setMinimumContentsLength(7)
        self.count = SpinField(Bounds(2, 512, whole=True))
        self.count.setFixedWidth(76)
        self.kind = ChoiceField()
        self.spread_label = PlainLabel(name="counter")
        self.spread = JumpSlider()
        self.spread.setRange(1, MOST)
        self.spread.setMinimumWidth(40)
        self.spread.setMaximumWidth(110)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 4)
        row.setSpacing(6)
        for widget in (self.label, self.racer, self.count, self.kind, self.spread_label, self.spread):
            row.addWidget(widget)
        row.addStretch(1)
        self.racer.valueChosen.connect(self.racerChosen)
        self.kind.valueChosen.connect(self.kindChosen)
        self.count.valueChosen.connect(lambda count: self.countChosen.emit(int(count)))
        self.spread.valueChanged.connect(lambda place: self.spreadChosen.emit((place / MOST) ** 2))
        self._offered: tuple[str, ...] = ()
        self.retranslate()

    def retranslate(self) -> None:
        kept = self.kind.currentData() or "starts"
        self.label.setText(self.tr("Cloud of"))
        describe(self.racer, self.tr("Cloud of"), self.tr("The racer that descends many times"))
        describe(self.count, self.tr("How many descents"))
        self.kind.show_choices({"starts": self.tr("Starts"), "seeds": self.tr("Seeds")})
        self.kind.show_value(kept)
        describe(
            self.kind,
            self.tr("What differs"),
            self.tr("The starts, spread around the racer's own; or the seeds of noise and mini-batches"),
        )
        self.spread_label.setText(self.tr("Spread"))
        describe(
            self.spread,
            self.tr("Spread"),
            self.tr("Standard deviation of the starts, in half widths of the domain"),
        )

    def show_racers(self, names: Mapping[int, str], chosen: int | None) -> None:
        """Offer racers by their numbers, and show which one is chosen."""
        if tuple(names.values()) != self._offered:
            self._offered = tuple(names.values())
            self.racer.show_choices(names)
        self.racer.show_value(chosen)

    def show_cloud(self, kind: str, count: int, spread: float) -> None:
        """Show in what the descents differ, how many there are, and how far their starts are spread."""
        self.kind.show_value(kind)
        self.count.show_value(count)
        self.spread.show_position(round(MOST * spread**0.5))
        for widget in (self.spread_label, self.spread):
            widget.setVisible(kind == "starts")
