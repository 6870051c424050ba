"""The plane of two filter-normalised random directions (Li et al. 2018, section 4)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Block
from optexplorer.experiment.plane import Plane
from optexplorer.scene.planes.base import PlaneError, PlaneSources, made_plane
from optexplorer.text import Text

Array = NDArray[np.float64]

REACH = (-1.0, 1.0)
"""What is seen at least along each direction: as far as the weights in the centre are from zero."""


def plane(sources: PlaneSources) -> Plane:
    """Return the plane through the chosen point along two random directions.

    Where no two entries of the point belong to filters of matrices, all of it counts as one filter.
    """
    [centre] = sources.points
    normal = np.random.default_rng(sources.rule.seed).standard_normal((2, len(centre)))
    directions = np.array(
        [filter_normalised(direction, centre, sources.landscape.blocks) for direction in normal]
    )
    if np.count_nonzero(directions.any(axis=0)) < 2:
        length = float(np.linalg.norm(centre)) or 1.0
        directions = normal * (length / np.linalg.norm(normal, axis=1))[:, None]
    if len(centre) < 2:
        raise PlaneError(Text("One parameter spans no plane.", "パラメータが1個では平面にならない。"))
    return made_plane(centre, directions, sources.extent(centre, directions, (REACH, REACH)))


def filter_normalised(direction: Array, centre: Array, blocks: Sequence[Block]) -> Array:
    """Return a direction, shape (n,), each of whose filters is as long as the same filter of `centre`, shape (n,).

    A filter is what leads to one output: a row of a weight matrix, or the first axis of a larger array. Biases, and all
    other blocks of one axis, stay as they are: their part of the direction is zero.
    """
    result, first = np.zeros_like(direction), 0
    for _, shape in blocks:
        size = math.prod(shape)
        if len(shape) > 1:
            part = direction[first : first + size].reshape(shape[0], -1)
            wanted = np.linalg.norm(centre[first : first + size].reshape(shape[0], -1), axis=1)
            length = np.linalg.norm(part, axis=1)
            scaled = part * (wanted / np.where(length > 0, length, 1.0))[:, None]
            result[first : first + size] = scaled.reshape(-1)
        first += size
    return result
