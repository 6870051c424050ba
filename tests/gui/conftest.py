"""The whole program in a real window, opened and closed for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from optexplorer.gui.app import Application
from optexplorer.gui.desktop import translations
from optexplorer.gui.desktop.window_style import set_window_style, window_style
from optexplorer.painting.style import Style
from tests.gui.hands import open_program
from tests.gui.shared_window import SharedWindow
from tests.kept import has_failed


@pytest.fixture(autouse=True)
def in_english(qapp: QApplication) -> Iterator[None]:
    """Whatever language and theme a test chooses, the next one begins in English and light."""
    yield
    if window_style() != Style():
        set_window_style(Style())
        translations.install(qapp, "en")


@pytest.fixture(autouse=True)
def _first_launch() -> None:
    """Begin as at the first launch, whatever the tests before have left to be remembered."""
    QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "optexplorer", "optexplorer").clear()


@pytest.fixture(scope="module")
def _window(qapp: QApplication) -> Iterator[SharedWindow]:
    window = SharedWindow(qapp)
    yield window
    window.close()


@pytest.fixture
def app(_window: SharedWindow, qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[Application]:
    """The program as it opens at the first launch, but paused before the race; it has the keyboard."""
    yield _window.open(qtbot)
    _window.give_back(qtbot, whole=not request.node.stash.get(has_failed, False))


@pytest.fixture
def own_app(qtbot: QtBot, qapp: QApplication) -> Iterator[Application]:
    """The program as `app`, but in a window that no other test has used or will use."""
    with open_program(qtbot, qapp) as app:
        yield app
