"""The dialog that exports a film: its contents and motion, a preview of its frames, its file."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from optexplorer.export.video.encoders import FilmKind
from optexplorer.export.video.film import ComputedSegment, Film
from optexplorer.export.video.film_writer import check_target, estimated_size, write_film
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.dialogs.export_dialog import FOLDER
from optexplorer.gui.dialogs.figure_form import FigureForm
from optexplorer.gui.dialogs.motion_form import MotionForm
from optexplorer.gui.dialogs.overwriting import may_overwrite
from optexplorer.gui.dialogs.preview import Preview
from optexplorer.gui.dialogs.save_buttons import ErrorLabel, SaveButtons
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed

REPORT = 0.05
"""Seconds between two reports of progress."""
CALM = 500
"""Milliseconds without a change after which the size is estimated."""
FILTERS: dict[FilmKind, str] = {
    "mp4": "MP4 (*.mp4)",
    "webm": "WebM (*.webm)",
    "gif": "GIF (*.gif)",
    "apng": "APNG (*.apng *.png)",
}


class Work(QObject):
    """One film in the making, seen from the thread that makes it."""

    progressed = Signal(int, int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cancelled = threading.Event()
        self._reported = 0.0
        application = QCoreApplication.instance()
        assert application is not None
        # The program does not wait for a film; in the moment that is left, its unfinished file is removed.
        application.aboutToQuit.connect(self.cancel)

    def cancel(self) -> None:
        """Make no more of it."""
        self.cancelled.set()

    def report(self, done: int, total: int) -> None:
        """Report progress to the window, at most a few times a second."""
        now = time.monotonic()
        if done == total or now - self._reported > REPORT:
            self._reported = now
            self.progressed.emit(done, total)


class FilmDialog(Retranslating, QDialog):
    """Exports the descent as a film."""

    def __init__(
        self,
        computed: Computed,
        style: Style,
        settings: Settings,
        view: str,
        speed: float,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._size_words = "…"
        self._computed, self._settings = computed, settings
        self.form = FigureForm(computed.resolved(), style, view, film=True)
        self.motion = MotionForm(computed.length, speed, settings.text("film kind", "mp4"))
        self.preview = Preview(self._previewed, self._size)
        self.place = QSlider(Qt.Orientation.Horizontal)
        self._film: Film | None = None
        self._work: Work | None = None
        self._making, self._estimating = LatestTask(self), LatestTask(self)
        self._making.finished.connect(self._end)
        self._making.failed.connect(self._fail)
        self._estimating.finished.connect(self._show_estimate)
        self._overtaken = threading.Event()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM)
        self._calm.timeout.connect(self._estimate)

        self.facts = PlainLabel(name="hint")
        self.error = ErrorLabel()
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.progress.hide()
        self.buttons = SaveButtons(self)
        self.save = self.buttons.save
        self._lay_out()
        self.buttons.accepted.connect(self._ask_path)
        self.buttons.rejected.connect(self.reject)
        self.form.changed.connect(self._refresh)
        self.motion.changed.connect(self._refresh)
        self.place.valueChanged.connect(self.preview.refresh)
        self.preview.failed.connect(self.error.show_error)
        self.retranslate()
        self._refresh()
        self.place.setValue(self.place.maximum() // 2)

    def _lay_out(self) -> None:
        fields = QWidget()
        left = QVBoxLayout(fields)
        left.setContentsMargins(0, 0, 12, 0)
        left.setSpacing(8)
        left.addWidget(self.form)
        left.addWidget(self.motion)
        left.addStretch(1)
        scrolled = QScrollArea()
        scrolled.setObjectName("plain")
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QScrollArea.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setWidget(fields)
        scrolled.setFixedWidth(376)
        scrolled.viewport().setAutoFillBackground(False)
        fields.setAutoFillBackground(False)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.preview, 1)
        right.addWidget(self.place)
        right.addWidget(self.facts)
        right.addWidget(self.error)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(scrolled)
        columns.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.progress, 1)
        foot.addStretch(0)
        foot.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(columns, 1)
        layout.addLayout(foot)
        self._fields = scrolled
        resize_within_screen(self, QSize(1120, 660))

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Export film"))
        describe(self.place, self.tr("Frame that is previewed"))
        self.progress.setAccessibleName(self.tr("Progress"))
        self._show_facts(self._size_words)

    # What is asked for

    def _size(self) -> QSize:
        return QSize(self.form.width_field.value(), self.form.height_field.value())

    def _refresh(self) -> None:
        if self._work is not None:
            # The fields belong to the film in the making until it ends; a change of language is no change of theirs.
            return
        self._overtaken.set()
        self.error.hide()
        self._film = self._asked()
        self.save.setEnabled(self._film is not None)
        if self._film is None:
            self.facts.clear()
            return
        self.place.setMaximum(max(self._film.frames - 1, 0))
        self._show_facts("…")
        self.preview.refresh()
        self._calm.start()

    def _asked(self) -> Film | None:
        """Return what was asked for, or None, having said why there can be no such film."""
        figure = self.form.figure()
        if figure is None:
            self.error.show_error(self.tr("Choose at least one view for the figure."))
            return None
        self.motion.show_orbit("surface" in figure.parts)
        size, seen = self._size(), self.form.seen()
        try:
            act = ComputedSegment(self._computed.with_appearance(seen), figure, self.motion.motion())
            fps = Fraction(self.motion.fps.value())
            return Film((act,), size.width(), size.height(), fps, self.form.dress())
        except ValueError as error:
            self.error.show_error(str(error))
            return None

    def _previewed(self, scale: float) -> Callable[[], QImage] | None:
        return None if self._film is None else partial(self._film.image, self.place.value(), scale)

    def _estimate(self) -> None:
        if self._film is not None and self._work is None:
            self._overtaken = threading.Event()
            kind = self.motion.kind.currentData()
            self._estimating.run(partial(estimated_size, self._film, kind, self._overtaken.is_set))

    def _show_estimate(self, size: int) -> None:
        if size and not self._overtaken.is_set():
            self._show_facts(QLocale().formattedDataSize(size, 1))

    def _show_facts(self, size: str) -> None:
        self._size_words = size
        if self._film is not None:
            frames = self.tr("%Ln frames", "", self._film.frames)
            seconds = f"{self._film.seconds:.1f}"
            self.facts.setText(self.tr("{0} seconds, {1}, about {2}").format(seconds, frames, size))

    # Making it

    def _ask_path(self) -> None:
        kind: FilmKind = self.motion.kind.currentData()
        folder = self._settings.text(FOLDER, str(Path.home()))
        ending = "" if kind == "frames" else f".{kind}"
        suggestion = str(Path(folder) / f"{self._computed.landscape.id}{ending}")
        path, _ = QFileDialog.getSaveFileName(
            self, self.windowTitle(), suggestion, FILTERS.get(kind, self.tr("Folders (*)"))
        )
        if path:
            endings = (".apng", ".png") if kind == "apng" else (ending,)
            target = path if path.lower().endswith(endings) else f"{path}{ending}"
            if may_overwrite([Path(target)], Path(path), self):
                self.save_to(target)

    def save_to(self, path: str) -> None:
        """Make the film off the GUI thread; the dialog closes when it is there."""
        film, kind = self._film, self.motion.kind.currentData()
        if film is None:
            return
        try:
            check_target(film, Path(path), kind)
        except (OSError, ValueError) as error:
            self.error.show_error(str(error))
            return
        self._settings.remember_text(FOLDER, str(Path(path).absolute().parent))
        self._settings.remember_text("film kind", kind)
        self._overtaken.set()
        self._calm.stop()
        self.error.hide()
        work = self._work = Work(self)
        work.progressed.connect(self._show_progress)
        self._show_progress(0, film.frames)
        self._show_working(True)
        self._making.run(lambda: write_film(film, path, kind, work.report, work.cancelled.is_set))

    def _show_working(self, working: bool) -> None:
        self.progress.setVisible(working)
        self._fields.setEnabled(not working)
        self.save.setEnabled(not working)

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setMaximum(total)
        self.progress.setValue(done)

    def _end(self, written: bool) -> None:
        self._work = None
        if written:
            self.accept()
        else:
            self._show_working(False)
            self._refresh()

    def _fail(self, message: str) -> None:
        self._work = None
        self._show_working(False)
        self.error.show_error(message)

    def reject(self) -> None:
        """Cancel the film in the making; with none, close."""
        if self._work is not None:
            self._work.cancelled.set()
        else:
            super().reject()

    def done(self, result: int) -> None:
        self._overtaken.set()
        self._calm.stop()
        if self._work is not None:
            self._work.cancelled.set()
        self.preview.stop()
        self._estimating.forget()
        self._making.wait()
        super().done(result)
