"""The live map: what it says when the user acts on it, and that it shows what the export paints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from optexplorer.engine import landscapes
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.gui.views.map_view import MapView
from optexplorer.painting.map_frame import map_frame
from optexplorer.painting.map_painter import paint_map
from optexplorer.painting.style import Style
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.samples.surface_samples import sample_surface
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text
from tests.gui.hands import drag, send_mouse, wheel
from tests.strategies import seen

STYLE = Style(LIGHT)


def make_scene(playhead: int = 40, **view: object) -> Scene:
    shown = seen(**view)
    surface = sample_surface(landscapes.get("himmelblau"), "auto", shown["view"].window)
    angle = np.linspace(0, 40, 301)
    points = np.stack([angle / 10 * np.cos(angle), angle / 10 * np.sin(angle)], axis=1)
    rows = np.linspace(50, 1, 301)
    trajectory = Trajectory(points, rows, points.copy(), rows.copy(), TerminationReason.STEP_LIMIT)
    racer_path = PathAtPlayhead(0, Text("Adam", "Adam"), "#D55E00", trajectory, None, playhead)
    return Scene(surface, (racer_path,), (1.0, 1.0), playhead, 300, **shown)


def at(scene: Scene, playhead: int) -> Scene:
    return replace(scene, playhead=playhead, racer_paths=(replace(scene.racer_paths[0], step=playhead),))


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(560, 480)
    view.show_scene(make_scene(), STYLE)
    with qtbot.waitExposed(view):
        view.show()
    view.grab()
    return view


def place_of(view: MapView, point: tuple[float, float], scene: Scene | None = None) -> QPoint:
    frame = map_frame(QRectF(view.rect()), scene or make_scene(), STYLE)
    return frame.to_pixel(point).toPoint()


def exported(scene: Scene, style: Style) -> QImage:
    image = QImage(560, 480, QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(image) as painter:
        paint_map(painter, QRectF(0, 0, 560, 480), scene, style)
    return image


def differing(a: QImage, b: QImage) -> int:
    grids = []
    for image in (a, b):
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        grids.append(np.frombuffer(image.constBits(), np.uint8).reshape(480, 560, 4)[..., :3].astype(int))
    return int((np.abs(grids[0] - grids[1]).max(axis=2) > 8).sum())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_window_shows_what_the_export_paints_wherever_the_playhead_went(
    view: MapView, theme: object
) -> None:
    style = Style(LIGHT if theme is LIGHT else DARK, "ja")
    scene = make_scene(0)
    for playhead in (0, 3, 4, 70, 130, 120, 131, 300, 5, 200):
        view.show_scene(at(scene, playhead), style)
        shown = view.grab().toImage()
        assert differing(shown, exported(at(scene, playhead), style)) <= 40


def test_a_drag_moves_the_start_all_the_way_and_a_click_puts_it_there(qtbot: QtBot, view: MapView) -> None:
    seen: list[tuple[float, float]] = []
    view.startDragged.connect(lambda x, y: seen.append((x, y)))
    points = [(-2.0, 1.0), (0.0, 2.0), (3.0, -1.0)]
    with qtbot.waitSignal(view.startReleased):
        drag(view, [place_of(view, point) for point in points])
    assert len(seen) == 3
    np.testing.assert_allclose(seen, points, atol=0.03)
    with qtbot.waitSignals([view.startDragged, view.startReleased]):
        drag(view, [place_of(view, (4.0, 4.0))])
    np.testing.assert_allclose(seen[-1], (4.0, 4.0), atol=0.03)


def test_a_drag_beyond_the_edge_stays_on_the_map(view: MapView) -> None:
    seen: list[tuple[float, float]] = []
    view.startDragged.connect(lambda x, y: seen.append((x, y)))
    drag(view, [place_of(view, (5.0, 5.0)), QPoint(5000, -5000)])
    np.testing.assert_allclose(seen[-1], (6.0, 6.0), atol=1e-9)


def test_a_press_beside_the_map_does_nothing(view: MapView) -> None:
    seen: list[object] = []
    view.startDragged.connect(lambda x, y: seen.append((x, y)))
    view.startReleased.connect(lambda: seen.append(None))
    drag(view, [QPoint(2, 2), QPoint(4, 4)])
    assert seen == []


def test_the_wheel_zooms_about_the_cursor(qtbot: QtBot, view: MapView) -> None:
    place = place_of(view, (3.0, 2.0))
    with qtbot.waitSignal(view.windowChosen) as zoomed:
        wheel(view, place, 120)
    assert zoomed.args is not None
    x0, x1, y0, y1 = window = zoomed.args[0]
    assert 0.7 * 12 < x1 - x0 < 0.9 * 12
    assert (x1 - x0) / (y1 - y0) == pytest.approx(1)
    near = replace(make_scene(), view=ComputationView(window=window))
    view.show_scene(near, STYLE)
    frame = map_frame(QRectF(view.rect()), near, STYLE, window)
    found = frame.to_pixel((3.0, 2.0)).toPoint()
    assert (found - place).manhattanLength() <= 3
    with qtbot.waitSignal(view.windowChosen) as back:
        wheel(view, place, -120)
    assert back.args is not None
    np.testing.assert_allclose(back.args[0], (-6, 6, -6, 6), atol=0.03)


def test_zooming_ends_somewhere(view: MapView) -> None:
    windows: list[tuple[float, float, float, float]] = []

    def follow(window: tuple[float, float, float, float]) -> None:
        windows.append(window)
        view.show_scene(replace(make_scene(), view=ComputationView(window=window)), STYLE)
        view.grab()

    view.windowChosen.connect(follow)
    for turn in (12000, 12000, -12000, -12000, -12000):
        wheel(view, QPoint(240, 200), turn)
    sides = [b - a for a, b, _, _ in windows]
    assert min(sides) == pytest.approx(12e-7, rel=1e-3)
    assert max(sides) == pytest.approx(96, rel=1e-3)


@pytest.mark.parametrize(
    ("button", "modifiers"),
    [
        (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_the_map_is_moved_under_the_hand(
    view: MapView, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
) -> None:
    windows: list[tuple[float, float, float, float]] = []
    moved: list[object] = []
    view.windowChosen.connect(windows.append)
    view.startDragged.connect(lambda *point: moved.append(point))
    places = [place_of(view, (0.0, 0.0)), place_of(view, (1.0, 0.5)), place_of(view, (2.0, 1.0))]
    drag(view, places, button, modifiers)
    assert moved == []
    np.testing.assert_allclose(windows[-1], (-8, 4, -7, 5), atol=0.05)


def test_a_double_click_shows_the_whole_map_and_leaves_the_start(qtbot: QtBot, view: MapView) -> None:
    starts: list[tuple[float, float]] = []
    view.startDragged.connect(lambda x, y: starts.append((x, y)))
    with qtbot.waitSignal(view.windowChosen) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place_of(view, (2.0, 2.0)))
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place_of(view, (2.0, 2.0)))
    assert chosen.args == [None]
    assert starts[-1] == (1.0, 1.0)


def test_until_new_surface_samples_come_the_old_picture_is_stretched(view: MapView) -> None:
    window = (0.0, 6.0, 0.0, 6.0)
    waiting = replace(make_scene(), view=ComputationView(window=window))
    view.show_scene(waiting, STYLE)
    stand_in = view.grab().toImage()
    ready = make_scene(window=window)
    view.show_scene(ready, STYLE)
    sharp = view.grab().toImage()
    for point in ((5.5, 5.5), (0.4, 4.8), (4.5, 1.0)):
        place = place_of(view, point, ready)
        a, b = stand_in.pixelColor(place), sharp.pixelColor(place)
        assert abs(a.lightness() - b.lightness()) < 25
    assert differing(sharp, exported(ready, STYLE)) <= 40


def test_the_cursor_is_told_point_and_loss(qtbot: QtBot, view: MapView) -> None:
    with qtbot.waitSignal(view.hovered) as told:
        send_mouse(
            view,
            QEvent.Type.MouseMove,
            place_of(view, (3.0, 2.0)),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
    assert told.args is not None
    x, y, loss = told.args[0]
    assert (x, y) == pytest.approx((3.0, 2.0), abs=0.03)
    assert loss == pytest.approx(float(landscapes.get("himmelblau").value(np.array([x, y]))))
    with qtbot.waitSignal(view.hovered) as gone:
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert gone.args == [None]


def test_alt_and_arrows_move_the_start_and_plain_arrows_are_left_to_others(
    qtbot: QtBot, view: MapView
) -> None:
    with qtbot.waitSignal(view.startDragged) as moved:
        qtbot.keyPress(view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert moved.args == pytest.approx([1.12, 1.0])
    plain = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
    view.keyPressEvent(plain)
    assert not plain.isAccepted()


def test_it_has_a_name_and_can_be_reached_by_tab(view: MapView) -> None:
    assert view.accessibleName()
    assert view.accessibleDescription()
    assert view.toolTip()
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_without_a_scene_it_paints_an_empty_canvas(qtbot: QtBot) -> None:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(300, 200)
    assert view.grab().toImage().pixelColor(150, 100).name() == LIGHT.canvas.lower()
