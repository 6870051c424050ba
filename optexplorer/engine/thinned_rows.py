"""Evenly spaced rows of a long descent, kept for its picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class ThinnedRows:
    """Positions and gradients of every `interval`-th row of a growing descent.

    Parameters
    ----------
    rows : how many rows there can be
    coordinates : the number of coordinates of a point
    most : how many numbers all positions may be
    """

    def __init__(self, rows: int, coordinates: int, most: int) -> None:
        self.interval = -(-rows // max(2, most // coordinates))
        kept = -(-rows // self.interval)
        self.positions, self.gradients = np.empty((kept, coordinates)), np.empty((kept, coordinates))

    def add(self, first: int, positions: Array, gradients: Array) -> None:
        """Keep those of the next rows, shape (k, n), that are due; `first` is the number of the first of them."""
        offset = -first % self.interval
        due = slice(offset, None, self.interval)
        place = (first + offset) // self.interval
        kept = positions[due]
        self.positions[place : place + len(kept)] = kept
        self.gradients[place : place + len(kept)] = gradients[due]
