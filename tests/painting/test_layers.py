"""Cached layers: however the playhead moves, they show what a picture made anew shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.appearance import Appearance, Camera
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.painting import map_path_painter, path_layer, surface_path_painter
from optexplorer.painting.layers import Layers, MapLayers, SurfaceLayers
from optexplorer.painting.map_frame import map_frame
from optexplorer.painting.map_painter import paint_map
from optexplorer.painting.path_layer import KEPT_EVERY
from optexplorer.painting.step_blocks import BLOCKS, StepBlocks
from optexplorer.painting.style import Style
from optexplorer.painting.surface_painter import paint_surface
from optexplorer.scene.computed import Computed, compute

RECT = QRectF(0, 0, 320, 240)
PLAYHEADS = (0, 90, 1100, 1101, 20_000, 13_700, 3, 4097, 4096, 3500, 9000, 8000, 20_000, 0, 1100)
STEPS = 20_000


@pytest.fixture(scope="module")
def race() -> Computed:
    racers = (
        Racer(optimizer=GradientDescent(lr=5e-4), colour="#D55E00"),
        Racer(optimizer=Momentum(lr=2e-4), colour="#0072B2", stream=1),
    )
    return compute(Experiment(landscape="rosenbrock", racers=racers, steps=STEPS, stop_when_converged=False))


def picture(layers: Layers, race: Computed, playhead: int, rect: QRectF = RECT) -> np.ndarray:
    image = QImage(int(rect.width()), int(rect.height()), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        layers.paint(painter, race.resolved(playhead))
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1).astype(int)


def test_a_map_that_goes_back_in_a_long_race_shows_what_a_new_one_shows(race: Computed) -> None:
    scene, style = race.resolved(0), Style()
    frame = map_frame(RECT, scene, style)
    layers = MapLayers.of(frame, scene, style)
    for playhead in PLAYHEADS:
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


def test_a_surface_that_goes_back_in_a_long_race_shows_what_a_new_one_shows(race: Computed) -> None:
    style = Style()
    layers = SurfaceLayers(RECT, style)
    for playhead in PLAYHEADS:
        fresh = SurfaceLayers(RECT, style)
        difference = np.abs(picture(layers, race, playhead) - picture(fresh, race, playhead))
        assert (difference > 3).sum() <= 48, f"at step {playhead}"


def test_what_hills_hide_lies_beneath_the_casings_of_all_blocks() -> None:
    """However the playhead has got there, and as in a picture painted at one go."""
    noisy = Racer(optimizer=GradientDescent(lr=0.004), source=Noisy(sigma=40.0))
    camera = Camera(azimuth=-60.0, elevation=20.0)
    race = compute(
        Experiment(
            landscape="rastrigin",
            racers=(noisy.evolve(colour="#D55E00"), noisy.evolve(colour="#0072B2", stream=1)),
            steps=12_000,
            seed=1,
            stop_when_converged=False,
            appearance=Appearance(camera=camera),
        )
    )
    rect = QRectF(0, 0, 600, 450)
    played = SurfaceLayers(rect, Style())
    for playhead in range(0, 12_000, 400):
        picture(played, race, playhead, rect)
    image = QImage(600, 450, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_surface(painter, rect, race.resolved(12_000), Style())
    whole = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1).astype(int)
    for layers in (played, SurfaceLayers(rect, Style())):
        assert (np.abs(picture(layers, race, 12_000, rect) - whole) > 24).sum() <= 60


def test_there_are_pictures_to_go_back_to() -> None:
    assert BLOCKS.complete(STEPS) > 3 * KEPT_EVERY


@pytest.mark.parametrize("paint", [paint_map, paint_surface])
def test_casings_take_no_colour_from_the_blocks_before(
    paint: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that lie close to each other stay as they are however the steps are divided."""
    optimizer = GradientDescent(lr=5e-4)
    racer = Racer(optimizer=optimizer, start=(-6.26, -2.997), colour="#D55E00")
    zigzag = Experiment(landscape="bukin-n6", racers=(racer,), steps=9000, stop_when_converged=False)
    scene = compute(zigzag).resolved(9000)
    coloured = []
    for blocks in (StepBlocks(64), StepBlocks(10**6)):
        for module in (map_path_painter, path_layer, surface_path_painter):
            monkeypatch.setattr(module, "BLOCKS", blocks)
        image = QImage(600, 450, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            paint(painter, QRectF(0, 0, 600, 450), scene, Style())
        pixels = np.frombuffer(image.constBits(), dtype=np.uint32) & 0xFFFFFF
        coloured.append(int((pixels == 0xD55E00).sum()))
    divided, whole = coloured
    assert whole > 500
    assert divided >= 0.9 * whole


def test_paths_laid_on_the_surface_later_are_shown_from_their_first_step(race: Computed) -> None:
    layers, scene = SurfaceLayers(RECT, Style()), race.resolved(STEPS)
    waiting = replace(
        scene, racer_paths=tuple(replace(path, surface_path=None) for path in scene.racer_paths)
    )
    image = QImage(int(RECT.width()), int(RECT.height()), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        layers.paint(painter, waiting)
    fresh = SurfaceLayers(RECT, Style())
    np.testing.assert_array_equal(picture(layers, race, STEPS), picture(fresh, race, STEPS))


@pytest.mark.parametrize("shortest", [128, 2048])
def test_blocks_cover_all_steps_and_become_longer(shortest: int) -> None:
    blocks = StepBlocks(shortest)
    assert blocks.begins[0] == 0
    lengths = np.diff(blocks.begins)
    assert (np.diff(lengths) >= 0).all()
    steps = (0, 1, shortest, shortest + 1, 2 * shortest, 2 * shortest + 1)
    assert [blocks.complete(step) for step in steps] == [0, 0, 0, 1, 1, 2]
    assert blocks.steps(1) == (shortest, 2 * shortest)
    assert blocks.complete(100_000) < 100
