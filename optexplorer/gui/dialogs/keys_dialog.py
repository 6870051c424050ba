"""The list of all keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from optexplorer.gui.actions.commands import COMMANDS, RACER_KEYS, translated

WIDEST = 190
"""Width of what is said of a key, in pixels; more than that goes on in a second line."""


class KeysDialog(QDialog):
    """Shows the keys of all commands by their groups, and what the mouse does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard"))
        columns = QHBoxLayout()
        columns.setSpacing(28)
        own = {"Racers": self.tr("Racers"), "Mouse": self.tr("Mouse")}
        for groups in (
            ("File", "Help", "Mouse"),
            ("Playback", "Edit"),
            ("View", "Racers"),
            ("Lesson", "Present"),
        ):
            column = QVBoxLayout()
            column.setSpacing(6)
            for group in groups:
                column.addWidget(self._heading(own.get(group) or translated(group)))
                column.addLayout(self._table(self._rows(group)))
                column.addSpacing(8)
            column.addStretch(1)
            columns.addLayout(column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.addLayout(columns)
        layout.addWidget(buttons)

    def _rows(self, group: str) -> list[tuple[str, str]]:
        if group == "Racers":
            return [(RACER_KEYS, self.tr("Show or hide a racer"))]
        if group == "Mouse":
            return [
                (self.tr("Click, drag on the map"), self.tr("Move the start")),
                (self.tr("Wheel"), self.tr("Zoom")),
                (self.tr("Shift + drag"), self.tr("Pan")),
                (self.tr("Drag on the surface"), self.tr("Turn the camera")),
                (self.tr("Shift + arrow keys"), self.tr("Turn the camera, if the surface has the focus")),
                (self.tr("Double click"), self.tr("Reset camera and zoom")),
            ]
        native = QKeySequence.SequenceFormat.NativeText
        return [
            (
                "   ".join(QKeySequence(keys).toString(native) for keys in command.keys if keys != ";"),
                translated(command.text).rstrip("…"),
            )
            for command in COMMANDS
            if command.group == group and command.keys
        ]

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setObjectName("sectionTitle")
        return label

    def _table(self, rows: list[tuple[str, str]]) -> QGridLayout:
        table = QGridLayout()
        table.setHorizontalSpacing(16)
        table.setVerticalSpacing(4)
        for number, (keys, text) in enumerate(rows):
            key = QLabel(keys)
            key.setObjectName("keyCap")
            table.addWidget(key, number, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            words = QLabel(text)
            if words.sizeHint().width() > WIDEST:
                words.setWordWrap(True)
                words.setFixedWidth(WIDEST)
            table.addWidget(words, number, 1)
        table.setColumnStretch(1, 1)
        return table
