"""A lesson in the real window: leaving a scene and coming back, moving on, and writing one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from optexplorer import lessons
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs import document_dialogs, messages
from optexplorer.lessons.lesson import Choice, Click
from optexplorer.lessons.reading import read_lesson
from tests.gui.hands import answer_question, drag, handle, press, send_mouse, settle

LESSON = """+++
id = "trial"
title = "A trial"
+++

# First

One.

```toml experiment
landscape = "booth"
steps = 40
views = ["map", "chart"]
playhead = 5
hidden = ["seed", "surface"]
locked = ["racer:1", "landscape"]
[[racers]]
optimizer = "gd"
lr = 0.05
```

---

# Second

Two.
"""


@pytest.fixture
def lesson(app: Application, tmp_path: Path) -> Path:
    path = tmp_path / "trial.md"
    path.write_text(LESSON, encoding="utf-8")
    app.window.lessons.open(path)
    return path


def test_playing_freely_and_coming_back_restores_the_scene_exactly(qtbot: QtBot, app: Application) -> None:
    app.window.lessons.open(lessons.file_of("3-learning-rate", "en"))
    settle(qtbot, app)
    app.playback.pause()
    app.playback.seek(11)
    panel, before = app.window.lessons.lesson_panel, app.store.experiment
    slider = app.window.panel.racers.cards[0].rate.slider
    drag(slider, [slider.handle_at(slider.sliderPosition()).center(), handle(slider, 0.9)])
    assert app.store.experiment != before
    assert app.player.free
    assert panel.freed.isVisible()
    # Everything may be looked at now, and nothing is pointed at.
    assert app.window.workspace.frames["chart"].isVisible()
    app.playback.to_end()
    qtbot.mouseClick(panel.resume, Qt.MouseButton.LeftButton)
    settle(qtbot, app)
    assert app.store.experiment == before
    qtbot.waitUntil(lambda: app.playback.step == 11)
    assert not panel.freed.isVisible()
    # The user's own change is still there to be had again.
    app.store.undo()
    assert app.store.experiment.racers[0].optimizer.lr != before.racers[0].optimizer.lr


def test_next_back_and_the_keys_walk_the_scenes(qtbot: QtBot, app: Application) -> None:
    course = QMenu(app.window)
    app.window.lessons.fill_course(course)
    assert len(course.actions()) == len(lessons.ids())
    course.actions()[0].trigger()
    panel = app.window.lessons.lesson_panel
    qtbot.mouseClick(panel.next, Qt.MouseButton.LeftButton)
    assert app.player.index == 1
    qtbot.mouseClick(panel.back, Qt.MouseButton.LeftButton)
    assert app.player.index == 0
    press(qtbot, app.window, "PgDown")
    press(qtbot, app.window, "PgDown")
    press(qtbot, app.window, "PgUp")
    assert app.player.index == 1
    for _ in range(12):
        press(qtbot, app.window, "PgDown")
    assert app.player.upcoming is None
    assert not panel.next.isEnabled()


def test_closing_a_lesson_brings_back_what_was_there_before(qtbot: QtBot, app: Application) -> None:
    before = app.store.experiment
    app.window.lessons.open(lessons.file_of("6-momentum", "en"))
    app.player.go(3)
    settle(qtbot, app)
    panel = app.window.lessons.lesson_panel
    qtbot.mouseClick(panel.close_button, Qt.MouseButton.LeftButton)
    assert app.store.experiment == before
    assert not panel.isVisible()
    settle(qtbot, app)
    assert app.window.workspace.surface.isVisible()
    assert app.window.workspace.readout.isVisible()


def test_a_scene_hides_and_locks_parts_and_the_next_one_as_well(
    qtbot: QtBot, app: Application, lesson: Path
) -> None:
    settle(qtbot, app)
    panel, views = app.window.panel, app.window.workspace
    assert not panel.start.seed.isVisible()
    assert not views.frames["surface"].isVisible()
    assert not panel.racers.cards[0].isEnabled()
    assert not panel.landscape.isEnabled()
    assert panel.start.steps.isEnabled()
    app.player.close()
    settle(qtbot, app)
    assert not panel.start.seed.isHidden()
    assert panel.racers.cards[0].isEnabled()
    assert views.frames["surface"].isVisible()


def test_a_lesson_is_read_again_while_it_is_being_written(
    qtbot: QtBot, app: Application, lesson: Path
) -> None:
    panel = app.window.lessons.lesson_panel
    app.player.go(1)
    lesson.write_text(LESSON.replace("# Second", "# Another"), encoding="utf-8")
    qtbot.waitUntil(lambda: panel.scene_title.text() == "Another", timeout=10000)
    assert app.player.index == 1
    broken = LESSON.replace("steps = 40", "steps = forty")
    lesson.write_text(broken, encoding="utf-8")
    qtbot.waitUntil(lambda: panel.problem.isVisible(), timeout=10000)
    line = 1 + broken[: broken.index("steps = forty")].count("\n")
    assert panel.problem.text().startswith(f"trial.md:{line}: ")
    # What was right before stays on the screen.
    assert panel.scene_title.text() == "Another"
    lesson.write_text(LESSON, encoding="utf-8")
    qtbot.waitUntil(lambda: not panel.problem.isVisible(), timeout=10000)
    assert panel.scene_title.text() == "Second"


def test_a_file_that_is_no_lesson_is_refused_with_its_line(
    app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(messages, "warn", lambda *given: told.append(given[2]))
    path = tmp_path / "bad.md"
    path.write_text(LESSON.replace('"booth"', '"boot"'), encoding="utf-8")
    before = app.store.experiment
    app.window.lessons.open(path)
    assert "bad.md:11: " in told[0]
    assert "booth" in told[0]
    assert app.player.lesson is None
    assert app.store.experiment == before


def test_a_new_lesson_is_written_from_the_present_experiment(
    qtbot: QtBot, app: Application, tmp_path: Path
) -> None:
    app.window.panel.start.stepsChosen.emit(77)
    experiment = app.store.experiment
    app.window.lessons.write_new(tmp_path / "mine.md")
    settle(qtbot, app)
    assert app.player.lesson is not None
    (scene,) = read_lesson(tmp_path / "mine.md").scenes
    written, shown = scene.experiment, app.store.experiment
    assert (written.landscape, written.start, written.steps) == (
        experiment.landscape,
        experiment.start,
        77,
    )
    assert [racer.optimizer for racer in written.racers] == [racer.optimizer for racer in experiment.racers]
    assert shown.racers == written.racers


def test_the_narration_that_is_no_longer_shown_is_deleted(qtbot: QtBot, app: Application) -> None:
    app.player.open(lessons.file_of(lessons.ids()[0], "en"))
    view = app.window.lessons.lesson_panel.narration
    for _ in range(3):
        for step in (app.player.next, app.player.back):
            with qtbot.waitSignal(view.shown):
                step()
    qtbot.waitUntil(lambda: len(view.findChildren(QTextDocument)) == 1)


def test_another_language_keeps_the_answer_and_what_was_changed(qtbot: QtBot, app: Application) -> None:
    player = app.player
    player.open(lessons.file_of("3-learning-rate", "en"))
    while not isinstance(player.scene.question, Choice):
        player.next()
    player.choose(1)
    settle(qtbot, app)
    racer = app.store.experiment.racers[0]
    app.window.edits.change_racer(0, racer.evolve(optimizer=racer.optimizer.model_copy(update={"lr": 0.033})))
    answer = player.answer
    app.choose_language("ja")
    assert player.lesson.language == "ja"
    assert (player.answer, player.free) == (answer, True)
    assert app.store.experiment.racers[0].optimizer.lr == 0.033


def test_the_speed_of_a_lesson_is_for_the_lesson_only(qtbot: QtBot, app: Application) -> None:
    app.playback.set_speed(33)
    app.player.open(lessons.file_of("3-learning-rate", "en"))
    assert app.playback.speed != 33
    assert app.player.own_speed == 33
    app.player.close()
    assert app.playback.speed == 33
    # What is chosen during a lesson is the user's own.
    app.player.open(lessons.file_of("3-learning-rate", "en"))
    app.playback.set_speed(44)
    app.player.close()
    assert app.playback.speed == 44


def test_what_was_made_of_a_scene_can_be_saved_after_the_lesson(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = app.store.experiment
    app.player.open(lessons.file_of("3-learning-rate", "en"))
    settle(qtbot, app)
    app.window.edits.choose_landscape("booth")
    made = app.store.experiment
    app.player.close()
    assert app.store.experiment == before
    bar, path = app.window.files.scene.changes, tmp_path / "made.optx"
    app.window.files.done.show_notice("other news")
    assert bar.isVisible()
    monkeypatch.setattr(document_dialogs, "ask_where_to_save", lambda *_: path)
    next(button for button in bar.findChildren(QPushButton) if button.isVisible()).click()
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: files.read(path) == made)


def own_landscape(app: Application, formula: str = "x^4 + y^2") -> Experiment:
    """Write a landscape in the scene that is shown; return what the scene is then."""
    app.window.edits.choose_landscape(FormulaDefinition(formula=formula, domain={"x": (-2, 2), "y": (-2, 2)}))
    return app.store.experiment


def press_offered(qtbot: QtBot, app: Application, text: str) -> None:
    """Press a button of the bar that offers what was made of scenes."""
    bar = app.window.files.scene.offers.bar
    assert bar.isVisible()

    def found() -> list[QPushButton]:
        return [b for b in bar.findChildren(QPushButton) if b.isVisible() and b.text() == text]

    qtbot.waitUntil(lambda: len(found()) == 1)
    found()[0].click()


class Quitting:
    """Quits by the command; notes that the window would be closed in the place of closing it."""

    def __init__(self, app: Application, monkeypatch: pytest.MonkeyPatch, *paths: Path | None) -> None:
        self.closed, self.paths = False, list(paths)
        self.ask = app.window._actions["quit"].trigger
        monkeypatch.setattr(app.window, "close", lambda: setattr(self, "closed", True))
        monkeypatch.setattr(document_dialogs, "ask_where_to_save", lambda *_: self.paths.pop(0))


def test_quitting_asks_about_a_landscape_made_in_a_scene(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.player.open(lessons.file_of("3-learning-rate", "en"))
    made = own_landscape(app)
    path = tmp_path / "made.optx"
    quitting = Quitting(app, monkeypatch, path)
    quitting.ask()
    quitting.ask()
    answer_question(qtbot, "Cancel")
    assert QApplication.activeModalWidget() is None
    assert not quitting.closed
    quitting.ask()
    answer_question(qtbot, "Save as…")
    qtbot.waitUntil(lambda: quitting.closed)
    assert files.read(path) == made


def test_who_stays_after_the_second_question_has_lost_nothing(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.window.edits.choose_steps(77)
    app.player.open(lessons.file_of("3-learning-rate", "en"))
    own_landscape(app)
    quitting = Quitting(app, monkeypatch)
    quitting.ask()
    answer_question(qtbot, "Discard")
    answer_question(qtbot, "Cancel")
    assert app.document.modified
    assert not quitting.closed
    quitting.ask()
    answer_question(qtbot, "Discard")
    answer_question(qtbot, "Discard")
    assert quitting.closed


def test_what_is_made_while_quitting_saves_is_asked_about(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_write = threading.Event()
    readable_json = files.readable_json
    monkeypatch.setattr(files, "readable_json", lambda shown: may_write.wait(10) and readable_json(shown))
    app.player.open(lessons.file_of("3-learning-rate", "en"))
    own_landscape(app)
    quitting = Quitting(app, monkeypatch, tmp_path / "first.optx", tmp_path / "second.optx")
    quitting.ask()
    answer_question(qtbot, "Save as…")
    # The same again asks nothing: it is being saved, and the window closes after that.
    quitting.ask()
    assert QApplication.activeModalWidget() is None
    second = own_landscape(app, "x^2 + y^4")
    may_write.set()
    answer_question(qtbot, "Save as…")
    qtbot.waitUntil(lambda: quitting.closed)
    assert files.read(tmp_path / "second.optx") == second


def test_a_scene_is_not_saved_over_the_file_to_which_the_document_is_being_saved(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_write = threading.Event()
    readable_json = files.readable_json
    monkeypatch.setattr(files, "readable_json", lambda shown: may_write.wait(10) and readable_json(shown))
    app.window.edits.choose_steps(77)
    own, path = app.store.experiment, tmp_path / "own.optx"
    app.player.open(lessons.file_of("3-learning-rate", "en"))
    own_landscape(app)
    app.document.save(path)
    quitting = Quitting(app, monkeypatch, path)
    quitting.ask()
    answer_question(qtbot, "Save as…")
    assert app.window.files.notice.isVisible()
    may_write.set()
    qtbot.waitUntil(lambda: app.document.path == path)
    assert files.read(path) == own
    assert not quitting.closed


def test_landscapes_made_in_scenes_are_offered_until_they_are_written(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = app.autosave.kept.parent
    app.player.open(lessons.file_of("3-learning-rate", "en"))
    first = own_landscape(app)
    app.player.next()
    second = own_landscape(app, "x^2 + y^4")
    app.player.open(lessons.file_of("2-walking-in-fog", "en"))
    app.window.edits.choose_landscape("booth")
    app.player.close()
    # For after the end of the program as well.
    qtbot.waitUntil(lambda: len(list(kept.glob("*.json"))) == 2)
    (tmp_path / "folder").mkdir()
    paths = [tmp_path / "folder", tmp_path / "first.optx", tmp_path / "second.optx"]
    monkeypatch.setattr(document_dialogs, "ask_where_to_save", lambda *_: paths.pop(0))
    press_offered(qtbot, app, "Save as…")
    qtbot.waitUntil(app.window.files.notice.isVisible)
    press_offered(qtbot, app, "Save as…")
    qtbot.waitUntil((tmp_path / "first.optx").exists)
    qtbot.waitUntil(lambda: len(list(kept.glob("*.json"))) == 1)
    assert files.read(tmp_path / "first.optx") == first
    press_offered(qtbot, app, "Save as…")
    qtbot.waitUntil(lambda: not app.window.files.scene.offers.bar.isVisible())
    assert files.read(tmp_path / "second.optx") == second
    qtbot.waitUntil(lambda: not list(kept.glob("*.json")))


def test_a_landscape_made_in_a_scene_is_kept_when_nobody_can_be_asked(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.player.open(lessons.file_of("3-learning-rate", "en"))
    own_landscape(app)
    Quitting(app, monkeypatch)
    monkeypatch.setattr(QApplication, "quit", lambda _: None)
    monkeypatch.setattr(QApplication, "closeAllWindows", lambda _: None)
    app.quit_without_asking()
    kept = app.autosave.kept.parent
    qtbot.waitUntil(lambda: any(kept.glob("*.json")))
    for path in kept.glob("*.json"):
        path.unlink()


def test_a_lesson_that_is_deleted_and_written_again_is_read_again(
    qtbot: QtBot, app: Application, tmp_path: Path
) -> None:
    path = tmp_path / "own.md"
    text = lessons.file_of("3-learning-rate", "en").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    app.player.open(path)
    path.unlink()
    qtbot.waitUntil(lambda: bool(app.player.problem))
    path.write_text(text.replace(app.player.lesson.title, "Another title"), encoding="utf-8")
    qtbot.waitUntil(lambda: app.player.lesson.title == "Another title")
    assert app.player.problem == ""


def test_a_drag_ends_with_its_scene(qtbot: QtBot, app: Application) -> None:
    player = app.player
    player.open(lessons.file_of("2-walking-in-fog", "en"))
    view = app.window.workspace.map
    number = next(
        n for n, scene in enumerate(player.lesson.scenes) if n and isinstance(scene.question, Click)
    )
    player.go(number - 1)
    settle(qtbot, app)
    qtbot.waitUntil(view.isVisible)
    place = view.rect().center()
    send_mouse(view, QEvent.Type.MouseButtonPress, place)
    player.next()
    settle(qtbot, app)
    for k in range(1, 30):
        send_mouse(view, QEvent.Type.MouseMove, place + QPoint(k, 0))
    send_mouse(view, QEvent.Type.MouseButtonRelease, place)
    qtbot.wait(100)
    assert player.answer is None
