"""Which points of a path can be told apart on a grid."""

from __future__ import annotations

from threading import Lock

import numpy as np
from numpy.typing import NDArray

from optexplorer.scene.growing_array import GrowingArray

Array = NDArray[np.float64]


def changes_of_cell(points: Array, grain: float) -> NDArray[np.int64]:
    """Return the indices, without the first, of points of shape (k, n) that lie in another cell than the one before.

    Cells are those of a grid of width `grain`; points that are not finite, or far away, lie at its edges.
    """
    with np.errstate(all="ignore"):
        cell = np.round(np.nan_to_num(points, nan=-1e9, posinf=1e9, neginf=-1e9).clip(-1e9, 1e9) / grain)
    # By column: a path has few of them and many points.
    new = np.logical_or.reduce([column[1:] != column[:-1] for column in cell.T])
    return np.flatnonzero(new) + 1


class GrowingThinning:
    """The points of a growing path that can be told apart, found anew only of what has been added. Threads may share it."""

    def __init__(self, grain: float) -> None:
        self._grain = grain
        self._kept: GrowingArray[np.int64] = GrowingArray(np.int64)
        self._done = 0
        self._lock = Lock()

    def of(self, points: Array) -> NDArray[np.int64]:
        """Return the indices of the points kept: the first, and each that differs from the one before on the grid.

        Parameters
        ----------
        points : of shape (k, n); those asked for earlier or later are beginnings of these, or begin with them
        """
        with self._lock:
            if len(points) and not self._done:
                self._kept.append(np.zeros(1, dtype=np.int64))
                self._done = 1
            if len(points) > self._done:
                before = self._done - 1
                self._kept.append(changes_of_cell(points[before:], self._grain) + before)
                self._done = len(points)
            kept = self._kept.rows()
        return kept[: int(np.searchsorted(kept, len(points)))]
