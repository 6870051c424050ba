"""Loss, accuracy and the like along a descent; where they cost more than the steps, at evenly spaced rows only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape

Array = NDArray[np.float64]

FREE = 500_000
"""Products of examples and parameters up to which all examples are evaluated after every mini-batch."""
MOST_ROWS = 32
"""Most rows from one evaluation of all examples to the next."""


class Measurements:
    """The loss on all examples, and what the landscape measures beside it, of the rows of a growing descent.

    Of mini-batches of many examples every `interval`-th row is measured, and straight lines lead from one to the next.

    Parameters
    ----------
    rows : how many rows there can be
    sampled : whether the steps see mini-batches; a step that sees all examples costs more than to measure it
    """

    def __init__(self, landscape: Landscape, rows: int, sampled: bool) -> None:
        self._landscape = landscape
        work = landscape.examples * landscape.dimension
        self.interval = min(max(1, -(-work // FREE)), MOST_ROWS) if sampled else 1
        # The loss first.
        self._values = np.empty((1 + len(landscape.measures), rows))
        self.names = landscape.measures

    def shown(self, rows: int) -> int:
        """Return how many of the first rows can be shown of a descent under way: up to the last that is measured."""
        return rows - (rows - 1) % self.interval

    def add(self, first: int, positions: Array, sampled: Array | None) -> Array:
        """Measure the next rows, shape (k, n), the first of which has the number `first`; return their losses.

        Rows that are not measured have the loss of their mini-batch, `sampled`, in what is returned.
        """
        due = np.arange(first + -first % self.interval, first + len(positions), self.interval)
        found = self._measure(positions[due - first]) if len(due) else np.empty((len(self._values), 0))
        for row, values in zip(due.tolist(), found.T, strict=True):
            self._set(row, values)
        losses = self._values[0, first : first + len(positions)]
        if self.interval == 1 or sampled is None:
            return losses
        mixed = sampled.copy()
        mixed[due - first] = found[0]
        return mixed

    def finish(self, row: int, position: Array) -> None:
        """Measure the last row of the descent, at `position` of shape (n,), between two of those that are due."""
        self._set(row, self._measure(position[np.newaxis])[:, 0])

    def loss(self, rows: int) -> Array:
        """Return the losses of the first rows."""
        return self._values[0, :rows]

    def named(self, rows: int) -> dict[str, Array]:
        """Return what is measured beside the loss, of the first rows."""
        return {name: row[:rows] for name, row in zip(self.names, self._values[1:], strict=True)}

    def _measure(self, positions: Array) -> Array:
        columns = np.ascontiguousarray(positions.T)
        with np.errstate(all="ignore"):
            loss, others = self._landscape.value_and_measures(columns)
        return np.concatenate([loss[np.newaxis], others])

    def _set(self, row: int, values: Array) -> None:
        """Write a measured row, and the straight line to it from the last one before."""
        between = (row - 1) % self.interval if row else 0
        before = row - between - 1
        if between:
            share = np.arange(1, between + 1) / (between + 1)
            begin = self._values[:, before, np.newaxis]
            with np.errstate(all="ignore"):
                self._values[:, before + 1 : row] = begin + share * (values[:, np.newaxis] - begin)
        self._values[:, row] = values
