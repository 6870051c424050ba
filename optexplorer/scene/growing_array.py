"""An array to which rows are appended while what has been read of it stays as it is."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Number = TypeVar("Number", bound=np.generic)

FEWEST = 256
"""Rows for which there is room at first."""
GROWTH = 1.5
"""How many times as many rows there is room for when the buffer is full."""


class GrowingArray(Generic[Number]):
    """Rows of numbers in a buffer that is larger than they need, so that appending costs what the new rows cost.

    Parameters
    ----------
    shape : of one row
    """

    def __init__(self, dtype: DTypeLike, shape: tuple[int, ...] = ()) -> None:
        self._buffer: NDArray[Any] = np.empty((0, *shape), dtype=dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, rows: NDArray[Number]) -> None:
        """Append `rows`, shape (k, …)."""
        count = self._count + len(rows)
        if count > len(self._buffer):
            room = max(count, FEWEST, int(GROWTH * len(self._buffer)))
            # Memory that is not written to yet takes no room.
            larger = np.empty((room, *self._buffer.shape[1:]), dtype=self._buffer.dtype)
            larger[: self._count] = self._buffer[: self._count]
            self._buffer = larger
        self._buffer[self._count : count] = rows
        self._count = count

    def rows(self, count: int | None = None) -> NDArray[Number]:
        """Return the first `count` rows, or all, read-only; rows that are appended later do not change them."""
        view: NDArray[Number] = self._buffer[: self._count if count is None else count]
        view.setflags(write=False)
        return view
