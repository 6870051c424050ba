"""Paths on the map: thinned to what its pixels show, and of a growing trajectory the same as of the whole."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from optexplorer.engine import landscapes
from optexplorer.experiment.experiment import Experiment
from optexplorer.painting.map_frame import MapFrame, map_frame
from optexplorer.painting.map_path import CELL, GRAIN, MapPath, map_path
from optexplorer.painting.polylines import GrowingCover, thinned
from optexplorer.painting.style import Style
from optexplorer.scene.resolve import resolve
from optexplorer.scene.samples.surface_samples import sample_surface
from tests.growing import growing, wild_positions


@pytest.fixture(scope="module")
def frame() -> MapFrame:
    experiment = Experiment(landscape="himmelblau")
    scene = resolve(
        experiment, sample_surface(landscapes.get("himmelblau")), [None] * len(experiment.racers), 0
    )
    return map_frame(QRectF(0, 0, 400, 300), scene, Style())


def assert_equal(path: MapPath, whole: MapPath) -> None:
    for name in ("points", "steps", "hidden", "dots", "dot_steps", "shown_steps"):
        np.testing.assert_array_equal(getattr(path, name), getattr(whole, name))


@pytest.mark.parametrize("seed", range(4))
def test_a_growing_path_is_the_path_of_the_whole(frame: MapFrame, seed: int) -> None:
    positions = wild_positions(seed)
    paths = [(trajectory, map_path(trajectory, frame)) for trajectory in growing(positions)]
    for trajectory, path in paths:
        (alone,) = growing(positions, (len(trajectory.position),))
        assert_equal(path, map_path(alone, frame))
        # Also asked for once more, after longer ones.
        assert_equal(map_path(trajectory, frame), path)


def test_it_keeps_what_can_be_told_apart(frame: MapFrame) -> None:
    *_, trajectory = growing(wild_positions(5))
    path, places = map_path(trajectory, frame), frame.to_pixels(trajectory.position)
    np.testing.assert_array_equal(path.steps, thinned(places, GRAIN))
    np.testing.assert_array_equal(path.points, places[path.steps])
    np.testing.assert_array_equal(path.hidden, GrowingCover(CELL * frame.unit).extend(path.points))
    assert path.hidden.any()
    expected = {*path.steps[1:][~path.hidden].tolist(), *path.dot_steps.tolist()}
    assert path.shown_steps.tolist() == sorted(expected)
    squares = [tuple(square) for square in path.dots.round().tolist() if np.isfinite(square).all()]
    assert len(set(squares)) == len(squares)


def test_what_covers_a_line_is_found_in_pieces_as_in_the_whole() -> None:
    random = np.random.default_rng(7)
    points = np.cumsum(random.normal(size=(3000, 2)), axis=0)
    whole = GrowingCover(1.5).extend(points)
    assert 0 < whole.sum() < len(whole)
    cover, ends = GrowingCover(1.5), [0, 1, 2, 255, 256, 257, 1000, 2999]
    parts = [cover.extend(points[low : high + 1]) for low, high in pairwise(ends)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
