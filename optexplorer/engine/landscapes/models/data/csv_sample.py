"""Rows of a table that is too long to be kept, drawn at random while it is read."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence

import numpy as np

from optexplorer.engine.landscapes.models.data.base import Array


class RowSample:
    """Keeps at most `capacity` rows; each row that is added is among them with the same probability.

    The memory taken is that of the rows kept. Equal rows in equal order give the same sample.

    References
    ----------
    Vitter (1985), Random sampling with a reservoir, Algorithm R.
    """

    def __init__(self, capacity: int, columns: int) -> None:
        self._capacity, self._columns = capacity, columns
        self._random = random.Random(0)
        self._values = array("d")
        self._numbers = array("q")
        self.added = 0

    def add(self, row: Sequence[float]) -> None:
        """Add a row of as many numbers as there are columns."""
        if len(self._numbers) < self._capacity:
            self._values.extend(row)
            self._numbers.append(self.added)
        else:
            place = int(self._random.random() * (self.added + 1))
            if place < self._capacity:
                first = place * self._columns
                self._values[first : first + self._columns] = array("d", row)
                self._numbers[place] = self.added
        self.added += 1

    def table(self) -> Array:
        """Return the rows kept, shape (rows, columns), in the order in which they were added."""
        table = np.array(self._values, dtype=np.float64).reshape(-1, self._columns)
        found: Array = table[np.argsort(np.array(self._numbers, dtype=np.int64))]
        return found
