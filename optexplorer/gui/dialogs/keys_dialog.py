"""The dialog that lists all keyboard shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from optexplorer.gui.actions.commands import COMMANDS, PRESENTING_RACER_KEYS, RACER_KEYS, translated
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.fields.labels import PlainLabel

WIDEST = 190
"""Width of what is said of a key, in pixels; more than that goes on in a second line."""


class KeysDialog(Retranslating, QDialog):
    """Shows the keys of all commands by their groups, and what the mouse does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._close = buttons.button(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(24, 20, 24, 16)
        self._layout.addWidget(self._area)
        self._layout.addWidget(buttons)
        lists = self._write_lists()
        # All of the lists, where the screen has the room.
        margins, foot = self._layout.contentsMargins(), buttons.sizeHint()
        across = margins.left() + margins.right() + self._area.verticalScrollBar().sizeHint().width()
        down = margins.top() + margins.bottom() + foot.height() + 2 * self._layout.spacing()
        resize_within_screen(self, lists.sizeHint() + QSize(across, down))

    def retranslate(self) -> None:
        self._write_lists()

    def _write_lists(self) -> QWidget:
        """Write everything in the window's language, and return the lists."""
        self.setWindowTitle(self.tr("Keyboard"))
        self._close.setText(self.tr("Close"))
        # The lists before are deleted by the area.
        lists = self._make_lists()
        self._area.setWidget(lists)
        return lists

    def _make_lists(self) -> QWidget:
        lists = QWidget()
        columns = QHBoxLayout(lists)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(28)
        own = {"Racers": self.tr("Racers"), "Mouse": self.tr("Mouse")}
        for groups in (
            ("File", "Help", "Mouse"),
            ("Playback", "Edit"),
            ("View", "Racers"),
            ("Explore", "Lesson", "Present"),
        ):
            column = QVBoxLayout()
            column.setSpacing(6)
            for group in groups:
                column.addWidget(PlainLabel(own.get(group) or translated(group), "sectionTitle"))
                column.addLayout(self._table(self._rows(group)))
                column.addSpacing(8)
            column.addStretch(1)
            columns.addLayout(column)
        return lists

    def _rows(self, group: str) -> list[tuple[str, str]]:
        if group == "Racers":
            return [
                (RACER_KEYS, self.tr("Show or hide a racer")),
                (PRESENTING_RACER_KEYS, self.tr("The same, while presenting")),
            ]
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

    def _table(self, rows: list[tuple[str, str]]) -> QGridLayout:
        table = QGridLayout()
        table.setHorizontalSpacing(16)
        table.setVerticalSpacing(4)
        for number, (keys, text) in enumerate(rows):
            key = PlainLabel(keys, "keyCap")
            table.addWidget(key, number, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            words = PlainLabel(text)
            if words.sizeHint().width() > WIDEST:
                words.setWordWrap(True)
                words.setFixedWidth(WIDEST)
            table.addWidget(words, number, 1)
        table.setColumnStretch(1, 1)
        return table
