"""The plane of the first two principal components of paths (Lorch 2016; Li et al. 2018, section 7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optexplorer.experiment.plane import Plane
from optexplorer.scene.planes.base import PlaneError, PlaneSources, made_plane, oriented, orthonormal
from optexplorer.text import Text

Array = NDArray[np.float64]

NOTHING = 1e-7
"""A second component that spreads less than this part of the first is rounding."""
STILL = 1e-12
"""Paths that reach less far than this part of their distance from zero have not moved."""
AXES = ("PC1", "PC2")


def plane(sources: PlaneSources) -> Plane:
    """Return the plane through the mean of the paths along the two directions in which they spread most."""
    chosen = sources.rule.racers or range(len(sources.trajectories))
    paths = [path for number in chosen if (path := sources.paths[number]) is not None]
    if not paths:
        raise PlaneError(
            Text(
                "There are no paths through which a plane could be laid. Add a racer, or choose another plane.",
                "平面を決める経路がない。走者を加えるか、別の平面を選ぶ。",
            )
        )
    positions = np.concatenate(paths)
    origin = positions.mean(axis=0)
    still = STILL * float(np.abs(positions).max())
    first, second = _components(positions - origin, still)
    if first is None:
        raise PlaneError(
            Text(
                "The racers have not moved, so their paths span no plane. Choose another plane or learning rate.",
                "走者が動いていないので、経路から平面を決められない。別の平面か学習率を選ぶ。",
            )
        )
    if second is None:
        second = _across(sources, origin, first)
    directions = np.array([oriented(first), oriented(second)])
    return made_plane(origin, directions, sources.extent(origin, directions), AXES)


def _components(centred: Array, still: float) -> tuple[Array | None, Array | None]:
    """Return the first two principal components, each of shape (n,) and length 1; None where there is no spread.

    `centred` are rows of shape (k, n) with mean 0; where no entry is above `still`, the paths stand still.
    """
    scale = float(np.abs(centred).max())
    if not scale > max(still, 1e-150):
        return None, None
    scaled = centred / scale
    rows, coordinates = scaled.shape
    # The smaller of the two matrices that have the squares of the singular values as eigenvalues.
    if coordinates <= rows:
        values, vectors = np.linalg.eigh(scaled.T @ scaled)
        found = vectors[:, ::-1].T[:2]
    else:
        values, mixtures = np.linalg.eigh(scaled @ scaled.T)
        found = mixtures[:, ::-1].T[:2] @ scaled
    spread = np.sqrt(np.maximum(values[::-1][:2], 0.0))
    first = found[0] / np.linalg.norm(found[0])
    if len(spread) < 2 or not spread[1] > NOTHING * spread[0]:
        return first, None
    pair = orthonormal(first, found[1])
    return first, None if pair is None else pair[1]


def _across(sources: PlaneSources, origin: Array, first: Array) -> Array:
    """Return a second direction for paths that run along one line: down the slope beside it, or else along an axis."""
    slope = np.asarray(sources.landscape.gradient(origin), dtype=np.float64)
    axis = np.zeros_like(first)
    axis[int(np.abs(first).argmin())] = 1.0
    for direction in (slope, axis):
        pair = orthonormal(first, direction) if np.isfinite(direction).all() else None
        if pair is not None:
            across: Array = pair[1]
            return across
    raise PlaneError(
        Text(
            "The paths run along one line, and there is no second direction.",
            "経路が一直線上にあり、もう1つの方向がない。",
        )
    )
