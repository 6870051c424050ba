"""The document: opening, saving, and whether there is something to save."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state import document as document_module
from optexplorer.gui.state import document_file
from optexplorer.gui.state.document import MOST_RECENT, Document, Opening
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store

FIRST = default_experiment()
OTHER = Experiment.model_validate({"landscape": "booth", "racers": [{"optimizer": "adam"}]})


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    document = Document(Store(FIRST), Settings())
    document.forget_recent()
    return document


def opened(document: Document, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(document.read) as reading:
        document.open(path)
    document.show_opened(reading.args[0])


def test_only_a_difference_is_a_change(document: Document) -> None:
    assert not document.modified
    document.store.replace(OTHER, "other")
    assert document.modified
    document.store.undo()
    assert not document.modified


def test_the_camera_counts_only_once_there_is_a_file(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    turned = FIRST.appearance.model_copy(update={"gradient_arrows": True})
    document.store.set_appearance(turned)
    assert not document.modified
    with qtbot.waitSignal(document.stateChanged):
        document.save(tmp_path / "race.optx")
    assert files.read(tmp_path / "race.optx").appearance == turned
    document.store.set_appearance(FIRST.appearance)
    assert document.modified


def test_saving_and_opening(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "race.optx"
    done: list[str] = []
    document.store.replace(OTHER, "other")
    document.save(path, lambda: done.append("saved"))
    qtbot.waitUntil(lambda: done == ["saved"])
    assert (document.path, document.modified) == (path, False)
    document.new(FIRST)
    assert (document.path, document.modified) == (None, False)
    opened(document, qtbot, path)
    assert document.store.experiment == OTHER
    assert (document.path, document.modified) == (path, False)
    assert document.store.undo_label is None


def test_changes_made_while_saving_are_unsaved(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    document.save(tmp_path / "race.optx")
    document.store.replace(OTHER, "other")
    qtbot.waitUntil(lambda: document.path is not None)
    assert document.modified


def test_a_bad_file_changes_nothing_and_is_told_in_one_line(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "bad.optx").write_text('{"landscape": "boot"}', encoding="utf-8")
    with qtbot.waitSignal(document.failed) as failing:
        document.open(tmp_path / "bad.optx")
    assert [words() for words in failing.args] == [
        "bad.optx could not be opened: no landscape is called 'boot'; did you mean 'booth'?"
    ]
    with qtbot.waitSignal(document.failed) as failing:
        document.open(tmp_path / "none.optx")
    assert [words() for words in failing.args] == ["none.optx could not be opened: No such file or directory"]
    assert (document.store.experiment, document.path, document.recent) == (FIRST, None, [])


def test_what_cannot_be_saved_stays_unsaved(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    document.store.replace(OTHER, "other")
    called: list[str] = []
    with qtbot.waitSignal(document.failed) as failing:
        document.save(tmp_path / "no folder" / "race.optx", lambda: called.append("then"))
    assert [words() for words in failing.args] == ["race.optx could not be saved: No such file or directory"]
    assert (document.path, document.modified, called) == (None, True, [])


def test_a_picture_is_never_saved_over(document: Document, tmp_path: Path, qtbot: QtBot) -> None:
    document.show_opened(Opening(OTHER, None, tmp_path / "picture.png"))
    assert document.path is None
    assert not document.modified


def test_recent_files_are_the_newest_first_and_few(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.optx" for number in range(MOST_RECENT + 2)]
    for path in [*paths, paths[5]]:
        document.show_opened(Opening(OTHER, path, path))
    assert document.recent[:3] == [paths[5], paths[-1], paths[-2]]
    assert len(document.recent) == MOST_RECENT
    document.forget_recent()
    assert document.recent == []


def test_a_damaged_list_of_recent_files_is_an_empty_one(document: Document) -> None:
    Settings().remember_text("recent files", "[1, {")
    assert document.recent == []


def test_what_a_lesson_shows_is_no_unsaved_work(document: Document) -> None:
    document.set_aside(FIRST)
    document.store.replace(OTHER, "a scene")
    assert not document.modified
    document.store.replace(FIRST, "the lesson is closed")
    document.set_aside(None)
    assert not document.modified
    document.store.replace(OTHER, "mine")
    document.set_aside(OTHER)
    document.store.replace(FIRST, "a scene")
    assert document.modified
    assert document.experiment == OTHER


INVALID = OTHER.model_copy(update={"start": (1.0, 2.0, 3.0)})
"""As an edit that nothing has checked leaves it: Booth's function has two coordinates."""


def test_what_cannot_be_read_again_is_not_written(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "race.optx"
    files.write(path, OTHER)
    before = path.read_bytes()
    opened(document, qtbot, path)
    document.store.reset(INVALID)
    with qtbot.waitSignal(document.failed) as failing:
        document.save(path)
    assert failing.args[0]().startswith("race.optx could not be saved: it could not be read again: start")
    assert path.read_bytes() == before
    assert document.modified


class SlowDisk:
    """Writes wait until they are let through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ready = threading.Event()
        self.writing = threading.Event()
        self.fails = False
        usual = document_file.write_atomically

        def write(path: Path, data: bytes) -> None:
            self.writing.set()
            self.ready.wait(20)
            if self.fails:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            usual(path, data)

        monkeypatch.setattr(document_file, "write_atomically", write)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    disk = SlowDisk(monkeypatch)
    yield disk
    disk.ready.set()


def test_a_save_belongs_to_the_document_it_was_started_for(
    document: Document, qtbot: QtBot, tmp_path: Path, disk: SlowDisk
) -> None:
    a, b = tmp_path / "a.optx", tmp_path / "b.optx"
    files.write(b, OTHER)
    mine = FIRST.model_copy(update={"seed": 7})
    document.store.replace(mine, "mine")
    document.save(a)
    assert document.saving is not None
    opened(document, qtbot, b)
    assert document.saving is None
    disk.ready.set()
    qtbot.waitUntil(a.exists)
    qtbot.waitUntil(lambda: a in document.recent)
    assert (document.path, document.modified, document.store.experiment) == (b, False, OTHER)
    document.store.replace(OTHER.model_copy(update={"seed": 3}), "seed")
    document.save(b)
    qtbot.waitUntil(lambda: not document.modified)
    assert (files.read(a).seed, files.read(b).seed) == (7, 3)


def test_saves_follow_one_another_and_none_is_dropped(
    document: Document, qtbot: QtBot, tmp_path: Path, disk: SlowDisk
) -> None:
    paths = [tmp_path / f"{number}.optx" for number in range(4)]
    for number, path in enumerate(paths):
        document.store.replace(FIRST.model_copy(update={"seed": number}), "seed")
        document.save(path)
    disk.ready.set()
    qtbot.waitUntil(lambda: document.path == paths[-1])
    assert [files.read(path).seed for path in paths] == [0, 1, 2, 3]
    assert not document.modified


def test_a_failure_is_told_although_another_document_is_on_the_screen(
    document: Document, qtbot: QtBot, tmp_path: Path, disk: SlowDisk
) -> None:
    disk.fails = True
    mine = FIRST.model_copy(update={"seed": 7})
    document.store.replace(mine, "mine")
    document.save(tmp_path / "a.optx")
    document.new(OTHER)
    with qtbot.waitSignal(document.leftUnsaved) as failing:
        disk.ready.set()
    request, words = failing.args
    assert words() == "a.optx could not be saved: No space left on device"
    assert request.experiment == mine
    disk.fails = False
    document.save_again(request, tmp_path / "b.optx")
    qtbot.waitUntil((tmp_path / "b.optx").exists)
    assert files.read(tmp_path / "b.optx") == mine
    assert (document.path, document.store.experiment) == (None, OTHER)


def test_a_file_that_another_program_has_changed_is_not_overwritten(
    document: Document, qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "race.optx"
    files.write(path, OTHER)
    opened(document, qtbot, path)
    theirs, mine = (OTHER.model_copy(update={"seed": seed}) for seed in (5, 7))
    files.write(path, theirs)
    document.store.replace(mine, "mine")
    with qtbot.waitSignal(document.changedOnDisk) as asking:
        document.save(path)
    assert files.read(path) == theirs
    assert document.modified
    # It is asked about; the window shows what is logged as a failure of the program.
    assert not caplog.records
    document.save_again(asking.args[0], path)
    qtbot.waitUntil(lambda: not document.modified)
    assert files.read(path) == mine
    # What this document has written itself is no change by another.
    document.store.replace(theirs, "theirs")
    document.save(path)
    document.store.replace(OTHER, "other")
    document.save(path)
    qtbot.waitUntil(lambda: not document.modified)
    assert files.read(path) == OTHER


def test_the_same_contents_are_no_change_and_a_deleted_file_is_written_again(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "race.optx"
    files.write(path, OTHER)
    opened(document, qtbot, path)
    path.write_bytes(path.read_bytes())
    document.store.replace(FIRST, "first")
    document.save(path)
    qtbot.waitUntil(lambda: not document.modified)
    path.unlink()
    document.store.replace(OTHER, "other")
    document.save(path)
    qtbot.waitUntil(lambda: not document.modified)
    assert files.read(path) == OTHER


def test_a_lessons_scene_is_never_written_over_the_persons_own_file(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    own, scene = tmp_path / "own.optx", tmp_path / "scene.optx"
    files.write(own, OTHER)
    opened(document, qtbot, own)
    mine = OTHER.model_copy(update={"seed": 7})
    document.store.replace(mine, "mine")
    document.set_aside(mine)
    document.store.replace(FIRST, "a scene")
    document.save_copy(scene)
    qtbot.waitUntil(lambda: scene in document.recent)
    assert (files.read(scene), files.read(own)) == (FIRST, OTHER)
    assert (document.path, document.modified) == (own, True)
    document.save(own)
    qtbot.waitUntil(lambda: not document.modified)
    assert files.read(own) == mine
    document.store.replace(mine, "the lesson is closed")
    document.set_aside(None)
    assert not document.modified


def test_only_the_file_that_was_asked_for_last_is_opened(
    document: Document, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in (1, 2):
        files.write(tmp_path / f"{seed}.optx", OTHER.model_copy(update={"seed": seed}))
    later = threading.Event()
    usual = document_module._read

    def read(path: Path) -> Opening:
        if path.name == "1.optx":
            later.wait(20)
        return usual(path)

    monkeypatch.setattr(document_module, "_read", read)
    found: list[Opening] = []
    document.read.connect(found.append)
    document.open(tmp_path / "1.optx")
    document.open(tmp_path / "2.optx")
    qtbot.waitUntil(lambda: bool(found))
    later.set()
    document.wait(10.0)
    qtbot.wait(20)
    assert [opening.experiment.seed for opening in found] == [2]
