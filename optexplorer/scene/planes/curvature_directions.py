"""The plane of the two directions of largest curvature at a point (Yao et al. 2020)."""

from __future__ import annotations

import numpy as np

from optexplorer.engine.lanczos import largest_eigenpairs
from optexplorer.experiment.plane import Plane
from optexplorer.scene.planes.base import PlaneError, PlaneSources, made_plane, oriented
from optexplorer.text import Text

LEAST_SHARE = 0.25
"""What is seen at least around the point, as a part of its distance from zero."""


def plane(sources: PlaneSources) -> Plane:
    """Return the plane through the chosen point along the eigenvectors of the Hessian with the largest eigenvalues."""
    [point] = sources.points
    landscape = sources.landscape
    try:
        values, vectors = largest_eigenpairs(
            lambda direction: landscape.hessian_product(point, direction),
            len(point),
            should_stop=sources.should_stop,
        )
    except NotImplementedError as error:
        raise PlaneError(
            Text(
                "The second derivatives of this landscape are not known. Choose another plane.",
                "この地形の2階導関数は分からない。別の平面を選ぶ。",
            )
        ) from error
    if not np.isfinite(values).all():
        raise PlaneError(
            Text(
                "The second derivatives are not finite at this point. Choose another point or plane.",
                "この点では2階導関数が有限でない。別の点か平面を選ぶ。",
            )
        )
    directions = np.array([oriented(vector) for vector in vectors.T])
    half = LEAST_SHARE * (float(np.linalg.norm(point)) or 1.0)
    extent = sources.extent(point, directions, ((-half, half),) * 2)
    return made_plane(point, directions, extent, ("h₁", "h₂"))
