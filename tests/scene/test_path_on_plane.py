"""Paths beside a plane: how far they are from it, and how much of their variance it holds."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import recording
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.runs.run import run_in_chunks
from optexplorer.scene.computed import compute
from optexplorer.scene.path_on_plane import GrowingPathOnPlane
from optexplorer.scene.samples.plane_section import PlaneSection
from tests.growing import growing, wild_positions
from tests.many_features import race
from tests.misbehaving import landscape_of

OBLIQUE = Plane(origin=(0.5, -0.5, 1.0), directions=((1.0, 1.0, 0.0), (0.0, 2.0, -1.0)))


def section() -> PlaneSection:
    return PlaneSection(landscape_of("xyz"), OBLIQUE)


def test_distance_and_share_are_those_of_the_whole_path() -> None:
    positions = np.random.default_rng(2).normal(size=(60, 3)).cumsum(axis=0)
    *_, path = growing(positions)
    seen = GrowingPathOnPlane(section()).of(path)
    normal = np.cross(*np.array(OBLIQUE.directions))
    normal /= np.linalg.norm(normal)
    away = (path.position - np.array(OBLIQUE.origin)) @ normal
    np.testing.assert_allclose(seen.distance, np.abs(away), atol=1e-9)
    variance = ((path.position - path.position.mean(axis=0)) ** 2).sum()
    lost = ((away - away.mean()) ** 2).sum()
    assert seen.share == pytest.approx(1 - lost / variance, abs=1e-9)


def test_a_growing_path_has_the_distance_and_share_of_the_whole() -> None:
    positions = wild_positions(4, coordinates=3)
    growth = GrowingPathOnPlane(section())
    for path in growing(positions):
        seen, whole = growth.of(path), GrowingPathOnPlane(section()).of(path)
        np.testing.assert_array_equal(seen.distance, whole.distance)
        assert (seen.share is None) == (whole.share is None)
        if seen.share is not None:
            assert seen.share == pytest.approx(whole.share, abs=1e-9)


def test_a_path_in_the_plane_is_held_whole_and_one_at_right_angles_not_at_all() -> None:
    along = OBLIQUE.points(np.random.default_rng(0).normal(size=(2, 30))).T
    across = np.array(OBLIQUE.origin) + np.outer(
        np.linspace(0, 1, 30), np.cross(*np.array(OBLIQUE.directions))
    )
    for positions, share in ((along, 1.0), (across, 0.0), (np.tile(along[0], (30, 1)), None)):
        *_, path = growing(positions)
        assert GrowingPathOnPlane(section()).of(path).share == (
            None if share is None else pytest.approx(share, abs=1e-9)
        )


def test_of_the_plane_of_its_own_path_the_share_is_that_of_its_components() -> None:
    scene = compute(race()).scene(10)
    for path in scene.racer_paths:
        assert path.projection is not None
        assert 0.5 < (path.projection.share or 0) <= 1
    alone = race().evolve(view=ComputationView(plane=PlaneRule(kind="pca", racers=(1,))))
    path = compute(alone).scene().racer_paths[1]
    rows = path.trajectory.position
    values = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False) ** 2
    assert path.projection is not None
    assert path.projection.share == pytest.approx(values[:2].sum() / values.sum(), abs=1e-6)


def test_of_positions_that_are_not_all_kept_those_between_lie_on_straight_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = compute(race(steps=90))
    monkeypatch.setattr(recording, "KEPT_NUMBERS", 25 * 30)
    experiment = race(steps=90)
    thinned = compute(experiment)
    plane = whole.samples.landscape.plane  # type: ignore[union-attr]
    assert thinned.samples is not None
    drawn = PlaneSection(experiment.resolve_landscape(), plane)
    for full in whole.trajectories:
        assert full is not None
    for number in range(2):
        path = thinned.trajectories[number]
        full = whole.trajectories[number]
        assert path is not None
        assert full is not None
        assert len(path.kept_steps) < 91
        seen, exact = GrowingPathOnPlane(drawn).of(path), GrowingPathOnPlane(drawn).of(full)
        assert seen.interval > 1
        assert seen.drawn.position.shape == exact.drawn.position.shape
        np.testing.assert_allclose(
            seen.drawn.position[path.kept_steps], exact.drawn.position[path.kept_steps], atol=1e-12
        )
        np.testing.assert_allclose(
            seen.distance[path.kept_steps], exact.distance[path.kept_steps], atol=1e-12
        )
    growth = GrowingPathOnPlane(drawn)
    for results in run_in_chunks(experiment, racers=[0]):
        path = results.trajectories[0]
        if path is not None:
            assert len(growth.of(path).drawn.position) == path.steps + 1
