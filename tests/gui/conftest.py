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


@pytest.fixture
def app(qtbot: QtBot, qapp: QApplication) -> Iterator[Application]:
    """The program as it opens at the first launch, but paused before the race; it has the keyboard."""
    with open_program(qtbot, qapp) as app:
        yield app
