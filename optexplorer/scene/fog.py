"""Fog over the landscape: only where racers have been is it seen, as someone sees it who walks there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import Trajectory
from optexplorer.scene.samples.curve_samples import CurveSamples
from optexplorer.scene.samples.landscape_samples import LandscapeSamples

Array = NDArray[np.float64]

LEVELS, LEVELS_OF_CURVES = 8, 40
"""Steps in which the ground fades from clear to hidden."""
CLEAR = 0.55
"""Within this part of the radius nothing has faded yet."""
NEVER = np.iinfo(np.int32).max
APART = 0.3
"""Visited points nearer to each other than this many cells of the grid see the same."""


@dataclass(frozen=True, eq=False)
class Footprint:
    """What one trajectory has seen, and when.

    Attributes
    ----------
    since : shape (levels, rows, columns), or (levels, points) on a curve: the step from which on each cell is seen
        at least that clearly, faintest first; `NEVER` if it never is
    """

    since: NDArray[np.int32]


def _grid(samples: LandscapeSamples) -> tuple[Array, Array]:
    """Return the coordinates of the grid's columns and rows; a curve has one row."""
    return (samples.x, np.zeros(1)) if isinstance(samples, CurveSamples) else (samples.x, samples.y)


def footprint(samples: LandscapeSamples, trajectory: Trajectory, radius: float) -> Footprint:
    """Return what a racer sees on its way who sees as far as `radius`, in the landscape's own units."""
    x, y = _grid(samples)
    dx = float(x[1] - x[0])
    dy = float(y[1] - y[0]) if len(y) > 1 else math.inf
    levels = LEVELS_OF_CURVES if isinstance(samples, CurveSamples) else LEVELS
    reaches = radius * np.linspace(1.0, CLEAR, levels)
    since = np.full((levels, len(y), len(x)), NEVER, dtype=np.int32)
    last = None
    for step, (px, py) in enumerate(_visited(trajectory)):
        if last is not None and abs(px - last[0]) < APART * dx and abs(py - last[1]) < APART * dy:
            continue
        last = (px, py)
        columns = slice(*np.searchsorted(x, (px - radius, px + radius)).tolist())
        rows = slice(*np.searchsorted(y, (py - radius, py + radius)).tolist()) if len(y) > 1 else slice(0, 1)
        off = py - y[rows] if len(y) > 1 else np.zeros(1)
        distance = np.hypot(x[columns] - px, off[:, None])
        part = since[:, rows, columns]
        np.minimum(part, np.where(distance <= reaches[:, None, None], step, NEVER), out=part)
    return Footprint(since[:, 0] if isinstance(samples, CurveSamples) else since)


def _visited(trajectory: Trajectory) -> Iterable[tuple[float, float]]:
    points = trajectory.position
    second = points[:, 1] if points.shape[1] > 1 else np.zeros(len(points))
    return zip(points[:, 0].tolist(), second.tolist(), strict=True)


def seen_at(samples: LandscapeSamples, seen: Array | None, point: tuple[float, ...]) -> bool:
    """Return whether the ground at `point` of its window is seen rather than hidden; without fog it always is."""
    if seen is None:
        return True
    x, y = _grid(samples)
    column = min(int(np.searchsorted(x, point[0])), len(x) - 1)
    if isinstance(samples, CurveSamples):
        return bool(seen[column] > 0.5)
    return bool(seen[min(int(np.searchsorted(y, point[1])), len(y) - 1), column] > 0.5)


def visibility(samples: LandscapeSamples, footprints: Iterable[tuple[Footprint, int]]) -> Array:
    """Return how clearly the ground is seen, from 0 to 1, at each point of its grid.

    `footprints` are those of the racers, each with the step at which it is.
    """
    x, y = _grid(samples)
    seen = np.zeros(len(x) if isinstance(samples, CurveSamples) else (len(y), len(x)))
    for print_, step in footprints:
        np.maximum(seen, (print_.since <= step).mean(axis=0), out=seen)
    return seen
