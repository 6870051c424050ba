"""Commands for landscapes made of data: choose data and a model, open or paste a table of one's own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.desktop.words import Words
from optexplorer.gui.dialogs import document_dialogs, messages
from optexplorer.gui.panels.landscape_panel import LandscapePanel
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store

MOST_PASTED = 20_000_000
"""Characters of a table on the clipboard."""


class DataCommands(QObject):
    """Opens the dialogs that make landscapes of data, each one step of undo."""

    def __init__(
        self, store: Store, edits: Edits, panel: LandscapePanel, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._store, self._edits, self._settings, self._window = store, edits, settings, window
        panel.dataAsked.connect(self.choose)
        panel.learning.tableAsked.connect(self.ask_and_open)

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what the commands do, by their ids."""
        return {
            "choose-data": lambda _: self.choose(),
            "open-data": lambda _: self.ask_and_open(),
            "paste-data": lambda _: self.paste(),
        }

    def choose(self) -> None:
        """Ask for data and a model, and descend the landscape that they make."""
        from optexplorer.gui.dialogs.choose_data_dialog import ChooseDataDialog

        present = getattr(self._store.experiment.resolve_landscape(), "definition", None)
        dialog = ChooseDataDialog(present if isinstance(present, ModelDefinition) else None, self._window)
        accepted = dialog.exec()
        own, definition = dialog.own, dialog.definition
        dialog.deleteLater()
        if not accepted:
            return
        if own == "file":
            self.ask_and_open()
        elif own == "clipboard":
            self.paste()
        elif definition is not None and definition != present:
            self._descend(definition, lambda: self.tr("Data and model"))

    def ask_and_open(self) -> None:
        """Ask for a file with a table, and open it."""
        path = document_dialogs.ask_for_table(self._settings, self._window)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Ask what is what in the table that a file holds, and learn from it."""
        self._import(path, path.name)

    def paste(self) -> None:
        """Take the table on the clipboard, as a spreadsheet puts it there."""
        text = QGuiApplication.clipboard().text()
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or len(text) > MOST_PASTED:
            messages.inform(
                self._window,
                self.tr("Paste data"),
                self.tr(
                    "There is no table on the clipboard. Copy at least two rows in a spreadsheet, then paste again."
                ),
            )
            return
        with tempfile.TemporaryDirectory(prefix="optexplorer-") as folder:
            path = Path(folder) / "pasted.txt"
            path.write_text(text, encoding="utf-8")
            self._import(path, self.tr("Clipboard"))

    def _import(self, path: Path, name: str) -> None:
        from optexplorer.gui.dialogs.table_dialog import TableDialog

        dialog = TableDialog(path, name, self._window)
        accepted = dialog.exec()
        definition = dialog.definition
        dialog.deleteLater()
        if accepted and definition is not None:
            self._descend(definition, lambda: self.tr("Open data"))

    def _descend(self, definition: ModelDefinition, label: Words) -> None:
        known = next((id for id in landscapes.catalogue_ids() if _is(definition, id)), None)
        self._edits.choose_landscape(known or definition, label)


def _is(definition: ModelDefinition, id: str) -> bool:
    """Whether the catalogue's landscape `id` is just this one, but for its words."""
    known = landscapes.get(id).definition
    if not isinstance(known, ModelDefinition):
        return False
    words = {name: getattr(known, name) for name in ("name", "lesson", "source", "scale")}
    return definition.model_copy(update=words) == known
