"""Two experiments side by side: one pinned, one that goes on being changed, at one playhead."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.views.map_view import MapView
from optexplorer.scene.scene import Scene
from tests.gui.hands import press, settle

RACE = Experiment(landscape="quadratic-bowl", racers=(Racer(optimizer=GradientDescent(lr=0.02)),), steps=60)


def pinned_scene(app: Application) -> Scene | None:
    view: MapView = app.window.workspace.pinned.map
    return view._scene


def pin(qtbot: QtBot, app: Application) -> None:
    app.store.replace(RACE, "race")
    settle(qtbot, app)
    press(qtbot, app.window, "Ctrl+D")
    qtbot.waitUntil(lambda: pinned_scene(app) is not None, timeout=10000)


def test_only_what_differs_is_listed(qtbot: QtBot, app: Application) -> None:
    pin(qtbot, app)
    view = app.window.workspace.pinned
    assert view.isVisible()
    assert view.words.text().startswith("Both are the same.")
    app.window.edits.change_racer(0, Racer(optimizer=GradientDescent(lr=0.5)))
    settle(qtbot, app)
    assert "0.02" in view.words.text()
    assert "<b>0.5</b>" in view.words.text()
    assert "<br>" not in view.words.text()
    app.window.edits.choose_steps(90)
    settle(qtbot, app)
    assert view.words.text().count("<br>") == 1
    # The pinned one has stayed as it was.
    scene = pinned_scene(app)
    assert scene is not None
    assert scene.racer_paths[0].trajectory.learning_rate[0] == 0.02


def test_both_follow_one_playhead_also_beyond_the_end_of_the_shorter(qtbot: QtBot, app: Application) -> None:
    pin(qtbot, app)
    app.window.edits.choose_steps(20)
    settle(qtbot, app)
    qtbot.waitUntil(lambda: app.playback.length == 60)
    for step in (7, 20, 45, 60):
        app.playback.seek(step)
        shown, pinned = app.window.scene, pinned_scene(app)
        assert shown is not None
        assert pinned is not None
        assert shown.racer_paths[0].step == min(step, 20)
        assert pinned.racer_paths[0].step == step
    press(qtbot, app.window, "Ctrl+D")
    assert app.playback.length == 20
    assert app.playback.step == 20


def test_letting_go_gives_the_surface_its_place_back(qtbot: QtBot, app: Application) -> None:
    pin(qtbot, app)
    views = app.window.workspace
    assert views.frames["pinned"].isVisible()
    assert not views.frames["surface"].isVisible()
    press(qtbot, app.window, "Ctrl+D")
    assert not views.frames["pinned"].isVisible()
    assert views.frames["surface"].isVisible()
    assert app.store.experiment == RACE
