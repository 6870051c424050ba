"""The window that finds good settings, as a person uses it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.tuning_window import TuningWindow
from optexplorer.scene.tuning_plot import CandidatePlaces
from tests.gui.hands import press, settle, type_in

RACE = Experiment(
    landscape="booth",
    racers=(Racer(optimizer=GradientDescent(lr=0.002)), Racer(optimizer=Momentum(lr=0.001))),
    steps=60,
)


def prepared(app: Application, qtbot: QtBot, race: Experiment = RACE) -> None:
    app.store.replace(race, "Race")
    settle(qtbot, app)


def opened(app: Application, qtbot: QtBot, race: Experiment = RACE) -> TuningWindow:
    prepared(app, qtbot, race)
    press(qtbot, app.window, "Ctrl+Shift+G")
    return window_of(app, qtbot)


def window_of(app: Application, qtbot: QtBot) -> TuningWindow:
    window = app.window.studies.windows["tuning"]
    assert isinstance(window, TuningWindow)
    qtbot.waitUntil(lambda: finished(window))
    return window


def finished(window: TuningWindow) -> bool:
    return window.result is not None and window.result.state.check is not None and not window.worker.busy


def rate(app: Application, number: int = 0) -> float:
    return app.store.experiment.racers[number].optimizer.lr


def test_two_clicks_give_a_racer_good_settings(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    qtbot.waitUntil(window.adopt_best.isEnabled)
    qtbot.mouseClick(window.adopt_best, Qt.MouseButton.LeftButton)
    # 2/(λ1 + λ2) of the quadratic with the eigenvalues 2 and 18.
    assert rate(own_app) == pytest.approx(0.1, abs=0.02)
    assert rate(own_app, 1) == 0.001
    qtbot.waitUntil(lambda: not window.adopt_best.isEnabled())
    assert window.up_to_date
    own_app.store.undo()
    assert rate(own_app) == 0.002


def test_the_winner_is_explained(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    assert "times larger" in window.explained.text()
    assert "fresh starts" in window.explained.text()
    assert "With the present settings" in window.explained.text()
    own_app.choose_language("ja")
    qtbot.waitUntil(lambda: "新しい初期点" in window.explained.text())
    own_app.choose_theme("dark")
    assert window.view.sheet is not None
    assert len(window.view.sheet.plots[1].lines) == 3


def test_the_button_on_a_card_opens_it_for_that_racer(own_app: Application, qtbot: QtBot) -> None:
    prepared(own_app, qtbot)
    qtbot.mouseClick(own_app.window.panel.racers.cards[1].tune, Qt.MouseButton.LeftButton)
    window = window_of(own_app, qtbot)
    assert window.result.number == 1
    assert window.result.spec.optimizer.id == "momentum"
    assert window.ranges.searched == ("lr", "momentum")
    qtbot.mouseClick(own_app.window.panel.racers.cards[0].tune, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: finished(window) and window.result.number == 0)


def test_a_click_on_a_candidate_adopts_it(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    qtbot.waitUntil(lambda: window.view.frame is not None and window.up_to_date)
    assert window.view.frame is not None
    places = CandidatePlaces(window.result, "lr")
    candidate = min(places.candidates, key=lambda each: abs(each.settings["lr"] - 0.03))
    ((x, y),) = places.at([candidate]).tolist()
    told = [words for words, _ in window.view.readout(0, x, y)]
    assert any(words.startswith("lr ") for words in told)
    at = window.view.frame.plots[0].point(x, y)
    assert at is not None
    qtbot.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert rate(own_app) in [each.settings["lr"] for each in places.candidates]
    assert rate(own_app) == pytest.approx(0.03, rel=0.3)
    assert list(window.view.readout(1, x, y)) == []


def test_the_rounds_of_the_search_can_be_looked_at(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    texts = [window.round.itemText(k) for k in range(window.round.count())]
    # 256 candidates, 2 known ones; halved from 15 steps to 60.
    assert texts == ["all", "1: 258 for 15 steps", "2: 130 for 30 steps", "3: 66 for 60 steps"]
    assert window.view.sheet is not None
    everything = [len(line.x) for line in window.view.sheet.plots[0].lines]
    assert window.sheet(replace(window.result, rounds=())) is not None
    window.round.setCurrentIndex(1)
    assert [len(line.x) for line in window.view.sheet.plots[0].lines] == [256, 0, 0]
    assert everything == [128, 64, 64]


def test_what_is_searched_is_ticked(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    before = window.result
    qtbot.mouseClick(window.ranges.ticks["lr"], Qt.MouseButton.LeftButton)
    assert "Tick at least one" in window.problem.text()
    assert window.result is before
    qtbot.mouseClick(window.ranges.ticks["weight_decay"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: finished(window) and [axis.name for axis in window.result.spec.ranges] == ["weight_decay"]
    )
    qtbot.mouseClick(window.ranges.ticks["lr"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: finished(window) and len(window.result.spec.ranges) == 2)
    assert [window.across.itemData(k) for k in range(window.across.count())] == ["lr", "weight_decay"]
    window.across.setCurrentIndex(1)
    assert window.view.sheet is not None
    assert window.view.sheet.plots[0].x.label.en == "weight decay"


def test_wrong_ranges_are_refused_with_what_would_be_right(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    low, high = window.ranges.ends["lr"]
    type_in(qtbot, low, "20")
    assert "above its beginning" in window.problem.text()
    type_in(qtbot, low, "0")
    assert low.problem
    type_in(qtbot, low, "0.001")
    type_in(qtbot, high, "0.01")
    qtbot.waitUntil(lambda: finished(window) and window.result.spec.ranges[0].high == 0.01)
    assert window.problem.text() == ""
    assert "better values may lie beyond" in window.explained.text()


def test_it_follows_the_experiment(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    own_app.window.edits.choose_steps(30)
    qtbot.waitUntil(window.notice.isVisible)
    assert not window.adopt_best.isEnabled()
    window.adopt()
    assert rate(own_app) == 0.002
    window.compute()
    qtbot.waitUntil(lambda: finished(window) and window.result.spec.length == 30)
    own_app.store.replace(RACE.evolve(racers=()), "None")
    qtbot.waitUntil(window.notice.isVisible)
    window.compute()
    assert "no racer" in window.problem.text()


def test_networks_are_searched_when_asked_for(own_app: Application, qtbot: QtBot) -> None:
    race = Experiment(landscape="moons-network", racers=(Racer(optimizer=Adam()),), steps=15)
    prepared(own_app, qtbot, race)
    own_app.window.studies._study("tuning").show()
    window = own_app.window.studies.windows["tuning"]
    assert isinstance(window, TuningWindow)
    assert not window.effort.criterion.isEnabled()
    window.effort.candidates.choose(3)
    assert not window.worker.busy
    qtbot.mouseClick(window.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: finished(window))
    assert window.result.spec.trials.judges_held_out
    assert "held-out loss" in window.explained.text()


def test_candidates_are_exported(
    own_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = opened(own_app, qtbot)
    path = tmp_path / "candidates.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), "CSV (*.csv)"))
    with qtbot.waitSignal(window.files.written):
        qtbot.mouseClick(window.export_table, Qt.MouseButton.LeftButton)
    with path.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(window.result.state.search.candidates)
    assert [row["kind"] for row in rows[:3]] == ["default", "present", "searched"]
    assert sum(row["winner"] == "True" for row in rows) == 1
