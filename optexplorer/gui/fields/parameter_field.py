"""A field for one of many parameters, found by typing a part of its name."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QWidget

from optexplorer.catalogue import nearest
from optexplorer.gui.fields.text_field import TextField

MOST_OFFERED = 5_000
"""Names that are offered while one types; of more parameters, only these."""


class ParameterField(TextField):
    """Shows a parameter's name and takes a name or a number from 0; while one types, names with these letters are offered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._names: tuple[str, ...] = ()
        self._model = QStringListModel(self)
        completer = QCompleter(self._model, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        completer.activated.connect(self._take)
        self.setCompleter(completer)

    def show_names(self, names: tuple[str, ...]) -> None:
        """Offer other parameters."""
        if names != self._names:
            self._names = names
            self._model.setStringList(list(names[:MOST_OFFERED]))
            self._value = None

    def words(self, value: int) -> str:
        return self._names[value] if value < len(self._names) else str(value)

    def read(self, text: str) -> int:
        name = text.strip()
        if name in self._names:
            return self._names.index(name)
        if name.isdecimal() and int(name[:9]) < len(self._names):
            return int(name[:9])
        near = nearest(name, list(self._names[:MOST_OFFERED]))
        right = near or (self._names[0] if self._names else "0")
        raise ValueError(
            self.tr("There is no parameter “{0}”. Right would be, for example, {1}.").format(name, right)
        )

    def _take(self, name: str) -> None:
        self.setText(name)
        self.setModified(True)
        self.commit()
