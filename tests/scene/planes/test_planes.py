"""The planes that rules find: against NumPy and by hand, with paths that stand still, diverge or run along a line."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.plane_rule import KINDS, PathPoint, PlaneRule
from optexplorer.experiment.racer import Racer
from optexplorer.runs.run import run
from optexplorer.scene.planes import FINDERS, PlaneError, resolve_plane
from optexplorer.scene.planes.base import oriented
from optexplorer.scene.planes.random_directions import filter_normalised
from optexplorer.scene.samples.plane_section import PlaneSection
from tests.many_features import race
from tests.misbehaving import bowl, landscape_of

START = (1.0, -1.0, 2.0, 0.5, -0.7)


def of_positions(*positions: Any, ending: TerminationReason = TerminationReason.STEP_LIMIT) -> Trajectory:
    rows = np.array(positions, dtype=np.float64)
    with np.errstate(all="ignore"):
        loss = np.array(landscape_of("abcdf").value(rows.T))
    return Trajectory(rows, loss, np.zeros_like(rows), np.ones(len(rows)), ending, tuple("abcdf"))


def wandering(seed: int, rows: int = 40) -> Trajectory:
    random = np.random.default_rng(seed)
    return of_positions(*np.cumsum(random.normal(size=(rows, 5)) * [3, 2, 0.3, 0.2, 0.1], axis=0))


def found(rule: PlaneRule, *paths: Trajectory | None) -> Plane:
    return resolve_plane(landscape_of("abcdf"), rule, paths, START)


def test_every_kind_has_a_finder() -> None:
    assert FINDERS.keys() == KINDS.keys()


@pytest.mark.parametrize("racers", [(), (0,), (1,), (0, 1)])
def test_pca_is_that_of_numpy(racers: tuple[int, ...]) -> None:
    paths = [wandering(1), wandering(2, 70)]
    plane = found(PlaneRule(kind="pca", racers=racers), *paths)
    rows = np.concatenate([paths[number].position for number in racers or (0, 1)])
    _, _, right = np.linalg.svd(rows - rows.mean(axis=0))
    np.testing.assert_allclose(plane.origin, rows.mean(axis=0), atol=1e-12)
    for direction, expected in zip(np.array(plane.directions), right, strict=False):
        assert abs(direction @ expected) == pytest.approx(1, abs=1e-9)
        # The sign is settled: the largest entry is positive.
        assert direction[np.abs(direction).argmax()] > 0


def test_pca_of_more_coordinates_than_positions_is_that_of_numpy() -> None:
    experiment = race(steps=12, features=60, examples=20)
    results = run(experiment)
    plane = resolve_plane(
        experiment.resolve_landscape(), PlaneRule(kind="pca"), results.trajectories, experiment.start
    )
    rows = np.concatenate([path.position for path in results.trajectories if path is not None])
    _, _, right = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    assert np.abs(np.array(plane.directions) @ right[:2].T) == pytest.approx(np.eye(2), abs=1e-6)


@pytest.mark.parametrize("kind", ["pca", "points", "hessian"])
def test_all_paths_are_in_sight(kind: str) -> None:
    paths = [wandering(seed) for seed in range(3)]
    section = PlaneSection(landscape_of("abcdf"), found(PlaneRule(kind=kind), *paths))
    for path in paths:
        places = section.nearest(path.position)
        for column, (low, high) in zip(places.T, section.domain, strict=True):
            assert low < column.min() < column.max() < high


def test_equal_arguments_give_equal_planes() -> None:
    paths = [wandering(seed) for seed in range(3)]
    for kind in KINDS:
        assert found(PlaneRule(kind=kind), *paths) == found(PlaneRule(kind=kind), *paths)


def test_a_direction_and_its_opposite_are_one() -> None:
    direction = np.array([0.5, -0.5 - 1e-12, 0.1])
    np.testing.assert_array_equal(oriented(direction), oriented(-direction))
    assert oriented(direction)[0] > 0


def test_filters_are_as_long_as_those_of_the_centre() -> None:
    blocks = (Block("layer1.weight", (2, 3)), Block("layer1.bias", (2,)), Block("conv", (2, 1, 2)))
    centre = np.array([3.0, 4.0, 0.0, 0.0, 0.0, 0.0, 9.0, 9.0, 1.0, 0.0, 0.0, 2.0])
    direction = np.array([0.0, 0.0, 2.0, 1.0, 1.0, 1.0, 5.0, 5.0, 3.0, 4.0, 0.6, 0.8])
    expected = [0, 0, 5, 0, 0, 0, 0, 0, 0.6, 0.8, 1.2, 1.6]
    np.testing.assert_allclose(filter_normalised(direction, centre, blocks), expected, atol=1e-12)


def test_random_planes_differ_by_their_seeds_and_go_through_their_centre() -> None:
    experiment = race(steps=5, features=12, examples=30)
    landscape, paths = experiment.resolve_landscape(), run(experiment).trajectories
    first, second = (
        resolve_plane(landscape, PlaneRule(kind="random", seed=seed), paths, experiment.start)
        for seed in (0, 1)
    )
    assert first.directions != second.directions
    assert paths[0] is not None
    np.testing.assert_array_equal(first.origin, paths[0].position_at(paths[0].steps))
    # Its weights are a single vector, not a matrix: all parameters count as one filter.
    for direction in np.array(first.directions):
        assert np.linalg.norm(direction) == pytest.approx(np.linalg.norm(first.origin))


def test_the_plane_of_two_weights_has_their_values_as_coordinates() -> None:
    path = wandering(4)
    rule = PlaneRule(kind="weights", weights=(3, 1), points=(PathPoint(racer=0, step="end"),))
    section = PlaneSection(landscape_of("abcdf"), found(rule, path))
    assert section.variables == ("d", "b")
    end = path.position[-1]
    assert section.coordinates(end) == pytest.approx((end[3], end[1]))
    assert section.point((end[3], end[1])) == pytest.approx(end.tolist())


def test_the_plane_through_three_points_holds_them() -> None:
    path, other = wandering(5), wandering(6)
    points = (PathPoint(), PathPoint(racer=0, step="end"), PathPoint(racer=1, step=7))
    plane = found(PlaneRule(kind="points", points=points), path, other)
    section = PlaneSection(landscape_of("abcdf"), plane)
    through = np.array([START, path.position[-1], other.position[7]])
    np.testing.assert_allclose(section.distances(through, section.nearest(through)), 0, atol=1e-12)
    directions = np.array(plane.directions)
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-12)


def test_the_line_goes_from_the_first_point_to_the_second() -> None:
    path, other = wandering(5), wandering(6)
    section = PlaneSection(landscape_of("abcdf"), found(PlaneRule(kind="line"), path, other))
    assert section.domain == ((-0.25, 1.25),)
    assert section.variables == ("t",)
    assert section.point((0.0,)) == pytest.approx(path.position[-1].tolist())
    assert section.point((1.0,)) == pytest.approx(other.position[-1].tolist())


def test_the_directions_of_largest_curvature_are_those_of_the_hessian() -> None:
    # The bowl is a² + 2 b² + 3 c² + 4 d² + 5 f².
    plane = found(PlaneRule(kind="hessian"), wandering(7))
    np.testing.assert_allclose(plane.directions, [[0, 0, 0, 0, 1], [0, 0, 0, 1, 0]], atol=1e-9)


STILL = of_positions(START, START, START)
STRAIGHT = of_positions(*np.outer(np.linspace(0, 1, 9), START))


@pytest.mark.parametrize(
    ("rule", "paths", "words"),
    [
        (PlaneRule(kind="pca"), (), "no paths"),
        (PlaneRule(kind="pca"), (None,), "no paths"),
        (PlaneRule(kind="pca"), (STILL,), "not moved"),
        (PlaneRule(kind="points"), (STILL,), "one line"),
        (PlaneRule(kind="points"), (STRAIGHT,), "one line"),
        (PlaneRule(kind="line"), (STILL,), "one and the same"),
        (PlaneRule(kind="line"), (STILL, STILL), "one and the same"),
        (PlaneRule(kind="hessian"), (None,), "racer 1"),
    ],
)
def test_where_there_is_no_plane_it_says_why(
    rule: PlaneRule, paths: tuple[Trajectory | None, ...], words: str
) -> None:
    with pytest.raises(PlaneError, match=words) as error:
        found(rule, *paths)
    assert error.value.reason.ja


def test_a_straight_path_gets_a_second_direction() -> None:
    plane = found(PlaneRule(kind="pca"), STRAIGHT)
    first, second = np.array(plane.directions)
    assert abs(first @ np.array(START)) == pytest.approx(float(np.linalg.norm(START)))
    assert first @ second == pytest.approx(0, abs=1e-12)
    assert plane.extent is not None
    assert all(high > low for low, high in plane.extent)


def test_what_has_diverged_does_not_pull_the_plane_along() -> None:
    near = wandering(8)
    lost = of_positions(
        START,
        *(np.array(START) * 4.0**k for k in range(1, 40)),
        [np.inf] * 5,
        ending=TerminationReason.DIVERGED,
    )
    plane = found(PlaneRule(kind="pca"), near, lost)
    assert plane.extent is not None
    assert max(high - low for low, high in plane.extent) < 100
    with pytest.raises(PlaneError, match="diverged"):
        found(PlaneRule(kind="line"), near, lost)
    alone = found(PlaneRule(kind="pca"), lost)
    assert alone.extent is not None


def test_real_races_that_diverge_have_a_plane_or_a_reason() -> None:
    for lr in (0.01, 0.5, 3.0, 1e3):
        experiment = Experiment(
            landscape=bowl("abcdf"),
            racers=(Racer(optimizer=GradientDescent(lr=lr)), Racer(optimizer=Adam(lr=lr))),
            start=START,
            steps=50,
        )
        paths = run(experiment).trajectories
        for kind in KINDS:
            with suppress(PlaneError):
                plane = resolve_plane(experiment.resolve_landscape(), PlaneRule(kind=kind), paths, START)
                assert np.isfinite(plane.origin).all()
