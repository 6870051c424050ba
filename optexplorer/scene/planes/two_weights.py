"""The plane of two chosen parameters, all others held at their values in a point."""

from __future__ import annotations

import numpy as np

from optexplorer.experiment.plane import Plane
from optexplorer.scene.planes.base import PlaneSources, made_plane

REACH = 1.0
"""How far around the point is seen at least, of a model's parameters."""


def plane(sources: PlaneSources) -> Plane:
    """Return the plane along two axes through the chosen point.

    Its coordinates are the values of the two parameters themselves. What is seen of a formula is its domain, of a model
    the paths and what is around the point.
    """
    [point] = sources.points
    chosen = sources.rule.weights
    origin = point.copy()
    origin[list(chosen)] = 0.0
    directions = np.zeros((2, len(point)))
    directions[0, chosen[0]] = directions[1, chosen[1]] = 1.0
    extent = None
    if sources.landscape.examples:
        around = [(float(point[weight]) - REACH, float(point[weight]) + REACH) for weight in chosen]
        extent = sources.extent(origin, directions, around)
    return made_plane(origin, directions, extent)
