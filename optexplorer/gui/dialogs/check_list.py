"""A list in groups whose entries are ticked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

ROWS = 7
"""Entries that are seen at once."""


class CheckList(QListWidget):
    """Entries under headings; some of them are ticked."""

    chosen = Signal()
    """Another entry has been ticked, or one no longer is."""

    def __init__(self, rows: int = ROWS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(lambda _: self.chosen.emit())

    def show_entries(self, groups: Mapping[str, Mapping[str, str]], ticked: Collection[str]) -> None:
        """Show entries by heading, each with an id and a text."""
        with QSignalBlocker(self):
            self.clear()
            for heading, entries in groups.items():
                if heading:
                    title = QListWidgetItem(heading)
                    title.setFlags(Qt.ItemFlag.NoItemFlags)
                    bold = self.font()
                    bold.setBold(True)
                    title.setFont(bold)
                    self.addItem(title)
                for id, text in entries.items():
                    item = QListWidgetItem(text)
                    item.setData(Qt.ItemDataRole.UserRole, id)
                    item.setFlags(
                        Qt.ItemFlag.ItemIsEnabled
                        | Qt.ItemFlag.ItemIsUserCheckable
                        | Qt.ItemFlag.ItemIsSelectable
                    )
                    item.setCheckState(Qt.CheckState.Checked if id in ticked else Qt.CheckState.Unchecked)
                    self.addItem(item)
        first = next((item for item in self._entries() if item.checkState() is Qt.CheckState.Checked), None)
        if first is not None:
            self.scrollToItem(first, QListWidget.ScrollHint.PositionAtTop)

    @property
    def ticked(self) -> list[str]:
        """The ids of the entries that are ticked, in their order."""
        return [
            item.data(Qt.ItemDataRole.UserRole)
            for item in self._entries()
            if item.checkState() is Qt.CheckState.Checked
        ]

    def tick(self, ids: Collection[str]) -> None:
        """Tick these entries and no others."""
        with QSignalBlocker(self):
            for item in self._entries():
                ticked = item.data(Qt.ItemDataRole.UserRole) in ids
                item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.chosen.emit()

    def sizeHint(self) -> QSize:
        row = self.sizeHintForRow(0) if self.count() else 24
        return QSize(200, self._rows * row + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _entries(self) -> list[QListWidgetItem]:
        items = (self.item(row) for row in range(self.count()))
        return [item for item in items if item.data(Qt.ItemDataRole.UserRole) is not None]
