"""The window of the learning-rate range test, as a person uses it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.schedules.decay import Step
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.range_test_window import RangeTestWindow
from tests.gui.hands import press, settle, type_in

RACE = Experiment(
    landscape="booth",
    racers=(Racer(optimizer=GradientDescent(lr=0.001)), Racer(optimizer=Momentum(lr=0.001))),
    steps=40,
)


def finished(window: RangeTestWindow) -> bool:
    return window.result is not None and window.result.done and not window.worker.busy


def opened(app: Application, qtbot: QtBot, race: Experiment = RACE) -> RangeTestWindow:
    app.store.replace(race, "Race")
    settle(qtbot, app)
    press(qtbot, app.window, "Ctrl+Shift+L")
    window = app.window.studies.windows["range-test"]
    assert isinstance(window, RangeTestWindow)
    qtbot.waitUntil(lambda: finished(window))
    return window


def test_its_suggestions_can_be_taken_over(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    for place, rate in ((0, window.result.steepest), (1, window.result.tenth)):
        qtbot.mouseClick(window.best.buttons[place], Qt.MouseButton.LeftButton)
        assert own_app.store.experiment.racers[0].optimizer.lr == rate
        assert window.up_to_date
    own_app.store.undo()
    own_app.store.undo()
    assert own_app.store.experiment == RACE


def test_a_click_takes_the_rate_over_that_was_tried_there(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    qtbot.waitUntil(lambda: window.view.frame is not None)
    assert window.view.frame is not None
    qtbot.mouseClick(
        window.view, Qt.MouseButton.LeftButton, pos=window.view.frame.plots[0].plot.center().toPoint()
    )
    assert own_app.store.experiment.racers[0].optimizer.lr in window.result.rates
    told = window.view.readout(0, 1e-3, 1.0)
    assert [ink for _, ink in told][2] == RACE.racers[0].colour


def test_another_racer_and_other_rates(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    window.racer.setCurrentIndex(1)
    qtbot.waitUntil(lambda: finished(window) and isinstance(window.result.spec.run_spec.optimizer, Momentum))
    type_in(qtbot, window.low, "0.001")
    qtbot.waitUntil(lambda: finished(window) and window.result.spec.low == 0.001)
    type_in(qtbot, window.low, "50")
    assert "0 < low < high" in window.problem.text()
    window.logarithmic.click()
    assert window.view.sheet is not None
    assert window.view.sheet.plots[0].y.scale == "linear"
    table = window.table_of()()
    assert list(table.columns) == ["step", "lr", "loss", "smoothed_loss"]


def test_rate_and_schedule_of_the_racer_do_not_matter(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    before = window.result
    own_app.window.edits.change_racer(0, RACE.racers[0].evolve(schedule=Step()))
    qtbot.wait(150)
    assert window.up_to_date
    assert window.result is before
    own_app.window.edits.choose_seed(5)
    qtbot.waitUntil(window.notice.isVisible)


def test_networks_are_tested_with_their_mini_batches(own_app: Application, qtbot: QtBot) -> None:
    racer = Racer(optimizer=GradientDescent(lr=0.1), source=MiniBatch(batch_size=4))
    window = opened(own_app, qtbot, Experiment(landscape="line-fit", racers=(racer,), steps=20))
    assert window.result.of_batches
    assert not window.logarithmic.isChecked()
    assert window.view.sheet is not None
    assert window.view.sheet.plots[0].y.label.en == "loss of the mini-batch"


def test_without_a_racer_it_says_so(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    own_app.store.replace(RACE.evolve(racers=()), "None")
    window.compute()
    assert "no racer" in window.problem.text()
    qtbot.waitUntil(lambda: not window.best.buttons)
    own_app.choose_language("ja")
    qtbot.waitUntil(lambda: window.start.text() == "開始")


@pytest.mark.parametrize("size", [(1024, 768), (760, 480)])
def test_it_fits_small_screens(own_app: Application, qtbot: QtBot, size: tuple[int, int]) -> None:
    window = opened(own_app, qtbot)
    window.resize(*size)
    qtbot.waitUntil(lambda: window.width() <= size[0])
    assert window.view.width() > 280
