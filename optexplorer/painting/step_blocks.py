"""The steps of a race in blocks that are painted one after the other, so that what happened later lies on top."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PER_DOUBLING = 8
"""Blocks of the same length in the beginning, and from then on blocks while the steps double."""


class StepBlocks:
    """Blocks of steps of all paths. The longer a race, the less is it seen which path was where first.

    Parameters
    ----------
    shortest : the number of steps of the first blocks
    """

    def __init__(self, shortest: int) -> None:
        equal = np.arange(PER_DOUBLING)
        longer = [(PER_DOUBLING + equal) * (shortest << k) for k in range(40)]
        self.begins: NDArray[np.int64] = np.concatenate([equal * shortest, *longer])
        """The steps after which the blocks begin."""

    def complete(self, playhead: int) -> int:
        """Return how many blocks stay as they are when the playhead moves on."""
        return int(np.searchsorted(self.begins, max(playhead - 1, 0), side="right")) - 1

    def steps(self, block: int) -> tuple[int, int]:
        """Return the step after which a block begins, and its last step."""
        return int(self.begins[block]), int(self.begins[block + 1])


BLOCKS = StepBlocks(512)
"""The blocks in which paths are painted, on map and surface alike."""
