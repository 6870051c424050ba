"""Asks before overwriting files that the system's file dialog has not asked about.

That dialog asks about the name as it was typed. A name that gets its ending later, or that brings a second file with it,
is another file.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def may_overwrite(paths: Iterable[Path], agreed: Path, parent: QWidget | None) -> bool:
    """Return whether all of `paths` may be written, asking about those that exist.

    Parameters
    ----------
    agreed : the file that the user has already agreed to overwrite, if it exists
    """
    existing = [path for path in paths if path != agreed and path.exists()]
    if not existing:
        return True
    translate = QCoreApplication.translate
    names = "\n".join(str(path) for path in existing)
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(translate("Overwriting", "This exists already and will be overwritten:\n{0}").format(names))
    overwrite = box.addButton(translate("Overwriting", "Overwrite"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(translate("Overwriting", "Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    chosen = box.clickedButton() is overwrite
    box.deleteLater()
    return chosen
