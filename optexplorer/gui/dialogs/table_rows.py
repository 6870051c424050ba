"""The first rows of a person's table, with the columns told apart that are learned from and that is predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from optexplorer.engine.landscapes.models.data.csv_reading import Column
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.fields.labels import plain_tip

_INDEX = QModelIndex | QPersistentModelIndex
LONGEST_CELL = 200
"""Characters of a cell that are shown."""
_ROLE = Qt.ItemDataRole


class TableRows(QAbstractTableModel):
    """Rows of cells under the names of their columns."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._rows: Sequence[tuple[str, ...]] = ()
        self._numeric: frozenset[int] = frozenset()
        self._inputs: frozenset[str] = frozenset()
        self._target = ""

    def show_rows(self, columns: Sequence[Column], rows: Sequence[tuple[str, ...]]) -> None:
        """Show rows, each of which may have more or fewer cells than there are columns."""
        self.beginResetModel()
        self._names, self._rows = tuple(column.name for column in columns), rows
        self._numeric = frozenset(i for i, column in enumerate(columns) if column.kind == "numbers")
        self.endResetModel()

    def show_choice(self, inputs: Sequence[str], target: str) -> None:
        """Mark the columns that are learned from, and the one that is predicted."""
        self._inputs, self._target = frozenset(inputs), target
        self.repaint_all()

    def repaint_all(self) -> None:
        """Have everything painted anew, in the colours of the present theme."""
        if self._rows and self._names:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._names) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._names) - 1)

    def rowCount(self, parent: _INDEX = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _INDEX = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == _ROLE.DisplayRole:
            return self._names[section]
        if role == _ROLE.ToolTipRole:
            return plain_tip(self._names[section])
        return self._look(section, role)

    def data(self, index: _INDEX, role: int = _ROLE.DisplayRole) -> Any:
        if role == _ROLE.DisplayRole:
            cells = self._rows[index.row()]
            return cells[index.column()][:LONGEST_CELL] if index.column() < len(cells) else ""
        return self._look(index.column(), role)

    def _look(self, column: int, role: int) -> Any:
        if role == _ROLE.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in self._numeric else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        theme, name = window_style().theme, self._names[column]
        is_target = name == self._target
        if role == _ROLE.ForegroundRole:
            ink = theme.accent if is_target else theme.text if name in self._inputs else theme.muted
            return QColor(ink)
        if role == _ROLE.FontRole and is_target:
            font = QFont()
            font.setBold(True)
            return font
        return None
