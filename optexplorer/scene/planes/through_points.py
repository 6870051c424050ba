"""The plane through three points of paths, and the line through two."""

from __future__ import annotations

import numpy as np

from optexplorer.experiment.plane import Plane
from optexplorer.scene.planes.base import PlaneError, PlaneSources, made_plane, orthonormal
from optexplorer.text import Text

BEYOND = 0.25
"""How far beyond its ends a line is seen, as a part of their distance."""
APART = 1e-9
"""Points nearer than this part of their distance from zero are one point."""


def plane(sources: PlaneSources) -> Plane:
    """Return the plane through three points: from the first towards the second, and at a right angle to that."""
    first, second, third = sources.points
    directions = orthonormal(second - first, third - first)
    apart = APART * max(float(np.abs(point).max()) for point in sources.points)
    if (
        directions is None
        or not np.abs(second - first).max() > apart
        or not np.abs(third - first).max() > apart
    ):
        raise PlaneError(
            Text(
                "The three points lie on one line, or two of them are one point, so that they span no plane. "
                "Choose other points.",
                "3点が一直線上にあるか、2点が重なっているため、平面が決まらない。別の点を選ぶ。",
            )
        )
    places = (np.array(sources.points) - first) @ directions.T
    low, high = places.min(axis=0), places.max(axis=0)
    pad = BEYOND * (high - low)
    least = list(zip((low - pad).tolist(), (high + pad).tolist(), strict=True))
    return made_plane(first, directions, sources.extent(first, directions, least))


def line(sources: PlaneSources) -> Plane:
    """Return the line on which the first point is t = 0 and the second t = 1."""
    first, second = sources.points
    apart = APART * max(float(np.abs(point).max()) for point in sources.points)
    if not np.abs(second - first).max() > apart:
        raise PlaneError(
            Text(
                "The two points are one and the same, so that there is no line between them. Choose other points.",
                "2点が同じ点なので、結ぶ直線がない。別の点を選ぶ。",
            )
        )
    return made_plane(first, (second - first)[None], ((-BEYOND, 1 + BEYOND),), ("t",))
