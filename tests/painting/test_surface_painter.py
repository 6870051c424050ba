"""The painted surface, judged by what is painted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer

from optexplorer.engine import landscapes
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.appearance import Camera
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import surface_frame
from optexplorer.painting.surface_painter import paint_surface
from optexplorer.scene.geometry.surface_mesh import brightness, in_view, light, surface_mesh
from optexplorer.scene.geometry.surface_path import project_to_surface
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.samples.surface_samples import SurfaceSamples, sample_surface
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text
from tests.strategies import seen

pytestmark = pytest.mark.usefixtures("qapp")

Array = NDArray[np.float64]
RECT = QRectF(0, 0, 520, 440)
ORANGE = (0xD5, 0x5E, 0x00)


@pytest.fixture(scope="module")
def bowl() -> SurfaceSamples:
    return sample_surface(landscapes.get("quadratic-bowl"), "linear")


def path(points: Array, ending: TerminationReason = TerminationReason.STEP_LIMIT) -> Trajectory:
    count = len(points)
    return Trajectory(
        points.astype(float), np.linspace(9, 1, count), np.ones((count, 2)), np.full(count, 0.1), ending
    )


def scene_of(
    surface: SurfaceSamples, trajectories: list[Trajectory], playhead: int = 10**6, **view: Any
) -> Scene:
    racer_paths = tuple(
        PathAtPlayhead(
            i, Text("A", "A"), "#D55E00", t, project_to_surface(surface, t), min(playhead, t.steps)
        )
        for i, t in enumerate(trajectories)
    )
    start = trajectories[0].position[0] if trajectories else np.zeros(2)
    shown = seen(**{"minima": False, **view})
    return Scene(surface, racer_paths, tuple(start.tolist()), 0, 0, **shown)


def across(surface: SurfaceSamples, y: float = 0.0) -> Trajectory:
    x = np.linspace(-0.8, 0.8, 41) * surface.window[1]
    return path(np.stack([x, np.full(41, y * surface.window[3])], axis=1))


def painted(scene: Scene, style: Style | None = None, width: int = 520, height: int = 440) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        paint_surface(painter, QRectF(0, 0, width, height), scene, style or Style())
    return image


def pixels(image: QImage) -> NDArray[np.int64]:
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    grid = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return grid[:, : image.width(), [2, 1, 0, 3]].astype(np.int64)


def like(grid: NDArray[np.int64], colour: tuple[int, int, int], tolerance: int = 14) -> int:
    return int((np.abs(grid[..., :3] - colour).max(axis=-1) <= tolerance).sum())


def as_svg(scene: Scene) -> str:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(520, 440))
    generator.setViewBox(RECT)
    with QPainter(generator) as painter:
        paint_surface(painter, RECT, scene, Style())
    return bytes(buffer.data().data()).decode()


def test_the_whole_path_shows_where_nothing_hides_it(bowl: SurfaceSamples) -> None:
    scene = scene_of(bowl, [across(bowl)])
    grid = pixels(painted(scene))
    racer_path = scene.racer_paths[0]
    assert racer_path.surface_path is not None
    places = surface_frame(RECT, scene, Style()).places(racer_path.surface_path.points)
    # Not under the marks of start and head.
    clear = np.linalg.norm(places[:, None] - places[[0, -1]], axis=2).min(axis=1) > 16
    assert clear.sum() > 50
    for x, y in places[clear].round().astype(int).tolist():
        assert like(grid[y - 1 : y + 2, x - 1 : x + 2], ORANGE, 60) > 0


def test_it_grows_with_the_playhead(bowl: SurfaceSamples) -> None:
    counts = [like(pixels(painted(scene_of(bowl, [across(bowl)], step))), ORANGE) for step in (5, 20, 40)]
    assert counts[0] < 0.7 * counts[1] < 0.7 * counts[2]


def test_what_is_behind_a_hill_is_faint() -> None:
    saddle = sample_surface(landscapes.get("saddle"), "linear")
    camera = Camera(azimuth=-90, elevation=12)
    open_to_view, behind = (scene_of(saddle, [across(saddle, y)], camera=camera) for y in (0.0, 0.5))
    for scene, least, most in ((open_to_view, 0.9, 1.0), (behind, 0.0, 0.1)):
        racer_path = scene.racer_paths[0]
        assert racer_path.surface_path is not None
        assert least <= in_view(saddle, camera, racer_path.surface_path.points).mean() <= most
    bare = replace(behind, racer_paths=())
    faint = np.abs(pixels(painted(behind)) - pixels(painted(bare))).max(axis=2) > 12
    assert faint.sum() > 60
    assert like(pixels(painted(behind)), ORANGE) < 0.2 * like(pixels(painted(open_to_view)), ORANGE)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("name", ["terrain", "viridis"])
def test_level_ground_has_the_colour_of_the_map(bowl: SurfaceSamples, theme: Any, name: str) -> None:
    from optexplorer.scene.palette import colour_map

    scene = scene_of(bowl, [], colour_map=name, camera=Camera(elevation=80))
    scene = replace(scene, start=(1e9, 1e9))
    grid = pixels(painted(scene, Style(theme)))
    bottom = surface_mesh(bowl).vertices.reshape(-1, 3)
    x, y = (
        surface_frame(RECT, scene, Style()).places(bottom[bottom[:, 2].argmin()][None])[0].round().astype(int)
    )
    near = grid[y - 5 : y + 6, x - 5 : x + 6, :3].reshape(-1, 3)
    assert np.abs(near - colour_map(name, theme.name)[1]).max(axis=1).min() <= 8


def test_no_seams_show_between_polygons(bowl: SurfaceSamples) -> None:
    """On a transparent ground a seam would let the ground through."""
    scene = replace(scene_of(bowl, [], camera=Camera(elevation=70)), start=(1e9, 1e9))
    for size in ((520, 440), (1300, 1000)):
        grid = pixels(painted(scene, Style(transparent=True), *size))
        mesh = surface_mesh(bowl).vertices[8:-8, 8:-8].reshape(-1, 3)
        places = surface_frame(QRectF(0, 0, *size), scene, Style()).places(mesh).round().astype(int)
        assert grid[places[:, 1], places[:, 0], 3].min() >= 250


def test_the_light_comes_from_the_left_of_the_person_who_looks() -> None:
    for azimuth in (-120.0, 0.0, 77.0):
        towards = light(Camera(azimuth=azimuth))
        left, right = (
            np.array([np.cos(np.radians(azimuth + turn)), np.sin(np.radians(azimuth + turn)), 1.0])
            for turn in (-90, 90)
        )
        bright, dark = brightness(np.stack([left, right]) / 2**0.5, towards).tolist()
        level = float(brightness(np.array([0.0, 0.0, 1.0]), towards))
        assert level == pytest.approx(1)
        assert bright > level > dark


@pytest.mark.parametrize("id", ["himmelblau", "rosenbrock", "ravine", "eggholder", "goldstein-price"])
@pytest.mark.parametrize(("size", "language"), [((420, 340), "ja"), ((1600, 1200), "en")])
def test_nothing_reaches_the_edge_of_the_picture(id: str, language: Any, size: tuple[int, int]) -> None:
    style = Style(LIGHT, language, 12.0 if size[0] < 500 else 24.0)
    grid = pixels(painted(scene_of(sample_surface(landscapes.get(id)), []), style, *size))[..., :3]
    for rim in (grid[:2], grid[-2:], grid[:, :2], grid[:, -2:]):
        assert (rim == 255).all()


def test_a_head_beyond_the_window_is_pointed_at_and_its_path_ends_at_the_edge(bowl: SurfaceSamples) -> None:
    side = bowl.window[1]
    away = path(np.array([[0.0, 0.0], [0.5 * side, 0.0], [300 * side, 0.0]]), TerminationReason.DIVERGED)
    scene = replace(scene_of(bowl, [away]), start=(1e9, 1e9))
    racer_path = scene.racer_paths[0]
    assert racer_path.surface_path is not None
    inside = racer_path.surface_path.points[np.abs(racer_path.surface_path.points[:, 0]) <= 1]
    assert inside[:, 0].max() == pytest.approx(1)
    np.testing.assert_allclose(np.diff(inside[:, 0]).max(), 0, atol=0.05)
    seen = np.argwhere(np.abs(pixels(painted(scene))[..., :3] - ORANGE).max(axis=2) <= 14)[:, ::-1]
    edge = surface_frame(RECT, scene, Style()).places(inside[-1:])[0]
    assert np.linalg.norm(seen - edge, axis=1).min() < 4
    corners = surface_frame(RECT, scene, Style()).places(
        surface_mesh(bowl).vertices[::160, ::160].reshape(-1, 3)
    )
    assert (seen >= corners.min(axis=0) - 12).all()
    assert (seen <= corners.max(axis=0) + 12).all()


@pytest.mark.parametrize("far", [1e30, 1e308, np.inf, np.nan])
def test_overflowing_points_do_no_harm(bowl: SurfaceSamples, far: float) -> None:
    away = path(np.array([[0.0, 0.0], [1.0, 0.0], [far, -far]]), TerminationReason.DIVERGED)
    for arrows in (False, True):
        assert like(pixels(painted(scene_of(bowl, [away], gradient_arrows=arrows))), ORANGE) > 0


def test_arrows_stand_at_heads_on_demand(bowl: SurfaceSamples) -> None:
    plain, with_arrows = (
        pixels(painted(scene_of(bowl, [across(bowl)], 10, gradient_arrows=on))) for on in (False, True)
    )
    assert (np.abs(plain - with_arrows).max(axis=2) > 40).sum() > 60


def test_minima_show_on_demand() -> None:
    surface = sample_surface(landscapes.get("himmelblau"))
    plain, starred = (pixels(painted(scene_of(surface, [], minima=on))) for on in (False, True))
    assert (np.abs(plain - starred).max(axis=2) > 30).sum() > 100


def test_holes_of_a_landscape_stay_open() -> None:
    from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape

    definition = FormulaDefinition.model_validate(
        {"formula": "log(x) + y**2", "domain": {"x": [-1, 1], "y": [-1, 1]}, "start": [0.5, 0.5]}
    )
    surface = sample_surface(FormulaLandscape("own-formula", definition))
    scene = scene_of(surface, [], camera=Camera(elevation=90))
    grid = pixels(painted(replace(scene, start=(0.5, 0.5)), Style(transparent=True)))
    frame = surface_frame(RECT, scene, Style())
    for x, opaque in ((-0.5, False), (0.5, True)):
        place = frame.place((x, 0.3, 0.0)).toPoint()
        assert (grid[place.y(), place.x(), 3] > 250) is np.bool_(opaque)


def test_svg_is_made_of_paths(bowl: SurfaceSamples) -> None:
    text = as_svg(scene_of(bowl, [across(bowl)]))
    assert "<image" not in text
    assert len(re.findall(r"<(?:path|polygon)", text)) > 3000
    assert len(text) < 4_000_000
    assert "#d55e00" in text.lower()
    renderer = QSvgRenderer(text.encode())
    image = QImage(520, 440, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    with QPainter(image) as painter:
        renderer.render(painter)
    grid, direct = pixels(image), pixels(painted(scene_of(bowl, [across(bowl)])))
    assert (np.abs(grid - direct).max(axis=2) > 40).mean() < 0.03


def test_pdf_is_made_of_paths(bowl: SurfaceSamples) -> None:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QSize(520, 440)))
    with QPainter(writer) as painter:
        painter.scale(writer.width() / 520, writer.height() / 440)
        paint_surface(painter, RECT, scene_of(bowl, [across(bowl)]), Style())
    data = bytes(buffer.data().data())
    assert data.startswith(b"%PDF")
    assert b"/Subtype /Image" not in data
