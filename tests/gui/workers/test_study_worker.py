"""The worker of studies: what it brings, how it stops, and that it survives."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.gui.workers.study_worker import Report, StudyWorker
from optexplorer.runs.tasks import Progress, ShouldStop

pytestmark = pytest.mark.usefixtures("qapp")


def test_results_come_as_often_as_they_can_be_shown(qtbot: QtBot) -> None:
    worker = StudyWorker()
    found: list[Any] = []
    progress: list[Progress] = []
    worker.found.connect(found.append)
    worker.progressed.connect(progress.append)

    def work(should_stop: ShouldStop, report: Report) -> int:
        for done in range(5000):
            report(Progress(done + 1, 5000, 0.1), done)
        return -1

    with qtbot.waitSignal(worker.finished) as finished:
        worker.start(work)
    assert finished.args == [-1]
    assert 0 < len(found) < 1000
    assert found[-1] == 4999
    assert progress[-1].done == 5000
    assert not worker.busy


def test_what_is_stopped_brings_what_it_has(qtbot: QtBot) -> None:
    worker = StudyWorker()
    begun = threading.Event()

    def work(should_stop: ShouldStop, report: Report) -> str:
        begun.set()
        while not should_stop():
            pass
        return "so far"

    worker.start(work)
    assert begun.wait(60)
    with qtbot.waitSignal(worker.finished) as finished:
        worker.stop()
    assert finished.args == ["so far"]


def test_it_survives_an_error_and_works_again(qtbot: QtBot) -> None:
    worker = StudyWorker()

    def fails(should_stop: ShouldStop, report: Report) -> None:
        raise ValueError("the grid is empty")

    with qtbot.waitSignal(worker.failed) as failed:
        worker.start(fails)
    assert failed.args == ["the grid is empty"]
    with qtbot.waitSignal(worker.finished) as finished:
        worker.start(lambda should_stop, report: 7)
    assert finished.args == [7]


def test_what_is_forgotten_brings_nothing(qtbot: QtBot) -> None:
    worker = StudyWorker()
    came: list[Any] = []
    worker.finished.connect(came.append)
    worker.start(lambda should_stop, report: 1)
    worker.forget()
    with qtbot.waitSignal(worker.finished):
        worker.start(lambda should_stop, report: 2)
    assert came == [2]
