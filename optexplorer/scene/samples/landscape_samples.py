"""What a landscape is drawn as: a relief if it has two coordinates, a curve if it has one."""

from __future__ import annotations

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.scene.samples.curve_samples import CurveSamples, make_profile
from optexplorer.scene.samples.surface_samples import SurfaceSamples, make_relief

LandscapeSamples = SurfaceSamples | CurveSamples


def sample_landscape(landscape: Landscape, view: ComputationView) -> LandscapeSamples:
    """Return what is drawn of `landscape`.

    Raises
    ------
    ValueError
        If the landscape has more than two coordinates.
    """
    if landscape.dimension == 1:
        return make_profile(landscape, view.height_scale, view.interval)
    if landscape.dimension == 2:
        return make_relief(landscape, view.height_scale, view.window)
    raise ValueError(
        f"only landscapes of one or two coordinates can be drawn; {landscape.id} has {landscape.dimension}"
    )
