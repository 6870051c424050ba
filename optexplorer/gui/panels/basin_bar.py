"""The strip above the map while it shows basins: whose they are, and how much of the heights shines through."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.labels import ElidedLabel, PlainLabel, describe
from optexplorer.gui.fields.slider import JumpSlider

FAINTEST = 10
"""The lowest opacity that can be chosen, in percent."""


class BasinBar(Retranslating, QWidget):
    """A choice of the racer, a slider of the opacity, and how fine the map is."""

    racerChosen = Signal(object)
    opacityChosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = PlainLabel(name="counter")
        self.racer = ChoiceField()
        self.racer.setMinimumContentsLength(11)
        self.opacity_label = PlainLabel(name="counter")
        self.opacity = JumpSlider()
        self.opacity.setRange(FAINTEST, 100)
        self.opacity.setMinimumWidth(40)
        self.opacity.setMaximumWidth(110)
        self.status = ElidedLabel(name="counter", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 4)
        row.setSpacing(6)
        for widget in (self.label, self.racer, self.opacity_label, self.opacity):
            row.addWidget(widget)
        row.addWidget(self.status, 1)
        self.racer.valueChosen.connect(self.racerChosen)
        self.opacity.valueChanged.connect(lambda percent: self.opacityChosen.emit(percent / 100))
        self._offered: tuple[str, ...] = ()
        self.retranslate()

    def retranslate(self) -> None:
        self.label.setText(self.tr("Basins of"))
        describe(self.racer, self.tr("Basins of"), self.tr("The racer whose basins are shown"))
        self.opacity_label.setText(self.tr("Opacity"))
        describe(self.opacity, self.tr("Opacity of the basin map"))

    def show_racers(self, names: Mapping[int, str], chosen: int | None) -> None:
        """Offer racers by their numbers, and show which one is chosen."""
        if tuple(names.values()) != self._offered:
            self._offered = tuple(names.values())
            self.racer.show_choices(names)
        self.racer.show_value(chosen)

    def show_opacity(self, opacity: float) -> None:
        """Show how opaque the map is, from 0 to 1."""
        self.opacity.show_position(round(100 * opacity))

    def show_resolution(self, columns: int, rows: int, *, growing: bool) -> None:
        """Say how many starts there are, and whether more are on their way."""
        text = f"{columns} × {rows}" + (" …" if growing else "")
        if text != self.status.text():
            self.status.setText(text)
