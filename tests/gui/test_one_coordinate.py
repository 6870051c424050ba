"""The whole window on landscapes of one coordinate: the curve in place of surface and map."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.workspace import Workspace
from tests.gui.hands import settle


def race(landscape: str | FormulaDefinition) -> Experiment:
    racers = (Racer(optimizer=GradientDescent(lr=0.1)), Racer(optimizer=Adam(lr=0.1), stream=1))
    return Experiment(landscape=landscape, racers=racers, steps=40)


@pytest.fixture
def app(app: Application, qtbot: QtBot) -> Application:
    app.document.new(race("quadratic-1d"))
    shown(qtbot, app, "quadratic-1d")
    return app


def shown(qtbot: QtBot, app: Application, landscape: str) -> Workspace:
    """Wait until the views show `landscape`."""

    def arrived() -> bool:
        scene = app.window.scene
        return scene is not None and scene.landscape.id == landscape and len(scene.racer_paths) == 2

    qtbot.waitUntil(arrived, timeout=20000)
    return app.window.workspace


def visible(views: Workspace) -> list[str]:
    return [name for name in ("surface", "map", "curve") if views.frames[name].isVisible()]


def test_the_curve_takes_the_place_of_surface_and_map_and_gives_it_back(
    qtbot: QtBot, app: Application
) -> None:
    views = app.window.workspace
    assert visible(views) == ["curve"]
    assert len(app.window.panel.start.coordinates) == 1
    app.store.replace(race("booth"), "Landscape")
    shown(qtbot, app, "booth")
    assert visible(views) == ["surface", "map"]
    assert len(app.window.panel.start.coordinates) == 2
    app.store.undo()
    shown(qtbot, app, "quadratic-1d")
    assert visible(views) == ["curve"]


def test_dragging_the_start_on_the_curve_is_one_change_of_the_experiment(
    qtbot: QtBot, app: Application
) -> None:
    curve = app.window.workspace.curve
    before = app.store.experiment.start
    for x in (1.0, 1.5, 2.0):
        curve.startDragged.emit(x)
    curve.startReleased.emit()
    assert app.store.experiment.start == (2.0,)
    assert settle(qtbot, app).racer_paths[0].trajectory.x[0] == pytest.approx(2.0)
    app.store.undo()
    assert app.store.experiment.start == before


def test_a_zoom_is_kept_until_the_whole_curve_is_asked_for(qtbot: QtBot, app: Application) -> None:
    curve = app.window.workspace.curve
    curve.intervalChosen.emit((-1.0, 0.5))
    assert app.store.experiment.view.interval == (-1.0, 0.5)
    qtbot.waitUntil(lambda: app.window.scene is not None and app.window.scene.curve.interval == (-1.0, 0.5))
    curve.intervalChosen.emit(None)
    assert app.store.experiment.view.interval is None


def test_the_switch_of_the_chart_is_kept_in_the_experiment(app: Application) -> None:
    views = app.window.workspace
    views.quantity.buttons["lr"].click()
    assert app.store.experiment.appearance.chart == "lr"
    assert app.window.scene is not None
    assert app.window.scene.appearance.chart == "lr"
    other = app.store.experiment.appearance.model_copy(update={"chart": "gradient"})
    app.store.set_appearance(other)
    assert views.quantity.buttons["gradient"].isChecked()


def test_from_a_curve_to_three_coordinates_and_back(qtbot: QtBot, app: Application) -> None:
    three = FormulaDefinition(formula="x^2 + y^2 + z^2", domain=dict.fromkeys("xyz", (-1.0, 1.0)))
    app.store.replace(race(three), "Formula")
    absence = app.window.workspace.absence
    qtbot.waitUntil(lambda: absence.isVisible() and "3 coordinates" in absence.text(), timeout=20000)
    actions = app.window._actions
    of_pictures = [actions[id] for id in ("arrows", "curvature", "fog", "multiples", "reset-view")]
    assert not any(action.isEnabled() for action in of_pictures)
    app.store.undo()
    shown(qtbot, app, "quadratic-1d")
    assert all(action.isEnabled() for action in of_pictures)
