"""Files in the real window: opening, dropping, pasting, saving, closing, and what a crash has left."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from optexplorer import lessons
from optexplorer.experiment import files, share
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.metadata import embed
from optexplorer.export.pictures import png, render
from optexplorer.gui.actions import file_commands
from optexplorer.gui.app import Application
from optexplorer.gui.state import document_file
from optexplorer.gui.state.autosave import Autosave
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.store import Store
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute
from tests.gui.hands import answer_question

FIRST = default_experiment()
OTHER = Experiment.model_validate({"landscape": "booth", "racers": [{"optimizer": "adam"}], "steps": 30})


def shown(app: Application) -> Experiment:
    return app.store.experiment


def drop(app: Application, data: QMimeData) -> bool:
    """Drop something on the middle of the window; return whether the window would have it."""
    target = app.window.centralWidget()
    place = QPointF(target.rect().center())
    where = QPoint(int(place.x()), int(place.y()))
    enter = QDragEnterEvent(
        where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(app.window, enter)
    if enter.isAccepted():
        event = QDropEvent(
            place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(app.window, event)
    return enter.isAccepted()


def address(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def press(bar: QPushButton, text: str) -> None:
    (button,) = (
        button for button in bar.findChildren(QPushButton) if button.text() == text and button.isVisible()
    )
    button.click()


def test_a_dropped_experiment_is_opened(app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    files.write(tmp_path / "booth.optx", OTHER)
    assert drop(app, address(tmp_path / "booth.optx"))
    qtbot.waitUntil(lambda: shown(app) == OTHER)
    assert app.window.windowTitle() == "booth.optx[*]"
    assert not app.window.isWindowModified()
    qtbot.waitUntil(lambda: app.window.scene.landscape.id == "booth")


def test_a_dropped_picture_brings_its_experiment_back(app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    picture = png(render(compute(OTHER).scene(), "map", 320, 240, 1.0, Style()))
    (tmp_path / "slide.png").write_bytes(embed(picture, "png", OTHER))
    drop(app, address(tmp_path / "slide.png"))
    qtbot.waitUntil(lambda: shown(app) == OTHER)
    # Saving asks for a name: the picture is not written over.
    assert app.document.path is None


def test_a_bad_file_leaves_the_screen_as_it_was(app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bad.optx").write_bytes(files.to_json(OTHER)[:200])
    drop(app, address(tmp_path / "bad.optx"))
    notice = app.window.files.notice
    qtbot.waitUntil(notice.isVisible)
    assert notice.words.text().startswith("bad.optx could not be opened: it is damaged or no JSON")
    assert shown(app) == FIRST
    qtbot.keyClick(notice, Qt.Key.Key_Escape)
    assert not notice.isVisible()


def test_pasting_a_text_is_one_step_of_undo(app: Application) -> None:
    app.store.replace(OTHER, "other")
    app.window.files.copy_text()
    assert QApplication.clipboard().text() == share.to_text(OTHER)
    app.store.undo()
    app.window.files.paste()
    assert shown(app).racers == OTHER.racers
    app.store.undo()
    assert shown(app) == FIRST


def test_pasting_anything_else_is_refused_with_a_line(app: Application) -> None:
    QApplication.clipboard().setText("hello")
    app.window.files.paste()
    assert app.window.files.notice.words.text().startswith(
        "Paste experiment: this text holds no experiment; a shared experiment looks like optx"
    )
    assert shown(app) == FIRST


def test_nothing_unsaved_nothing_asked(app: Application) -> None:
    done: list[int] = []
    app.window.files.when_saved(lambda: done.append(1))
    assert done == [1]


@pytest.mark.parametrize(("text", "replaced"), [("Discard", True), ("Cancel", False)])
def test_unsaved_changes_are_asked_about(
    app: Application, qtbot: QtBot, tmp_path: Path, text: str, replaced: bool
) -> None:
    files.write(tmp_path / "booth.optx", OTHER)
    changed = FIRST.model_copy(update={"seed": 7})
    app.store.replace(changed, "seed")
    assert app.window.isWindowModified()
    app.window.files.open(tmp_path / "booth.optx")
    answer_question(qtbot, text)
    qtbot.waitUntil(lambda: shown(app) == (OTHER if replaced else changed))
    assert app.window.isWindowModified() == (not replaced)


def test_saving_first_and_then_going_on(
    app: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.optx"
    monkeypatch.setattr(file_commands.document_dialogs, "ask_where_to_save", lambda *_: path)
    app.store.replace(OTHER, "other")
    app.window.files.handlers()["new"](False)
    answer_question(qtbot, "Save")
    qtbot.waitUntil(lambda: shown(app) == FIRST)
    assert files.read(path).landscape == "booth"
    assert app.document.path is None


def test_closing_the_window_asks_too(app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    app.store.replace(OTHER, "other")
    # As the window manager sends it.
    monkeypatch.setattr(QCloseEvent, "spontaneous", lambda _: True)
    app.window.close()
    answer_question(qtbot, "Cancel")
    assert app.window.isVisible()
    assert app.document.modified


def test_recent_files_are_in_the_menu(app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    app.document.forget_recent()
    files.write(tmp_path / "booth.optx", OTHER)
    app.window.files.open(tmp_path / "booth.optx")
    qtbot.waitUntil(lambda: shown(app) == OTHER)
    app.document.new(FIRST)
    menu = QMenu(app.window)
    app.window.files.fill_recent(menu)
    assert [action.text() for action in menu.actions()] == ["&1  booth.optx", "", "Clear this list"]
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: shown(app) == OTHER)
    menu.actions()[-1].trigger()
    app.window.files.fill_recent(menu)
    assert [action.isEnabled() for action in menu.actions() if action.text()] == [False]


def test_what_a_crash_has_left_is_offered_and_restored(
    own_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = own_app
    crashed = Document(Store(FIRST), app.settings)
    before = Autosave(crashed, app.autosave.kept.parent)
    crashed.store.replace(OTHER, "other")
    # Ends as a crash does: what was kept stays.
    before.end()
    app.autosave.find_recoverable()
    app.window.files.offer_recovery()
    offer = app.window.files.offer
    assert offer.isVisible()
    assert "Unsaved changes of Untitled (Booth)" in offer.words.text()
    assert shown(app) == FIRST
    press(offer, "Restore")
    assert shown(app) == OTHER
    assert app.window.isWindowModified()
    assert not offer.isVisible()
    assert app.autosave.found == []


def test_a_lesson_is_no_unsaved_work_and_gives_way_to_a_file(
    app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app.player.open(lessons.file_of(lessons.ids()[0], "en"))
    app.player.next()
    assert shown(app) != FIRST
    assert not app.window.isWindowModified()
    files.write(tmp_path / "booth.optx", OTHER)
    drop(app, address(tmp_path / "booth.optx"))
    qtbot.waitUntil(lambda: shown(app) == OTHER)
    assert app.player.lesson is None
    assert not app.window.isWindowModified()


@pytest.fixture
def own(app: Application, qtbot: QtBot, tmp_path: Path) -> Path:
    """The file of the user's own experiment, which has unsaved changes (another seed) while a lesson is open."""
    path = tmp_path / "own.optx"
    files.write(path, OTHER)
    app.window.files.open(path)
    qtbot.waitUntil(lambda: shown(app) == OTHER)
    app.store.replace(OTHER.model_copy(update={"seed": 7}), "seed")
    app.player.open(lessons.file_of(lessons.ids()[0], "en"))
    return path


def trigger(app: Application, id: str) -> None:
    app.window._actions[id].trigger()


def test_saving_in_a_lesson_saves_the_persons_own_experiment(
    app: Application, qtbot: QtBot, own: Path
) -> None:
    scene = shown(app)
    trigger(app, "save")
    qtbot.waitUntil(app.window.files.done.isVisible)
    assert app.window.files.done.words.text() == (
        "Your own experiment was saved to own.optx, not the lesson's scene."
    )
    assert files.read(own) == OTHER.model_copy(update={"seed": 7})
    assert shown(app) == scene
    assert not app.window.isWindowModified()


def test_saving_when_asked_in_a_lesson_saves_the_persons_own_experiment(
    app: Application, qtbot: QtBot, own: Path
) -> None:
    trigger(app, "new")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
    assert "your own experiment from before the lesson" in QApplication.activeModalWidget().informativeText()
    answer_question(qtbot, "Save")
    qtbot.waitUntil(lambda: shown(app) == FIRST)
    assert files.read(own) == OTHER.model_copy(update={"seed": 7})
    assert app.player.lesson is None


def test_undo_after_a_lesson_leads_back_into_the_persons_own_work(app: Application, own: Path) -> None:
    app.player.next()
    app.player.close()
    assert shown(app) == OTHER.model_copy(update={"seed": 7})
    app.store.undo()
    assert shown(app) == OTHER
    assert app.store.undo_label is None
    app.store.redo()
    assert shown(app) == OTHER.model_copy(update={"seed": 7})


def test_what_is_typed_without_enter_is_saved_too(app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    files.write(tmp_path / "own.optx", OTHER)
    app.window.files.open(tmp_path / "own.optx")
    qtbot.waitUntil(lambda: shown(app) == OTHER)
    seed = app.window.panel.start.seed
    seed.setFocus()
    seed.selectAll()
    qtbot.keyClicks(seed, "41")
    trigger(app, "save")
    qtbot.waitUntil(lambda: files.read(tmp_path / "own.optx").seed == 41)


def test_closing_asks_about_what_is_typed_without_enter(
    app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = app.window.panel.start.seed
    seed.setFocus()
    seed.selectAll()
    qtbot.keyClicks(seed, "41")
    monkeypatch.setattr(QCloseEvent, "spontaneous", lambda _: True)
    app.window.close()
    answer_question(qtbot, "Cancel")
    assert shown(app).seed == 41


def test_a_notice_follows_the_language(app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    app.window.files.open(tmp_path / "none.optx")
    notice = app.window.files.notice
    qtbot.waitUntil(notice.isVisible)
    assert notice.words.text() == "none.optx could not be opened: No such file or directory"
    app.choose_language("ja")
    qtbot.waitUntil(
        lambda: notice.words.text() == "none.optx を開けませんでした: ファイルまたはフォルダーがありません"
    )


def test_a_long_name_in_a_notice_leaves_the_window_as_wide_as_it_is(
    app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    width = app.window.width()
    app.window.files.open(tmp_path / f"{'n' * 230}.optx")
    notice = app.window.files.notice
    qtbot.waitUntil(notice.isVisible)
    qtbot.wait(50)
    assert app.window.width() == width
    assert notice.words.minimumSizeHint().width() < 400
    assert "n" * 230 in notice.words.text()


def test_a_lessons_scene_is_saved_as_an_experiment_of_its_own(
    app: Application, qtbot: QtBot, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [own, own.with_name("scene.optx")]
    monkeypatch.setattr(file_commands.document_dialogs, "ask_where_to_save", lambda *_: chosen.pop(0))
    trigger(app, "save-as")
    assert app.window.files.notice.isVisible()
    assert "own.optx holds your own experiment" in app.window.files.notice.words.text()
    assert files.read(own) == OTHER
    trigger(app, "save-as")
    qtbot.waitUntil(app.window.files.done.isVisible)
    assert files.read(own.with_name("scene.optx")) == shown(app)
    assert app.document.path == own
    assert app.window.isWindowModified()


def change_elsewhere(app: Application, qtbot: QtBot, path: Path) -> tuple[Experiment, Experiment]:
    """Open a file, let another program change it, and save; return what the other wrote, and what was to be saved."""
    files.write(path, OTHER)
    app.window.files.open(path)
    qtbot.waitUntil(lambda: shown(app) == OTHER)
    theirs, mine = (OTHER.model_copy(update={"seed": seed}) for seed in (5, 7))
    files.write(path, theirs)
    app.store.replace(mine, "mine")
    trigger(app, "save")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert "race.optx was changed by another program" in box.text()
    return theirs, mine


def test_a_file_changed_by_another_program_is_overwritten_only_when_told(
    app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "race.optx"
    theirs, mine = change_elsewhere(app, qtbot, path)
    answer_question(qtbot, "Cancel")
    assert files.read(path) == theirs
    assert app.window.isWindowModified()
    trigger(app, "save")
    answer_question(qtbot, "Overwrite")
    qtbot.waitUntil(lambda: not app.window.isWindowModified())
    assert files.read(path) == mine


def test_a_file_changed_by_another_program_is_reloaded(
    app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    theirs, _ = change_elsewhere(app, qtbot, tmp_path / "race.optx")
    answer_question(qtbot, "Reload the file")
    qtbot.waitUntil(lambda: shown(app) == theirs)
    assert not app.window.isWindowModified()


def test_a_file_changed_by_another_program_stays_beside_a_new_one(
    app: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = tmp_path / "race.optx", tmp_path / "mine.optx"
    theirs, mine = change_elsewhere(app, qtbot, path)
    monkeypatch.setattr(file_commands.document_dialogs, "ask_where_to_save", lambda *_: other)
    answer_question(qtbot, "Save as…")
    qtbot.waitUntil(lambda: not app.window.isWindowModified())
    assert (files.read(path), files.read(other)) == (theirs, mine)
    assert app.document.path == other


def test_what_cannot_be_read_again_is_told_and_the_old_file_stays(
    own_app: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = own_app
    path = tmp_path / "race.optx"
    files.write(path, OTHER)
    app.window.files.open(path)
    qtbot.waitUntil(lambda: shown(app) == OTHER)
    changed = OTHER.model_copy(update={"seed": 7})
    app.store.replace(changed, "seed")
    monkeypatch.setattr(files, "to_json", lambda _: b'{"landscape": "boot"}')
    trigger(app, "save")
    notice = app.window.files.notice
    qtbot.waitUntil(notice.isVisible)
    assert notice.words.text().startswith("race.optx could not be saved: it could not be read again: ")
    assert app.window.isWindowModified()
    monkeypatch.undo()
    assert files.read(path) == OTHER


def lose(app: Application, name: str, text: str) -> Path:
    """Leave a file of unsaved changes behind as a crash does, and start again."""
    path = app.autosave.kept.with_name(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    app.autosave.find_recoverable()
    app.window.files.offer_recovery()
    return path


def test_the_offer_stays_until_what_was_lost_is_on_the_screen(own_app: Application, qtbot: QtBot) -> None:
    app = own_app
    lost = lose(app, "lost.json", '{"file": null, "experiment": {"landscape": "booth"}}')
    mine = FIRST.model_copy(update={"seed": 7})
    app.store.replace(mine, "mine")
    offer = app.window.files.offer
    press(offer, "Restore")
    answer_question(qtbot, "Cancel")
    assert shown(app) == mine
    assert offer.isVisible()
    assert lost.exists()
    press(offer, "Restore")
    answer_question(qtbot, "Discard")
    qtbot.waitUntil(lambda: shown(app).landscape == "booth")
    assert not offer.isVisible()
    qtbot.waitUntil(lambda: not lost.exists())
    assert app.autosave.kept.exists()


def test_damaged_unsaved_changes_are_reported_and_removed_when_told(
    own_app: Application, qtbot: QtBot
) -> None:
    app = own_app
    damaged = lose(app, "damaged.json", '{"experiment": ')
    offer = app.window.files.offer
    assert offer.isVisible()
    assert offer.words.text().startswith(
        f"The file {damaged} holds unsaved changes but cannot be read: it is damaged or no JSON"
    )
    press(offer, "Delete")
    assert not damaged.exists()
    assert not offer.isVisible()


def test_a_failed_save_of_a_document_that_has_gone_can_be_saved_elsewhere(
    app: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "elsewhere.optx"
    (tmp_path / "folder.optx").mkdir()
    mine = OTHER.model_copy(update={"seed": 7})
    app.store.replace(mine, "mine")
    app.document.save(tmp_path / "folder.optx")
    # What is being saved is not asked about.
    trigger(app, "new")
    assert shown(app) == FIRST
    notice = app.window.files.scene.offers.bar
    qtbot.waitUntil(notice.isVisible)
    assert notice.words.text() == "folder.optx could not be saved: Is a directory"
    # It is kept for after a crash, and no other message takes its place.
    kept = lambda: [file for file in app.autosave.kept.parent.glob("*.json") if file != app.autosave.kept]  # noqa: E731
    qtbot.waitUntil(lambda: len(kept()) == 1)
    app.window.files.open(tmp_path / "none.optx")
    qtbot.waitUntil(app.window.files.notice.isVisible)
    assert notice.isVisible()
    chosen = [None, path]
    monkeypatch.setattr(file_commands.document_dialogs, "ask_where_to_save", lambda *_: chosen.pop(0))
    press(notice, "Save as…")
    assert notice.isVisible()
    press(notice, "Save as…")
    qtbot.waitUntil(path.exists)
    assert files.read(path) == mine
    assert app.document.path is None
    qtbot.waitUntil(lambda: not notice.isVisible())
    qtbot.waitUntil(lambda: kept() == [])


def test_what_is_changed_while_it_is_being_saved_is_asked_about(
    app: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    write = document_file.write_atomically

    def slow(path: Path, data: bytes, **options: Any) -> None:
        may_go_on.wait(30)
        write(path, data, **options)

    path = tmp_path / "own.optx"
    files.write(path, OTHER)
    app.document.open(path)
    qtbot.waitUntil(lambda: app.document.path == path)
    app.store.replace(OTHER.model_copy(update={"seed": 7}), "seven")
    monkeypatch.setattr(document_file, "write_atomically", slow)
    trigger(app, "new")
    answer_question(qtbot, "Save")
    app.store.replace(OTHER.model_copy(update={"seed": 8}), "eight")
    may_go_on.set()
    answer_question(qtbot, "Cancel")
    assert shown(app).seed == 8
    assert files.read(path).seed == 7


def test_why_a_file_cannot_be_opened_is_said_in_the_windows_language(
    app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app.choose_language("ja")
    (tmp_path / "bad.optx").write_text("{", encoding="utf-8")
    app.window.files.open(tmp_path / "bad.optx")
    notice = app.window.files.notice
    qtbot.waitUntil(notice.isVisible)
    assert notice.words.text().startswith("bad.optx を開けませんでした: 壊れているかJSONではない。1行2文字目")
    app.choose_language("en")
    qtbot.waitUntil(lambda: "it is damaged or no JSON" in notice.words.text())
    data = QMimeData()
    data.setText("no experiment")
    QApplication.clipboard().setMimeData(data)
    trigger(app, "paste-experiment")
    qtbot.waitUntil(lambda: notice.words.text().startswith("Paste experiment: this text holds no experiment"))
    app.choose_language("ja")
    qtbot.waitUntil(lambda: "このテキストに実験は含まれていない" in notice.words.text())
