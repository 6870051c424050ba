"""The window withstands whatever is done with it; `make soak` goes on for ten minutes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from optexplorer.gui.app import Application
from tests.gui.monkey import Monkey

SECONDS = 8.0
MOST = 600


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_whatever_is_done_at_random_leaves_the_program_whole(
    qtbot: QtBot, qapp: QApplication, app: Application, tmp_path: Path, seed: int
) -> None:
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    with qtbot.captureExceptions() as raised:
        assert Monkey(app, seed, tmp_path).run(MOST, SECONDS) > 0
    assert not raised
