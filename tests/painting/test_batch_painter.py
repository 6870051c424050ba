"""The loss of a mini-batch and the gradients of single examples on map and surface, judged by what is painted."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.painting.map_frame import map_frame
from optexplorer.painting.map_painter import paint_map
from optexplorer.painting.style import Style
from optexplorer.painting.surface_painter import paint_surface
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.scene import Scene

pytestmark = pytest.mark.usefixtures("qapp")

RECT = QRectF(0, 0, 520, 440)
PURPLE = (0x7A, 0x1F, 0xA2)
MARKS = ("batch_surface", "example_gradients", "gradient_ellipse")


@pytest.fixture(scope="module")
def computed() -> Computed:
    racer = Racer(optimizer=GradientDescent(lr=0.05), source=MiniBatch(batch_size=4), colour="#7A1FA2")
    return compute(Experiment(landscape="line-fit", racers=(racer,), steps=12))


def scene_of(computed: Computed, *marks: str, step: int = 6) -> Scene:
    return computed.scene(step, Appearance(minima=False, **dict.fromkeys(marks, True)))


def painted(paint: object, scene: Scene, style: Style | None = None) -> NDArray[np.int64]:
    image = QImage(520, 440, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        paint(painter, RECT, scene, style or Style())  # type: ignore[operator]
    return np.frombuffer(image.constBits(), np.uint8).reshape(440, 520, 4)[..., 2::-1].astype(np.int64)


def like(grid: NDArray[np.int64], tolerance: int = 40) -> int:
    return int((np.abs(grid - PURPLE).max(axis=2) <= tolerance).sum())


@pytest.mark.parametrize("paint", [paint_map, paint_surface])
@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_each_shows_on_demand(computed: Computed, paint: object, mark: str, theme: object) -> None:
    style = Style(theme=theme)  # type: ignore[arg-type]
    without, shown = (painted(paint, scene_of(computed, *marks), style) for marks in ((), (mark,)))
    assert (np.abs(without - shown).max(axis=2) > 24).sum() > 200


def test_contour_lines_are_dashed_in_the_colour_of_the_racer_where_they_lie(computed: Computed) -> None:
    scene = scene_of(computed, "batch_surface")
    assert scene.batch is not None
    assert scene.batch.surface is not None
    grid, frame = painted(paint_map, scene), map_frame(RECT, scene, Style())
    below_notes = frame.plot.adjusted(3, 60, -3, -3)
    on_line = [
        like(grid[y - 1 : y + 2, x - 1 : x + 2]) > 0
        for line in scene.batch.surface.lines
        for curve in line.curves
        for x, y in frame.to_pixels(curve).round().astype(int).tolist()
        if below_notes.contains(x, y)
    ]
    # Of four parts of a line, two or three are dashes.
    assert 0.4 < np.mean(on_line) < 0.95


def test_the_note_says_which_mini_batch_it_is(computed: Computed) -> None:
    frame = map_frame(RECT, scene_of(computed), Style())
    corner = frame.plot.toRect().adjusted(frame.plot.toRect().width() // 2, 0, 0, 0)
    corner.setHeight(28)
    box = np.s_[corner.top() : corner.bottom(), corner.left() : corner.right()]
    without, shown = (painted(paint_map, scene_of(computed, *marks)) for marks in ((), ("batch_surface",)))
    assert (np.abs(without[box] - shown[box]).max(axis=2) > 24).sum() > 300
