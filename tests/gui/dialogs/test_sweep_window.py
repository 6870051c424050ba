"""The window that sweeps a setting, as a person uses it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.sweep_window import SweepWindow
from optexplorer.scene.geometry.ticks import brief
from tests.gui.hands import press, settle, type_in

RACE = Experiment(
    landscape="booth",
    racers=(
        Racer(optimizer=GradientDescent(lr=0.01)),
        Racer(optimizer=Momentum(lr=0.001)),
        Racer(optimizer=Adam()),
    ),
    steps=60,
)


def opened(app: Application, qtbot: QtBot, race: Experiment = RACE) -> SweepWindow:
    app.store.replace(race, "Race")
    settle(qtbot, app)
    press(qtbot, app.window, "Ctrl+Shift+R")
    window = app.window.studies.windows["sweep"]
    assert isinstance(window, SweepWindow)
    qtbot.waitUntil(lambda: finished(window))
    return window


def finished(window: SweepWindow) -> bool:
    return window.result is not None and window.result.done and not window.worker.busy


def rates(app: Application) -> list[float]:
    return [racer.optimizer.lr for racer in app.store.experiment.racers]


def test_two_clicks_give_every_racer_its_best_rate(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    assert window.adopt_all.isEnabled()
    qtbot.mouseClick(window.adopt_all, Qt.MouseButton.LeftButton)
    best = {curve.number: curve.best_value for curve in window.result.known}
    assert rates(own_app) == [best[0], best[1], best[2]]
    # 2/(λ1 + λ2) of the quadratic with the eigenvalues 2 and 18.
    assert abs(rates(own_app)[0] - 0.1) < 0.02
    qtbot.waitUntil(lambda: not window.adopt_all.isEnabled())
    assert window.up_to_date
    assert not window.notice.isVisible()
    own_app.store.undo()
    assert rates(own_app) == [0.01, 0.001, Adam().lr]


def test_one_racer_alone_gets_its_best_rate(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    qtbot.mouseClick(window.best.buttons[1], Qt.MouseButton.LeftButton)
    assert rates(own_app)[0] == 0.01
    assert rates(own_app)[1] == window.result.known[1].best_value
    qtbot.waitUntil(lambda: not window.best.buttons[1].isEnabled())


def test_a_click_takes_the_rate_over_for_the_nearest_curve(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    # As it is painted now that all is known.
    window.view.grab()
    assert window.view.frame is not None
    curve = window.result.known[0]
    # Where no other curve is near.
    place = int(np.abs(curve.values - 0.09).argmin())
    at = window.view.frame.plots[0].point(float(curve.values[place]), float(curve.quantile(0.5)[place]))
    assert at is not None
    told = window.view.readout(0, float(curve.values[place]), float(curve.quantile(0.5)[place]))
    assert told[0][0] == f"Learning rate {brief(float(curve.values[place]))}"
    assert any(text.startswith("▶") and colour == RACE.racers[0].colour for text, colour in told)
    qtbot.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    chosen = rates(own_app)[0]
    assert chosen in curve.values
    assert abs(chosen - 0.09) < 0.009


def test_another_setting_is_swept_over_a_range_of_its_own(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    place = window.setting.findData("momentum")
    window.setting.setCurrentIndex(place)
    qtbot.waitUntil(lambda: finished(window) and window.result.sweep.setting == "momentum")
    assert [curve.number for curve in window.result.known] == [1]
    sweep = window.result.sweep
    assert sweep.scale == "linear"
    assert (sweep.low, sweep.high <= 1) == (0.0, True)
    assert window.adopt_all.isEnabled()


def test_wrong_ranges_are_refused_with_what_would_be_right(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    before = window.result
    type_in(qtbot, window.low, "20")
    assert "above its beginning" in window.problem.text()
    assert window.result is before
    type_in(qtbot, window.low, "0")
    assert window.low.problem
    type_in(qtbot, window.low, "0.001")
    qtbot.waitUntil(lambda: finished(window) and window.result is not before)
    assert window.problem.text() == ""
    assert window.result.sweep.low == 0.001


def test_it_follows_the_experiment(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    own_app.window.edits.choose_steps(30)
    qtbot.waitUntil(window.notice.isVisible)
    assert not window.adopt_all.isEnabled() or window.up_to_date
    window.adopt(None)
    assert rates(own_app)[0] == 0.01
    window.compute()
    qtbot.waitUntil(lambda: finished(window) and window.result.sweep.steps == 30)
    own_app.window.edits.remove_racer(2)
    qtbot.waitUntil(window.notice.isVisible)
    qtbot.waitUntil(lambda: len(window.best.buttons) == 2)
    own_app.choose_language("ja")
    qtbot.waitUntil(lambda: window.start.text() == "開始")
    own_app.choose_theme("dark")
    assert window.view.sheet is not None


def test_the_table_has_a_row_for_each_descent(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    window.count.choose(20)
    window.starts.choose(2)
    qtbot.waitUntil(
        lambda: finished(window) and window.result.sweep.starts == 2 and window.result.sweep.count == 20
    )
    table = window.table_of()()
    assert len(table.columns["lr"].values) == 3 * 20 * 2
    assert set(table.columns["racer"].values) == {"Gradient descent", "Momentum", "Adam"}
    assert set(table.columns["ending"].values) <= {"converged", "diverged", "step limit"}


def test_racers_without_the_setting_are_said(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    window.view.readout(0, 1e-3, 1e9)
    own_app.store.replace(RACE.evolve(racers=()), "None")
    window.compute()
    assert "visible racer" in window.problem.text()
