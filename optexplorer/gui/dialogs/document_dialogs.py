"""Dialogs about documents: file names, unsaved changes, files that another program has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from optexplorer.engine.landscapes.models.data.base import TABLE_SUFFIXES
from optexplorer.experiment.files import SUFFIX
from optexplorer.gui.state.settings import Settings

_FOLDER = "experiment folder"
_Role = QMessageBox.ButtonRole
translate = QCoreApplication.translate


class Choice(NamedTuple):
    """A button of a question, and what happens when it is pressed."""

    role: QMessageBox.ButtonRole
    text: str
    action: Callable[[], object] = lambda: None


def ask_what_to_open(settings: Settings, parent: QWidget) -> Path | None:
    """Return the file that the user chooses; None if none."""
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


def ask_for_table(settings: Settings, parent: QWidget) -> Path | None:
    """Return the file with a table of data that the user chooses; None if none."""
    endings = " ".join(f"*{suffix}" for suffix in TABLE_SUFFIXES)
    kinds = ";;".join(
        (
            translate("DocumentDialogs", "Tables of data") + f" ({endings})",
            translate("DocumentDialogs", "All files") + " (*)",
        )
    )
    title = translate("DocumentDialogs", "Open data")
    name, _ = QFileDialog.getOpenFileName(parent, title, settings.text(_FOLDER, str(Path.home())), kinds)
    return _remembered(name, settings)


def ask_where_to_save(suggestion: str, settings: Settings, parent: QWidget, title: str = "") -> Path | None:
    """Return the file that the user chooses, with the right ending; None if none."""
    title = title or translate("DocumentDialogs", "Save experiment")
    kind = translate("DocumentDialogs", "Experiments") + f" (*{SUFFIX})"
    folder = settings.text(_FOLDER, str(Path.home()))
    return _remembered(ask_new_file(parent, title, folder, kind, suggestion, SUFFIX), settings)


def ask_new_file(parent: QWidget, title: str, folder: str, kind: str, suggestion: str, suffix: str) -> str:
    """Return the name of a file to write, with `suffix` if the user gives it no ending; empty if none is chosen."""
    dialog = QFileDialog(parent, title, folder, kind)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    # The dialog then asks before it overwrites the name with the ending, not the one without.
    dialog.setDefaultSuffix(suffix.lstrip("."))
    dialog.selectFile(suggestion)
    name = dialog.selectedFiles()[0] if dialog.exec() else ""
    dialog.deleteLater()
    return name


def _remembered(name: str, settings: Settings) -> Path | None:
    if not name:
        return None
    settings.remember_text(_FOLDER, str(Path(name).parent))
    return Path(name)


def ask_about_changes(
    name: str,
    aside: bool,
    parent: QWidget,
    save: Callable[[], object],
    discard: Callable[[], object],
) -> QMessageBox:
    """Ask whether unsaved changes are to be saved; one of the two is called, or none if the user stays.

    Parameters
    ----------
    aside : whether the changes are those of an experiment that a lesson has set aside
    """
    information = translate("DocumentDialogs", "What is not saved now will be lost.")
    if aside:
        about = translate(
            "DocumentDialogs", "This is your own experiment from before the lesson, not the lesson's scene."
        )
        information = f"{about}\n{information}"
    question = translate("DocumentDialogs", "Save the changes to {0}?").format(name)
    saving = Choice(_Role.AcceptRole, translate("DocumentDialogs", "Save"), save)
    return _ask_to_save(question, information, saving, discard, parent)


def ask_about_scene(
    parent: QWidget, save: Callable[[], object], discard: Callable[[], object]
) -> QMessageBox:
    """Ask whether a landscape that was made in a lesson's scene is to be saved; one is called, or none if the user stays."""
    question = translate("DocumentDialogs", "Save the landscape that you made in the lesson's scene?")
    information = translate("DocumentDialogs", "What is not saved now will be lost.")
    saving = Choice(_Role.AcceptRole, translate("DocumentDialogs", "Save as…"), save)
    return _ask_to_save(question, information, saving, discard, parent)


def ask_about_changed_file(
    name: str,
    parent: QWidget,
    overwrite: Callable[[], object],
    save_elsewhere: Callable[[], object],
    reload: Callable[[], object] | None,
) -> QMessageBox:
    """Ask what becomes of a file that another program, or another window, has changed; one is called, or none.

    Parameters
    ----------
    reload : None where the file's document is no longer on the screen
    """
    choices = [
        Choice(_Role.AcceptRole, translate("DocumentDialogs", "Save as…"), save_elsewhere),
        Choice(_Role.DestructiveRole, translate("DocumentDialogs", "Overwrite"), overwrite),
        Choice(_Role.RejectRole, translate("DocumentDialogs", "Cancel")),
    ]
    information = translate("DocumentDialogs", "Overwriting loses what the other program wrote.")
    if reload is not None:
        choices.insert(
            2, Choice(_Role.DestructiveRole, translate("DocumentDialogs", "Reload the file"), reload)
        )
        information += " " + translate("DocumentDialogs", "Reloading loses your unsaved changes.")
    return _ask(
        translate(
            "DocumentDialogs", "{0} was changed by another program or window after it was opened here."
        ).format(name),
        information,
        choices,
        parent,
    )


def _ask_to_save(
    question: str, information: str, saving: Choice, discard: Callable[[], object], parent: QWidget
) -> QMessageBox:
    discarding = Choice(_Role.DestructiveRole, translate("DocumentDialogs", "Discard"), discard)
    cancelling = Choice(_Role.RejectRole, translate("DocumentDialogs", "Cancel"))
    return _ask(question, information, (saving, discarding, cancelling), parent)


def _ask(text: str, information: str, choices: Sequence[Choice], parent: QWidget) -> QMessageBox:
    """Show a question over the window, which does not wait for the answer; the first choice is the usual one."""
    box = QMessageBox(parent)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(information)
    buttons = [box.addButton(choice.text, choice.role) for choice in choices]
    box.setDefaultButton(buttons[0])
    box.setEscapeButton(buttons[-1])

    def answered() -> None:
        clicked = box.clickedButton()
        chosen = next(
            (choice for choice, button in zip(choices, buttons, strict=True) if button is clicked), None
        )
        (chosen or choices[-1]).action()

    box.finished.connect(answered)
    box.open()
    return box
