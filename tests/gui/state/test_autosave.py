"""Unsaved changes survive a crash, and only a crash; programs do not take each other's."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from platform import node

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLockFile
from pytestqt.qtbot import QtBot

from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state import autosave as autosave_module
from optexplorer.gui.state import document_file
from optexplorer.gui.state.autosave import Autosave
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store

ROOT = Path(__file__).resolve().parents[3]
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
    autosave.find_recoverable()
    # Not the changes of the program that still runs.
    assert [lost.experiment.seed for lost in autosave.found] == [7]
    document = document_of(autosave)
    second = Autosave(document, tmp_path)
    second.find_recoverable()
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
    autosave.find_recoverable()
    (other,) = autosave.found
    assert other.experiment.seed == 8
    autosave.discard(other)
    assert not other.kept.exists()
    assert autosave.found == []


DAMAGES = {
    "empty": b"",
    "cut": b"{",
    "list": b"[]",
    "no file": b'{"experiment": {"landscape": "beale"}}',
    "file is a number": b'{"file": 3, "experiment": {"landscape": "beale"}}',
    "newer": b'{"file": null, "experiment": {"version": 99}}',
    "no landscape": b'{"file": null, "experiment": {}}',
    "null": b'{"file": null, "experiment": null}',
    "lone surrogate": b'{"file": null, "experiment": {"landscape": "\\ud800"}}',
    "lone surrogate in the path": b'{"file": "\\udc00", "experiment": {"landscape": "beale"}}',
    "zeros": bytes(5000),
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "unknown landscape": b'{"file": null, "experiment": {"landscape": "nowhere"}}',
    "wrong start": b'{"file": null, "experiment": {"landscape": "beale", "start": [1, 2, 3]}}',
    "infinite": b'{"file": null, "experiment": {"landscape": "beale", "start": [1e999, 2]}}',
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_cannot_be_read_is_reported_and_left_alone(
    autosave: Autosave, tmp_path: Path, damage: str
) -> None:
    (tmp_path / "damaged.json").write_bytes(DAMAGES[damage])
    (tmp_path / "good.json").write_text(
        '{"file": null, "experiment": {"landscape": "booth"}}', encoding="utf-8"
    )
    autosave.find_recoverable()
    assert [lost.kept.name for lost in autosave.found if lost.kept.name != "damaged.json"] == ["good.json"]
    if damage == "no file":
        # Nothing is missing but the name of the file.
        assert autosave.damaged == []
        assert len(autosave.found) == 2
    else:
        (damaged,) = autosave.damaged
        assert damaged.kept == tmp_path / "damaged.json"
        assert damaged.reason
        str(damaged.reason).encode()
    assert (tmp_path / "damaged.json").read_bytes() == DAMAGES[damage]


@given(data=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: json.dumps(text).encode()))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_in_a_file_keeps_the_program_from_starting(
    autosave: Autosave, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "any.json").write_bytes(data)
    autosave.find_recoverable()
    assert [damaged.kept.name for damaged in autosave.damaged] == ["any.json"]
    assert not (tmp_path / "any.lock").exists()


def test_a_folder_where_a_file_should_be_is_no_obstacle(autosave: Autosave, tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    autosave.find_recoverable()
    assert [damaged.kept.name for damaged in autosave.damaged] == ["folder.json"]
    autosave.discard_damaged(autosave.damaged[0])
    assert autosave.damaged == []
    assert (tmp_path / "folder.json").is_dir()


class Disk:
    """Lets writes fail as a full disk does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = True
        usual = autosave_module.write_atomically

        def write(path: Path, data: bytes) -> None:
            if self.full:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            usual(path, data)

        monkeypatch.setattr(autosave_module, "write_atomically", write)


def test_after_a_full_disk_changes_are_kept_again(
    autosave: Autosave, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    told: list[str] = []
    autosave.failed.connect(lambda words: told.append(words()))
    document_of(autosave).store.replace(OTHER, "other")
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(100)
    assert told == ["No space left on device"]
    assert not autosave.kept.exists()
    with qtbot.waitSignal(autosave.recovered):
        disk.full = False
    assert json.loads(autosave.kept.read_text(encoding="utf-8"))["experiment"]["landscape"] == "booth"
    disk.full = True
    document_of(autosave).store.replace(default_experiment().model_copy(update={"seed": 9}), "seed")
    qtbot.waitUntil(lambda: len(told) == 2)
    disk.full = False


def test_what_could_not_be_read_again_does_not_replace_what_was_kept(
    autosave: Autosave, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = document_of(autosave)
    document.store.replace(OTHER, "other")
    qtbot.waitUntil(autosave.kept.exists)
    before = autosave.kept.read_bytes()
    monkeypatch.setattr(files, "to_json", lambda _: b'{"landscape": "boot"}')
    with qtbot.waitSignal(autosave.failed) as failing:
        document.store.replace(OTHER.model_copy(update={"seed": 7}), "seed")
    assert failing.args[0]().startswith("it could not be read again: ")
    assert autosave.kept.read_bytes() == before


def test_restoring_on_a_full_disk_keeps_the_old_file_until_there_is_room(
    autosave: Autosave, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "old.json"
    kept.write_text('{"file": null, "experiment": {"landscape": "booth"}}', encoding="utf-8")
    autosave.find_recoverable()
    (lost,) = autosave.found
    disk = Disk(monkeypatch)
    with qtbot.waitSignal(autosave.failed):
        autosave.adopt(lost)
    assert document_of(autosave).store.experiment == lost.experiment
    assert document_of(autosave).modified
    assert kept.exists()
    disk.full = False
    qtbot.waitUntil(lambda: not kept.exists())
    assert autosave.kept.exists()


def test_what_was_restored_on_a_full_disk_goes_once_it_is_saved(
    autosave: Autosave, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "old.json"
    kept.write_text('{"file": null, "experiment": {"landscape": "booth"}}', encoding="utf-8")
    autosave.find_recoverable()
    Disk(monkeypatch)
    autosave.adopt(autosave.found[0])
    document_of(autosave).save(tmp_path / "saved.optx")
    qtbot.waitUntil(lambda: not kept.exists())
    assert files.read(tmp_path / "saved.optx").landscape == "booth"


@pytest.mark.skipif(sys.platform == "win32", reason="asks for processes by number")
@pytest.mark.parametrize("left", [None, "dead", "alive", "damaged"])
def test_a_folder_that_cannot_be_written_to_still_offers_what_it_holds(
    autosave: Autosave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str | None
) -> None:
    (tmp_path / "old.json").write_text(
        '{"file": null, "experiment": {"landscape": "booth"}}', encoding="utf-8"
    )
    if left == "damaged":
        (tmp_path / "old.lock").write_bytes(b"")
    elif left is not None:
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        pid = dead.pid if left == "dead" else os.getppid()
        (tmp_path / "old.lock").write_text(f"{pid}\npython\n{node()}\n", encoding="utf-8")
    # The tests may run as the one person whom no permission stops.
    monkeypatch.setattr(QLockFile, "tryLock", lambda *_: False)
    autosave.find_recoverable()
    assert len(autosave.found) == (left != "alive")


def test_what_is_restored_knows_which_contents_of_its_file_it_came_from(
    autosave: Autosave, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "elsewhere" / "race.optx"
    path.parent.mkdir()
    document = document_of(autosave)
    document.save(path)
    qtbot.waitUntil(lambda: document.path == path)
    document.store.replace(OTHER, "other")
    qtbot.waitUntil(autosave.kept.exists)
    copy = tmp_path / "crashed.json"
    copy.write_bytes(autosave.kept.read_bytes())
    autosave.find_recoverable()
    (lost,) = autosave.found
    autosave.adopt(lost)
    document.save(path)
    qtbot.waitUntil(lambda: not document.modified)
    assert files.read(path) == OTHER


@pytest.mark.parametrize("name", ["100%25 ä 日本.optx", os.fsdecode(b"no-utf-8-\xff.optx")])
def test_the_file_is_known_again_whatever_its_name(autosave: Autosave, qtbot: QtBot, name: str) -> None:
    folder = autosave.kept.parent
    path = folder / "elsewhere" / name
    document = document_of(autosave)
    document.restore(OTHER, path)
    qtbot.waitUntil(autosave.kept.exists)
    (folder / "crashed.json").write_bytes(autosave.kept.read_bytes())
    autosave.find_recoverable()
    assert not autosave.damaged
    assert [(lost.path, lost.experiment) for lost in autosave.found] == [(path, OTHER)]


def test_the_end_does_not_wait_for_a_slow_save_and_loses_nothing(
    autosave: Autosave, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = threading.Event()
    usual = document_file.write_atomically

    def write(path: Path, data: bytes) -> None:
        slow.wait(20)
        usual(path, data)

    monkeypatch.setattr(document_file, "write_atomically", write)
    monkeypatch.setattr(autosave_module, "LAST_WAIT", 0.01)
    document = document_of(autosave)
    document.store.replace(OTHER, "other")
    document.save(tmp_path / "saved.optx")
    autosave.end()
    # Until the save has succeeded, the changes are kept for the next launch.
    qtbot.waitUntil(autosave.kept.exists)
    assert not (tmp_path / "saved.optx").exists()
    slow.set()
    qtbot.waitUntil(lambda: sorted(path.name for path in tmp_path.iterdir()) == ["saved.optx"])


def test_a_folder_that_cannot_be_written_is_told_once(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    document = Document(Store(default_experiment()), Settings())
    autosave = Autosave(document, tmp_path / "file" / "folder", every=0.01)
    with qtbot.waitSignal(autosave.failed):
        document.store.replace(OTHER, "other")
    with qtbot.assertNotEmitted(autosave.failed, wait=60):
        document.store.replace(OTHER.model_copy(update={"seed": 4}), "seed")
    document.discard_changes()
    autosave.end()


SLOW = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.gui.state import document_file
from optexplorer.gui.state.autosave import Autosave
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
usual = document_file.write_atomically
def slow(path, data):
    sys.stdin.readline()
    usual(path, data)
document_file.write_atomically = slow
application = QCoreApplication([])
document = Document(Store(default_experiment()), Settings())
autosave = Autosave(document, Path(sys.argv[1]))
document.store.replace(default_experiment().model_copy(update={"seed": 7}), "seed")
document.save(Path(sys.argv[2]))
QTimer.singleShot(0, application.quit)
application.exec()
autosave.end()
print("closed", flush=True)
"""


def test_a_save_under_way_is_finished_before_the_process_ends(tmp_path: Path) -> None:
    kept, path = tmp_path / "kept", tmp_path / "race.optx"
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(kept), str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "closed\n"
        assert not path.exists()
        # Kept, in case that the save fails.
        for _ in range(1000):
            if list(kept.glob("*.json")):
                break
            time.sleep(0.01)
        assert len(list(kept.glob("*.json"))) == 1
        process.stdin.write("go on\n")
        process.stdin.flush()
        assert process.wait(30) == 0
    assert files.read(path).seed == 7
    assert not list(kept.iterdir())
