"""The program ends at once, whatever its threads are doing, and leaves no unfinished files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys, threading, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from optexplorer.gui import app
from optexplorer.gui.workers.latest_task import LatestTask

def stuck():
    while True:
        sum(range(10000))

def write():
    time.sleep(1.5)
    print("written", flush=True)

def begin():
    threading.Thread(target=write).start()
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
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "terminate" not in done.stderr
    # A file that is being written is written to its end.
    assert done.stdout == "written\n"


FILM = """
import os
import sys
import time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QProgressDialog
from optexplorer.export.pictures import Sheet
from optexplorer.gui import app
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.dialogs import lesson_film_dialog

def fail(*error):
    sys.__excepthook__(*error)
    os._exit(1)

# An error in a slot would let the program run for ever.
sys.excepthook = fail
folder = Path(sys.argv[1])
lesson_film_dialog.SHEET = Sheet(160, 120)
write_film = lesson_film_dialog.write_film

def write_one_frame(film, path, kind, progress, should_stop):
    # However fast the machine is, the film is not finished before the program ends.
    def report_and_wait(done, total):
        progress(done, total)
        while not should_stop():
            time.sleep(0.01)

    return write_film(film, path, kind, report_and_wait, should_stop)

lesson_film_dialog.write_film = write_one_frame

def begin(application):
    application.window.lessons.open(folder / "mine.md")
    dialog = lesson_film_dialog.LessonFilm(
        application.player.lesson, window_style(), application.settings, application.window
    )
    dialog.save_to(folder / "film.gif", "gif")
    watch = QTimer(application)
    def look():
        if dialog.value() > 0:
            watch.stop()
            QApplication.quit()
    watch.timeout.connect(look)
    watch.start(5)

make = app.Application.open
def opened(self):
    make(self)
    QTimer.singleShot(300, lambda: begin(self))
app.Application.open = opened
sys.exit(app.run())
"""
LESSON = """+++
id = "mine"
title = "Mine"
language = "en"
+++
# One
```toml experiment
landscape = "himmelblau"
steps = 5000
[[racers]]
optimizer = "gd"
lr = 0.01
```
"""


def test_a_film_in_the_making_keeps_nothing_open_and_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text(LESSON, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", FILM, str(tmp_path)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.md"]
