"""The buttons of a dialog that writes a file, and the label for its errors."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import PlainLabel


class SaveButtons(Retranslating, QDialogButtonBox):
    """Save… and Cancel."""

    def __init__(self) -> None:
        super().__init__(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.save = self.button(QDialogButtonBox.StandardButton.Save)
        self.retranslate()

    def retranslate(self) -> None:
        self.save.setText(self.tr("Save…"))
        self.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Cancel"))


class ErrorLabel(PlainLabel):
    """A label for an error message; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(name="error", wrap=True)
        self.hide()

    def show_error(self, message: str) -> None:
        """Show what is wrong."""
        self.setText(message)
        self.show()
