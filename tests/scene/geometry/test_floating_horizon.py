"""The horizon tells what is seen, as looking along every single line of sight does."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.experiment.appearance import Camera
from optexplorer.scene.geometry import floating_horizon, surface_mesh
from optexplorer.scene.samples.surface_samples import sample_surface


@pytest.mark.parametrize("id", ["beale", "rastrigin", "saddle", "step"])
@pytest.mark.parametrize(("azimuth", "elevation"), [(-62, 38), (10, 20), (135, 12), (200, 30), (90, 8)])
def test_masked_points_agree_with_the_lines_to_the_eye(id: str, azimuth: float, elevation: float) -> None:
    surface = sample_surface(landscapes.get(id))
    camera = Camera(azimuth=azimuth, elevation=elevation)
    points = surface_mesh.surface_mesh(surface).vertices[::4, ::4].reshape(-1, 3)
    seen, hidden = floating_horizon.visible_points(surface, camera, points)
    exact = surface_mesh._clear(surface, camera, points, 0.012)
    assert not (seen & hidden).any()
    # The lines of sight are looked at in places a cell or two apart, so they may miss a crest.
    assert (seen & ~exact).sum() + (hidden & exact).sum() <= 0.01 * len(points)
    assert (seen | hidden).mean() > 0.25


def test_from_above_and_from_beneath_no_point_is_masked() -> None:
    surface = sample_surface(landscapes.get("saddle"))
    for elevation in (80.0, -20.0):
        assert floating_horizon.visibility_masks(surface, Camera(elevation=elevation)) is None
        seen, hidden = floating_horizon.visible_points(surface, Camera(elevation=elevation), np.zeros((3, 3)))
        assert not seen.any()
        assert not hidden.any()


def test_points_beyond_the_window_are_not_masked() -> None:
    surface = sample_surface(landscapes.get("saddle"))
    points = np.array([[1.5, 0.0, 0.0], [np.nan, 0.0, 0.0], [0.0, 0.0, 0.4]])
    seen, hidden = floating_horizon.visible_points(surface, Camera(), points)
    assert not (seen | hidden)[:2].any()
