"""Fog: what is seen is what lies near where racers have been, and nothing before they come there."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.fog import GrowingFootprint, seen_at, visibility
from optexplorer.scene.samples.curve_samples import CurveSamples
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import Scene
from tests.growing import growing, wild_positions

RADIUS = 0.8


@pytest.fixture(scope="module")
def race() -> Computed:
    return compute(
        Experiment.model_validate(
            {
                "landscape": "himmelblau",
                "start": [0.0, 0.0],
                "steps": 40,
                "racers": [
                    {"optimizer": {"id": "gd", "lr": 0.01}},
                    {"optimizer": {"id": "adam", "lr": 0.2}, "stream": 1},
                ],
                "view": {"fog": RADIUS},
            }
        )
    )


def distance_to_visited(scene: Scene) -> np.ndarray:
    samples = scene.samples
    assert isinstance(samples, SurfaceSamples)
    x, y = np.meshgrid(samples.x, samples.y)
    points = np.concatenate(
        [racer_path.trajectory.position[: racer_path.step + 1] for racer_path in scene.racer_paths]
    )
    return np.min([np.hypot(x - px, y - py) for px, py in points], axis=0)


@pytest.mark.parametrize("playhead", [0, 3, 40])
def test_the_ground_is_seen_around_visited_points_and_fades_with_distance(
    race: Computed, playhead: int
) -> None:
    scene = race.scene(playhead)
    assert scene.seen is not None
    away = distance_to_visited(scene)
    cell = 0.075 * 1.5
    assert (scene.seen[away < 0.5 * RADIUS - cell] == 1).all()
    assert (scene.seen[away > RADIUS] == 0).all()
    fading = scene.seen[(away > 0.6 * RADIUS) & (away < 0.95 * RADIUS)]
    assert ((fading > 0) & (fading < 1)).mean() > 0.8


def test_what_has_been_seen_stays_seen_and_going_back_hides_it_again(race: Computed) -> None:
    early, late = race.scene(2).seen, race.scene(30).seen
    assert early is not None
    assert late is not None
    assert (late >= early).all()
    assert late.sum() > 1.5 * early.sum()
    again = race.scene(2).seen
    assert again is not None
    assert (again == early).all()


def test_without_fog_everything_is_seen(race: Computed) -> None:
    clear = compute(
        race.experiment.model_copy(update={"view": race.experiment.view.model_copy(update={"fog": 0.0})})
    )
    scene = clear.scene(3)
    assert scene.seen is None
    assert seen_at(scene.samples, scene.seen, (5.0, 5.0))


def test_a_hidden_racer_sees_nothing(race: Computed) -> None:
    racers = tuple(racer.model_copy(update={"visible": False}) for racer in race.experiment.racers)
    scene = compute(race.experiment.model_copy(update={"racers": racers})).scene(10)
    assert scene.seen is not None
    assert scene.seen.max() == 0


def test_places_are_told_seen_or_hidden(race: Computed) -> None:
    scene = race.scene(0)
    assert seen_at(scene.samples, scene.seen, (0.1, -0.1))
    assert not seen_at(scene.samples, scene.seen, (4.0, 4.0))


def test_a_curve_is_seen_around_the_ball() -> None:
    computed = compute(
        Experiment.model_validate(
            {
                "landscape": "quadratic-1d",
                "start": [-2.0],
                "steps": 5,
                "racers": [{"optimizer": {"id": "gd", "lr": 0.1}}],
                "view": {"fog": 0.5},
            }
        )
    )
    scene = computed.scene(0)
    samples = scene.samples
    assert isinstance(samples, CurveSamples)
    assert scene.seen is not None
    assert (scene.seen[np.abs(samples.x + 2) < 0.25] == 1).all()
    assert (scene.seen[np.abs(samples.x + 2) > 0.5] == 0).all()


def test_what_a_growing_trajectory_has_seen_is_what_the_whole_has(race: Computed) -> None:
    samples = race.samples
    assert samples is not None
    growth = GrowingFootprint(samples, RADIUS)
    for trajectory in growing(wild_positions(6)):
        whole = GrowingFootprint(samples, RADIUS).of(trajectory)
        for step in {0, trajectory.steps // 2, trajectory.steps}:
            np.testing.assert_array_equal(
                visibility(samples, [(growth.of(trajectory), step)]), visibility(samples, [(whole, step)])
            )
