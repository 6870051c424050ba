"""Samples of a landscape for drawing: a surface, a curve, or the reason why there is none."""

from __future__ import annotations

from typing import Literal

import numpy as np

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.scene.samples.curve_samples import CurveSamples, sample_curve
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.surface_samples import SurfaceSamples, sample_surface
from optexplorer.text import Text

LandscapeSamples = SurfaceSamples | CurveSamples
Picture = Literal["surface", "curve"]
"""How a landscape is drawn: a surface with its contour map, or a curve."""


def drawn_landscape(landscape: Landscape, view: ComputationView) -> Landscape | None:
    """Return what is drawn: the landscape itself, its section by the view's plane, or None if neither can be.

    Raises
    ------
    ValueError
        If the plane does not lie in the landscape's parameter space.
    """
    if view.plane is not None:
        return PlaneSection(landscape, view.plane)
    return landscape if landscape.dimension <= 2 else None


def picture_of(landscape: Landscape, view: ComputationView) -> Picture | None:
    """Return how `landscape` is drawn, without computing anything; None if it is not (see `absence_of`)."""
    coordinates = landscape.dimension if view.plane is None else len(view.plane.directions)
    return "curve" if coordinates == 1 else "surface" if coordinates == 2 else None


def absence_of(landscape: Landscape) -> Text:
    """Return why a landscape of more than two coordinates has no picture where no plane is chosen."""
    n = landscape.dimension
    return Text(
        f"{landscape.name.en or landscape.id} has {n} coordinates. Map, surface and curve show at most two; "
        "the charts, the numbers and the tables show all.",
        f"「{landscape.name.ja or landscape.id}」の座標は{n}個。等高線図・曲面・曲線で表せるのは2個まで。"
        "グラフ、数値、表にはすべてが表示される。",
    )


def sample_landscape(landscape: Landscape, view: ComputationView) -> LandscapeSamples | None:
    """Return what is drawn of `landscape`; None if it has more than two coordinates and the view has no plane.

    What painters ask of the landscape afterwards, its minima and the slope of a curve, is derived here as well: they
    must not wait for it.

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
        return sample_curve(drawn, view.height_scale, view.interval)
    return sample_surface(drawn, view.height_scale, view.window)
