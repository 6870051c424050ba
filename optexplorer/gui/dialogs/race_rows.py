"""The racers of a fair race: how far each has come, and how it has done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from optexplorer.gui.dialogs.best_values import Dot
from optexplorer.gui.fields.labels import ElidedLabel, PlainLabel


class RaceRow(NamedTuple):
    """A racer: its colour and name, its result in a word, and below them its settings or what it waits for."""

    number: int
    colour: str
    name: str
    result: str
    more: str
    tip: str


class RaceRows(QWidget):
    """Shows two lines for each racer, in the order in which they are given."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[RaceRow, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(2, 1)
        self._labels: list[tuple[PlainLabel, Dot, ElidedLabel, PlainLabel, PlainLabel]] = []

    def show_rows(self, rows: Sequence[RaceRow]) -> None:
        """Show these rows."""
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        while len(self._labels) < len(rows):
            self._add()
        while len(self._labels) > len(rows):
            for widget in self._labels.pop():
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        for place, (row, labels) in enumerate(zip(rows, self._labels, strict=True), 1):
            rank, dot, name, result, more = labels
            rank.setText(str(place))
            dot.show_colour(row.colour)
            for label, text in ((name, row.name), (result, row.result), (more, row.more)):
                label.setText(text)
                label.setToolTip(row.tip)
            # What a screen reader is told.
            name.setAccessibleName(f"{place}. {row.name}: {row.result}, {row.more}")

    def _add(self) -> None:
        row = 2 * len(self._labels)
        labels = PlainLabel(), Dot(""), ElidedLabel(), PlainLabel(), PlainLabel(name="status", wrap=True)
        rank, dot, name, result, more = labels
        result.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        more.setContentsMargins(0, 0, 0, 6)
        self._grid.addWidget(rank, row, 0)
        self._grid.addWidget(dot, row, 1)
        self._grid.addWidget(name, row, 2)
        self._grid.addWidget(result, row, 3)
        self._grid.addWidget(more, row + 1, 2, 1, 2)
        self._labels.append(labels)
