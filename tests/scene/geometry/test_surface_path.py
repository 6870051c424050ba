"""Trajectories on the surface: those that grow are, to the bit, those that are laid as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.scene.geometry.surface_path import DOT_DISTANCE, GrowingSurfacePath, project_to_surface
from optexplorer.scene.geometry.thinning import changes_of_cell
from optexplorer.scene.samples.surface_samples import SurfaceSamples, sample_surface
from tests.growing import LENGTHS, growing, wild_positions


@pytest.fixture(scope="module")
def surface() -> SurfaceSamples:
    return sample_surface(landscapes.get("himmelblau"))


@pytest.mark.parametrize("seed", range(6))
def test_a_growing_path_is_the_path_of_the_whole(surface: SurfaceSamples, seed: int) -> None:
    growth, paths = GrowingSurfacePath(surface), []
    for trajectory in growing(wild_positions(seed)):
        paths.append((trajectory, growth.of(trajectory)))
    # Only now, when all of them have grown: no path has changed since it was made.
    for trajectory, path in paths:
        whole = project_to_surface(surface, trajectory)
        for name in ("points", "index", "dots"):
            np.testing.assert_array_equal(getattr(path, name), getattr(whole, name))
        assert path.line is paths[0][1].line
    np.testing.assert_array_equal(growth.of(paths[3][0]).points, paths[3][1].points)


def test_a_path_has_a_point_for_each_step_and_dots_where_long_ones_land(surface: SurfaceSamples) -> None:
    *_, trajectory = growing(wild_positions(3))
    path = project_to_surface(surface, trajectory)
    assert len(path.index) == len(trajectory.position)
    assert path.index[-1] == len(path.points) - 1
    low, _, bottom, _ = surface.window
    at = path.points[path.index[5], :2]
    size = np.array([surface.window[1] - low, surface.window[3] - bottom])
    np.testing.assert_allclose(at, 2 * (trajectory.position[5] - (low, bottom)) / size - 1, rtol=1e-12)
    landed = path.points[path.index]
    with np.errstate(all="ignore"):
        long = np.linalg.norm(np.diff(landed, axis=0), axis=1) >= DOT_DISTANCE
    assert long.any()
    assert path.dots.tolist() == (np.flatnonzero(long) + 1).tolist()


def test_a_thinned_path_keeps_what_changes_its_cell_and_does_not_change_when_it_grows(
    surface: SurfaceSamples,
) -> None:
    growth = GrowingSurfacePath(surface)
    kept = [(path, path.thinned(0.01)) for path in map(growth.of, growing(wild_positions(1)))]
    for path, indices in kept:
        assert indices.tolist() == [0, *changes_of_cell(path.points, 0.01).tolist()]
    path, indices = kept[-1]
    assert len(LENGTHS) < len(indices) < len(path.points)
    assert len(path.thinned(0.1)) < len(indices)
    np.testing.assert_array_equal(kept[2][0].thinned(0.01), kept[2][1])
