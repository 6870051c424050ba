"""Basin maps on maps, surfaces and in files, judged by what is painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from optexplorer.experiment.experiment import Experiment
from optexplorer.export.pictures import Sheet, picture
from optexplorer.painting.animation import Animation
from optexplorer.painting.basin_legend import written_share
from optexplorer.painting.figure import Figure
from optexplorer.painting.map_frame import map_frame
from optexplorer.painting.map_painter import paint_map
from optexplorer.painting.path_preview import PathPreview, paint_preview
from optexplorer.painting.style import Style
from optexplorer.painting.surface_painter import paint_surface
from optexplorer.runs.basins import basin_map
from optexplorer.scene.basin_colours import basin_colour
from optexplorer.scene.basins import basin_spec
from optexplorer.scene.computed import compute
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.scene import Scene

pytestmark = pytest.mark.usefixtures("qapp")

Grid = NDArray[np.int64]


def scene_of(lr: float = 0.01, opacity: float = 1.0, landscape: str = "himmelblau") -> Scene:
    racers = [{"optimizer": {"id": "gd", "lr": lr}}]
    look = {"basins": True, "basin_opacity": opacity, "minima": False}
    found = compute(Experiment(landscape=landscape, racers=racers, appearance=look))
    spec = basin_spec(found.experiment, found.samples, 64)
    assert spec is not None
    return found.resolved(0, basins=basin_map(spec))


@pytest.fixture(scope="module")
def scene() -> Scene:
    return scene_of()


def painted(
    paint: object, scene: Scene, width: int = 520, height: int = 440, style: Style | None = None
) -> Grid:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        paint(painter, QRectF(0, 0, width, height), scene, style or Style())  # type: ignore[operator]
    return np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4)[..., 2::-1].astype(np.int64)


def test_each_minimum_has_its_colour_where_it_is_reached(scene: Scene) -> None:
    grid = painted(paint_map, scene)
    frame = map_frame(QRectF(0, 0, 520, 440), scene, Style())
    for label, minimum in enumerate(scene.landscape.minima):
        at = frame.to_pixel((minimum.position[0], minimum.position[1] + 0.7))
        seen = grid[round(at.y()) - 2 : round(at.y()) + 3, round(at.x()) - 2 : round(at.x()) + 3]
        hue = np.array(basin_colour(label, "light"))
        # Darkened by the steps, the hue stays; contour lines may cross.
        away = np.abs(seen / seen.max(axis=2, keepdims=True) - hue / hue.max()).max(axis=2)
        assert np.median(away) < 0.06, label


def test_opacity_lets_heights_shine_through_and_stale_maps_are_faint(scene: Scene) -> None:
    bare = painted(paint_map, replace(scene, basins=None))
    frame = map_frame(QRectF(0, 0, 520, 440), scene, Style())
    bare_frame = map_frame(QRectF(0, 0, 520, 440), replace(scene, basins=None), Style())
    assert not bare_frame.bar.isEmpty()
    assert frame.bar.isEmpty()
    assert not frame.legend.isEmpty()
    assert bare.shape == (440, 520, 3)
    strengths = []
    for opacity, stale in ((1.0, False), (0.5, False), (1.0, True)):
        assert scene.basins is not None
        look = scene.appearance.evolve(basin_opacity=opacity)
        grid = painted(paint_map, replace(scene, appearance=look, basins=replace(scene.basins, stale=stale)))
        top, left = round(frame.plot.top()), round(frame.plot.left())
        part = grid[top + 20 : top + 200, left + 20 : left + 200]
        strengths.append(float((part.max(axis=2) - part.min(axis=2)).mean()))
    assert strengths[0] > strengths[1] > strengths[2]


def test_what_diverges_is_hatched_even_in_black_and_white() -> None:
    grid = painted(paint_map, scene_of(lr=0.1))
    frame = map_frame(QRectF(0, 0, 520, 440), scene_of(lr=0.1), Style())
    left, top = round(frame.plot.left()), round(frame.plot.top())
    corner = grid[top + 4 : top + 34, left + 4 : left + 34].mean(axis=2)
    assert corner.std() > 25


@pytest.mark.parametrize("paint", [paint_map, paint_surface])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_map_and_surface_show_it(scene: Scene, paint: object, theme: object) -> None:
    style = Style(theme=theme)  # type: ignore[arg-type]
    without, shown = (painted(paint, one, style=style) for one in (replace(scene, basins=None), scene))
    assert (np.abs(without - shown).max(axis=2) > 24).mean() > 0.1


@pytest.mark.parametrize(("width", "height"), [(900, 500), (420, 560), (300, 260), (200, 140)])
def test_the_legend_stands_where_it_covers_nothing(scene: Scene, width: int, height: int) -> None:
    rect = QRectF(0, 0, width, height)
    frame = map_frame(rect, scene, Style())
    if height < 150:
        assert frame.legend.isEmpty()
    else:
        assert not frame.legend.isEmpty()
        assert rect.contains(frame.legend)
        assert not frame.legend.intersects(frame.plot)
        assert frame.legend_beside is (width > height * 1.3)
        # Something is written there.
        grid = painted(paint_map, scene, width, height)
        x, y = round(frame.legend.left()), round(frame.legend.top())
        part = grid[y : y + 40, x : x + 60]
        assert part.std() > 10
    assert frame.plot.width() > 60


def test_many_minima_fit_into_the_legend() -> None:
    many = scene_of(lr=0.001, landscape="rastrigin")
    for width, height in ((900, 500), (420, 560), (300, 260)):
        grid = painted(paint_map, many, width, height)
        assert grid.std() > 10


@pytest.mark.parametrize(("width", "height"), [(900, 500), (420, 560), (300, 260)])
def test_where_there_is_no_minimum(width: int, height: int) -> None:
    nowhere = scene_of(lr=0.1, landscape="saddle")
    assert painted(paint_map, nowhere, width, height).std() > 10


def test_shares_in_words() -> None:
    assert [written_share(share) for share in (0.0, 0.00001, 0.25, 0.9999, 1.0)] == [
        "0.0 %", "< 0.1 %", "25.0 %", "> 99.9 %", "100.0 %",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_all_kinds_of_files_hold_it(scene: Scene, kind: str) -> None:
    sheet = Sheet(500, 400)
    data = picture(scene, Figure(("map",)), sheet, Style(), kind)  # type: ignore[arg-type]
    without = picture(replace(scene, basins=None), Figure(("map",)), sheet, Style(), kind)  # type: ignore[arg-type]
    assert data != without
    if kind == "svg":
        assert b"<image" in data


def test_a_path_from_the_cursor(scene: Scene) -> None:
    frame = map_frame(QRectF(0, 0, 520, 440), scene, Style())
    points = np.array([[-4.0, 4.0], [4.0, 4.0]])
    for diverged in (False, True):
        image = QImage(520, 440, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        with QPainter(image) as painter:
            paint_preview(painter, frame, PathPreview(points, "#0072B2", diverged), Style())
        grid = np.frombuffer(image.constBits(), np.uint8).reshape(440, 520, 4)[..., 2::-1].astype(np.int64)
        blue = np.abs(grid - (0x00, 0x72, 0xB2)).max(axis=2) < 30
        rows, columns = np.nonzero(blue)
        assert np.ptp(columns) > 0.6 * frame.plot.width()
        # The mark at the end is thicker than the line.
        assert (np.ptp(rows) > 4) is not diverged


def test_films_show_it_in_every_frame(scene: Scene) -> None:
    animation = Animation(Figure(("map", "surface")), scene, 640, 320, Style())
    bare = Animation(Figure(("map", "surface")), replace(scene, basins=None), 640, 320, Style())
    first, second = animation.frame(scene), animation.frame(replace(scene, playhead=1))
    without = bare.frame(replace(scene, basins=None))
    for frame in (first, second):
        grids = [
            np.frombuffer(image.constBits(), np.uint8).reshape(320, 640, 4)[..., :3].astype(np.int64)
            for image in (frame, without)
        ]
        for half in (slice(0, 320), slice(320, 640)):
            assert (np.abs(grids[0] - grids[1])[:, half].max(axis=2) > 24).mean() > 0.1
