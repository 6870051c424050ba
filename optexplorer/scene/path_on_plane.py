"""A path as it is seen on a plane: its nearest points there, how far it lies from it, and how much of it the plane holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import Descent, Trajectory
from optexplorer.scene.growing_array import GrowingArray
from optexplorer.scene.samples.plane_section import PlaneSection

Array = NDArray[np.float64]


FAINTEST = 0.3
"""How clearly a path is drawn however far it is from the plane."""


@dataclass(frozen=True, eq=False)
class PathOnPlane:
    """A trajectory as it is seen on a plane.

    Attributes
    ----------
    drawn : its nearest points of the plane in the plane's coordinates, with the slopes along its directions
    distance : shape (steps + 1,), how far each position is from the plane
    share : which part of the variance of its positions the plane holds, from 0 to 1; None where it has none
    interval : every so many positions are kept; drawn and distance are straight between them
    reach : the distance at which a path is drawn half as clearly as on the plane
    """

    drawn: Trajectory
    distance: Array
    share: float | None
    interval: int = 1
    reach: float = 1.0

    def clearness(self, steps: NDArray[np.integer]) -> Array:
        """Return how clearly the path is drawn at these steps, shape (k,): 1 on the plane, less the farther from it."""
        with np.errstate(all="ignore"):
            found = 1.0 / (1.0 + np.square(self.distance[steps] / self.reach))
        clear: Array = np.fmax(found, FAINTEST)
        return clear


class GrowingPathOnPlane:
    """A growing trajectory as it is seen on a plane; only its new steps are projected."""

    def __init__(self, section: PlaneSection) -> None:
        self._section, self._descent = section, Descent()
        shape = (section.dimension,)
        self._positions: GrowingArray[np.float64] = GrowingArray(np.float64, shape)
        self._gradients: GrowingArray[np.float64] = GrowingArray(np.float64, shape)
        self._distances: GrowingArray[np.float64] = GrowingArray(np.float64)
        self._spread = _Spread(section)

    def of(self, trajectory: Trajectory) -> PathOnPlane:
        """Return what is seen of a trajectory of the same descent as those before."""
        section, kept, done = self._section, trajectory.kept_steps, len(self._positions)
        if len(kept) > done:
            new = kept[done:].tolist()
            positions, gradients = trajectory.positions(new), trajectory.gradients(new)
            nearest = section.nearest(positions)
            distances = section.distances(positions, nearest)
            self._positions.append(nearest)
            self._gradients.append(section.slopes(gradients))
            self._distances.append(distances)
            self._spread.add(positions, nearest)
        rows = len(kept)
        places, slopes = self._positions.rows(rows), self._gradients.rows(rows)
        distances, descent = self._distances.rows(rows), self._descent
        interval = int(kept[1] - kept[0]) if rows > 1 else 1
        if rows < trajectory.steps + 1:
            places, slopes = (_between(kept, columns, trajectory.steps) for columns in (places, slopes))
            distances = _between(kept, distances[:, None], trajectory.steps)[:, 0]
            # Beyond the last position that is kept, the path so far is not the beginning of the later one.
            descent = Descent()
        drawn = Trajectory(
            places,
            trajectory.loss,
            slopes,
            trajectory.learning_rate,
            trajectory.ending,
            section.variables,
            section,
            measures=trajectory.measures,
            steps_per_epoch=trajectory.steps_per_epoch,
            descent=descent,
        )
        return PathOnPlane(drawn, distances, self._spread.share(), interval, section.reach)


def _between(kept: NDArray[np.integer], columns: Array, steps: int) -> Array:
    """Return rows for all steps, straight between those at `kept`; after the last one, as there."""
    every = np.arange(steps + 1)
    return np.stack([np.interp(every, kept, column) for column in columns.T], axis=1)


class _Spread:
    """Sums from which the variance of a path follows, of the path itself and of its picture on the plane."""

    def __init__(self, section: PlaneSection) -> None:
        self._gram = section.gram
        self._first: tuple[Array, Array] | None = None
        self._rows = 0
        self._whole: Array | float = 0.0
        self._squares = 0.0
        self._seen: Array | float = 0.0
        self._products: Array | float = 0.0

    def add(self, positions: Array, nearest: Array) -> None:
        sound = np.isfinite(positions).all(axis=1)
        if not sound.any():
            return
        if self._first is None:
            first = int(np.flatnonzero(sound)[0])
            self._first = positions[first].copy(), nearest[first].copy()
        with np.errstate(all="ignore"):
            # Measured from the first position, so that little is lost far from zero.
            away, seen = positions[sound] - self._first[0], nearest[sound] - self._first[1]
            self._rows += len(away)
            self._whole = self._whole + away.sum(axis=0)
            self._squares += float(np.einsum("kn,kn->", away, away))
            self._seen = self._seen + seen.sum(axis=0)
            self._products = self._products + seen.T @ seen

    def share(self) -> float | None:
        """Return the part of the variance that is seen on the plane; None of a point that has not moved."""
        if self._rows < 2:
            return None
        with np.errstate(all="ignore"):
            variance = self._squares - float(np.sum(np.square(self._whole))) / self._rows
            seen = self._products - np.multiply.outer(self._seen, self._seen) / self._rows
            held = float(np.sum(self._gram * seen))
        if not (np.isfinite(variance) and np.isfinite(held)) or not variance > 1e-12 * self._squares:
            return None
        return min(max(held / variance, 0.0), 1.0)
