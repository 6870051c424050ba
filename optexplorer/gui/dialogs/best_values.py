"""A list of racers with the best value that a study has found for each, and buttons that take them over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import ElidedLabel, PlainLabel, describe


class BestRow(NamedTuple):
    """One row: the racer's number, colour and name, its value in words, and whether it has that value already."""

    number: int
    colour: str
    name: str
    value: str
    tip: str
    adopted: bool
    found: bool


class Dot(QWidget):
    """A dot in a racer's colour."""

    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self.setFixedSize(QSize(12, 12))

    def show_colour(self, colour: str) -> None:
        """Take another colour."""
        if colour != self._colour:
            self._colour = colour
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colour))
            painter.drawEllipse(QRectF(1, 1, 10, 10))


class BestValues(Retranslating, QWidget):
    """Shows a row for each racer."""

    adoptAsked = Signal(int)
    """The number of a racer that is to get its best value."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[BestRow, ...] = ()
        self.buttons: dict[int, QPushButton] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def retranslate(self) -> None:
        for row in self._rows:
            button = self.buttons[row.number]
            button.setText(self.tr("Adopted") if row.adopted else self.tr("Adopt"))
            describe(button, self.tr("{0}: adopt {1}").format(row.name, row.value))

    def show_rows(self, rows: Sequence[BestRow]) -> None:
        """Show these rows; widgets stay where racers do, so that a button keeps the keyboard."""
        if tuple(rows) == self._rows:
            return
        before, self._rows = self._rows, tuple(rows)
        if [row[:3] for row in before] != [row[:3] for row in rows]:
            self._rebuild()
        for place, row in enumerate(rows):
            item = self._grid.itemAtPosition(place, 2)
            label = None if item is None else item.widget()
            assert isinstance(label, PlainLabel)
            label.setText(row.value)
            label.setToolTip(row.tip)
            self.buttons[row.number].setEnabled(row.found and not row.adopted)
        self.retranslate()

    def _rebuild(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = {}
        for place, row in enumerate(self._rows):
            button = QPushButton()
            button.setAutoDefault(False)
            button.clicked.connect(partial(self.adoptAsked.emit, row.number))
            self.buttons[row.number] = button
            self._grid.addWidget(Dot(row.colour), place, 0)
            self._grid.addWidget(ElidedLabel(row.name), place, 1)
            value = PlainLabel()
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(value, place, 2)
            self._grid.addWidget(button, place, 3)
