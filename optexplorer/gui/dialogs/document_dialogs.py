"""Asks for the names of files, and what becomes of unsaved changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from optexplorer.experiment.files import SUFFIX
from optexplorer.gui.state.settings import Settings

_FOLDER = "experiment folder"
translate = QCoreApplication.translate


def ask_what_to_open(settings: Settings, parent: QWidget) -> Path | None:
    """Return the file that the person chooses; None if none."""
    kinds = ";;".join(
        (
            translate("DocumentDialogs", "Experiments and pictures of them")
            + f" (*{SUFFIX} *.json *.png *.svg *.pdf)",
            translate("DocumentDialogs", "All files") + " (*)",
        )
    )
    title = translate("DocumentDialogs", "Open experiment")
    name, _ = QFileDialog.getOpenFileName(parent, title, settings.text(_FOLDER, str(Path.home())), kinds)
    return _remembered(name, settings)


def ask_where_to_save(suggestion: str, settings: Settings, parent: QWidget) -> Path | None:
    """Return the file that the person chooses, with the right ending; None if none."""
    title = translate("DocumentDialogs", "Save experiment")
    kind = translate("DocumentDialogs", "Experiments") + f" (*{SUFFIX})"
    dialog = QFileDialog(parent, title, settings.text(_FOLDER, str(Path.home())), kind)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    # The dialog then asks before it overwrites the name with the ending, not the one without.
    dialog.setDefaultSuffix(SUFFIX.lstrip("."))
    dialog.selectFile(suggestion)
    name = dialog.selectedFiles()[0] if dialog.exec() else ""
    dialog.deleteLater()
    return _remembered(name, settings)


def _remembered(name: str, settings: Settings) -> Path | None:
    if not name:
        return None
    settings.remember_text(_FOLDER, str(Path(name).parent))
    return Path(name)


def ask_about_changes(
    name: str, parent: QWidget, save: Callable[[], None], discard: Callable[[], None]
) -> QMessageBox:
    """Ask whether unsaved changes are to be saved; one of the two is called, or none if the person stays."""
    box = QMessageBox(parent)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    # File names are text, not markup.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(translate("DocumentDialogs", "Save the changes to {0}?").format(name))
    box.setInformativeText(translate("DocumentDialogs", "What is not saved now will be lost."))
    buttons = {
        QMessageBox.ButtonRole.AcceptRole: translate("DocumentDialogs", "Save"),
        QMessageBox.ButtonRole.DestructiveRole: translate("DocumentDialogs", "Discard"),
        QMessageBox.ButtonRole.RejectRole: translate("DocumentDialogs", "Cancel"),
    }
    for role, text in buttons.items():
        button = box.addButton(text, role)
        if role == QMessageBox.ButtonRole.AcceptRole:
            box.setDefaultButton(button)
        if role == QMessageBox.ButtonRole.RejectRole:
            box.setEscapeButton(button)

    def answered() -> None:
        role = box.buttonRole(box.clickedButton())
        if role == QMessageBox.ButtonRole.AcceptRole:
            save()
        elif role == QMessageBox.ButtonRole.DestructiveRole:
            discard()

    box.finished.connect(answered)
    box.open()
    return box
