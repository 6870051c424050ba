"""What nobody catches, on whatever thread, is written to a file and told once."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from optexplorer.gui.controllers.failure_notices import FailureNotices
from optexplorer.gui.desktop.error_log import ErrorLog, log_file
from optexplorer.gui.fields.notice_bar import NoticeBar
from optexplorer.runs.failure import Failure, failure_of, log_failure


@pytest.fixture
def errors(qapp: object) -> Iterator[ErrorLog]:
    errors = ErrorLog()
    yield errors
    errors.close()


def test_the_log_lies_in_the_state_folder() -> None:
    # `conftest` points it to a folder of the tests.
    assert log_file().parts[-3:] == ("optexplorer", "log", "optexplorer.log")
    assert "optexplorer-tests-" in str(log_file())


def test_exceptions_of_all_threads_are_written_and_told(
    qtbot: QtBot, errors: ErrorLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the hooks of pytest, which would take these for faults of the test.
    printed: list[object] = []
    for owner, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, lambda *args: printed.append(args))
    told: list[Failure] = []
    errors.reported.connect(told.append)
    errors.write_to(tmp_path / "log" / "errors.log")
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    errors.catch_uncaught()
    errors.catch_uncaught()

    def raise_error() -> None:
        raise KeyError("on a thread")

    thread = threading.Thread(target=raise_error, name="sampler")
    thread.start()
    thread.join()
    try:
        raise TypeError("on the main thread")
    except TypeError as error:
        sys.excepthook(TypeError, error, error.__traceback__)

    class Leaving:
        def __del__(self) -> None:
            raise RuntimeError("while leaving")

    Leaving()
    qtbot.waitUntil(lambda: len(told) == 3, timeout=10000)
    assert {str(failure) for failure in told} == {
        "sampler: KeyError: 'on a thread'",
        "TypeError: on the main thread",
        "RuntimeError: while leaving",
    }
    assert len(printed) == 3
    written = (tmp_path / "log" / "errors.log").read_text(encoding="utf-8")
    assert "in raise_error" in written
    assert "while leaving" in written
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(told) == 3
    errors.close()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_the_file_is_bounded(errors: ErrorLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optexplorer.gui.desktop.error_log.MOST_BYTES", 2000)
    errors.write_to(tmp_path / "errors.log")
    for number in range(60):
        log_failure(Failure(f"number {number}", "x" * 300), logging.WARNING)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) < 10_000
    assert "number 59" in (tmp_path / "errors.log").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_stops_nothing(errors: ErrorLog, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "log").write_text("a file")
    errors.write_to(tmp_path / "log" / "errors.log")
    told: list[Failure] = []
    errors.reported.connect(told.append)
    log_failure(Failure("still told"))
    qtbot.waitUntil(lambda: told == [Failure("still told")], timeout=10000)


def test_the_window_tells_each_failure_once_and_has_the_traceback(qtbot: QtBot, errors: ErrorLog) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bar = NoticeBar("error", window)
    notices = FailureNotices(errors, bar, window)
    window.show()
    try:
        raise KeyError("rho")
    except KeyError as error:
        failure = failure_of(error, "racer 2")
    log_failure(failure)
    qtbot.waitUntil(bar.isVisible, timeout=10000)
    assert bar.words.text() == "Something went wrong: racer 2: KeyError: 'rho'"
    bar.hide()
    log_failure(failure)
    qtbot.wait(20)
    assert not bar.isVisible()
    log_failure(Failure("another"))
    qtbot.waitUntil(bar.isVisible, timeout=10000)
    notices.show_details(failure)
    [box] = window.findChildren(QMessageBox)
    assert "Traceback" in box.detailedText()
    assert not box.isModal()
    box.close()
