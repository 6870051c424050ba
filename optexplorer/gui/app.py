"""Creates the application (store, engine, playback, window) and runs it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from optexplorer import lessons
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.controllers.failure_notices import FailureNotices
from optexplorer.gui.desktop import allocator, gc_pause, process_exit, translations
from optexplorer.gui.desktop import theme as themes
from optexplorer.gui.desktop.error_log import ErrorLog, log_file
from optexplorer.gui.desktop.quit_signals import QuitSignals
from optexplorer.gui.desktop.window_style import set_window_style, window_style
from optexplorer.gui.main_window import MainWindow
from optexplorer.gui.state.autosave import Autosave, default_folder
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.lesson_player import LessonPlayer
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.settings import LanguageChoice, Settings, ThemeChoice
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.engine_thread import EngineThread
from optexplorer.painting.style import Style
from optexplorer.resource_files import resources

STARTED = 2000
"""Milliseconds after which the first picture is surely on the screen."""


class Application(QObject):
    """Owns the experiment, the engine, the playhead and the window; applies theme and language."""

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
        # A lesson's scenes are not the user's work.
        self.player.changed.connect(lambda: self.document.set_aside(self.player.before))
        self.document.beginning.connect(self.player.close)
        theme, language = self.settings.theme(), self.settings.language()
        set_window_style(Style(theme, language))
        translations.install(application, language)
        themes.prepare(application)
        self.window = MainWindow(
            self.store, self.engine, self.playback, self.document, self.autosave, self.player, self.settings
        )
        self.engine.paints_surface = self.window.workspace.surface.gl is None
        FailureNotices(self.errors, self.window.files.notice, self.window)
        themes.apply(application, self.window, theme)
        self.window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.window.languageChosen.connect(self.choose_language)
        self.window.themeChosen.connect(self.choose_theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)
        application.aboutToQuit.connect(self._end)

    def open(self) -> None:
        """Show the window and start the race."""
        self.window.show()
        self.window.play_when_shown()

    def close(self) -> None:
        """Close the window and end all threads; unsaved changes are discarded without asking."""
        self.document.discard_changes()
        self.window.close()
        self._end()

    def quit_without_asking(self) -> None:
        """End the program as closing does, but keep unsaved work for the next launch: nobody may be there to ask."""
        self.autosave.keep()
        made = self.player.made_landscape
        if made is not None:
            self.autosave.keep_aside(made, None)
        self._application.closeAllWindows()
        self.window.close()
        self._application.quit()

    def _end(self) -> None:
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._apply_theme)
        self._application.aboutToQuit.disconnect(self._end)
        self.player.stop()
        self.autosave.end()
        self.engine.stop()
        self.errors.close()

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Show the window in another theme, and remember it."""
        self.settings.theme_choice = choice
        self._apply_theme()

    def _apply_theme(self) -> None:
        theme = self.settings.theme()
        if theme != window_style().theme:
            set_window_style(replace(window_style(), theme=theme))
            themes.apply(self._application, self.window, theme)

    def choose_language(self, choice: LanguageChoice) -> None:
        """Write the window's words in another language, and remember it; a lesson of the course follows."""
        self.settings.language_choice = choice
        language = self.settings.language()
        if language == window_style().language:
            return
        set_window_style(replace(window_style(), language=language))
        translations.install(self._application, language)
        lesson, path = self.player.lesson, self.player.path
        shipped = lesson is not None and lesson.id in lessons.ids()
        if lesson is not None and shipped and path == lessons.file_of(lesson.id, lesson.language):
            self.player.translate(lessons.file_of(lesson.id, language))


def run(experiment: Experiment | None = None, lesson: Path | None = None, file: Path | None = None) -> int:
    """Open the program and return its exit code when it is closed.

    Parameters
    ----------
    experiment, lesson, file : what is on the screen at first; at most one, the last two as paths
    """
    allocator.give_memory_back()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("optexplorer")
    application.setApplicationDisplayName("optexplorer")
    # So that desktops join the window to its entry in the menu, and show its icon.
    application.setDesktopFileName("optexplorer")
    application.setWindowIcon(QIcon(str(resources() / "icons" / "optexplorer.svg")))
    app = Application(application, experiment)
    app.errors.write_to(log_file())
    app.errors.catch_uncaught()
    app.autosave.find_recoverable()
    app.window.files.offer_recovery()
    app.open()
    QTimer.singleShot(STARTED, gc_pause.resume)
    if file is not None:
        app.window.files.open(file)
    if lesson is not None:
        app.window.lessons.open(lesson)
    signals = QuitSignals()
    signals.received.connect(app.quit_without_asking)
    code = application.exec()
    signals.stop()
    return process_exit.wait_for_threads(code)
