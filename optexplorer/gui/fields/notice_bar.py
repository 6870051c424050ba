"""A line across the window that says something and offers what can be done about it; nothing waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from optexplorer.gui.desktop.icons import icon
from optexplorer.scene.palette import Theme

_ICONS = {"error": "mdi6.alert-circle-outline", "offer": "mdi6.history", "done": "mdi6.check"}
_LASTS = 5000
"""Milliseconds for which the news that something has been done is shown."""


class NoticeBar(QFrame):
    """Hidden while there is nothing to say; Escape or × closes it."""

    def __init__(
        self, kind: Literal["error", "offer", "done"], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("kind", kind)
        sign = QLabel()
        ink = theme.danger if kind == "error" else theme.accent
        sign.setPixmap(icon(_ICONS[kind], ink).pixmap(18, 18))
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setIcon(icon("mdi6.close", theme.text))
        self._close.setToolTip(self.tr("Close this message (Esc)"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(self.hide)
        self._buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 6, 8, 6)
        self._row.setSpacing(8)
        self._row.addWidget(sign)
        self._row.addWidget(self.words, 1)
        self._row.addWidget(self._close)
        self._ends = QTimer(self)
        self._ends.setSingleShot(True)
        self._ends.setInterval(_LASTS)
        self._ends.timeout.connect(self.hide)
        self._passes = kind == "done"
        self.hide()

    def show_notice(self, text: str, actions: Mapping[str, Callable[[], None]] | None = None) -> None:
        """Show `text` with a button per action, which closes the bar first."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for label, action in (actions or {}).items():
            button = QPushButton(label)
            button.clicked.connect(partial(self._choose, action))
            self._row.insertWidget(self._row.count() - 1, button)
            self._buttons.append(button)
        self.words.setText(text)
        self.words.setAccessibleName(text)
        self.show()
        if self._passes:
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
