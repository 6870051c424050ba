"""The buttons of dialogs, with the project's own words, and the label for errors of dialogs that write a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import PlainLabel


class DialogButtons(Retranslating, QDialogButtonBox):
    """Standard buttons with words of their own, which Qt's own words must not replace when the language changes.

    Parameters
    ----------
    parent : the dialog; from the first on it must be there, because its style sheet says that buttons have no icons
    words : returns the buttons' words in the window's language
    """

    def __init__(
        self, parent: QWidget, words: Callable[[], Mapping[QDialogButtonBox.StandardButton, str]]
    ) -> None:
        super().__init__(parent)
        self._words = words
        for button in words():
            self.addButton(button)
        self.retranslate()

    def retranslate(self) -> None:
        for button, text in self._words().items():
            self.button(button).setText(text)


class SaveButtons(DialogButtons):
    """Save… and Cancel."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, self._save_words)
        self.save = self.button(QDialogButtonBox.StandardButton.Save)

    def _save_words(self) -> dict[QDialogButtonBox.StandardButton, str]:
        buttons = QDialogButtonBox.StandardButton
        return {buttons.Save: self.tr("Save…"), buttons.Cancel: self.tr("Cancel")}


class ErrorLabel(PlainLabel):
    """A label for an error message; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(name="error", wrap=True)
        self.hide()

    def show_error(self, message: str) -> None:
        """Show what is wrong."""
        self.setText(message)
        self.show()
