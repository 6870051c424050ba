"""The dialog that exports trajectories or a landscape as a table: its format, its columns, its file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHeaderView,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from optexplorer.atomic_write import write_atomically
from optexplorer.export.tables.columns import MOST_POINTS, Table, grid_table, race_table
from optexplorer.export.tables.files import FORMS, Form, can_write, foreign_files, write_table
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.dialogs.form_rows import FormRows, name_items
from optexplorer.gui.dialogs.overwriting import may_overwrite
from optexplorer.gui.dialogs.save_buttons import ErrorLabel, SaveButtons
from optexplorer.gui.fields.labels import PlainLabel, plain_tip
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.workers.file_thread import reason
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.style import Style
from optexplorer.scene.scene import Scene

_FOLDER = "export folder"
_SAMPLE = 12
"""Digits of a number in the first row that is shown."""


class DataDialog(Retranslating, QDialog):
    """Exports the visible racers' trajectories, whole, or the landscape on a grid."""

    def __init__(self, scene: Scene, style: Style, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._scene, self._style, self._settings = scene, style, settings
        self._making, self._writing = LatestTask(self), LatestTask(self)
        self._making.finished.connect(self._show_table)
        self._making.failed.connect(self._show_error)
        self._writing.finished.connect(self.accept)
        self._writing.failed.connect(self._show_error)
        self._table: Table | None = None
        self._row_count: int | None = None

        self.what = QComboBox()
        if scene.racer_paths:
            self.what.addItem("", "racers")
        if scene.landscape.dimension <= 2:
            self.what.addItem("", "landscape")
        self.points = QSpinBox()
        self.points.setRange(2, int(MOST_POINTS ** (1 / scene.landscape.dimension) + 1e-9))
        self.points.setValue(161)
        self.form = QComboBox()
        for form in FORMS:
            self.form.addItem("", form)
            if not can_write(form):
                self.form.model().item(self.form.count() - 1).setEnabled(False)  # type: ignore[attr-defined]
        remembered = settings.text("data form", "csv")
        usable = remembered in FORMS and can_write(remembered)
        self.form.setCurrentIndex(self.form.findData(remembered if usable else "csv"))

        self.columns = QTableWidget(0, 4)
        self.columns.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.columns.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.columns.setShowGrid(False)
        self.columns.verticalHeader().hide()
        header = self.columns.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.rows = PlainLabel(name="hint")
        self.error = ErrorLabel()
        self.buttons = SaveButtons(self)
        self.save = self.buttons.save
        self._lay_out()
        self._write_words()
        self.buttons.accepted.connect(self._ask_path)
        self.buttons.rejected.connect(self.reject)
        self.what.currentIndexChanged.connect(self._make_table)
        self.points.valueChanged.connect(self._make_table)
        self._make_table()

    def _lay_out(self) -> None:
        self._fields = form = FormRows()
        form.add(self.what, self.points, self.form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.columns, 1)
        layout.addWidget(self.rows)
        layout.addWidget(self.error)
        layout.addWidget(self.buttons)
        resize_within_screen(self, QSize(760, 520))

    def retranslate(self) -> None:
        self._style = window_style()
        self._write_words()

    def _write_words(self) -> None:
        self.setWindowTitle(self.tr("Export data"))
        name_items(
            self.what,
            {
                "racers": self.tr("Every step of the visible racers"),
                "landscape": self.tr("The landscape on a grid"),
            },
        )
        self.points.setToolTip(self.tr("Along each side of the grid"))
        parquet = "Parquet" if can_write("parquet") else self.tr("Parquet (needs pyarrow)")
        name_items(
            self.form,
            {
                "csv": self.tr("CSV, and a JSON file that says what the columns are"),
                "json": "JSON",
                "npz": self.tr("NPZ, for NumPy"),
                "parquet": parquet,
            },
        )
        self._fields.name_rows(
            {
                self.what: self.tr("Data"),
                self.points: self.tr("Points"),
                self.form: self.tr("Format"),
            }
        )
        self.columns.setHorizontalHeaderLabels(
            [self.tr("Column"), self.tr("Unit"), self.tr("Meaning"), self.tr("First row")]
        )
        self.columns.setAccessibleName(self.tr("Columns"))
        if self._table is not None:
            self._show_table(self._table)

    def _make_table(self) -> None:
        grid = self.what.currentData() == "landscape"
        self._fields.setRowVisible(self.points, grid)
        self._table = None
        self.save.setEnabled(False)
        landscape = self._scene.landscape
        if grid:
            self._making.run(partial(grid_table, landscape, self.points.value()))
            return
        names = [self._style.words(racer_path.name) for racer_path in self._scene.racer_paths]
        trajectories = [racer_path.trajectory for racer_path in self._scene.racer_paths]
        self._making.run(partial(race_table, landscape, names, trajectories))

    def _show_table(self, table: Table) -> None:
        self._table = table
        self.save.setEnabled(True)
        self.error.hide()
        self.columns.setRowCount(len(table.columns))
        rows = 0
        for row, (name, column) in enumerate(table.columns.items()):
            rows = len(column.values)
            first = column.values[0].item()
            sample = f"{first:.{_SAMPLE}g}" if isinstance(first, float) else str(first)
            for place, text in enumerate((name, column.unit, self._style.words(column.meaning), sample)):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(text))
                self.columns.setItem(row, place, item)
        self.rows.setText(self.tr("%Ln rows", "", rows))

    def _show_error(self, reason: str) -> None:
        self.error.show_error(reason)
        self.save.setEnabled(self._table is not None)

    def _ask_path(self) -> None:
        table, form = self._table, self.form.currentData()
        if table is None:
            return
        folder = self._settings.text(_FOLDER, str(Path.home()))
        suggestion = str(Path(folder) / f"{self._scene.landscape.id}.{form}")
        kind = f"{form.upper()} (*.{form})"
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), suggestion, kind)
        if name:
            self.write(Path(name), form)

    def write(self, path: Path, form: Form) -> None:
        """Write the table that is shown to `path`, or that name with the form's ending.

        It is asked first if this overwrites anything but `path` itself. The dialog closes when it is written.
        """
        table = self._table
        if table is None:
            return
        agreed = path
        if path.suffix.lower() != f".{form}":
            path = path.with_name(f"{path.name}.{form}")
        if not may_overwrite((path, *foreign_files(path, form)), agreed, self):
            return
        self.save.setEnabled(False)
        self._settings.remember_text(_FOLDER, str(path.parent))
        self._settings.remember_text("data form", form)
        self._writing.run(partial(write_table, table, path, form))

    def done(self, result: int) -> None:
        self._making.forget()
        self._writing.wait()
        super().done(result)


def export_data(scene: Scene, style: Style, settings: Settings, parent: QWidget) -> None:
    """Open the dialog that exports numbers of the scene."""
    dialog = DataDialog(scene, style, settings, parent)
    dialog.exec()
    dialog.deleteLater()


def write_file(path: str, data: bytes) -> str:
    """Write a file whole or not at all; return what went wrong, empty if nothing did."""
    try:
        write_atomically(path, data)
    except OSError as error:
        words = QCoreApplication.translate("DataDialog", "{0} could not be written: {1}")
        return words.format(path, reason(error))
    return ""
