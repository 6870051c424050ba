"""Fog over the landscape: only the surroundings of visited points are visible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
        at least that clearly, faintest first; `NEVER` if it never is
    """

    since: NDArray[np.int32]


def _axes(samples: LandscapeSamples) -> tuple[Array, ...]:
    """Return the coordinates of the samples' grid along each axis of its arrays."""
    return (samples.x,) if isinstance(samples, CurveSamples) else (samples.y, samples.x)


def footprint(
    samples: LandscapeSamples,
    trajectory: Trajectory,
    radius: float,
    should_stop: Callable[[], bool] = lambda: False,
) -> Footprint:
    """Return what a racer sees on its way who sees as far as `radius`, in the units of the drawn coordinates.

    Parameters
    ----------
    trajectory : in the coordinates that are drawn
    should_stop : asked now and then; what has been seen until then is returned when it says so
    """
    axes = _axes(samples)
    cells = [APART * float(axis[1] - axis[0]) for axis in axes]
    levels = LEVELS_OF_CURVES if isinstance(samples, CurveSamples) else LEVELS
    reaches = (radius * np.linspace(1.0, CLEAR, levels)).reshape(-1, *[1] * len(axes))
    since = np.full((levels, *(len(axis) for axis in axes)), NEVER, dtype=np.int32)
    last: Sequence[float] | None = None
    # The arrays' axes go from the last coordinate to the first.
    for step, point in enumerate(trajectory.position[:, ::-1].tolist()):
        if step % STEPS_BETWEEN_SAMPLES == 0 and should_stop():
            break
        if last is not None and all(abs(p - q) < cell for p, q, cell in zip(point, last, cells, strict=True)):
            continue
        last = point
        near = [
            slice(*np.searchsorted(axis, (p - radius, p + radius)).tolist())
            for axis, p in zip(axes, point, strict=True)
        ]
        away = [axis[part] - p for axis, part, p in zip(axes, near, point, strict=True)]
        distance = reduce(np.hypot, np.ix_(*away)) if len(away) > 1 else np.abs(away[0])
        seen = since[(slice(None), *near)]
        np.minimum(seen, np.where(distance <= reaches, step, NEVER), out=seen)
    return Footprint(since)


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
