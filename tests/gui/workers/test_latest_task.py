"""Work sent to a thread: the newest wins, nothing kills the thread, nobody waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from optexplorer.gui.workers.latest_task import LatestTask, ShouldStop


class Gate:
    """Work that lasts until the test opens it."""

    def __init__(self) -> None:
        self.begun, self.opened = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        self.opened.wait(20)
        return "late"


@pytest.fixture
def owner(qapp: object) -> QObject:
    return QObject()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


class Heard:
    """What a task has said."""

    def __init__(self, task: LatestTask) -> None:
        self.results: list[object] = []
        self.failures: list[str] = []
        task.finished.connect(self.results.append)
        task.failed.connect(self.failures.append)


def test_the_newest_result_comes_and_the_older_do_not(qtbot: QtBot, owner: QObject, gate: Gate) -> None:
    task = LatestTask(owner)
    heard = Heard(task)
    task.run(gate)
    assert gate.begun.wait(10)
    assert task.busy
    for word in ("first", "second"):
        task.run(lambda word=word: word)
    gate.opened.set()
    qtbot.waitUntil(lambda: heard.results == ["second"], timeout=10000)
    assert task.wait(10)
    assert not task.busy


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("too large"), "too large"),
        (KeyError("rho"), "KeyError: 'rho'"),
        (RecursionError("deep"), "RecursionError: deep"),
        (AssertionError(), "AssertionError"),
        (ImportError("no module"), "ImportError: no module"),
    ],
)
def test_any_exception_is_told_and_the_next_work_is_done(
    qtbot: QtBot, owner: QObject, error: Exception, words: str
) -> None:
    task = LatestTask(owner)
    heard = Heard(task)

    def fail() -> None:
        raise error

    task.run(fail)
    qtbot.waitUntil(lambda: heard.failures == [words], timeout=10000)
    task.run(lambda: 5)
    qtbot.waitUntil(lambda: heard.results == [5], timeout=10000)


def test_the_log_has_the_traceback_as_an_error_unless_somebody_shows_it(
    qtbot: QtBot, owner: QObject, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError("too large")

    unheard = LatestTask(owner, "curvature")
    with caplog.at_level(logging.WARNING, "optexplorer"):
        unheard.run(fail)
        qtbot.waitUntil(lambda: len(caplog.records) == 1, timeout=10000)
        told = LatestTask(owner, "picture")
        heard = Heard(told)
        told.run(fail)
        qtbot.waitUntil(lambda: len(heard.failures) == 1, timeout=10000)
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    assert "curvature: too large" in caplog.text
    assert "in fail" in caplog.text


def test_waiting_drops_nothing_that_was_asked_for(owner: QObject) -> None:
    task = LatestTask(owner)
    for number in range(50):
        written: list[int] = []
        task.run(lambda number=number, written=written: written.append(number))
        assert task.wait(10)
        assert written == [number]


def test_nobody_waits_long_for_work_that_does_not_end(owner: QObject, gate: Gate) -> None:
    task = LatestTask(owner)
    heard = Heard(task)
    task.run(gate)
    assert gate.begun.wait(10)
    assert not task.wait(0.05)
    task.forget()
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("latest task"))
    gate.opened.set()
    assert task.wait(10)
    assert heard.results == []


def test_work_is_told_when_it_is_no_longer_wanted(qtbot: QtBot, owner: QObject) -> None:
    task = LatestTask(owner)
    begun, ended = threading.Event(), threading.Event()

    def work(should_stop: ShouldStop) -> None:
        begun.set()
        while not should_stop():
            begun.wait(0.001)
            threading.Event().wait(0.001)
        ended.set()

    for end in (task.forget, lambda: task.run(lambda: None)):
        begun.clear()
        ended.clear()
        task.run_stoppable(work)
        assert begun.wait(10)
        assert not ended.is_set()
        end()
        assert ended.wait(10)
    assert task.wait(10)


def test_its_owner_may_go_while_it_works(qtbot: QtBot, qapp: object, gate: Gate) -> None:
    owner = QObject()
    task = LatestTask(owner)
    task.run(gate)
    assert gate.begun.wait(10)
    thread = next(thread for thread in threading.enumerate() if thread.name == "latest task")
    owner.deleteLater()
    qtbot.wait(20)
    gate.opened.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
