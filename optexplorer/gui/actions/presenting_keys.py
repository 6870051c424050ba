"""Keys that show and hide racers, and the keys that work only while presenting."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.controllers.presenting import Presenting
from optexplorer.gui.fields.text_field import commit_typed


class PresentingKeys:
    """Alt+1 to Alt+9 toggle racers at any time; while presenting, 1 to 9 do so too, and Escape ends presenting."""

    def __init__(self, presenting: Presenting, edits: Edits, window: QWidget) -> None:
        # While not presenting, Escape belongs to the fields: it takes back what is being typed.
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
        escape.activated.connect(lambda: presenting.present(False))
        self._shortcuts = [escape]
        for number in range(9):
            # Plain digits only while presenting: otherwise they are the beginning of a number for some field.
            always, plain = QShortcut(f"Alt+{number + 1}", window), QShortcut(f"{number + 1}", window)
            self._shortcuts.append(plain)
            for shortcut in (always, plain):
                shortcut.activated.connect(commit_typed)
                shortcut.activated.connect(partial(edits.toggle_racer, number))

    def set_enabled(self, on: bool) -> None:
        """Enable or disable the keys that work only while presenting."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(on)
