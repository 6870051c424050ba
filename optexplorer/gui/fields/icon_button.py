"""A button with an icon and a tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from optexplorer.gui.desktop.icons import icon


class IconButton(QToolButton):
    """Shows an icon; `labels.describe` gives it its words."""

    def __init__(self, name: str, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.setIconSize(QSize(size, size))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_icon(name)

    def show_icon(self, name: str, ink: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> None:
        """Show another icon, in a colour of the palette."""
        if name != self._name:
            self._name = name
            self.setIcon(icon(name, ink))
