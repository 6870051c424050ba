"""Going through the phases of steps in the real window, forwards and back, by hand and on the timer."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.actions import anatomy_commands
from optexplorer.gui.app import Application
from optexplorer.gui.main_window import MainWindow
from optexplorer.gui.workers.equation_images import Equation, EquationImages, draw_equation
from tests.gui.hands import settle

RACERS = (GradientDescent(lr=0.001), Momentum(lr=0.001), Adam(lr=0.1))


@pytest.fixture
def app(app: Application, qtbot: QtBot) -> Application:
    experiment = Experiment(
        landscape="himmelblau",
        racers=tuple(Racer(optimizer=optimizer, stream=k) for k, optimizer in enumerate(RACERS)),
        start=(0.5, -1.5),
        steps=20,
        stop_when_converged=False,
    )
    app.document.new(experiment)
    settle(qtbot, app)
    return app


@pytest.fixture
def window(app: Application) -> MainWindow:
    return app.window


def press(
    window: MainWindow, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None
) -> None:
    """Press a key, and wait until what it asks for is on the screen."""
    QTest.keyClick(window, key, modifiers or Qt.KeyboardModifier.NoModifier)
    qtbot.waitUntil(lambda: prefix_unchanged(window), timeout=20_000)


def prefix_unchanged(window: MainWindow) -> bool:
    scene = window.scene
    if scene is None or not scene.appearance.anatomy:
        return scene is not None
    return bool(scene.anatomies) and all(
        shown.anatomy.moment.step == shown.racer_path.step for shown in scene.anatomies
    )


def where(app: Application) -> tuple[int, int | None]:
    return app.playback.step, app.store.experiment.appearance.phase


def stands(app: Application, expected: tuple[int, int | None]) -> bool:
    return where(app) == expected


def test_the_key_opens_and_closes_the_anatomy(app: Application, window: MainWindow, qtbot: QtBot) -> None:
    frame = window.workspace.frames["anatomy"]
    assert frame.isHidden()
    press(window, qtbot, Qt.Key.Key_A)
    assert frame.isVisible()
    # In a window as narrow as this the map stands for both pictures.
    assert window.workspace.maximised == "map"
    assert app.store.experiment.appearance.phase is None
    press(window, qtbot, Qt.Key.Key_A)
    assert frame.isHidden()
    assert window.workspace.maximised is None
    assert app.store.undo_label is None


def test_phases_go_forwards_over_the_step_and_back_again(
    app: Application, window: MainWindow, qtbot: QtBot
) -> None:
    app.playback.seek(3)
    press(window, qtbot, Qt.Key.Key_BracketRight)
    assert where(app) == (3, 0)
    scene = window.scene
    assert scene is not None
    last = len(scene.anatomies[0].anatomy.phases) - 1
    visited = [where(app)]
    for _ in range(last + 2):
        press(window, qtbot, Qt.Key.Key_BracketRight)
        visited.append(where(app))
    assert visited == [*((3, phase) for phase in range(last + 1)), (4, 0), (4, 1)]
    for expected in reversed(visited[:-1]):
        press(window, qtbot, Qt.Key.Key_BracketLeft)
        qtbot.waitUntil(partial(stands, app, expected), timeout=20_000)


def test_phases_end_at_the_last_step_and_begin_at_the_first(
    app: Application, window: MainWindow, qtbot: QtBot
) -> None:
    press(window, qtbot, Qt.Key.Key_BracketRight)
    assert where(app) == (0, 0)
    press(window, qtbot, Qt.Key.Key_BracketLeft)
    assert where(app) == (0, 0)
    app.playback.seek(20)
    for _ in range(8):
        press(window, qtbot, Qt.Key.Key_BracketRight)
    assert where(app) == (20, 4)


def test_the_marks_on_the_map_follow_the_phase(app: Application, window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Qt.Key.Key_BracketRight)
    without = window.workspace.map.grab().toImage()
    press(window, qtbot, Qt.Key.Key_BracketRight)
    assert window.workspace.map.grab().toImage() != without
    scene = window.scene
    assert scene is not None
    assert [mark.role for mark in scene.anatomies[0].marks.marks] == ["gradient"]
    press(window, qtbot, Qt.Key.Key_BracketLeft)
    assert window.workspace.map.grab().toImage() == without


def test_two_racers_stand_side_by_side_and_can_be_chosen(
    app: Application, window: MainWindow, qtbot: QtBot
) -> None:
    view = window.workspace.anatomy
    press(window, qtbot, Qt.Key.Key_A)
    assert [column.isVisible() for column in view.columns] == [True, False]
    press(window, qtbot, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    assert app.store.experiment.appearance.anatomy_racers == (0, 1)
    qtbot.waitUntil(lambda: len(window.scene.anatomies) == 2 if window.scene else False)
    assert [column.name.text() for column in view.columns] == ["Gradient descent", "Momentum"]
    view.racerChosen.emit(1, 2)
    assert app.store.experiment.appearance.anatomy_racers == (0, 2)
    qtbot.waitUntil(lambda: view.columns[1].name.text() == "Adam")
    # The one that the other column shows: they change places.
    view.racerChosen.emit(0, 2)
    assert app.store.experiment.appearance.anatomy_racers == (2, 0)
    # Each stays at its own last phase while the other has more.
    for _ in range(2):
        press(window, qtbot, Qt.Key.Key_BracketRight)
    view.phaseChosen.emit(9)
    qtbot.waitUntil(lambda: prefix_unchanged(window))
    assert window.scene is not None
    assert [shown.phase for shown in window.scene.anatomies] == [9, 4]
    press(window, qtbot, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    assert [column.isVisible() for column in view.columns] == [True, False]


def test_the_menu_of_a_column_offers_the_racers(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Qt.Key.Key_A)
    column = window.workspace.anatomy.columns[0]
    menu = column.name.menu()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["Gradient descent", "Momentum", "Adam"]
    with qtbot.waitSignal(window.workspace.anatomy.racerChosen) as chosen:
        menu.actions()[2].trigger()
    assert chosen.args == [0, 2]


def test_phases_play_by_themselves_until_they_are_stopped(
    app: Application, window: MainWindow, qtbot: QtBot
) -> None:
    window.anatomy._timer.setInterval(30)
    assert anatomy_commands.PACE > 500
    press(window, qtbot, Qt.Key.Key_P)
    assert window.anatomy.playing
    qtbot.waitUntil(lambda: app.playback.step >= 2, timeout=20_000)
    assert not app.playback.playing
    press(window, qtbot, Qt.Key.Key_P)
    assert not window.anatomy.playing
    # The race takes over from the phases.
    press(window, qtbot, Qt.Key.Key_P)
    app.playback.play()
    qtbot.waitUntil(lambda: not window.anatomy.playing, timeout=20_000)


def test_the_equations_appear_and_a_click_chooses_a_phase(
    app: Application, window: MainWindow, qtbot: QtBot
) -> None:
    press(window, qtbot, Qt.Key.Key_BracketRight)
    shown = window.workspace.anatomy.columns[0].list
    images = window.workspace.anatomy._images
    qtbot.waitUntil(
        lambda: all(images.image(equation) is not None for equation in shown.equations()), timeout=20_000
    )
    assert all(not line.stale for row in shown._rows for line in row.lines)
    row = shown._rows[2]
    QTest.mouseClick(
        shown, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(40, int(row.top + 5))
    )
    assert app.store.experiment.appearance.phase == 2
    assert shown.accessibleDescription() == "2: Turn downhill"


def test_a_new_request_overtakes_the_old_one(qtbot: QtBot) -> None:
    images = EquationImages()
    old = [Equation(f"x + {k}", "#000000", 15, 300, 1.0) for k in range(60)]
    new = Equation("y + 1", "#000000", 15, 300, 1.0)
    images.request(old)
    images.request([new])
    qtbot.waitUntil(lambda: images.image(new) is not None, timeout=20_000)
    assert sum(images.image(equation) is not None for equation in old) < 30
    images.stop()


def test_an_equation_that_is_too_wide_is_made_smaller(qapp: QApplication) -> None:
    wide = draw_equation(Equation(r"\frac{a+b+c+d+e+f+g+h+i+j+k+l+m+n}{2}", "#000000", 15, 120, 2.0))
    assert isinstance(wide, QImage)
    assert wide.width() / wide.devicePixelRatio() <= 121
