"""The race at nine learning rates in the real window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.views.multiples_view import MultiplesView
from tests.gui.hands import press, settle

RACE = Experiment(landscape="quadratic-bowl", racers=(Racer(optimizer=GradientDescent(lr=0.4)),), steps=60)


def multiply(qtbot: QtBot, app: Application) -> MultiplesView:
    app.store.replace(RACE, "race")
    settle(qtbot, app)
    press(qtbot, app.window, "R")
    view = app.window.workspace.multiples
    qtbot.waitUntil(lambda: all(cell.button.text() for cell in view.cells), timeout=20000)
    return view


def test_nine_pictures_tell_their_rates_and_ends(qtbot: QtBot, app: Application) -> None:
    view = multiply(qtbot, app)
    assert len(view.cells) == 9
    qtbot.waitUntil(lambda: all(cell.map.isVisible() for cell in view.cells))
    assert [cell.button.text().partition(" ·")[0] for cell in view.cells] == [
        f"η = {rate:g}" for rate in (0.04, 0.0711, 0.126, 0.225, 0.4, 0.711, 1.26, 2.25, 4)
    ]
    app.playback.to_end()
    qtbot.waitUntil(lambda: "diverged" in view.cells[8].button.text())
    assert "converged" in view.cells[4].button.text()
    # Named, as their bytes are gone with them.
    images = [cell.map.grab().toImage() for cell in view.cells]
    pictures = {bytes(image.constBits()) for image in images}
    assert len(pictures) == 9


def test_a_click_takes_the_rates_over_as_one_step_of_undo(qtbot: QtBot, app: Application) -> None:
    view = multiply(qtbot, app)
    qtbot.mouseClick(view.cells[2].button, Qt.MouseButton.LeftButton)
    assert app.store.experiment.racers[0].optimizer.lr == 0.126
    qtbot.waitUntil(lambda: view.cells[4].button.text().startswith("η = 0.126"), timeout=20000)
    app.store.undo()
    assert app.store.experiment == RACE
    # The one in the middle is the race itself.
    undo = app.store.undo_label
    qtbot.mouseClick(view.cells[4].button, Qt.MouseButton.LeftButton)
    assert app.store.undo_label == undo


def test_on_a_curve_there_are_nine_curves(qtbot: QtBot, app: Application) -> None:
    view = multiply(qtbot, app)
    app.window.edits.choose_landscape("quadratic-1d")
    settle(qtbot, app)
    qtbot.waitUntil(lambda: all(cell.curve.isVisible() for cell in view.cells), timeout=20000)
    press(qtbot, app.window, "R")
    assert not view.isVisible()
    assert app.window.workspace.frames["curve"].isVisible()


def test_hidden_pictures_are_there_again_when_they_are_shown_again(qtbot: QtBot, app: Application) -> None:
    view = multiply(qtbot, app)
    settle(qtbot, app)
    app.playback.to_end()
    qtbot.waitUntil(lambda: app.playback.step == app.playback.length > 0)
    qtbot.waitUntil(lambda: "diverged" in view.cells[8].button.text())
    # Until the layout has come to rest, the pictures change their sizes.
    qtbot.wait(200)
    before = view.cells[8].map.grab().toImage()
    press(qtbot, app.window, "R")
    qtbot.waitUntil(view.isHidden)
    press(qtbot, app.window, "R")
    qtbot.waitUntil(view.isVisible)
    qtbot.waitUntil(lambda: view.cells[8].map.grab().toImage() == before)


def test_races_that_are_computed_after_they_were_closed_count_for_nothing(
    qtbot: QtBot, app: Application
) -> None:
    app.store.replace(RACE, "race")
    settle(qtbot, app)
    view = app.window.workspace.multiples
    found: list[int] = []
    view.computed.connect(found.append)
    press(qtbot, app.window, "R")
    press(qtbot, app.window, "R")
    app.store.replace(RACE.evolve(steps=9), "shorter")
    settle(qtbot, app)
    view._work.wait()
    qtbot.wait(50)
    assert found == []
    assert app.playback.length == 9


def test_pictures_of_another_landscape_do_not_stay(qtbot: QtBot, app: Application) -> None:
    view = multiply(qtbot, app)
    app.window.edits.choose_landscape("rosenbrock")
    settle(qtbot, app)
    shown = [cell.map._scene for cell in view.cells]
    assert {scene.landscape.id for scene in shown if scene is not None} <= {"rosenbrock"}
    qtbot.waitUntil(lambda: all(cell.button.text() for cell in view.cells), timeout=20000)
