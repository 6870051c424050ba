"""The live curve: what it says when the user acts on it, and that it shows what the export paints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from optexplorer.engine import landscapes
from optexplorer.engine.descent import trajectory
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.views.curve_view import CurveView
from optexplorer.painting.curve_frame import curve_frame
from optexplorer.painting.curve_painter import paint_curve
from optexplorer.painting.style import Style
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.resolve import resolve
from optexplorer.scene.samples.curve_samples import CurveSamples, sample_curve
from optexplorer.scene.scene import Scene
from tests.gui.hands import drag, send_mouse, wheel

STYLE = Style(LIGHT)
SIZE = (640, 400)
PARABOLA = landscapes.get("quadratic-1d")


@pytest.fixture(scope="module")
def curve() -> CurveSamples:
    return sample_curve(PARABOLA)


@pytest.fixture(scope="module")
def scene(curve: CurveSamples) -> Scene:
    racers = (
        Racer(optimizer=GradientDescent(lr=0.97), colour="#0072B2"),
        Racer(optimizer=Momentum(lr=0.05), colour="#D55E00", stream=1),
    )
    experiment = Experiment(landscape="quadratic-1d", racers=racers, steps=80, start=(-2.0,))
    paths = [trajectory(experiment.run_spec(racer), experiment.start, 80) for racer in racers]
    return resolve(experiment, curve, paths, 12)


def at(scene: Scene, playhead: int) -> Scene:
    racer_paths = tuple(
        replace(racer_path, step=min(playhead, racer_path.trajectory.steps))
        for racer_path in scene.racer_paths
    )
    return replace(scene, playhead=playhead, racer_paths=racer_paths)


@pytest.fixture
def view(qtbot: QtBot, scene: Scene) -> CurveView:
    view = CurveView()
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show_scene(scene, STYLE)
    with qtbot.waitExposed(view):
        view.show()
    view.grab()
    return view


def place_of(view: CurveView, scene: Scene, x: float) -> QPoint:
    frame = curve_frame(QRectF(view.rect()), scene, STYLE)
    return QPointF(frame.to_pixel(x, 0).x(), frame.plot.center().y()).toPoint()


def grid(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    shape = (image.height(), image.width(), 4)
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., :3].astype(int)


def differing(view: CurveView, scene: Scene, style: Style) -> int:
    """How many pixels of the view are not as the export paints them."""
    view.show_scene(scene, style)
    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(image) as painter:
        paint_curve(painter, QRectF(0, 0, *SIZE), scene, style)
    return int((np.abs(grid(view.grab().toImage()) - grid(image)).max(axis=2) > 8).sum())


@pytest.mark.parametrize("style", [STYLE, Style(DARK, "ja")])
def test_the_window_shows_what_the_export_paints_wherever_the_playhead_went(
    view: CurveView, scene: Scene, style: Style
) -> None:
    for playhead in (0, 1, 9, 26, 27, 80, 40, 41, 12):
        assert differing(view, at(scene, playhead), style) <= 20, f"at step {playhead}"


def test_a_new_playhead_leaves_background_and_old_arcs_as_they_are(view: CurveView, scene: Scene) -> None:
    layers = view._layers
    assert layers is not None
    old = layers.old_steps
    view.show_scene(at(scene, 13), STYLE)
    view.grab()
    assert view._layers is layers
    assert layers.old_steps is old
    view.show_scene(replace(scene, appearance=Appearance(minima=False)), STYLE)
    view.grab()
    assert view._layers is not layers


def test_a_drag_moves_the_start_all_the_way_and_a_click_puts_it_there(
    qtbot: QtBot, view: CurveView, scene: Scene
) -> None:
    seen: list[float] = []
    view.startDragged.connect(seen.append)
    with qtbot.waitSignal(view.startReleased):
        drag(view, [place_of(view, scene, x) for x in (-2.0, 0.5, 2.5)])
    np.testing.assert_allclose(seen, [-2.0, 0.5, 2.5], atol=0.02)
    with qtbot.waitSignals([view.startDragged, view.startReleased]):
        drag(view, [place_of(view, scene, 1.0)])
    assert seen[-1] == pytest.approx(1.0, abs=0.02)
    drag(view, [place_of(view, scene, 1.0), QPoint(5000, 10)])
    assert seen[-1] == pytest.approx(3.0)


def test_a_press_beside_the_plot_does_nothing(view: CurveView) -> None:
    seen: list[object] = []
    view.startDragged.connect(seen.append)
    view.startReleased.connect(lambda: seen.append(None))
    drag(view, [QPoint(2, 2), QPoint(4, 4)])
    assert seen == []


def test_the_wheel_zooms_about_the_cursor_and_ends_somewhere(
    qtbot: QtBot, view: CurveView, scene: Scene
) -> None:
    with qtbot.waitSignal(view.intervalChosen) as zoomed:
        wheel(view, place_of(view, scene, 1.0), 120)
    assert zoomed.args is not None
    low, high = zoomed.args[0]
    assert high - low == pytest.approx(6 * 0.82)
    assert (1.0 - low) / (high - low) == pytest.approx(4 / 6, abs=0.01)

    sizes = []

    def follow(interval: tuple[float, float]) -> None:
        sizes.append(interval[1] - interval[0])
        shown = ComputationView(interval=interval)
        view.show_scene(replace(scene, view=shown, samples=sample_curve(PARABOLA, "auto", interval)), STYLE)
        view.grab()

    view.intervalChosen.connect(follow)
    for turn in (12000, 12000, -12000, -12000, -12000):
        wheel(view, QPoint(300, 200), turn)
    assert min(sizes) == pytest.approx(6e-7, rel=1e-3)
    assert max(sizes) == pytest.approx(48, rel=1e-3)


@pytest.mark.parametrize(
    ("button", "modifiers"),
    [
        (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_the_curve_is_moved_under_the_hand(
    view: CurveView, scene: Scene, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
) -> None:
    intervals: list[tuple[float, float]] = []
    moved: list[object] = []
    view.intervalChosen.connect(intervals.append)
    view.startDragged.connect(moved.append)
    drag(view, [place_of(view, scene, x) for x in (0.0, 0.5, 1.0)], button, modifiers)
    assert moved == []
    np.testing.assert_allclose(intervals[-1], (-4, 2), atol=0.03)


def test_until_the_new_profile_comes_the_old_curve_stands_where_it_belongs(
    view: CurveView, scene: Scene
) -> None:
    waiting = replace(scene, view=ComputationView(interval=(0.0, 1.5)))
    view.show_scene(waiting, STYLE)
    view.grab()
    assert view._frame is not None
    assert view._frame.interval == (0.0, 1.5)
    ready = replace(waiting, samples=sample_curve(PARABOLA, "auto", (0.0, 1.5)))
    assert differing(view, ready, STYLE) <= 20


def test_a_double_click_shows_the_whole_curve_and_leaves_the_start(
    qtbot: QtBot, view: CurveView, scene: Scene
) -> None:
    starts: list[float] = []
    view.startDragged.connect(starts.append)
    with qtbot.waitSignal(view.intervalChosen) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place_of(view, scene, 2.0))
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place_of(view, scene, 2.0))
    assert chosen.args == [None]
    assert starts[-1] == -2.0


def test_the_cursor_is_told_place_loss_and_slope(view: CurveView, scene: Scene) -> None:
    without = grid(view.grab().toImage())
    place = place_of(view, scene, 1.5)
    send_mouse(view, QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton)
    shown = grid(view.grab().toImage())
    assert (shown != without).any(axis=2)[:, place.x()].sum() > 100
    assert view._frame is not None
    assert view._readout(view._frame, scene, 1.5, 2.25) == [
        ("x 1.50", LIGHT.text),
        ("loss 2.25", LIGHT.text),
        ("slope 3", LIGHT.text),
    ]
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert (grid(view.grab().toImage()) == without).all()


def test_alt_and_arrows_move_the_start_and_plain_arrows_are_left_to_others(
    qtbot: QtBot, view: CurveView
) -> None:
    with qtbot.waitSignal(view.startDragged) as moved:
        qtbot.keyPress(view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert moved.args == pytest.approx([-1.94])
    with qtbot.waitSignal(view.startReleased):
        qtbot.keyRelease(view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    plain = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
    view.keyPressEvent(plain)
    assert not plain.isAccepted()


def test_it_has_a_name_and_can_be_reached_by_tab(view: CurveView) -> None:
    assert view.accessibleName()
    assert view.accessibleDescription()
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_without_a_scene_it_paints_an_empty_canvas(qtbot: QtBot) -> None:
    view = CurveView()
    qtbot.addWidget(view)
    view.resize(300, 200)
    assert view.grab().toImage().pixelColor(150, 100).name() == LIGHT.canvas.lower()
