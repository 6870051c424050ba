"""The program ends at once, whatever its threads are doing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from optexplorer.gui import app
from optexplorer.gui.workers.latest_task import LatestTask

def stuck():
    while True:
        sum(range(10000))

def begin():
    window = QApplication.activeWindow() or QApplication.topLevelWidgets()[0]
    for _ in range(int(sys.argv[1])):
        LatestTask(window).run(stuck)
    QTimer.singleShot(200, QApplication.closeAllWindows)

make = app.Application.open
def opened(self):
    make(self)
    QTimer.singleShot(300, begin)
app.Application.open = opened
sys.exit(app.run())
"""


@pytest.mark.parametrize("tasks", [0, 3])
def test_threads_that_do_not_end_keep_nothing_open(tasks: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tasks)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "terminate" not in done.stderr
