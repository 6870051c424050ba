"""Samples of a landscape for drawing: a surface, a curve, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.scene.samples.cost import is_costly
from optexplorer.scene.samples.curve_samples import CurveSamples, sample_curve
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.staged_sampling import sampling_stages
from optexplorer.scene.samples.surface_samples import SurfaceSamples, sample_surface
from optexplorer.text import Text

LandscapeSamples = SurfaceSamples | CurveSamples
Picture = Literal["surface", "curve"]
"""How a landscape is drawn: a surface with its contour map, or a curve."""


def drawn_landscape(landscape: Landscape, view: ComputationView) -> Landscape | None:
    """Return what is drawn: the landscape itself, its section by the view's plane, or None if neither can be.

    None also where the view holds only the rule by which the plane is found (see `scene.planes.with_plane`).

    Raises
    ------
    ValueError
        If the plane does not lie in the landscape's parameter space.
    """
    if isinstance(view.plane, PlaneRule):
        return None
    if view.plane is not None:
        return PlaneSection(landscape, view.plane)
    return landscape if landscape.dimension <= 2 else None


def picture_of(landscape: Landscape, view: ComputationView) -> Picture | None:
    """Return how `landscape` is drawn, without computing anything; None if it is not (see `absence_of`)."""
    plane = view.plane
    coordinates = landscape.dimension
    if plane is not None:
        coordinates = plane.directions if isinstance(plane, PlaneRule) else len(plane.directions)
    return "curve" if coordinates == 1 else "surface" if coordinates == 2 else None


def absence_of(landscape: Landscape) -> Text:
    """Return why a landscape of more than two coordinates has no picture where no plane is chosen, and what helps."""
    n = landscape.dimension
    return Text(
        f"{landscape.name.en or landscape.id} has {n} coordinates. Map, surface and curve show at most two: "
        "choose a plane through them, in the panel or with --plane on the command line. "
        "The charts, the numbers and the tables show all.",
        f"「{landscape.name.ja or landscape.id}」の座標は{n}個。等高線図・曲面・曲線で表せるのは2個まで。"
        "パネルか、コマンドラインの --plane で平面を選ぶと表示される。"
        "グラフ、数値、表にはすべてが表示される。",
    )


def sample_landscape(
    landscape: Landscape, view: ComputationView, should_stop: Callable[[], bool] = lambda: False
) -> LandscapeSamples | None:
    """Return what is drawn of `landscape`; None if it has more than two coordinates and the view has no plane.

    What painters ask of the landscape afterwards, its minima and the slope of a curve, is derived here as well: they
    must not wait for it.

    Parameters
    ----------
    should_stop : asked now and then while a costly landscape is sampled; the coarser samples are returned then

    Raises
    ------
    ValueError
        If the plane does not lie in the landscape's parameter space.
    """
    _ = landscape.minima
    drawn = drawn_landscape(landscape, view)
    if drawn is None:
        return None
    if drawn.dimension == 1:
        with np.errstate(all="ignore"):
            drawn.gradient(np.array(drawn.start))
    if is_costly(drawn):
        found = [stage.samples for stage in sampling_stages(drawn, view, should_stop) if stage.samples]
        return found[-1]
    if drawn.dimension == 1:
        return sample_curve(drawn, view.height_scale, view.interval)
    return sample_surface(drawn, view.height_scale, view.window)
