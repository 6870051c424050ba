"""One window for many tests: opening one for each would take a third of the time of all tests."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.app import Application
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.fields.notice_bar import NoticeBar
from tests import kept
from tests.gui.hands import open_program, settle


def seen(app: Application) -> Counter[Any]:
    """Return all that a person can see of the window and its parts, to compare it with what was there before."""
    parts: list[Any] = [window_style(), app.playback.step, app.playback.speed, app.window.isFullScreen()]
    for widget in (app.window, *app.window.findChildren(QWidget)):
        state: Any = None
        if isinstance(widget, QAbstractButton):
            state = (widget.isChecked(), widget.text()) if widget.isVisible() or widget.isChecked() else None
        elif isinstance(widget, QComboBox):
            state = widget.currentText()
        elif isinstance(widget, QLineEdit):
            state = widget.text()
        elif isinstance(widget, QAbstractSlider) and not isinstance(widget, QScrollBar):
            state = widget.value()
        elif isinstance(widget, QTableView):
            state = tuple(widget.columnWidth(place) for place in range(widget.model().columnCount()))
        if widget.isVisible():
            place = widget.geometry().getRect()
            parts.append((type(widget).__name__, place, widget.isEnabled(), widget.hasFocus(), state))
        elif state is not None:
            parts.append((type(widget).__name__, state))
    for action in app.window._actions.values():
        parts.append((action.text(), action.isEnabled(), action.isVisible(), action.isChecked()))
    return Counter(parts)


def _becomes(holds: Callable[[], bool]) -> bool:
    """Let the window lay itself out until something holds, or for a moment; return whether it does."""
    for _ in range(10):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()
        if holds():
            return True
        time.sleep(0.01)
    return False


def _give_up_offers(app: Application) -> None:
    """Delete what is offered for saving, so that autosave keeps none of it."""
    bar = app.window.files.scene.offers.bar
    while not bar.isHidden():
        # The last of its buttons deletes, in either language.
        buttons = [button for button in bar.findChildren(QPushButton) if not button.isHidden()]
        if buttons:
            buttons[-1].click()
        QApplication.processEvents()


class SharedWindow:
    """Gives each test the program as it opens; a window in which a test has left traces is closed."""

    def __init__(self, qapp: QApplication) -> None:
        self._qapp = qapp
        self._opened = ExitStack()
        self._app: Application | None = None
        self._at_first: Counter[Any] = Counter()

    def open(self, qtbot: QtBot) -> Application:
        """Return the program with its window open, paused before the default race; it has the keyboard."""
        if self._app is None:
            threads = set(threading.enumerate())
            self._app = self._opened.enter_context(open_program(qtbot, self._qapp))
            self._at_first = seen(self._app)
            kept.widgets.append(self._app.window)
            kept.threads.extend(set(threading.enumerate()) - threads)
        return self._app

    def give_back(self, qtbot: QtBot, whole: bool) -> None:
        """Put everything back as it was; close the window if it looks otherwise, or is not `whole`."""
        restored = False
        try:
            restored = whole and self._app is not None and self._is_restored(qtbot, self._app)
        finally:
            if not restored:
                self.close()

    def _is_restored(self, qtbot: QtBot, app: Application) -> bool:
        if not app.window.isVisible():
            return False
        # What changes here need not be painted.
        app.window.setUpdatesEnabled(False)
        app.player.close()
        _give_up_offers(app)
        app.choose_theme("system")
        app.choose_language("system")
        app.playback.pause()
        # First without racers, so that no card keeps what has been unfolded or half typed.
        app.document.new(Experiment(landscape="beale", racers=()))
        app.document.new(default_experiment())
        for notice in app.window.findChildren(NoticeBar):
            notice.hide()
        for area in app.window.findChildren(QAbstractScrollArea):
            area.verticalScrollBar().setValue(0)
        app.playback.to_start()
        app.playback.set_loop(False)
        app.playback.set_speed(app.settings.speed)
        app.window.activateWindow()
        app.window.setFocus()
        settle(qtbot, app)
        app.window.setUpdatesEnabled(True)
        return _becomes(lambda: seen(app) == self._at_first)

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._app is not None:
            kept.widgets.clear()
            kept.threads.clear()
            self._app = None
            self._opened.close()
