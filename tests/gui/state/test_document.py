"""The document: opening, saving, and whether there is something to save."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
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
    document.take(reading.args[0])


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
    with qtbot.waitSignal(document.state_changed):
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
    assert failing.args == [
        "bad.optx could not be opened: no landscape is called 'boot'; did you mean 'booth'?"
    ]
    with qtbot.waitSignal(document.failed) as failing:
        document.open(tmp_path / "none.optx")
    assert failing.args == ["none.optx could not be opened: No such file or directory"]
    assert (document.store.experiment, document.path, document.recent) == (FIRST, None, [])


def test_what_cannot_be_saved_stays_unsaved(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    document.store.replace(OTHER, "other")
    called: list[str] = []
    with qtbot.waitSignal(document.failed) as failing:
        document.save(tmp_path / "no folder" / "race.optx", lambda: called.append("then"))
    assert failing.args == ["race.optx could not be saved: No such file or directory"]
    assert (document.path, document.modified, called) == (None, True, [])


def test_a_picture_is_never_saved_over(document: Document, tmp_path: Path, qtbot: QtBot) -> None:
    document.take(Opening(OTHER, None, tmp_path / "picture.png"))
    assert document.path is None
    assert not document.modified


def test_recent_files_are_the_newest_first_and_few(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.optx" for number in range(MOST_RECENT + 2)]
    for path in [*paths, paths[5]]:
        document.take(Opening(OTHER, path, path))
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
