"""Starts the program."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from optexplorer import lessons
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.controllers.failure_notices import FailureNotices
from optexplorer.gui.desktop import gc_pause, leaving
from optexplorer.gui.desktop import theme as themes
from optexplorer.gui.desktop.error_log import ErrorLog, log_file
from optexplorer.gui.desktop.translations import Translator
from optexplorer.gui.main_window import MainWindow
from optexplorer.gui.state.autosave import Autosave, default_folder
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.lesson_player import LessonPlayer
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.engine_thread import EngineThread
from optexplorer.resource_files import resources

STARTED = 2000
"""Milliseconds after which the first picture is surely on the screen."""


class Application(QObject):
    """Owns the experiment, the engine and the playhead; makes the window, anew when the language changes."""

    def __init__(self, application: QApplication, experiment: Experiment | None = None) -> None:
        super().__init__()
        self._application = application
        self.errors = ErrorLog(self)
        self.settings = Settings()
        self.store = Store(experiment or default_experiment(), self)
        self.engine = EngineThread(self)
        self.playback = Playback(self)
        self.playback.set_speed(self.settings.speed)
        self.document = Document(self.store, self.settings, self)
        self.player = LessonPlayer(self.store, self.playback, self)
        self.autosave = Autosave(self.document, default_folder(), parent=self)
        # A lesson's scenes are not the person's work.
        self.player.changed.connect(lambda: self.document.set_aside(self.player.before))
        self.document.beginning.connect(self.player.close)
        self._translator: Translator | None = None
        self.window = self._make_window()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)
        application.aboutToQuit.connect(self._end)

    def open(self) -> None:
        """Show the window and start the race."""
        self.window.show()
        self.window.play_when_shown()

    def close(self) -> None:
        """Close the window and end all threads; whoever calls this has settled what becomes of unsaved changes."""
        self.document.discard_changes()
        self.window.close()
        self._end()

    def _end(self) -> None:
        self.player.stop()
        self.autosave.end()
        self.engine.stop()
        self.errors.close()

    def _make_window(self) -> MainWindow:
        language, theme = self.settings.language(), self.settings.theme()
        if self._translator is not None:
            self._application.removeTranslator(self._translator)
        self._translator = Translator(language, self)
        self._application.installTranslator(self._translator)
        themes.apply(self._application, theme)
        window = MainWindow(
            self.store,
            self.engine,
            self.playback,
            self.document,
            self.autosave,
            self.player,
            self.settings,
            theme,
            language,
        )
        window.language_chosen.connect(self._choose_language, Qt.ConnectionType.QueuedConnection)
        window.theme_chosen.connect(self._choose_theme, Qt.ConnectionType.QueuedConnection)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        FailureNotices(self.errors, window.files.notice, window)
        return window

    def _remake_window(self) -> None:
        old = self.window
        old.remember_layout()
        quits = self._application.quitOnLastWindowClosed()
        self._application.setQuitOnLastWindowClosed(False)
        self.window = self._make_window()
        self.window.show()
        old.close()
        self._application.setQuitOnLastWindowClosed(quits)

    def _choose_language(self, choice: str) -> None:
        self.settings.language_choice = choice  # type: ignore[assignment]
        self._remake_window()
        lesson, path = self.player.lesson, self.player.path
        shipped = lesson is not None and lesson.id in lessons.ids()
        if lesson is not None and shipped and path == lessons.file_of(lesson.id, lesson.language):
            self.player.open(lessons.file_of(lesson.id, self.settings.language()), self.player.index)

    def _choose_theme(self, choice: str) -> None:
        self.settings.theme_choice = choice  # type: ignore[assignment]
        self._remake_window()

    def _system_theme_changed(self) -> None:
        if self.settings.theme_choice == "system":
            self._remake_window()


def run(experiment: Experiment | None = None, lesson: Path | None = None, file: Path | None = None) -> int:
    """Open the program and return its exit code when it is closed.

    Parameters
    ----------
    experiment, lesson, file : what is on the screen at first; at most one, the last two as paths
    """
    application = QApplication(sys.argv[:1])
    application.setApplicationName("optexplorer")
    application.setApplicationDisplayName("optexplorer")
    # So that desktops join the window to its entry in the menu, and show its icon.
    application.setDesktopFileName("optexplorer")
    application.setWindowIcon(QIcon(str(resources() / "icons" / "optexplorer.svg")))
    desk = Application(application, experiment)
    desk.errors.write_to(log_file())
    desk.errors.catch_uncaught()
    desk.autosave.look_for_lost()
    desk.window.files.offer_lost()
    desk.open()
    QTimer.singleShot(STARTED, gc_pause.resume)
    if file is not None:
        desk.window.files.open(file)
    if lesson is not None:
        desk.window.lessons.open(lesson)
    # Ctrl+C in the terminal ends the program: Python sees the signal only while it runs.
    signal.signal(signal.SIGINT, lambda *_: application.quit())
    heartbeat = QTimer()
    heartbeat.start(250)
    heartbeat.timeout.connect(lambda: None)
    return leaving.leave(application.exec())
