"""Writes the figure and the table of a study to files that the user chooses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSize, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from optexplorer.atomic_write import write_atomically
from optexplorer.export.metadata import PictureFormat
from optexplorer.export.pictures import KINDS, Sheet, kind_of
from optexplorer.export.plot_pictures import plot_picture
from optexplorer.export.presets import Preset
from optexplorer.export.tables.columns import Table
from optexplorer.export.tables.files import FORMS, can_write, foreign_files, form_of, write_table
from optexplorer.gui.dialogs.overwriting import may_overwrite
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.workers.file_thread import FileThread, reason
from optexplorer.painting.style import Style
from optexplorer.scene.plot import PlotSheet

FOLDER = "export folder"
FINE = 2.0
"""Pixels of a picture of the window's size for each pixel of the window."""
translate = QCoreApplication.translate


class StudyFiles(QObject):
    """Asks for names and writes files off the GUI thread."""

    written = Signal(str)
    """The name of a file that has been written."""
    failed = Signal(str)
    """Why a file could not be written."""

    def __init__(self, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._window = settings, window
        self._thread = FileThread(True, self)

    def ask_for_figure(
        self, sheet: PlotSheet, size: QSize, preset: Preset | None, style: Style, name: str
    ) -> None:
        """Ask where to write a picture of `sheet`: as the window shows it in `size`, or of a `preset` size."""
        kind = self._settings.text("picture kind", "png")
        path = self._ask(
            translate("StudyFiles", "Export figure"), name, KINDS, kind if kind in KINDS else "png"
        )
        if path is not None and may_overwrite([path[0]], path[1], self._window):
            self._settings.remember_text("picture kind", kind_of(path[0]))
            self.write_figure(path[0], sheet, size, preset, style)

    def write_figure(
        self, path: Path, sheet: PlotSheet, size: QSize, preset: Preset | None, style: Style
    ) -> None:
        """Write a picture of `sheet` to `path`, whose ending says of what kind."""
        kind = kind_of(path)
        self._write(path, partial(_write_figure, path, sheet, *_dressed(size, preset, style), kind))

    def ask_for_table(self, table: Callable[[], Table], name: str) -> None:
        """Ask where to write a table, which is made off the GUI thread."""
        forms = tuple(form for form in FORMS if can_write(form))
        form = self._settings.text("data form", "csv")
        path = self._ask(
            translate("StudyFiles", "Export table"), name, forms, form if form in forms else "csv"
        )
        if path is None:
            return
        beside = foreign_files(path[0], form_of(path[0]))
        if may_overwrite((path[0], *beside), path[1], self._window):
            self._settings.remember_text("data form", form_of(path[0]))
            self.write_table(path[0], table)

    def write_table(self, path: Path, table: Callable[[], Table]) -> None:
        """Write a table to `path`, whose ending says in what form."""
        form = form_of(path)
        self._write(path, lambda: write_table(table(), path, form))

    def wait(self, seconds: float) -> bool:
        """Wait at most so long for files under way; return whether all are written."""
        return self._thread.wait(seconds)

    def _ask(self, title: str, name: str, kinds: tuple[str, ...], usual: str) -> tuple[Path, Path] | None:
        """The file to write, with an ending of one of `kinds`, and the name to which the user has agreed already."""
        folder = self._settings.text(FOLDER, str(Path.home()))
        filters = {kind: f"{kind.upper()} (*.{kind})" for kind in kinds}
        given, chosen = QFileDialog.getSaveFileName(
            self._window,
            title,
            str(Path(folder) / f"{name}.{usual}"),
            ";;".join(filters.values()),
            filters[usual],
        )
        if not given:
            return None
        self._settings.remember_text(FOLDER, str(Path(given).parent))
        known = next((kind for kind, text in filters.items() if text == chosen), usual)
        named = Path(given).suffix.lower().removeprefix(".") in kinds
        return Path(given if named else f"{given}.{known}"), Path(given)

    def _write(self, path: Path, work: Callable[[], object]) -> None:
        def refuse(error: Exception) -> None:
            words = translate("StudyFiles", "{0} could not be written: {1}")
            self.failed.emit(words.format(path.name, reason(error)))

        self._thread.run(work, lambda _: self.written.emit(path.name), refuse)


def _dressed(size: QSize, preset: Preset | None, style: Style) -> tuple[Sheet, Style]:
    """The sheet of a picture, and the style that suits it."""
    if preset is None:
        return Sheet(size.width(), size.height(), FINE, 96 * FINE), style
    return Sheet(preset.width, preset.height, 1.0, preset.dpi), replace(
        style, text_size=float(preset.text_size)
    )


def _write_figure(path: Path, plots: PlotSheet, paper: Sheet, style: Style, kind: PictureFormat) -> None:
    write_atomically(path, plot_picture(plots, paper, style, kind))
