"""A non-modal notice across the window, with buttons for the possible actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from optexplorer.gui.desktop.icons import icon
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.words import Words, written
from optexplorer.gui.fields.labels import PlainLabel, describe

_ICONS = {"error": "mdi6.alert-circle-outline", "offer": "mdi6.history", "done": "mdi6.check"}
_LASTS = 5000
"""Milliseconds for which the news that something has been done is shown."""


class NoticeBar(Retranslating, QFrame):
    """Hidden while there is nothing to say; Escape or × closes it."""

    def __init__(self, kind: Literal["error", "offer", "done"], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("kind", kind)
        self._kind = kind
        self._sign = PlainLabel()
        self.words = PlainLabel(wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setIcon(icon("mdi6.close"))
        self._close.clicked.connect(self.hide)
        self._text: Words = ""
        self._buttons: dict[QPushButton, Words] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 6, 8, 6)
        self._row.setSpacing(8)
        self._row.addWidget(self._sign)
        self._row.addWidget(self.words, 1)
        self._row.addWidget(self._close)
        self._ends = QTimer(self)
        self._ends.setSingleShot(True)
        self._ends.setInterval(_LASTS)
        self._ends.timeout.connect(self.hide)
        self._passes = kind == "done"
        self.retranslate()
        self.restyle()
        self.hide()

    def retranslate(self) -> None:
        describe(self._close, self.tr("Close this message"), self.tr("Close this message (Esc)"))
        self._write_words()

    def _write_words(self) -> None:
        text = written(self._text)
        self.words.setText(text)
        self.words.setAccessibleName(text)
        for button, label in self._buttons.items():
            button.setText(written(label))

    def restyle(self) -> None:
        roles = QPalette.ColorRole
        ink = roles.BrightText if self._kind == "error" else roles.Highlight
        self._sign.setPixmap(icon(_ICONS[self._kind], ink).pixmap(18, 18))

    def show_notice(
        self, text: Words, actions: Mapping[Words, Callable[[], None]] | None = None, *, stays: bool = False
    ) -> None:
        """Show `text` with a button per action, which closes the bar first.

        What is given as functions follows the window's language while it is shown. News pass, unless it `stays`.
        """
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._text, self._buttons = text, {}
        for label, action in (actions or {}).items():
            button = QPushButton()
            button.clicked.connect(partial(self._choose, action))
            self._row.insertWidget(self._row.count() - 1, button)
            self._buttons[button] = label
        self._write_words()
        self.show()
        self._ends.stop()
        if self._passes and not stays:
            self._ends.start()
        QAccessible.updateAccessibility(QAccessibleEvent(self.words, QAccessible.Event.Alert))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _choose(self, action: Callable[[], None]) -> None:
        self.hide()
        action()
