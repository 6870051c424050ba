"""Unsaved changes survive a crash, and only a crash; programs do not take each other's."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state.autosave import Autosave
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store

ROOT = Path(__file__).resolve().parent.parent.parent
OTHER = Experiment.model_validate({"landscape": "booth", "racers": [{"optimizer": "adam"}]})


@pytest.fixture
def autosave(qtbot: QtBot, tmp_path: Path) -> Iterator[Autosave]:
    document = Document(Store(default_experiment()), Settings())
    autosave = Autosave(document, tmp_path, every=0.02, parent=document)
    autosave.document = document  # type: ignore[attr-defined]
    yield autosave
    document.discard_changes()
    autosave.end()


def document_of(autosave: Autosave) -> Document:
    return autosave.document  # type: ignore[attr-defined,no-any-return]


def test_changes_are_kept_by_themselves_and_dropped_when_there_are_none(
    autosave: Autosave, qtbot: QtBot, tmp_path: Path
) -> None:
    document = document_of(autosave)
    qtbot.wait(60)
    assert not list(tmp_path.iterdir())
    document.store.replace(OTHER, "other")
    qtbot.waitUntil(autosave.kept.exists)
    assert json.loads(autosave.kept.read_text(encoding="utf-8"))["experiment"]["landscape"] == "booth"
    document.store.undo()
    qtbot.waitUntil(lambda: not autosave.kept.exists())


def test_nothing_is_written_while_nothing_changes(autosave: Autosave, qtbot: QtBot) -> None:
    document_of(autosave).store.replace(OTHER, "other")
    qtbot.waitUntil(autosave.kept.exists)
    written = autosave.kept.stat().st_mtime_ns
    qtbot.wait(80)
    assert autosave.kept.stat().st_mtime_ns == written


def test_after_a_good_end_nothing_is_left(autosave: Autosave, qtbot: QtBot, tmp_path: Path) -> None:
    document = document_of(autosave)
    document.store.replace(OTHER, "other")
    qtbot.waitUntil(autosave.kept.exists)
    document.discard_changes()
    autosave.end()
    assert not list(tmp_path.iterdir())


PROGRAM = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.gui.state.autosave import Autosave
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
application = QCoreApplication([])
document = Document(Store(default_experiment()), Settings())
autosave = Autosave(document, Path(sys.argv[1]), every=0.01)
document.path = Path("/nowhere/lesson.optx")
document.store.replace(Experiment.model_validate(
    {"landscape": "booth", "racers": [{"optimizer": "adam"}], "seed": int(sys.argv[2])}), "other")
look = QTimer()
look.timeout.connect(lambda: autosave.kept.exists() and print("kept", flush=True))
look.start(10)
application.exec()
"""


def running(folder: Path, seed: int) -> subprocess.Popen[str]:
    """Start a program with unsaved changes; return when they have been kept."""
    command = [sys.executable, "-c", PROGRAM, str(folder), str(seed)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "kept\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_what_a_crash_leaves_is_found_and_restored(autosave: Autosave, qtbot: QtBot, tmp_path: Path) -> None:
    crashed, alive = running(tmp_path, 7), running(tmp_path, 8)
    end(crashed)
    autosave.look_for_lost()
    # Not the changes of the program that still runs.
    assert [lost.experiment.seed for lost in autosave.found] == [7]
    document = document_of(autosave)
    second = Autosave(document, tmp_path)
    second.look_for_lost()
    assert second.found == []
    second.end()

    (lost,) = autosave.found
    assert time.time() - lost.when.timestamp() < 60
    autosave.adopt(lost)
    assert document.store.experiment == OTHER.model_copy(update={"seed": 7})
    assert document.path == Path("/nowhere/lesson.optx")
    assert document.modified
    # A crash right now would lose nothing either.
    assert autosave.kept.exists()
    assert not lost.kept.exists()
    end(alive)
    autosave.look_for_lost()
    (other,) = autosave.found
    assert other.experiment.seed == 8
    autosave.discard(other)
    assert not other.kept.exists()
    assert autosave.found == []


def test_what_cannot_be_read_is_left_alone(autosave: Autosave, tmp_path: Path) -> None:
    (tmp_path / "newer.json").write_text('{"file": null, "experiment": {"version": 99}}', encoding="utf-8")
    (tmp_path / "damaged.json").write_bytes(b"{")
    autosave.look_for_lost()
    assert autosave.found == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["damaged.json", "newer.json"]


def test_a_folder_that_cannot_be_written_is_told_once(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    document = Document(Store(default_experiment()), Settings())
    autosave = Autosave(document, tmp_path / "file" / "folder", every=0.01)
    with qtbot.waitSignal(autosave.failed):
        document.store.replace(OTHER, "other")
    with qtbot.assertNotEmitted(autosave.failed, wait=60):
        document.store.replace(default_experiment(), "first")
    document.discard_changes()
    autosave.end()
