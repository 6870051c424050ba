"""What a landscape is drawn as: a relief if it has two coordinates, a curve if it has one."""

from __future__ import annotations

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.experiment.view import View
from optexplorer.scene.profile import Profile, make_profile
from optexplorer.scene.relief import Relief, make_relief

Ground = Relief | Profile


def make_ground(landscape: Landscape, view: View) -> Ground:
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
