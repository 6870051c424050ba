"""The window that maps two settings, as a person uses it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.gradient_descent import Momentum
from optexplorer.engine.optimizers.sign_based import Lion
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.map_window import MapWindow
from tests.gui.hands import press, settle, type_in, wheel

RACE = Experiment(
    landscape="himmelblau", racers=(Racer(optimizer=Momentum(lr=0.01, momentum=0.5)),), steps=40
)


def finished(window: MapWindow) -> bool:
    result = window.result
    return result is not None and result.done and (result.asked.x, result.asked.y) == tuple(window.part)


def settled(window: MapWindow) -> bool:
    return finished(window) and not window.worker.busy and not window._soon.isActive()


def opened(app: Application, qtbot: QtBot, race: Experiment = RACE) -> MapWindow:
    app.store.replace(race, "Race")
    settle(qtbot, app)
    press(qtbot, app.window, "Ctrl+Shift+M")
    window = app.window.studies.windows["map"]
    assert isinstance(window, MapWindow)
    window.side.setCurrentIndex(window.side.findData(64))
    qtbot.waitUntil(lambda: settled(window) and window.result.asked.side == 64)
    qtbot.waitUntil(lambda: window.view.frame is not None)
    return window


def middle(window: MapWindow) -> QPoint:
    assert window.view.frame is not None
    return window.view.frame.plots[0].plot.center().toPoint()


def test_rate_and_momentum_come_first(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    part = window.part
    assert (part.x.setting, part.x.scale, part.y.setting, part.y.scale) == ("lr", "log", "momentum", "linear")
    assert part.x.low < 0.01 < part.x.high
    assert window.view.sheet is not None
    assert window.view.sheet.plots[0].cells
    assert window.view.sheet.plots[0].points[0].x == 0.01


def test_each_zoom_is_computed_anew_and_can_be_gone_back_from(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    whole, before = window.part, window.result
    wheel(window.view, middle(window), 120)
    assert window.part != whole
    # What has been computed stays in sight meanwhile.
    assert window.view.sheet is not None
    assert window.view.sheet.plots[0].cells
    qtbot.waitUntil(lambda: settled(window))
    assert window.result is not before
    assert window.result.maps[-1].x[0] > whole.x.low
    start = middle(window)
    qtbot.mousePress(window.view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(window.view, start + QPoint(60, 50))
    qtbot.mouseRelease(window.view, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 50))
    qtbot.waitUntil(lambda: settled(window))
    qtbot.mouseClick(window.back, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.back, Qt.MouseButton.LeftButton)
    assert window.part == whole
    assert not window.back.isEnabled()
    qtbot.mouseClick(window.forward, Qt.MouseButton.LeftButton)
    assert window.part != whole
    qtbot.mouseDClick(window.view, Qt.MouseButton.LeftButton, pos=middle(window))
    assert window.part == whole
    qtbot.waitUntil(lambda: settled(window))


def test_a_click_takes_both_values_over(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    at = middle(window) + QPoint(20, 30)
    qtbot.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=at)
    optimizer = own_app.store.experiment.racers[0].optimizer
    assert isinstance(optimizer, Momentum)
    assert optimizer.lr in window.result.maps[-1].x
    assert optimizer.momentum in window.result.maps[-1].y
    assert window.up_to_date
    own_app.store.undo()
    assert own_app.store.experiment == RACE


def test_a_place_tells_what_became_of_its_descent(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    told = window.view.readout(0, 0.25, 0.5)
    assert told[0][0].startswith("lr 0.2")
    assert "diverged after" in told[2][0]
    assert window.view.readout(0, 1e9, 0.5) == []


def test_other_settings_quantities_and_ranges(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    for place in range(window.shown.count()):
        window.shown.setCurrentIndex(place)
        assert window.view.sheet is not None
        assert window.view.sheet.plots[0].cells
    type_in(qtbot, window.across.low, "0.02")
    assert window.part.x.low == 0.02
    window.across.logarithmic.click()
    qtbot.waitUntil(lambda: settled(window))
    assert window.result.asked.x.scale == "linear"
    window.up.setting.setCurrentIndex(window.up.setting.findData("lr"))
    assert window.part.x.setting != "lr"
    qtbot.waitUntil(lambda: settled(window))


def test_the_end_of_zooming_is_said(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    for _ in range(90):
        window.view.zoomAsked.emit(0, 1.0, 0.02, 0.4)
    assert "finer than numbers in double precision" in window.problem.text()
    qtbot.waitUntil(lambda: settled(window))
    assert window.result.maps[-1].known.all()


def test_another_optimizer_has_other_settings(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    own_app.store.replace(RACE.evolve(racers=()), "None")
    window.compute()
    assert "no racer" in window.problem.text()
    own_app.store.replace(RACE.evolve(racers=(Racer(optimizer=Lion()),)), "Sign")
    qtbot.waitUntil(lambda: window.across.setting.findData("momentum") == -1)


def test_the_table_has_a_row_for_each_cell(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    table = window.table_of()()
    assert list(table.columns)[:2] == ["momentum", "lr"]
    assert len(table.columns["lr"].values) == 64 * 64
    own_app.choose_language("ja")
    qtbot.waitUntil(lambda: window.start.text() == "開始")
