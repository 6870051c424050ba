"""The loss of the present mini-batch and the gradients of single examples in the window."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import from_json, to_json
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.workers import batch_worker
from optexplorer.scene.batch_marks import BatchMarks
from optexplorer.scene.batch_surface import RESTING
from tests.gui.hands import settle

IDS = ("ghost", "example-gradients", "gradient-ellipse")


@pytest.fixture
def line(qtbot: QtBot, app: Application) -> Application:
    racer = Racer(optimizer=GradientDescent(lr=0.05), source=MiniBatch(batch_size=4))
    app.document.new(Experiment(landscape="line-fit", racers=(racer,), steps=40))
    settle(qtbot, app)
    app.playback.seek(5)
    return app


def shown(app: Application) -> BatchMarks | None:
    scene = app.window.scene_controller.scene
    return None if scene is None else scene.batch


def step_shown(app: Application) -> int | None:
    marks = shown(app)
    return None if marks is None else marks.step


def test_they_come_on_demand_follow_the_playhead_and_go(qtbot: QtBot, line: Application) -> None:
    assert shown(line) is None
    for id in IDS:
        line.window._actions[id].trigger()
    qtbot.waitUntil(lambda: step_shown(line) == 5)
    marks = shown(line)
    assert marks is not None
    assert marks.surface is not None
    assert marks.cloud is not None
    line.playback.seek(9)
    qtbot.waitUntil(lambda: step_shown(line) == 9)
    line.window.workspace.map.grab()
    line.window.workspace.surface.grab()
    # What is on belongs to the document.
    kept = from_json(to_json(line.store.experiment)).appearance
    assert (kept.batch_surface, kept.example_gradients, kept.gradient_ellipse) == (True, True, True)
    assert line.store.undo_label is None
    for id in IDS:
        line.window._actions[id].trigger()
    qtbot.waitUntil(lambda: shown(line) is None)


def test_while_the_next_is_made_the_one_before_stands_with_its_own_step(
    qtbot: QtBot, line: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.window._actions["ghost"].trigger()
    qtbot.waitUntil(lambda: step_shown(line) == 5)
    may_go_on, asked = threading.Event(), []
    usual = batch_worker.batch_marks

    def slow(experiment: Any, trajectories: Any, playhead: int, *rest: Any) -> BatchMarks | None:
        asked.append(playhead)
        assert may_go_on.wait(60)
        return usual(experiment, trajectories, playhead, *rest)

    monkeypatch.setattr(batch_worker, "batch_marks", slow)
    for step in (6, 7, 8, 20):
        line.playback.seek(step)
        qtbot.waitUntil(lambda: line.window.scene_controller.scene.playhead == step)  # noqa: B023
    assert step_shown(line) == 5
    qtbot.waitUntil(lambda: asked == [6])
    may_go_on.set()
    qtbot.waitUntil(lambda: step_shown(line) == 20)
    # Of those asked for meanwhile only the last is made.
    assert asked[:2] == [6, 20]
    assert not {7, 8} & set(asked)


def test_a_costly_surface_is_finer_when_the_playhead_rests(qtbot: QtBot, app: Application) -> None:
    racer = Racer(optimizer=GradientDescent(lr=0.05), source=MiniBatch(batch_size=2))
    app.document.new(Experiment(landscape="moons-network", racers=(racer,), steps=4))
    app.window.edits.set_appearance(batch_surface=True)
    settle(qtbot, app)
    app.playback.seek(2)

    def is_fine() -> bool:
        marks = shown(app)
        return marks is not None and marks.surface is not None and marks.surface.loss.shape == (RESTING,) * 2

    qtbot.waitUntil(is_fine)
    assert step_shown(app) == 2


def test_marks_of_another_landscape_go_at_once(qtbot: QtBot, line: Application) -> None:
    line.window._actions["ghost"].trigger()
    qtbot.waitUntil(lambda: step_shown(line) == 5)
    line.window.edits.choose_landscape("ravine")
    settle(qtbot, line)
    assert shown(line) is None
    # It is on: so it can be switched off.
    assert line.window._actions["ghost"].isEnabled()


def test_without_data_they_are_disabled_and_say_why(qtbot: QtBot, line: Application) -> None:
    actions = [line.window._actions[id] for id in IDS]
    assert all(action.isEnabled() for action in actions)
    assert all("\n" not in action.toolTip() for action in actions)
    line.window.edits.choose_landscape("ravine")
    settle(qtbot, line)
    for action in actions:
        assert not action.isEnabled()
        assert "Only landscapes that learn from data" in action.toolTip()
    buttons = {
        button.defaultAction(): button
        for button in line.window.workspace.frames["map"].findChildren(QToolButton)
    }
    for action in actions[:2]:
        assert "Only landscapes that learn from data" in buttons[action].toolTip()
