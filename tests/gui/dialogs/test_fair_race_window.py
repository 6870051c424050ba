"""The window of fair races, as a person uses it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from optexplorer.engine import optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.fair_race_window import FairRaceWindow
from tests.gui.hands import press, settle

RACE = Experiment(
    landscape="booth",
    racers=(
        Racer(optimizer=GradientDescent(lr=0.002)),
        Racer(optimizer=Adam(), visible=False),
        Racer(optimizer=Momentum(lr=0.001)),
        Racer(optimizer=make(optimizers.get("gd-backtracking"), {})),
    ),
    steps=60,
)


def opened(app: Application, qtbot: QtBot) -> FairRaceWindow:
    app.store.replace(RACE, "Race")
    settle(qtbot, app)
    press(qtbot, app.window, "Ctrl+Shift+F")
    window = app.window.studies.windows["fair-race"]
    assert isinstance(window, FairRaceWindow)
    qtbot.waitUntil(lambda: finished(window))
    return window


def finished(window: FairRaceWindow) -> bool:
    return window.result is not None and window.result.state.is_done and not window.worker.busy


def rates(app: Application) -> list[float]:
    return [racer.optimizer.lr for racer in app.store.experiment.racers]


def test_two_clicks_tune_all_racers_and_run_the_race(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    assert window.result.numbers == (0, 2, 3)
    qtbot.waitUntil(window.adopt_and_run.isEnabled)
    qtbot.mouseClick(window.adopt_and_run, Qt.MouseButton.LeftButton)
    experiment = own_app.store.experiment
    assert rates(own_app)[0] == pytest.approx(0.1, abs=0.02)
    assert rates(own_app)[1] == Adam().lr
    assert rates(own_app)[2] != 0.001
    assert experiment.steps == 60
    assert experiment.appearance.abscissa == "evaluations"
    assert experiment.appearance.chart_span == (0.0, 60.0)
    settle(qtbot, own_app)
    own_app.store.undo()
    assert rates(own_app) == [racer.optimizer.lr for racer in RACE.racers]


def test_settings_can_be_adopted_alone(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    qtbot.waitUntil(window.adopt_all.isEnabled)
    qtbot.mouseClick(window.adopt_all, Qt.MouseButton.LeftButton)
    assert rates(own_app)[0] == pytest.approx(0.1, abs=0.02)
    assert own_app.store.experiment.appearance.abscissa == "steps"
    assert window.up_to_date


def test_the_budget_and_its_prices_are_said(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    assert window.view.sheet is not None
    assert "60 gradients" in window.view.sheet.notes[0].en
    assert "A loss costs 1/3 of one, a Hessian 2" in window.view.sheet.notes[0].en
    window.budget.choose(40)
    qtbot.waitUntil(lambda: finished(window) and window.result.spec.budget == 40)
    assert "40 gradients" in window.view.sheet.notes[0].en
    shown = [row for row in window.rows._rows if "losses" in row.more]
    assert [row.name for row in shown] == ["GD with backtracking"]
    window.searched.setCurrentIndex(1)
    qtbot.waitUntil(
        lambda: finished(window) and all(len(racer.ranges) == 1 for racer in window.result.spec.racers)
    )
    own_app.choose_language("ja")
    qtbot.waitUntil(lambda: window.start.text() == "開始")


def test_it_follows_the_racers(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    own_app.window.edits.toggle_racer(1)
    qtbot.waitUntil(window.notice.isVisible)
    assert not window.adopt_all.isEnabled()
    window.run()
    assert rates(own_app) == [racer.optimizer.lr for racer in RACE.racers]
    window.effort.criterion.setCurrentIndex(1)
    qtbot.waitUntil(lambda: finished(window) and len(window.result.numbers) == 4)
    assert all(row.result.startswith("loss") for row in window.rows._rows)
    own_app.store.replace(RACE.evolve(racers=()), "None")
    window.compute()
    assert "no racer" in window.problem.text()


def test_the_ranking_is_exported(
    own_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = opened(own_app, qtbot)
    path = tmp_path / "race.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), "CSV (*.csv)"))
    with qtbot.waitSignal(window.files.written):
        qtbot.mouseClick(window.export_table, Qt.MouseButton.LeftButton)
    with path.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    assert {row["racer"] for row in rows} == {"Gradient descent", "Momentum", "GD with backtracking"}
