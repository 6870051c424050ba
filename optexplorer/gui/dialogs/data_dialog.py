"""Asks where to, and writes the trajectories as CSV."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSaveFile
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from optexplorer.export.style import Style
from optexplorer.export.tables import race_csv
from optexplorer.gui.settings import Settings
from optexplorer.scene.scene import Scene


def _tr(source: str) -> str:
    return QCoreApplication.translate("DataDialog", source)


def export_data(scene: Scene, style: Style, settings: Settings, parent: QWidget) -> None:
    """Write the visible racers' trajectories, whole, to a file that the person chooses."""
    if not scene.trails:
        QMessageBox.information(parent, _tr("Export data"), _tr("There is no visible racer to export."))
        return
    folder = settings.text("export folder", str(Path.home()))
    suggestion = str(Path(folder) / f"{scene.landscape.id}.csv")
    path, _ = QFileDialog.getSaveFileName(parent, _tr("Export data"), suggestion, "CSV (*.csv)")
    if not path:
        return
    names = [style.words(trail.name) for trail in scene.trails]
    text = race_csv(names, [trail.trajectory for trail in scene.trails])
    error = write_file(path, text.encode("utf-8"))
    if error:
        QMessageBox.critical(parent, _tr("Export data"), error)
    else:
        settings.remember_text("export folder", str(Path(path).parent))


def write_file(path: str, data: bytes) -> str:
    """Write a file whole or not at all; return what went wrong, empty if nothing did."""
    file = QSaveFile(path)
    if file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit():
        return ""
    return _tr("{0} could not be written: {1}").format(path, file.errorString())
