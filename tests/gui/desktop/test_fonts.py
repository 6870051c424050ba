"""Japanese without a Japanese font: the user is told what to install, in letters that show."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from optexplorer.gui.desktop.fonts import advice


def test_nothing_is_said_where_the_fonts_are_there(qapp: QApplication) -> None:
    assert advice("en") == ""
    assert advice("ja") == ""


def test_missing_fonts_are_named(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFontDatabase, "families", lambda system: [])
    words = advice("ja")
    assert "fonts-noto-cjk" in words
    assert words.isascii()
    assert advice("en") == ""
