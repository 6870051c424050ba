"""Cached layers: however the playhead moves, they show what a picture made anew shows."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.painting.layers import KEPT_EVERY, MapLayers
from optexplorer.painting.map_frame import map_frame
from optexplorer.painting.map_painter import BLOCK, BLOCKS, blocks_before
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed, compute

RECT = QRectF(0, 0, 320, 240)
STEPS = 5000


@pytest.fixture(scope="module")
def race() -> Computed:
    racers = (
        Racer(optimizer=GradientDescent(lr=5e-4), colour="#D55E00"),
        Racer(optimizer=Momentum(lr=2e-4), colour="#0072B2", stream=1),
    )
    return compute(Experiment(landscape="rosenbrock", racers=racers, steps=STEPS, stop_when_converged=False))


def picture(layers: MapLayers, race: Computed, playhead: int) -> np.ndarray:
    image = QImage(int(RECT.width()), int(RECT.height()), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        layers.paint(painter, race.resolved(playhead))
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1).astype(int)


def test_a_map_that_goes_back_in_a_long_race_shows_what_a_new_one_shows(race: Computed) -> None:
    scene, style = race.resolved(0), Style()
    frame = map_frame(RECT, scene, style)
    layers = MapLayers.of(frame, scene, style)
    # There are pictures to go back to.
    assert blocks_before(STEPS) > 2 * KEPT_EVERY
    for playhead in (STEPS, 3700, 3, int(BLOCKS[KEPT_EVERY]) + 1, 3500, 2100, STEPS, 0, 1100):
        fresh = MapLayers.of(frame, scene, style)
        difference = np.abs(picture(layers, race, playhead) - picture(fresh, race, playhead))
        # Qt's rasteriser smooths a crossing a little differently when it is given fewer of the lines beside it.
        assert (difference > 3).sum() <= 48, f"at step {playhead}"


def test_a_map_does_not_go_back_to_paths_of_other_colours(race: Computed) -> None:
    scene, style = race.resolved(0), Style()
    layers = MapLayers.of(map_frame(RECT, scene, style), scene, style)
    picture(layers, race, STEPS)
    first, second = race.experiment.racers
    other = race.of(race.experiment.evolve(racers=(first.evolve(colour="#009E73"), second)))
    fresh = MapLayers.of(map_frame(RECT, scene, style), scene, style)
    np.testing.assert_array_equal(picture(layers, other, 3700), picture(fresh, other, 3700))


def test_blocks_cover_all_steps_and_become_longer() -> None:
    assert BLOCKS[0] == 0
    lengths = np.diff(BLOCKS)
    assert (np.diff(lengths) >= 0).all()
    assert [blocks_before(step) for step in (0, 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1)] == [
        0,
        0,
        0,
        1,
        1,
        2,
    ]
    assert blocks_before(100_000) < 100
