"""A button that is only an icon; its words are its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from optexplorer.gui.desktop.icons import icon


class IconButton(QToolButton):
    """Shows an icon; its words are tooltip and accessible name."""

    def __init__(self, name: str, words: str, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.setIconSize(QSize(size, size))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_icon(name, words)

    def show_icon(self, name: str, words: str, colour: str | None = None) -> None:
        """Show another icon and words."""
        if name != self._name:
            self._name = name
            self.setIcon(icon(name, colour))
        self.setToolTip(words)
        self.setAccessibleName(words)
