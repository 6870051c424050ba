"""A lesson in the real window: leaving a scene and coming back, moving on, and writing one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from optexplorer import lessons
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs import messages
from optexplorer.lessons.reading import read_lesson
from tests.gui.hands import drag, handle, press, settle

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
