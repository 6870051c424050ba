"""Exports a whole lesson as a film, with a progress dialog."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from optexplorer.export.lesson_export import film_job
from optexplorer.export.pictures import Sheet, text_size
from optexplorer.export.video.encoders import FilmKind
from optexplorer.export.video.film_writer import write_film
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.dialogs import messages
from optexplorer.gui.dialogs.export_dialog import FOLDER
from optexplorer.gui.dialogs.film_dialog import FILTERS, Work
from optexplorer.gui.dialogs.overwriting import may_overwrite
from optexplorer.gui.fields.labels import PlainLabel
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.lessons.lesson import Lesson
from optexplorer.painting.figure import Figure
from optexplorer.painting.style import Style

SHEET = Sheet(1280, 720)
FPS = 30.0


class LessonFilm(Retranslating, QProgressDialog):
    """All scenes of `lesson` as one film, each with its heading and first sentence as the caption."""

    def __init__(self, lesson: Lesson, style: Style, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._label = PlainLabel()
        self.setLabel(self._label)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumDuration(0)
        self.setMinimumWidth(420)
        self.setAutoClose(False)
        self.setAutoReset(False)
        self.reset()
        self._lesson, self._style, self._settings = lesson, style, settings
        self.retranslate()
        self._making = LatestTask(self)
        self._making.finished.connect(lambda _: self._end())
        self._making.failed.connect(self._fail)
        self._work = Work(self)
        self._work.progressed.connect(self._show_progress)
        self.canceled.connect(self._work.cancelled.set)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Export lesson as film"))
        self._label.setText(self.tr("“{0}” becomes a film…").format(self._lesson.title))
        self.setCancelButtonText(self.tr("Cancel"))

    def ask_path(self) -> None:
        """Ask where to, and begin; or do nothing."""
        folder = self._settings.text(FOLDER, str(Path.home()))
        name = f"{self._lesson.id}.{self._lesson.language}.mp4"
        path, chosen = QFileDialog.getSaveFileName(
            self.parentWidget(), self.windowTitle(), str(Path(folder) / name), ";;".join(FILTERS.values())
        )
        if not path:
            self.deleteLater()
            return
        named = next((kind for kind in FILTERS if path.lower().endswith(f".{kind}")), None)
        by_filter: dict[str, FilmKind] = {text: kind for kind, text in FILTERS.items()}
        kind: FilmKind = named or by_filter.get(chosen, "mp4")
        target = Path(path if named else f"{path}.{kind}")
        if not may_overwrite([target], Path(path), self.parentWidget()):
            self.deleteLater()
            return
        self._settings.remember_text(FOLDER, str(target.absolute().parent))
        self.save_to(target, kind)

    def save_to(self, path: Path, kind: FilmKind) -> None:
        """Make the film off the GUI thread; cancelled, it leaves no file."""
        job = film_job(self._lesson, path, kind, SHEET, FPS, self._dress)
        work = self._work
        self.setRange(0, 1)
        self.setValue(0)
        self.show()
        self._making.run(lambda: write_film(job.film(), path, kind, work.report, work.cancelled.is_set))

    def _dress(self, sheet: Sheet, figure: Figure) -> Style:
        size = text_size(sheet.width, sheet.height, len(figure.parts))
        return replace(self._style, language=self._lesson.language, text_size=size)

    def _show_progress(self, done: int, total: int) -> None:
        if not self._work.cancelled.is_set():
            self.setMaximum(total)
            self.setValue(done)

    def _end(self) -> None:
        self.hide()
        self.deleteLater()

    def _fail(self, message: str) -> None:
        self._end()
        messages.warn(self.parentWidget(), self.windowTitle(), message)
