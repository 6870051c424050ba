"""Numbers of a trajectory over its steps that charts and tables show, and between which values they lie."""

from __future__ import annotations

import math
from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import Descent, Trajectory, row_norms
from optexplorer.scene.geometry.ticks import discernible
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]


def values_of(trajectory: Trajectory, quantity: str) -> Array:
    """Return a quantity of a trajectory, shape (steps + 1,): `loss`, `lr`, `gradient`, or one of its measures."""
    return _values_from(trajectory, quantity, 0)


def value_at(trajectory: Trajectory, quantity: str, step: int) -> float:
    """Return a quantity of a trajectory after `step` steps."""
    if quantity == "gradient" and not trajectory.has_stored_norms:
        return float(row_norms(trajectory.gradient[step : step + 1])[0])
    return float(values_of(trajectory, quantity)[step])


def _values_from(trajectory: Trajectory, quantity: str, step: int) -> Array:
    if quantity == "lr":
        return trajectory.learning_rate[step:]
    if quantity == "loss":
        return trajectory.loss[step:]
    if quantity != "gradient":
        return trajectory.measures[quantity][step:]
    # Norms that are not stored are computed here, which takes time.
    whole = step == 0 or trajectory.has_stored_norms
    return trajectory.gradient_norm[step:] if whole else row_norms(trajectory.gradient[step:])


class Extent(NamedTuple):
    """Of a series of numbers, the first, the lowest and the highest."""

    first: float
    low: float
    high: float


def extent(trajectory: Trajectory, quantity: str, above: float = -math.inf) -> Extent | None:
    """Return the extent of the finite values of a quantity that are greater than `above`; None if there are none.

    Of a trajectory that has grown, only the new steps are looked at.
    """
    return _growing_extent(trajectory.descent, quantity, above).of(trajectory)


def discernible_loss(trajectories: Iterable[Trajectory]) -> float:
    """Return the difference that has to be told between the losses of trajectories; see `discernible`."""
    extents = [extent(trajectory, "loss") for trajectory in trajectories]
    return discernible(np.array([end for found in extents if found for end in (found.low, found.high)]))


class _GrowingExtent:
    def __init__(self, quantity: str, above: float) -> None:
        self._quantity, self._above = quantity, above
        self._rows = 0
        self._extent: Extent | None = None
        self._lock = Lock()

    def of(self, trajectory: Trajectory) -> Extent | None:
        rows = trajectory.steps + 1
        with self._lock:
            if rows < self._rows:
                return self._with(None, values_of(trajectory, self._quantity))
            if rows > self._rows:
                new = _values_from(trajectory, self._quantity, self._rows)
                self._extent, self._rows = self._with(self._extent, new), rows
            return self._extent

    def _with(self, before: Extent | None, new: Array) -> Extent | None:
        values = new[np.isfinite(new) & (new > self._above)]
        if not values.size:
            return before
        low, high = float(values.min()), float(values.max())
        if before is None:
            return Extent(float(values[0]), low, high)
        return Extent(before.first, min(before.low, low), max(before.high, high))


@cached_with_first(8)
def _growing_extent(descent: Descent, quantity: str, above: float) -> _GrowingExtent:
    return _GrowingExtent(quantity, above)
