"""Fog over the landscape: only the surroundings of visited points are visible."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import Trajectory
from optexplorer.scene.samples.curve_samples import CurveSamples
from optexplorer.scene.samples.landscape_samples import LandscapeSamples

Array = NDArray[np.float64]

LEVELS, LEVELS_OF_CURVES = 8, 40
"""Steps in which visibility fades from clear to hidden."""
CLEAR = 0.55
"""Within this part of the radius nothing has faded yet."""
NEVER = np.iinfo(np.int32).max
APART = 0.3
"""Visited points nearer to each other than this many cells of the grid see the same."""
STEPS_BETWEEN_SAMPLES = 512
"""Steps between two looks at `should_stop`."""


@dataclass(frozen=True, eq=False)
class Footprint:
    """The points around which one trajectory lifts the fog, and the steps at which it does.

    Attributes
    ----------
    since : shape (levels, rows, columns), or (levels, points) on a curve: the step from which on each cell is seen
        at least that clearly, faintest first; `NEVER`, or a step to come, if it is not on the way so far
    """

    since: NDArray[np.int32]


def _axes(samples: LandscapeSamples) -> tuple[Array, ...]:
    """Return the coordinates of the samples' grid along each axis of its arrays."""
    return (samples.x,) if isinstance(samples, CurveSamples) else (samples.y, samples.x)


class GrowingFootprint:
    """What a racer sees on its way who sees as far as `radius`, in the units of the drawn coordinates.

    Only new steps are looked at. All footprints share memory: what later steps add is not seen at earlier ones.
    """

    def __init__(self, samples: LandscapeSamples, radius: float) -> None:
        self._axes, self._radius = _axes(samples), radius
        self._cells = np.array([APART * float(axis[1] - axis[0]) for axis in self._axes])
        levels = LEVELS_OF_CURVES if isinstance(samples, CurveSamples) else LEVELS
        self._reaches = (radius * np.linspace(1.0, CLEAR, levels)).reshape(-1, *[1] * len(self._axes))
        self._since = np.full((levels, *(len(axis) for axis in self._axes)), NEVER, dtype=np.int32)
        self._last: Array | None = None
        self._done = 0

    def of(self, trajectory: Trajectory, should_stop: Callable[[], bool] = lambda: False) -> Footprint:
        """Return what has been seen on a trajectory, in the coordinates that are drawn.

        Parameters
        ----------
        trajectory : of the same descent as those before
        should_stop : asked now and then; what has been seen until then is returned when it says so
        """
        # The arrays' axes go from the last coordinate to the first.
        points = trajectory.position[:, ::-1]
        while self._done < len(points) and not should_stop():
            end = min(self._done + STEPS_BETWEEN_SAMPLES, len(points))
            step = self._next_apart(points, self._done, end)
            while step < end:
                self._look_around(points[step], step)
                step = self._next_apart(points, step + 1, end)
            self._done = end
        return Footprint(self._since)

    def _next_apart(self, points: Array, step: int, end: int) -> int:
        """Return the first of these steps that is not near the last point from which something was seen, or `end`."""
        while self._last is not None and step < end:
            # A racer that moves slowly has few such steps, a fast one has one soon.
            block = points[step : min(step + 64, end)]
            with np.errstate(invalid="ignore"):
                apart = ~(np.abs(block - self._last) < self._cells).all(axis=1)
            if apart.any():
                return step + int(apart.argmax())
            step += len(block)
        return step

    def _look_around(self, point: Array, step: int) -> None:
        self._last, radius = point, self._radius
        near = [
            slice(*np.searchsorted(axis, (p - radius, p + radius)).tolist())
            for axis, p in zip(self._axes, point.tolist(), strict=True)
        ]
        away = [axis[part] - p for axis, part, p in zip(self._axes, near, point.tolist(), strict=True)]
        distance = reduce(np.hypot, np.ix_(*away)) if len(away) > 1 else np.abs(away[0])
        seen = self._since[(slice(None), *near)]
        np.minimum(seen, np.where(distance <= self._reaches, step, NEVER), out=seen)


def seen_at(samples: LandscapeSamples | None, seen: Array | None, point: tuple[float, ...]) -> bool:
    """Return whether `point`, in the coordinates that are drawn, is seen rather than hidden; without fog it is."""
    if seen is None or samples is None:
        return True
    cell = tuple(
        min(int(np.searchsorted(axis, p)), len(axis) - 1)
        for axis, p in zip(_axes(samples), reversed(point), strict=True)
    )
    return bool(seen[cell] > 0.5)


def visibility(samples: LandscapeSamples, footprints: Iterable[tuple[Footprint, int]]) -> Array:
    """Return how clearly each point of the samples' grid is seen, from 0 to 1.

    `footprints` are those of the racers, each with the step at which it is.
    """
    seen = np.zeros(tuple(len(axis) for axis in _axes(samples)))
    for print_, step in footprints:
        np.maximum(seen, (print_.since <= step).mean(axis=0), out=seen)
    return seen
