"""Stores a long descent as checkpoints; positions between them are recomputed by repeating the steps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_stepper import BatchStepper, Checkpoint

Array = NDArray[np.float64]

KEPT_NUMBERS = 1 << 22
"""About how many numbers all checkpoints of a descent may hold."""
NUMBERS_PER_COORDINATE = 4
"""What an optimizer remembers per coordinate, its position included, in the mean."""


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
        most = max(2, min(isqrt(rows), KEPT_NUMBERS // (NUMBERS_PER_COORDINATE * coordinates)))
        self._interval = -(-rows // most)
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
        """Keep a checkpoint, unless the last one is near."""
        if not self._kept or checkpoint.step - self._kept[-1].step >= self._interval:
            self._kept.append(checkpoint)

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
        """Return the rows from the checkpoint before `step` to the next one, and the number of the first."""
        number = bisect_right(self._kept, step, key=lambda checkpoint: checkpoint.step) - 1
        begin = self._kept[number]
        end = self._kept[number + 1].step if number + 1 < len(self._kept) else self._rows
        # Several threads may ask: what another one keeps meanwhile must not be taken for one's own.
        segment = self._segment
        if segment is None or segment[0] != begin.step or len(segment[1]) < end - begin.step:
            block = self._restart()
            if not block.resume(begin):
                self._discard(block, begin.step)
            positions = np.empty((end - begin.step, self._coordinates))
            gradients = np.empty_like(positions)
            block.advance(positions, gradients)
            self._segment = segment = begin.step, positions, gradients
        return segment

    def _discard(self, block: BatchStepper, steps: int) -> None:
        """Take steps without keeping them."""
        while block.step < steps:
            rows = min(self._interval, steps - block.step)
            block.advance(np.empty((rows, self._coordinates)), np.empty((rows, self._coordinates)))
