"""How the bytes of a table are read: encoding, delimiter, decimal mark, header; each guessed until it is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from optexplorer.engine.landscapes.models.data.csv_reading import Preview, TableOptions
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.choices import ChoiceField, SwitchField
from optexplorer.gui.fields.labels import PlainLabel, describe

ENCODINGS = {"utf-8": "UTF-8", "cp932": "CP932 (Shift_JIS)", "utf-16": "UTF-16", "cp1252": "CP1252 (Latin)"}


class TableLayoutForm(Retranslating, QWidget):
    """Shows how a table is read; `options` holds what has been chosen, the rest is guessed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.options = TableOptions()
        self.encoding, self.delimiter, self.decimal = ChoiceField(), ChoiceField(), ChoiceField()
        self.header = SwitchField()
        self._labels = {name: PlainLabel() for name in ("encoding", "delimiter", "decimal")}
        self._shown: Preview | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        for column, name in enumerate(self._labels):
            field: ChoiceField = getattr(self, name)
            field.valueChosen.connect(lambda value, name=name: self._choose(name, value))
            self._labels[name].setBuddy(field)
            grid.addWidget(self._labels[name], 0, column)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, 2)
        self.header.valueChosen.connect(lambda on: self._choose("header", on))
        grid.addWidget(self.header, 1, 3)
        grid.setColumnStretch(3, 3)
        self.retranslate()

    def retranslate(self) -> None:
        for name, text, tip in (
            ("encoding", self.tr("Encoding"), self.tr("Which bytes stand for which characters")),
            ("delimiter", self.tr("Delimiter"), self.tr("What stands between the cells of a row")),
            ("decimal", self.tr("Decimal mark"), self.tr("What stands before the decimals of a number")),
        ):
            self._labels[name].setText(text)
            describe(getattr(self, name), text, tip)
        self.header.setText(self.tr("First row holds the names"))
        describe(
            self.header, self.header.text(), self.tr("Whether the first row holds the names of the columns")
        )
        self.encoding.show_choices(ENCODINGS)
        self.delimiter.show_choices(
            {",": self.tr("Comma (,)"), ";": self.tr("Semicolon (;)"), "\t": self.tr("Tab")}
        )
        self.decimal.show_choices({".": self.tr("Point (1.5)"), ",": self.tr("Comma (1,5)")})
        if self._shown is not None:
            self.show_table(self._shown)

    def show_table(self, table: Preview) -> None:
        """Show how the table has been read."""
        self._shown = table
        self.encoding.show_value(table.encoding)
        self.delimiter.show_value(table.delimiter)
        self.decimal.show_value(table.decimal)
        self.header.show_value(table.header)

    def _choose(self, name: str, value: Any) -> None:
        self.options = replace(self.options, **{name: value})
        self.changed.emit()
