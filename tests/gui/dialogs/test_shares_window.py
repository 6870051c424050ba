"""The window of basin shares against a setting, as a person uses it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs import shares_window
from optexplorer.gui.dialogs.shares_window import SharesWindow, slider_range, starts_of
from optexplorer.gui.dialogs.side_fields import numbers_of
from tests.gui.hands import press, settle, type_in

RACE = Experiment(
    landscape="himmelblau",
    racers=(Racer(optimizer=GradientDescent(lr=0.01)), Racer(optimizer=Momentum(lr=0.01))),
    steps=40,
)


def finished(window: SharesWindow) -> bool:
    return window.result is not None and window.result.done and not window.worker.busy


def opened(app: Application, qtbot: QtBot, race: Experiment = RACE) -> SharesWindow:
    shares_window.USUAL_VALUES, shares_window.USUAL_SIDE = 17, 8
    app.store.replace(race, "Race")
    settle(qtbot, app)
    press(qtbot, app.window, "Ctrl+Shift+B")
    window = app.window.studies.windows["basin-shares"]
    assert isinstance(window, SharesWindow)
    qtbot.waitUntil(lambda: finished(window), timeout=20_000)
    return window


def test_it_draws_the_whole_range_of_the_slider(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    assert (window.result.sweep.low, window.result.sweep.high) == (1e-5, 10.0)
    assert window.result.sweep.scale == "log"
    assert window.view.sheet is not None
    (stack,) = window.view.sheet.plots[0].stacks
    np.testing.assert_allclose(stack.parts.sum(axis=0), 100)
    told = window.view.readout(0, 1e-2, 10.0)
    assert told[0][0].startswith("Learning rate 0.01")
    assert "★" in told[-1][0]
    assert list(window.table_of()().columns)[:2] == ["lr", "global"]


def test_a_click_takes_the_value_over(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    qtbot.waitUntil(lambda: window.view.frame is not None)
    assert window.view.frame is not None
    place = window.view.frame.plots[0].plot.center().toPoint() + QPoint(90, 0)
    qtbot.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=place)
    chosen = own_app.store.experiment.racers[0].optimizer.lr
    assert chosen in window.result.values
    # What was taken over changes nothing of the shares.
    assert window.up_to_date
    own_app.store.undo()
    assert own_app.store.experiment == RACE


def test_another_racer_another_setting_and_another_range(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    window.racer.setCurrentIndex(1)
    qtbot.waitUntil(
        lambda: finished(window) and isinstance(window.result.sweep.map.run_spec.optimizer, Momentum),
        timeout=20_000,
    )
    window.setting.setCurrentIndex(window.setting.findData("momentum"))
    qtbot.waitUntil(lambda: finished(window) and window.result.sweep.setting == "momentum", timeout=20_000)
    assert window.result.sweep.scale == "linear"
    type_in(qtbot, window.high, "0.5")
    qtbot.waitUntil(lambda: finished(window) and window.result.sweep.high == 0.5, timeout=20_000)
    type_in(qtbot, window.low, "0.6")
    assert "its end must be above its beginning" in window.problem.text()


def test_it_says_when_the_experiment_has_changed(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    own_app.store.replace(RACE.evolve(steps=30), "fewer steps")
    qtbot.waitUntil(lambda: window.notice.isVisible(), timeout=5_000)
    assert not window.up_to_date


def test_which_starts() -> None:
    racer = RACE.racers[0]
    spec = starts_of(RACE, racer, 4)
    assert spec.window == ((-6.0, 6.0), (-6.0, 6.0))
    zoomed = RACE.evolve(view={"window": (-1, 1, -2, 2)})
    assert starts_of(zoomed, racer, 4).window == ((-1, 1), (-2, 2))
    line = RACE.on_landscape("double-well-1d")
    assert (starts_of(line, racer, 4).rows, starts_of(line, racer, 4).columns) == (1, 16)
    plane = {"origin": [0] * 4, "directions": [[1, 0, 0, 0], [0, 1, 0, 0]], "extent": [[-1, 1], [-2, 2]]}
    many = Experiment(landscape="matrix-factorisation", racers=RACE.racers, view={"plane": plane})
    assert starts_of(many, racer, 4).window == ((-1, 1), (-2, 2))
    moving = Experiment(landscape="matrix-factorisation", racers=RACE.racers)
    with pytest.raises(ValueError, match="its plane moves with"):
        starts_of(moving, racer, 4)


def test_ranges_of_sliders() -> None:
    rate, momentum = numbers_of(Momentum())[:2]
    assert slider_range(rate, logarithmic=True) == (1e-5, 10.0)
    assert slider_range(rate, logarithmic=False)[1] == 1.0
    low, high = slider_range(momentum, logarithmic=False)
    assert low == 0.0
    assert 0.9 < high <= 1.0
    assert slider_range(momentum, logarithmic=True)[0] > 0
