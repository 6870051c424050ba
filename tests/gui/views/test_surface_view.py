"""The surface in the window: what it draws, what it says when the user acts on it, and what it does without OpenGL."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from optexplorer.engine import landscapes
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.appearance import Camera
from optexplorer.gui.desktop.opengl import renderer
from optexplorer.gui.views import surface_view
from optexplorer.gui.views.surface_view import SurfaceView
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import surface_frame
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.geometry.surface_path import project_to_surface
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.samples.surface_samples import sample_surface
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text
from tests.gui.hands import drag, wheel
from tests.strategies import seen

STYLE = Style(LIGHT)
WIDTH, HEIGHT = 520, 440


def make_scene(playhead: int = 40, **view: object) -> Scene:
    shown = seen(**{"minima": False, **view})
    surface = sample_surface(landscapes.get("quadratic-bowl"), "linear", shown["view"].window)
    points = np.stack([np.linspace(-0.8, 0.8, 41), np.zeros(41)], axis=1) * surface.window[1]
    rows = np.linspace(50, 1, 41)
    trajectory = Trajectory(points, rows, points.copy(), rows.copy(), TerminationReason.STEP_LIMIT)
    racer_path = PathAtPlayhead(
        0, Text("Adam", "Adam"), "#D55E00", trajectory, project_to_surface(surface, trajectory), playhead
    )
    return Scene(surface, (racer_path,), tuple(points[0].tolist()), playhead, 40, **shown)


def at(scene: Scene, playhead: int) -> Scene:
    return replace(scene, playhead=playhead, racer_paths=(replace(scene.racer_paths[0], step=playhead),))


@pytest.fixture
def view(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> SurfaceView:
    """The view as a graphics card draws it; a program that draws OpenGL stands in for the card."""
    if renderer() == "none":
        pytest.skip("no OpenGL 3.3 here")
    monkeypatch.setattr(surface_view, "renderer", lambda: "card")
    view = SurfaceView()
    qtbot.addWidget(view)
    view.resize(WIDTH, HEIGHT)
    view.show_scene(make_scene(), STYLE)
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.fixture
def painted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> SurfaceView:
    monkeypatch.setattr(surface_view, "renderer", lambda: "none")
    view = SurfaceView()
    qtbot.addWidget(view)
    view.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(view):
        view.show()
    return view


def pixels(image: QImage) -> NDArray[np.int64]:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    grid = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return grid[:, : image.width(), 2::-1].astype(np.int64)


def drawn(view: SurfaceView) -> NDArray[np.int64]:
    """The whole view as it is on the screen."""
    return pixels(view.grab().toImage())


def like(grid: NDArray[np.int64], colour: tuple[int, int, int], tolerance: int = 12) -> int:
    return int((np.abs(grid - colour).max(axis=2) <= tolerance).sum())


ORANGE = (0xD5, 0x5E, 0x00)


def place_of(scene: Scene, point: tuple[float, float]) -> QPoint:
    plane = np.array([point])
    box = to_box(scene.surface, plane, scene.surface.height_at(plane))
    return surface_frame(QRectF(0, 0, WIDTH, HEIGHT), scene, STYLE).place(box[0]).toPoint()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_opengl_draws_the_block_and_the_path_on_it(view: SurfaceView, theme: object) -> None:
    assert view.gl is not None
    view.show_scene(make_scene(), Style(LIGHT if theme is LIGHT else DARK))
    grid = pixels(view.gl.grabFramebuffer())
    canvas = grid[2, 2]
    assert (np.abs(grid - canvas).max(axis=2) > 8).mean() > 0.25
    assert len(np.unique(grid[HEIGHT // 2].reshape(-1, 3), axis=0)) > 60
    assert like(grid, ORANGE) > 300


def test_the_path_is_drawn_up_to_the_playhead_and_along_its_whole_length(view: SurfaceView) -> None:
    """A path that dipped below the ground would be broken."""
    assert view.gl is not None
    scene = make_scene()
    lengths = []
    for playhead in (10, 20, 40):
        view.show_scene(at(scene, playhead), STYLE)
        lengths.append(like(pixels(view.gl.grabFramebuffer()), ORANGE))
    assert lengths[0] < 0.7 * lengths[1] < 0.7 * lengths[2]
    grid = pixels(view.gl.grabFramebuffer())
    racer_path = scene.racer_paths[0]
    assert racer_path.surface_path is not None
    places = surface_frame(QRectF(0, 0, WIDTH, HEIGHT), scene, STYLE).places(racer_path.surface_path.points)
    for x, y in places.round().astype(int).tolist():
        assert like(grid[y - 1 : y + 2, x - 1 : x + 2], ORANGE, 40) > 0


def test_a_step_of_the_playhead_sends_no_mesh_and_no_path(
    view: SurfaceView, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene()
    view.show_scene(scene, STYLE)
    view.grab()

    sent: list[object] = []
    for name in ("MeshItem.set_shape", "MeshItem.set_colours", "LineItem.set_points"):
        monkeypatch.setattr(
            f"optexplorer.gui.views.gl_items.{name}", lambda *arguments: sent.append(arguments)
        )
    for playhead in (0, 5, 40):
        view.show_scene(at(scene, playhead), STYLE)
        view.grab()
    assert sent == []
    view.show_scene(make_scene(), STYLE)
    assert sent != []


def test_new_colours_and_another_landscape_show(view: SurfaceView) -> None:
    assert view.gl is not None
    before = pixels(view.gl.grabFramebuffer())
    view.show_scene(make_scene(colour_map="viridis"), STYLE)
    coloured = pixels(view.gl.grabFramebuffer())
    assert (np.abs(before - coloured).max(axis=2) > 20).mean() > 0.15
    surface = sample_surface(landscapes.get("himmelblau"))
    view.show_scene(Scene(surface, (), (0.0, 0.0), 0, 0), STYLE)
    other = pixels(view.gl.grabFramebuffer())
    assert like(other, ORANGE) == 0
    assert (np.abs(other - before).max(axis=2) > 20).mean() > 0.15


def test_axes_and_marks_lie_over_what_opengl_draws(view: SurfaceView) -> None:
    assert view.gl is not None
    grid, alone = drawn(view), pixels(view.gl.grabFramebuffer())
    differing = np.abs(grid - alone).max(axis=2) > 40
    head = place_of(make_scene(), (make_scene().racer_paths[0].head[0], 0.0))
    assert differing[head.y() - 9 : head.y() + 10, head.x() - 9 : head.x() + 10].sum() > 40
    assert differing[-60:].sum() > 20


def test_a_click_says_which_point_was_hit(qtbot: QtBot, view: SurfaceView) -> None:
    side = make_scene().surface.window[1]
    for point in ((0.0, 0.0), (0.4 * side, 0.3 * side), (-0.5 * side, 0.6 * side)):
        with qtbot.waitSignal(view.pointChosen) as chosen:
            drag(view, [place_of(make_scene(), point)])
        np.testing.assert_allclose(chosen.args, point, atol=0.02 * side)


def test_a_click_beside_the_block_and_a_drag_choose_no_point(view: SurfaceView) -> None:
    points: list[object] = []
    view.pointChosen.connect(lambda *point: points.append(point))
    drag(view, [QPoint(3, 3)])
    drag(view, [QPoint(200, 200), QPoint(260, 210)])
    drag(view, [QPoint(200, 200)], Qt.MouseButton.RightButton)
    assert points == []


def test_a_drag_turns_the_camera_from_where_it_began(view: SurfaceView) -> None:
    cameras: list[Camera] = []
    view.cameraMoved.connect(cameras.append)
    drag(view, [QPoint(200, 200), QPoint(230, 200), QPoint(240, 220)])
    begin = Camera()
    assert cameras[0].azimuth < begin.azimuth
    assert cameras[0].elevation == begin.elevation
    assert cameras[1].azimuth - begin.azimuth == pytest.approx(4 / 3 * (cameras[0].azimuth - begin.azimuth))
    assert cameras[1].elevation > begin.elevation
    drag(view, [QPoint(200, 200), QPoint(200, 5000)])
    assert cameras[-1].elevation == 90
    drag(view, [QPoint(200, 200), QPoint(200, -5000)])
    assert cameras[-1].elevation == 0


@pytest.mark.parametrize(
    ("button", "modifiers"),
    [
        (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_the_surface_is_moved_under_the_hand(
    view: SurfaceView, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
) -> None:
    cameras: list[Camera] = []
    view.cameraMoved.connect(cameras.append)
    drag(view, [QPoint(200, 200), QPoint(230, 215)], button, modifiers)
    before, after = make_scene(), make_scene(camera=cameras[-1])
    assert cameras[-1].azimuth == Camera().azimuth
    offset = surface_frame(QRectF(0, 0, WIDTH, HEIGHT), after, STYLE).place(Camera().centre) - surface_frame(
        QRectF(0, 0, WIDTH, HEIGHT), before, STYLE
    ).place(Camera().centre)
    assert (offset.x(), offset.y()) == pytest.approx((30, 15), abs=0.5)


def test_the_wheel_zooms_and_ends_somewhere(view: SurfaceView) -> None:
    cameras: list[Camera] = []

    def follow(camera: Camera) -> None:
        cameras.append(camera)
        view.show_scene(make_scene(camera=camera), STYLE)

    view.cameraMoved.connect(follow)
    for turn in (120, 24000, -24000):
        wheel(view, QPoint(200, 200), turn)
    assert 0.8 * Camera().distance < cameras[0].distance < Camera().distance
    assert [camera.distance for camera in cameras[1:]] == [1.2, 20.0]


def test_a_double_click_resets_the_camera_and_leaves_the_start(qtbot: QtBot, view: SurfaceView) -> None:
    points: list[tuple[float, float]] = []
    view.pointChosen.connect(lambda x, y: points.append((x, y)))
    place = place_of(make_scene(), (0.0, 0.0))
    with qtbot.waitSignal(view.cameraMoved) as moved:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert moved.args == [Camera()]
    assert points[-1] == make_scene().start


def test_shift_and_arrows_turn_and_plain_arrows_are_left_to_others(qtbot: QtBot, view: SurfaceView) -> None:
    with qtbot.waitSignal(view.cameraMoved) as moved:
        qtbot.keyPress(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert moved.args is not None
    assert moved.args[0].azimuth == Camera().azimuth + 5
    with qtbot.waitSignal(view.cameraMoved) as moved:
        qtbot.keyPress(view, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    assert moved.args is not None
    assert moved.args[0].distance < Camera().distance
    plain = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
    view.keyPressEvent(plain)
    assert not plain.isAccepted()


def test_it_has_a_name_and_can_be_reached_by_tab(view: SurfaceView) -> None:
    assert view.accessibleName()
    assert view.accessibleDescription()
    assert view.toolTip()
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_without_opengl_a_picture_takes_its_place_and_follows_the_playhead(
    qtbot: QtBot, painted: SurfaceView
) -> None:
    assert painted.gl is None
    scene = make_scene()
    painted.show_scene(at(scene, 10), STYLE)
    qtbot.waitUntil(lambda: like(drawn(painted), ORANGE) > 40)
    short = like(drawn(painted), ORANGE)
    for playhead in range(11, 41):
        painted.show_scene(at(scene, playhead), STYLE)
    qtbot.waitUntil(lambda: like(drawn(painted), ORANGE) > 2 * short)
    with qtbot.waitSignal(painted.pointChosen) as chosen:
        drag(painted, [place_of(scene, (0.0, 0.0))])
    np.testing.assert_allclose(chosen.args, (0.0, 0.0), atol=0.1)


def test_without_the_library_the_view_is_a_picture_too(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optexplorer.gui.views.gl_canvas", None)
    view = SurfaceView()
    qtbot.addWidget(view)
    assert view.gl is None


def test_when_the_driver_fails_while_drawing_a_picture_takes_over(
    qtbot: QtBot, view: SurfaceView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("shader compile failure")

    monkeypatch.setattr("optexplorer.gui.views.gl_items.MeshItem.paint", fail)
    assert view.gl is not None
    view.gl.update()
    qtbot.waitUntil(lambda: view.gl is None)
    qtbot.waitUntil(lambda: like(drawn(view), ORANGE) > 300)


def test_the_ring_shows_when_it_is_reached_by_keyboard(view: SurfaceView) -> None:
    accent = tuple(int(LIGHT.accent[k : k + 2], 16) for k in (1, 3, 5))
    counts = []
    for kind, reason in (
        (QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason),
        (QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason),
        (QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason),
    ):
        QApplication.sendEvent(view, QFocusEvent(kind, reason))
        counts.append(like(drawn(view)[:3], accent))  # type: ignore[arg-type]
    assert counts[1] > WIDTH
    assert counts[0] == counts[2] < 20
