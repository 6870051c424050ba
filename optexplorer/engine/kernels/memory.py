"""What is remembered of the points that descend together: rows of one buffer, a column for each point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Which row of the buffer holds what.

    One after the other: the position, the position before it, the number of the point, the row at which it reached the
    target (−1: not yet), what the optimizer keeps, and the settings that differ from point to point.

    Attributes
    ----------
    dimension : the number of coordinates n
    kept : how many rows the optimizer's state needs
    settings : the settings that differ from point to point
    has_target : whether a target is looked for
    """

    dimension: int
    kept: int
    settings: tuple[str, ...]
    has_target: bool

    @property
    def before(self) -> int:
        return self.dimension

    @property
    def place(self) -> int:
        return 2 * self.dimension

    @property
    def reached(self) -> int:
        return self.place + 1

    @property
    def state(self) -> int:
        return self.place + 2

    def setting(self, name: str) -> int:
        return self.state + self.kept + self.settings.index(name)

    def first_row(self, kind: str, name: Any) -> int:
        """Return the first row of what a program reads: "x", "kept" by its first row, or "setting" by its name."""
        if kind == "x":
            return 0
        return self.state + int(name) if kind == "kept" else self.setting(name)

    @property
    def rows(self) -> int:
        return self.state + self.kept + len(self.settings)

    @property
    def results(self) -> int:
        """The rows of the results: position, steps, ending, and the row at which the target was reached."""
        return self.dimension + 3

    @property
    def numbers(self) -> int:
        """How many numbers of the end rule come before the formula's parameters.

        The middle of the domain and the reach from there, one per coordinate, the squares of the greatest gradient and of
        the longest step where a descent has converged, and the target.
        """
        return 2 * self.dimension + 3


_KEPT_SHARE = 0.75
"""Blocks are put together when fewer than this share of their columns are points that have not ended."""


_LINE = 8
"""Numbers in a line of the processor's cache."""
_PAGE = 512
"""Numbers after which lines of the first-level cache take each other's place."""


def rows_apart(rows: int, columns: int) -> Array:
    """Return an array of zeros of this shape whose rows begin with a line of the cache, each at another place in it."""
    stride = -(-columns // _PAGE) * _PAGE + 5 * _LINE
    whole = np.zeros(rows * stride + _LINE)
    first = -(whole.ctypes.data // whole.itemsize) % _LINE
    return whole[first : first + rows * stride].reshape(rows, stride)[:, :columns]


class Memory:
    """The memory of a chunk of points, in blocks of so many columns.

    Attributes
    ----------
    rows : shape (rows of the layout, columns)
    counts : how many points of each block have not ended; they are in its first columns
    """

    def __init__(self, rows: int, points: int, block: int) -> None:
        self.block = block
        self.most = points
        """How many points there is room for."""
        self.rows: Array = rows_apart(rows, -(-points // block) * block)
        self.counts: NDArray[np.int64] = self._counts_of(points)

    def begin(self, points: int) -> None:
        """Hold other points than before; their columns are the first ones."""
        self.counts = self._counts_of(points)

    def _counts_of(self, points: int) -> NDArray[np.int64]:
        counts = np.full(-(-points // self.block), self.block, dtype=np.int64)
        if points % self.block:
            counts[-1] = points % self.block
        return counts

    @property
    def left(self) -> int:
        """How many points have not ended."""
        return int(self.counts.sum())

    def columns(self) -> NDArray[np.intp]:
        """Return the columns of the points that have not ended."""
        starts = np.arange(len(self.counts)) * self.block
        parts = [np.arange(start, start + count) for start, count in zip(starts, self.counts, strict=True)]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.intp)

    def put_together(self) -> None:
        """Fill the blocks from the first on, if many of their points have ended."""
        left = self.left
        if left and left < _KEPT_SHARE * len(self.counts) * self.block:
            self.rows[:, :left] = self.rows[:, self.columns()]
            self.counts = self._counts_of(left)
