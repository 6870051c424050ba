"""The surface drawn by a graphics card, by a program that draws OpenGL, painted in the window, and exported: one picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from optexplorer.engine import landscapes
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.appearance import Appearance, Camera
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.pictures import Sheet, picture, render
from optexplorer.gui.desktop.opengl import renderer
from optexplorer.gui.views import surface_view
from optexplorer.gui.views.surface_view import SurfaceView
from optexplorer.painting.figure import Figure
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import surface_frame
from optexplorer.runs.basins import basin_map
from optexplorer.scene.basins import basin_spec
from optexplorer.scene.computed import compute
from optexplorer.scene.fog import GrowingFootprint, visibility
from optexplorer.scene.geometry.surface_mesh import in_view
from optexplorer.scene.geometry.surface_path import project_to_surface
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text

WIDTH, HEIGHT = 520, 440
ORANGE = (0xD5, 0x5E, 0x00)
CAMERAS = {
    "usual": Camera(),
    "low, from behind": Camera(azimuth=130, elevation=14),
    "high and near": Camera(azimuth=-80, elevation=70, distance=4.0),
}


def make_scene(camera: Camera, *, colour_map: str = "terrain", fog: bool = False) -> Scene:
    """A path through all valleys and over all hills of a landscape, behind some of them."""
    landscape = landscapes.get("himmelblau")
    appearance = Appearance(camera=camera, minima=False, colour_map=colour_map)
    scene = compute(Experiment(landscape="himmelblau", appearance=appearance, racers=())).scene()
    t = np.linspace(0, 1, 1600)
    points = np.stack([5 * np.cos(7 * t) * (1 - 0.3 * t), 5 * np.sin(7 * t) * (1 - 0.3 * t)], axis=1)
    loss = landscape.value(points.T)
    trajectory = Trajectory(points, loss, np.zeros_like(points), np.ones(1600), TerminationReason.STEP_LIMIT)
    laid = project_to_surface(scene.surface, trajectory)
    racer_path = PathAtPlayhead(0, Text("a", "a"), "#D55E00", trajectory, laid, 1599)
    scene = replace(
        scene, racer_paths=(racer_path,), start=tuple(points[0].tolist()), playhead=1599, length=1599
    )
    if fog:
        seen = visibility(scene.samples, [(GrowingFootprint(scene.samples, 1.5).of(trajectory), 1599)])
        scene = replace(scene, seen=seen)
    return scene


def grid_of(image: QImage) -> NDArray[np.int64]:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return flat[:, : image.width(), 2::-1].astype(np.int64)


@pytest.fixture(params=["card", "software"])
def view(qtbot: QtBot, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> SurfaceView:
    """A view as a graphics card draws it, or a program; a program stands in for the card."""
    if renderer() == "none":
        pytest.skip("no OpenGL 3.3 here")
    monkeypatch.setattr(surface_view, "renderer", lambda: request.param)
    view = SurfaceView()
    qtbot.addWidget(view)
    assert (view.gl is not None) == (request.param == "card")
    view.resize(WIDTH, HEIGHT)
    return view


def drawn(qtbot: QtBot, view: SurfaceView, scene: Scene, style: Style) -> NDArray[np.int64]:
    if not view.isVisible():
        with qtbot.waitExposed(view):
            view.show()
    if view.gl is None:
        # At once after another, a block is drawn by OpenGL; at rest it is painted as in files.
        view.show_scene(replace(scene, appearance=scene.appearance.evolve(minima=True)), style)
        view.grab()
    view.show_scene(scene, style)
    assert view.devicePixelRatioF() == 1.0
    return grid_of(view.grab().toImage())


def painted(scene: Scene, style: Style) -> NDArray[np.int64]:
    return grid_of(render(scene, "surface", WIDTH, HEIGHT, 1.0, style))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("fog", [False, True])
def test_opengl_and_the_painter_show_one_picture(
    qtbot: QtBot, view: SurfaceView, theme: object, camera: str, fog: bool
) -> None:
    scene, style = make_scene(CAMERAS[camera], fog=fog), Style(LIGHT if theme is LIGHT else DARK)
    one, other = drawn(qtbot, view, scene, style), painted(scene, style)
    difference = np.abs(one - other).max(axis=2)
    # Edges of lines are smoothed differently, and hidden paths are lines here and dots there.
    assert difference.mean() < 3.0
    assert (difference > 48).mean() < 0.02
    canvas = np.array([int(style.theme.canvas[k : k + 2], 16) for k in (1, 3, 5)])
    block, same = (np.abs(grid - canvas).max(axis=2) > 6 for grid in (one, other))
    # Fog has no edge that could be compared.
    assert fog or (block & same).sum() > 0.97 * (block | same).sum()


@pytest.mark.parametrize("colour_map", ["terrain", "viridis", "grey"])
def test_level_and_steep_parts_have_the_same_colours(
    qtbot: QtBot, view: SurfaceView, colour_map: str
) -> None:
    scene = replace(make_scene(Camera(), colour_map=colour_map), racer_paths=())
    one, other = drawn(qtbot, view, scene, Style()), painted(scene, Style())
    difference = np.abs(one - other).max(axis=2)
    saturated = (one.max(axis=2) - one.min(axis=2) > 12) if colour_map != "grey" else one.max(axis=2) < 245
    assert saturated.sum() > 10_000
    assert np.median(difference[saturated]) <= 2
    assert np.quantile(difference[saturated], 0.9) <= 10


@pytest.mark.parametrize("camera", ["usual", "low, from behind"])
def test_hills_hide_the_same_parts_of_a_path(qtbot: QtBot, view: SurfaceView, camera: str) -> None:
    scene = make_scene(CAMERAS[camera])
    racer_path = scene.racer_paths[0]
    assert racer_path.surface_path is not None
    points = racer_path.surface_path.points
    clear = in_view(scene.surface, CAMERAS[camera], points)
    places = surface_frame(QRectF(0, 0, WIDTH, HEIGHT), scene, Style()).places(points).round().astype(int)
    # Only places well within a visible or hidden part of the path, whose pixels no visible part crosses.
    steady = np.array([len(set(clear[max(i - 12, 0) : i + 13].tolist())) == 1 for i in range(len(clear))])
    near = np.linalg.norm(places[:, None] - places[None][:, clear], axis=2).min(axis=1)
    beside_the_head = np.linalg.norm(places - places[-1], axis=1) > 12
    shown, hidden = steady & clear, steady & ~clear & (near > 8) & beside_the_head
    assert shown.sum() > 100
    assert hidden.sum() > 30
    for grid in (drawn(qtbot, view, scene, Style()), painted(scene, Style())):
        orange = np.abs(grid - np.array(ORANGE)).max(axis=2) < 60
        found = np.array([orange[y - 1 : y + 2, x - 1 : x + 2].any() for x, y in places.tolist()])
        assert found[shown].mean() > 0.9
        assert found[hidden].mean() < 0.1


def test_the_exported_file_is_what_is_painted(qtbot: QtBot, view: SurfaceView) -> None:
    scene = make_scene(Camera())
    data = picture(scene, Figure(("surface",)), Sheet(WIDTH, HEIGHT), Style())
    exported = grid_of(QImage.fromData(data))
    np.testing.assert_array_equal(exported, painted(scene, Style()))
    assert np.abs(exported - drawn(qtbot, view, scene, Style())).max(axis=2).mean() < 3.0


def same(drawn: NDArray[np.int64], painted: NDArray[np.int64]) -> bool:
    """Whether two pictures are the same but for the rounding of colours where lines of old steps lie on others."""
    return bool((np.abs(drawn - painted) <= 2).all())


def test_without_a_card_opengl_draws_what_moves_and_files_what_rests(
    qtbot: QtBot, view: SurfaceView, monkeypatch: pytest.MonkeyPatch
) -> None:
    if view.gl is not None:
        pytest.skip("there is a card")
    scene = make_scene(Camera())
    at_rest = painted(scene, Style())
    rough = drawn(qtbot, view, scene, Style())
    assert 0.001 < (np.abs(rough - at_rest).max(axis=2) > 8).mean() < 0.1
    qtbot.waitUntil(lambda: same(grid_of(view.grab().toImage()), at_rest))
    polygons: list[object] = []
    monkeypatch.setattr(
        "optexplorer.gui.views.software_block.paint_block_of_polygons", lambda *call: polygons.append(call)
    )
    drawn(qtbot, view, make_scene(Camera(azimuth=-50)), Style())
    assert len(polygons) <= 1


def test_where_opengl_fails_without_a_card_the_block_is_painted(
    qtbot: QtBot, view: SurfaceView, monkeypatch: pytest.MonkeyPatch
) -> None:
    if view.gl is not None:
        pytest.skip("there is a card")

    def fail(*arguments: object) -> None:
        raise RuntimeError("shader compile failure")

    monkeypatch.setattr("optexplorer.gui.views.gl_items.MeshItem.paint", fail)
    scene = make_scene(Camera())
    assert same(drawn(qtbot, view, scene, Style()), painted(scene, Style()))


def test_fog_is_that_of_the_paths_at_the_same_step(qtbot: QtBot, view: SurfaceView) -> None:
    """Another rate, or how far one sees, changes what is seen without a step."""
    scene = make_scene(Camera(), fog=True)
    drawn(qtbot, view, scene, Style())
    assert scene.seen is not None
    other = replace(scene, seen=np.roll(scene.seen, 30, axis=0))
    shown = drawn(qtbot, view, other, Style())
    fresh = painted(other, Style())
    assert (np.abs(shown - fresh).max(axis=2) > 48).mean() < 0.02


def test_opengl_draws_basins_as_they_are_painted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    if renderer() == "none":
        pytest.skip("no OpenGL 3.3 here")
    monkeypatch.setattr(surface_view, "renderer", lambda: "card")
    racers = [{"optimizer": {"id": "gd", "lr": 0.01}}]
    look = {"basins": True, "basin_opacity": 1.0, "minima": False}
    computed = compute(Experiment(landscape="himmelblau", racers=racers, appearance=look))
    spec = basin_spec(computed.experiment, computed.samples, 32)
    assert spec is not None
    scene = computed.resolved(0, basins=basin_map(spec))
    view = SurfaceView()
    qtbot.addWidget(view)
    view.resize(WIDTH, HEIGHT)
    view.show_scene(replace(scene, basins=None), Style())
    with qtbot.waitExposed(view):
        view.show()
    assert view.gl is not None
    plain = grid_of(view.gl.grabFramebuffer())
    view.show_scene(scene, Style())
    card = grid_of(view.gl.grabFramebuffer())
    assert (np.abs(plain - card).max(axis=2) > 24).mean() > 0.1
    shown = grid_of(render(scene, "surface", WIDTH, HEIGHT, 1.0, Style()))
    # Marks and edges apart, both show the same colours.
    assert (np.abs(shown - card).max(axis=2) > 40).mean() < 0.08
