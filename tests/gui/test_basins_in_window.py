"""The basin map in the window: one button, the slider, the cursor and the click."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.app import Application
from tests.gui.hands import press, settle


@pytest.fixture(autouse=True)
def _coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optexplorer.scene.basins.SIDE", 64)


def four_valleys(**fields: object) -> Experiment:
    return Experiment(
        landscape="himmelblau",
        racers=[{"optimizer": {"id": "gd", "lr": 0.01}}, {"optimizer": "adam"}],
        **fields,
    )


def shown(qtbot: QtBot, app: Application) -> None:
    """Wait until the present basin map is there, as fine as it becomes."""

    def there() -> bool:
        scene, worker = app.window.scene, app.window.scene_controller.basin_worker
        if scene is None or scene.basins is None or scene.basins.stale or not worker.is_complete:
            return False
        racer = app.store.experiment.racers[scene.basins.number]
        return scene.basins.map.complete and scene.basins.map.spec.run_spec == app.store.experiment.run_spec(
            racer
        )

    qtbot.waitUntil(there, timeout=20_000)


def test_one_button_shows_four_basins(app: Application, qtbot: QtBot) -> None:
    app.store.replace(four_valleys(), "test")
    settle(qtbot, app)
    frame = app.window.workspace.frames["map"]
    (button,) = (
        button
        for button in frame.findChildren(QToolButton)
        if button.defaultAction() is app.window._actions["basins"]
    )
    assert button.isVisible()
    assert button.isEnabled()
    assert app.window.workspace.basin_bar.isHidden()
    button.click()
    assert app.store.experiment.appearance.basins
    shown(qtbot, app)
    scene = app.window.scene
    assert scene is not None
    assert scene.basins is not None
    assert set(scene.basins.map.shares) == {0, 1, 2, 3}
    bar = app.window.workspace.basin_bar
    assert bar.isVisible()
    assert bar.status.text() == "64 × 64"
    press(qtbot, app.window, "Shift+B")
    qtbot.waitUntil(lambda: app.window.scene is not None and app.window.scene.basins is None, timeout=5_000)
    assert bar.isHidden()


def test_it_follows_the_learning_rate_racer_and_opacity(app: Application, qtbot: QtBot) -> None:
    app.store.replace(four_valleys(appearance={"basins": True}), "test")
    shown(qtbot, app)
    racer = app.store.experiment.racers[0]
    app.window.edits.change_racer(0, racer.evolve(optimizer={"id": "gd", "lr": 0.03}), "lr")
    shown(qtbot, app)
    scene = app.window.scene
    assert scene is not None
    assert scene.basins is not None
    assert scene.basins.map.spec.run_spec.optimizer.lr == 0.03
    bar = app.window.workspace.basin_bar
    bar.racer.setCurrentIndex(1)
    shown(qtbot, app)
    assert app.window.scene is not None
    assert app.window.scene.basins is not None
    assert app.window.scene.basins.name.en == "Adam" == bar.racer.currentText()
    bar.opacity.setValue(40)
    assert app.store.experiment.appearance.basin_opacity == 0.4
    assert app.store.experiment.appearance.basin_racer == 1


def test_the_cursor_shows_a_path_and_a_click_adopts_it(app: Application, qtbot: QtBot) -> None:
    app.store.replace(four_valleys(appearance={"basins": True}), "test")
    shown(qtbot, app)
    view = app.window.workspace.map
    assert view.frame is not None
    place = view.frame.to_pixel((-4.0, 3.5)).toPoint()
    QTest.mouseMove(view, place - QPoint(3, 0))
    QTest.mouseMove(view, place)
    qtbot.waitUntil(lambda: view._preview is not None, timeout=5_000)
    assert view._preview is not None
    np.testing.assert_allclose(view._preview.points[-1], (-2.805, 3.131), atol=0.05)
    assert any(
        "→ 2" in text for text, _ in view._readout(view.frame, view._scene, view._point_under_cursor())
    )  # type: ignore[arg-type]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    np.testing.assert_allclose(app.store.experiment.start, (-4.0, 3.5), atol=0.1)
    view.move_cursor(None)
    qtbot.waitUntil(lambda: view._preview is None, timeout=5_000)
    app.store.undo()
    assert app.store.experiment.start == four_valleys().start


def test_a_racer_with_a_start_of_its_own_gets_the_clicked_one(app: Application, qtbot: QtBot) -> None:
    racers = [{"optimizer": {"id": "gd", "lr": 0.01}, "start": [1, 1]}, {"optimizer": "adam"}]
    app.store.replace(Experiment(landscape="himmelblau", racers=racers, appearance={"basins": True}), "test")
    settle(qtbot, app)
    common = app.store.experiment.start
    app.window.views.pointAsked.emit((-2.0, -2.0), "start")
    assert app.store.experiment.racers[0].start == (-2.0, -2.0)
    assert app.store.experiment.start == common


def test_where_there_is_no_map_the_button_says_why(app: Application, qtbot: QtBot) -> None:
    app.store.replace(Experiment(landscape="double-well-1d", racers=[{"optimizer": "gd"}]), "test")
    settle(qtbot, app)
    action = app.window._actions["basins"]
    qtbot.waitUntil(lambda: not action.isEnabled(), timeout=5_000)
    assert "map and surface" in action.toolTip()
