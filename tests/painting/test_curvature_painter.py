"""The curvature on map and surface, judged by what is painted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from optexplorer.engine import landscapes
from optexplorer.engine.diagnostics import curvature_at
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.painting.curvature_painter import numbers
from optexplorer.painting.map_frame import map_frame
from optexplorer.painting.map_painter import paint_map
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import surface_frame
from optexplorer.painting.surface_painter import paint_surface
from optexplorer.scene.computed import compute
from optexplorer.scene.scene import Scene

pytestmark = pytest.mark.usefixtures("qapp")

RECT = QRectF(0, 0, 520, 440)
VERMILION = (0xD5, 0x5E, 0x00)


def scene_of(on: bool, landscape: str = "ravine", start: tuple[float, float] = (2.0, 1.0)) -> Scene:
    racer = Racer(optimizer=GradientDescent(lr=1e-6), colour="#D55E00")
    appearance = Appearance(curvature=on, minima=False)
    return compute(
        Experiment(landscape=landscape, racers=(racer,), start=start, steps=1, appearance=appearance)
    ).scene(0)


def painted(paint: object, scene: Scene) -> NDArray[np.int64]:
    image = QImage(520, 440, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        paint(painter, RECT, scene, Style())  # type: ignore[operator]
    return np.frombuffer(image.constBits(), np.uint8).reshape(440, 520, 4)[..., 2::-1].astype(np.int64)


def like(grid: NDArray[np.int64]) -> int:
    return int((np.abs(grid - VERMILION).max(axis=2) <= 24).sum())


def test_the_ellipse_is_drawn_on_the_map_where_it_lies() -> None:
    scene = scene_of(True)
    assert scene.curvature is not None
    grid = painted(paint_map, scene)
    frame = map_frame(RECT, scene, Style())
    (ellipse,) = scene.curvature.level_set
    head = frame.to_pixels(scene.racer_paths[0].head[None])[0]
    for x, y in frame.to_pixels(ellipse).round().astype(int).tolist():
        if math.hypot(x - head[0], y - head[1]) > 16 and frame.plot.contains(x, y):
            assert like(grid[y - 1 : y + 2, x - 1 : x + 2]) > 0


@pytest.mark.parametrize("paint", [paint_map, paint_surface])
@pytest.mark.parametrize("landscape", ["ravine", "saddle", "rosenbrock"])
def test_it_shows_on_demand_only(paint: object, landscape: str) -> None:
    start = landscapes.get(landscape).start
    off, on = (painted(paint, scene_of(on, landscape, (start[0], start[1]))) for on in (False, True))
    assert like(on) > like(off) + 100
    assert (np.abs(on - off).max(axis=2) > 20).sum() > 600


def test_the_net_stands_around_the_head_on_the_surface() -> None:
    off, on = scene_of(False), scene_of(True)
    assert on.curvature is not None
    differing = np.argwhere(np.abs(painted(paint_surface, on) - painted(paint_surface, off)).max(axis=2) > 20)
    net = on.curvature.patch.reshape(-1, 3)
    places = surface_frame(RECT, on, Style()).places(net[np.isfinite(net).all(axis=1)])
    assert (differing[:, ::-1] >= places.min(axis=0) - 20).all()
    assert (differing[:, ::-1] <= places.max(axis=0) + 20).all()


def test_the_plate_says_the_numbers() -> None:
    curvature = curvature_at(landscapes.get("himmelblau"), np.array([3.0, 2.0]))
    assert curvature is not None
    texts = [text for text, _ in numbers(curvature, "#D55E00", Style())]
    assert texts == ["●", "λ₁ 82.3", "λ₂ 25.7", "κ 3.2", "2/λ₁ 0.0243"]
    top = curvature_at(landscapes.get("himmelblau"), np.array([-0.27, -0.92]))
    assert top is not None
    assert numbers(top, "#D55E00", Style())[-1][0] == "2/λ₁ —"
