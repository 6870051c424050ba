"""Stores a long descent as checkpoints; positions between them are recomputed by repeating the steps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_stepper import BatchStepper, Checkpoint

Array = NDArray[np.float64]

KEPT_NUMBERS = 1 << 24
"""About how many numbers all checkpoints of a descent may hold, whatever its optimizer remembers."""
SEGMENT_NUMBERS = 1 << 20
"""Most numbers in the positions that are recomputed and kept at once."""


class Checkpoints:
    """Finds every row of a descent, to the bit, from the nearest checkpoint before it.

    Parameters
    ----------
    restart : returns the descent at its start
    rows : how many rows there can be
    coordinates : the number of coordinates of a point
    """

    def __init__(self, restart: Callable[[], BatchStepper], rows: int, coordinates: int) -> None:
        self._restart, self._coordinates = restart, coordinates
        self._interval = -(-rows // max(2, isqrt(rows)))
        self._most_rows = max(1, SEGMENT_NUMBERS // coordinates)
        self._numbers = 0
        self._kept: list[Checkpoint] = []
        self._rows = 0
        self._last: Array | None = None
        self._last_move = 0
        self._segment: tuple[int, Array, Array] | None = None

    @property
    def count(self) -> int:
        """How many checkpoints are kept."""
        return len(self._kept)

    def add(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint, unless the last one is near; if all are too many numbers then, every other one goes."""
        if self._kept and checkpoint.step - self._kept[-1].step < self._interval:
            return
        # Another list each time, as other threads may be looking for a row.
        kept = [*self._kept, checkpoint]
        self._numbers += numbers_in(checkpoint)
        while self._numbers > KEPT_NUMBERS and len(kept) > 2:
            kept = kept[::2]
            self._interval *= 2
            self._numbers = sum(map(numbers_in, kept))
        self._kept = kept

    def extend(self, positions: Array) -> None:
        """Register the next rows, of shape (k, n), without storing them."""
        before = positions[:1] if self._last is None else self._last[np.newaxis]
        moved = (np.concatenate([before, positions[:-1]]) != positions).any(axis=1)
        if moved.any():
            self._last_move = self._rows + int(np.flatnonzero(moved)[-1])
        self._last = positions[-1].copy()
        self._rows += len(positions)

    @property
    def last_move(self) -> int:
        """The last row so far whose position differs from that of the row before; 0 if there is none."""
        return self._last_move

    def rows(self, steps: Iterable[int]) -> tuple[Array, Array]:
        """Return positions and gradients of these rows, both of shape (k, n)."""
        wanted = list(steps)
        positions = np.empty((len(wanted), self._coordinates))
        gradients = np.empty_like(positions)
        # In the order of the rows, so that no segment is computed twice.
        for place in sorted(range(len(wanted)), key=wanted.__getitem__):
            first, left, seen = self._segment_of(wanted[place])
            positions[place] = left[wanted[place] - first]
            gradients[place] = seen[wanted[place] - first]
        return positions, gradients

    def _segment_of(self, step: int) -> tuple[int, Array, Array]:
        """Return some rows, `step` among them, between two checkpoints, and the number of the first."""
        # Several threads may ask: what another one keeps meanwhile must not be taken for one's own.
        segment, kept = self._segment, self._kept
        if segment is not None and segment[0] <= step < segment[0] + len(segment[1]):
            return segment
        number = bisect_right(kept, step, key=lambda checkpoint: checkpoint.step) - 1
        begin = kept[number]
        first = step - (step - begin.step) % self._most_rows
        end = kept[number + 1].step if number + 1 < len(kept) else self._rows
        block = self._restart()
        block.resume(begin)
        self._discard(block, first)
        positions = np.empty((min(end - first, self._most_rows), self._coordinates))
        gradients = np.empty_like(positions)
        block.advance(positions, gradients)
        self._segment = segment = first, positions, gradients
        return segment

    def _discard(self, block: BatchStepper, steps: int) -> None:
        """Take steps without keeping them."""
        while block.step < steps:
            rows = min(self._most_rows, steps - block.step)
            block.advance(np.empty((rows, self._coordinates)), np.empty((rows, self._coordinates)))


def numbers_in(value: Any) -> int:
    """Return how many numbers the arrays of a checkpoint, or of a part of one, hold."""
    if isinstance(value, tuple):
        return sum(map(numbers_in, value))
    return value.size if isinstance(value, np.ndarray) else 0
