"""The card of data or of a model: which one, what it amounts to, and its settings, which unfold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from optexplorer.engine.declaration import Declared, hyperparameters
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import PlainLabel, plain_tip
from optexplorer.gui.fields.setting_fields import SettingFields
from optexplorer.gui.fields.text_field import ProblemLabel

TOOL = 14
"""Size of the icon, as on a racer's card."""


class PartCard(QFrame):
    """Shows one declared part, data or model; `more` are fields below its settings."""

    kindChosen = Signal(object)
    """The id of another kind."""
    partChosen = Signal(object, str)
    """The part with another setting, and the setting's name."""
    ended = Signal()

    def __init__(self, more: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._part: Declared | None = None
        self._more = more
        self.fields: SettingFields | None = None
        self.title = PlainLabel(name="subtitle")
        self.choice = ChoiceField()
        self.choice.valueChosen.connect(self.kindChosen)
        self.unfold = IconButton("mdi6.tune-variant", TOOL)
        self.unfold.setCheckable(True)
        self.unfold.toggled.connect(self._unfold)
        self.summary = PlainLabel(name="status", wrap=True)
        self.note = PlainLabel(name="status", wrap=True)
        self.note.hide()
        self.problem = ProblemLabel()
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.choice, 0, 1)
        grid.addWidget(self.unfold, 0, 2)
        grid.addWidget(self.summary, 1, 0, 1, 3)
        grid.addWidget(self.note, 2, 0, 1, 3)
        grid.addWidget(self.problem, 3, 0, 1, 3)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 6, 8, 6)
        self._column.setSpacing(8)
        self._column.addLayout(grid)
        if more is not None:
            more.hide()
            self._column.addWidget(more)

    def offer(self, fill: Callable[[], None]) -> None:
        """Have `fill` list the kinds when the list is first opened."""
        self.choice.fill_when_asked(fill)
        if self._part is not None:
            self._show_kind()

    def show_part(self, part: Any) -> None:
        """Show `part` and its settings."""
        before, self._part = self._part, part
        if type(before) is not type(part):
            self._drop_fields()
            self._show_kind()
            self.unfold.setEnabled(bool(hyperparameters(type(part))) or self._more is not None)
            self._unfold(self.unfold.isChecked())
        if self.fields is not None:
            self.fields.show_model(part)

    def show_note(self, words: str) -> None:
        """Show what is worth knowing of the part; nothing if it is empty."""
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _show_kind(self) -> None:
        part: Any = self._part
        self.choice.show_value(part.id, localized(part.title))
        self.choice.setToolTip(plain_tip(localized(part.idea)))

    def _drop_fields(self) -> None:
        if self.fields is not None:
            self._column.removeWidget(self.fields)
            self.fields.hide()
            self.fields.deleteLater()
            self.fields = None

    def _unfold(self, on: bool) -> None:
        if on and self.fields is None and self._part is not None and hyperparameters(type(self._part)):
            self.fields = SettingFields(type(self._part))
            self.fields.modelChosen.connect(self.partChosen)
            self.fields.ended.connect(self.ended)
            self._column.insertWidget(1, self.fields)
            self.fields.show_model(self._part)
        for widget in (self.fields, self._more):
            if widget is not None:
                polish_parts(widget)
                widget.setVisible(on)


def polish_parts(whole: QWidget) -> None:
    """Have the parts of a hidden widget take their style now: Qt keeps the heights that they had without it."""
    for part in whole.findChildren(QWidget):
        part.ensurePolished()
        part.updateGeometry()
