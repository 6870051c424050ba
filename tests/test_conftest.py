"""The guards in `conftest.py` guard: each is shown a test that it must fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def run_pytest(folder: Path, test: str, *options: str) -> str:
    shutil.copy(HERE / "conftest.py", folder)
    shutil.copy(HERE.parent / "pyproject.toml", folder)
    (folder / "test_it.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, "test_it.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


UNTIDY = """
import threading
import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QWidget

class Engine(QThread):
    def run(self):
        threading.current_thread().name = "forgotten QThread"
        started.set()
        release.wait()

started, release, kept = threading.Event(), threading.Event(), []

def leave_a_window():
    kept.append(QWidget(objectName="forgotten window"))

def leave_a_thread():
    threading.Thread(target=release.wait, name="forgotten thread", daemon=True).start()

def leave_a_qthread():
    kept.append(Engine())
    kept[-1].start()
    assert started.wait(10)

@pytest.mark.parametrize("leave", [leave_a_window, leave_a_thread, leave_a_qthread])
def test_untidy(qtbot, leave):
    leave()

def test_the_next_one_is_not_blamed(qtbot):
    release.set()
    assert kept[-1].wait(10000)
"""


def test_what_a_test_leaves_behind_fails_that_test(tmp_path: Path) -> None:
    output = run_pytest(tmp_path, UNTIDY, "-p", "no:randomly", "--patience=1")
    assert "4 passed, 3 errors" in output, output
    for left in ("QWidget 'forgotten window'", "thread 'forgotten thread'", "thread 'forgotten QThread'"):
        assert f"the test left behind: {left}\n" in output, output


TIDY = """
import os, threading
from PySide6.QtCore import QLocale, QStandardPaths, QThread
from PySide6.QtWidgets import QComboBox, QMenu, QVBoxLayout, QWidget
def test_widgets_that_are_given_back(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(QComboBox())
    QMenu("menu", window)
    window.show()
    qtbot.waitExposed(window)
def test_a_cycle(qtbot):
    window = QWidget()
    window.itself = window
def test_threads_that_end(qtbot):
    class Thread(QThread):
        def run(self):
            threading.current_thread()
    thread = Thread()
    thread.start()
    assert thread.wait(10000)
    threading.Thread(target=lambda: None).start()
def test_nothing_of_the_person_is_touched(qtbot):
    for kind in ("AppConfigLocation", "AppDataLocation", "CacheLocation"):
        folder = QStandardPaths.writableLocation(getattr(QStandardPaths.StandardLocation, kind))
        assert "optexplorer-tests-" in folder
    assert QLocale.system().language() in (QLocale.Language.English, QLocale.Language.C)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux")
def test_a_tidy_test_passes(tmp_path: Path) -> None:
    output = run_pytest(tmp_path, TIDY)
    assert "4 passed" in output, output


def test_a_test_without_qt_stays_without_widgets(tmp_path: Path) -> None:
    test = "import sys\ndef test_it():\n    assert 'PySide6.QtWidgets' not in sys.modules\n"
    output = run_pytest(tmp_path, test, "-p", "no:pytest-qt", "-o", "addopts=", "-W", "default")
    assert "1 passed" in output, output
