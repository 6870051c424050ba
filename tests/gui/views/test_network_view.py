"""The network in the real window: opened, hovered, clicked, and gone through phase by phase and example by example."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from optexplorer.engine.gradient_sources import MiniBatch
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.app import Application
from optexplorer.gui.views.network_view import NetworkView
from optexplorer.scene.network.picture import NetworkPicture
from tests.gui.hands import press, settle
from tests.shown_networks import corners, experiment_with, network


@pytest.fixture
def experiment() -> Experiment:
    landscape = network(corners(), (4, 3))
    return experiment_with(landscape, steps=6, source=MiniBatch(batch_size=4), network=False, anatomy=False)


@pytest.fixture
def app(app: Application, qtbot: QtBot, experiment: Experiment) -> Application:
    app.document.new(experiment)
    settle(qtbot, app)
    return app


def opened(app: Application, qtbot: QtBot) -> NetworkView:
    """Open the network by its key, and wait until it is on the screen."""
    press(qtbot, app.window, "Shift+N")
    view = app.window.workspace.network
    qtbot.waitUntil(lambda: view.isVisible() and shown(app) is not None, timeout=20_000)
    view.repaint()
    return view


def shown(app: Application) -> NetworkPicture | None:
    scene = app.window.scene
    return None if scene is None or scene.network is None else scene.network.picture


def picture(app: Application) -> NetworkPicture:
    found = shown(app)
    assert found is not None
    return found


def test_the_key_opens_and_closes_the_network(app: Application, qtbot: QtBot) -> None:
    frames = app.window.workspace.frames
    assert frames["network"].isHidden()
    opened(app, qtbot)
    assert frames["network"].isVisible()
    assert frames["surface"].isHidden()
    assert app.store.experiment.appearance.network
    press(qtbot, app.window, "Shift+N")
    assert frames["network"].isHidden()
    assert app.store.undo_label is None


def test_phases_go_through_the_layers(app: Application, qtbot: QtBot) -> None:
    opened(app, qtbot)
    stages = []
    for _ in range(10):
        before = app.store.experiment.appearance.phase
        press(qtbot, app.window, "]")
        qtbot.waitUntil(
            lambda before=before: (
                app.window.scene is not None
                and bool(app.window.scene.anatomies)
                and app.window.scene.network is not None
                and app.window.scene.anatomies[0].phase is not None
                and app.window.scene.anatomies[0].phase != before
            ),
            timeout=20_000,
        )
        scene = app.window.scene
        assert scene is not None
        assert scene.network is not None
        stage = scene.network.stage
        stages.append((stage.part, stage.layer))
    assert stages == [
        ("here", None),
        ("example", None),
        ("forward", 1),
        ("forward", 2),
        ("forward", 3),
        ("loss", None),
        ("backward", 3),
        ("backward", 2),
        ("backward", 1),
        ("weight", stages[-1][1]),
    ]


def test_a_click_on_a_weight_selects_it_and_another_gives_it_up(app: Application, qtbot: QtBot) -> None:
    view = opened(app, qtbot)
    frame = view.frame
    assert frame is not None
    connection = next(c for c in picture(app).connections if (c.layer, c.unit, c.source) == (1, 0, 0))
    begin, end = frame.ends(connection)
    place = (begin + (end - begin) * 0.85).toPoint()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert app.store.experiment.appearance.network_weight == connection.parameter
    qtbot.waitUntil(lambda: picture(app).chosen, timeout=20_000)
    assert picture(app).selected == connection.parameter
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert app.store.experiment.appearance.network_weight is None
    assert app.store.undo_label is None


def test_a_click_on_a_neuron_selects_its_bias(app: Application, qtbot: QtBot) -> None:
    view = opened(app, qtbot)
    frame = view.frame
    assert frame is not None
    neuron = picture(app).neuron(2, 1)
    assert neuron is not None
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=frame.spots[2, 1].toPoint())
    assert app.store.experiment.appearance.network_weight == neuron.bias


def test_pointing_at_a_neuron_shows_what_it_computes(app: Application, qtbot: QtBot) -> None:
    view = opened(app, qtbot)
    without = view.grab().toImage()
    frame, hint = view.frame, view.toolTip()
    assert frame is not None
    assert hint
    QTest.mouseMove(view, frame.spots[1, 2].toPoint())
    qtbot.waitUntil(lambda: view.hovered == (1, 2), timeout=20_000)
    assert view.grab().toImage() != without
    # The card is not covered by a tip.
    assert not view.toolTip()
    QTest.mouseMove(view, QPoint(2, 2))
    qtbot.waitUntil(lambda: view.hovered is None, timeout=20_000)
    assert view.grab().toImage() == without
    assert view.toolTip() == hint


def test_examples_of_the_batch_are_gone_through(app: Application, qtbot: QtBot) -> None:
    opened(app, qtbot)
    assert picture(app).example.place == 0
    for keys, place in (("Ctrl+]", 1), ("Ctrl+[", 0), ("Ctrl+[", 3), ("Ctrl+]", 0)):
        press(qtbot, app.window, keys)
        qtbot.waitUntil(lambda place=place: picture(app).example.place == place, timeout=20_000)
    app.window._actions["example-mean"].trigger()
    qtbot.waitUntil(lambda: picture(app).example.place is None, timeout=20_000)
    assert app.store.experiment.appearance.network_example == "mean"
    app.window._actions["example-mean"].trigger()
    qtbot.waitUntil(lambda: picture(app).example.place == 0, timeout=20_000)


def test_beside_an_anatomy_in_a_narrow_window_it_has_the_centre(app: Application, qtbot: QtBot) -> None:
    opened(app, qtbot)
    press(qtbot, app.window, "A")
    frames = app.window.workspace.frames
    assert frames["network"].isVisible()
    assert frames["anatomy"].isVisible()
    assert not frames["map"].isVisible()
    assert app.window.width() == 1280


def test_of_a_formula_it_cannot_be_asked_for(app: Application, qtbot: QtBot) -> None:
    view = opened(app, qtbot)
    action = app.window._actions["network"]
    app.document.new(Experiment(landscape="ravine", steps=5, appearance=Appearance(network=True)))
    settle(qtbot, app)
    assert shown(app) is None
    assert view.isVisible()
    assert "formula" in view.accessibleDescription()
    # What is on can be switched off, but not on again.
    assert action.isEnabled()
    action.trigger()
    assert not view.isVisible()
    assert not action.isEnabled()
