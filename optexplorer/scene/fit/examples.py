"""Which examples of the data a fit draws: all of them, or a random sample of many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.weak_cache import cached_with_first

MOST_DRAWN = 2000
"""Of more examples, a random sample of so many is drawn."""
_SEED = 0


@dataclass(frozen=True, eq=False)
class DrawnExamples:
    """The examples that are drawn.

    Attributes
    ----------
    data : all examples
    places : shape (k,), which of them are drawn, in rising order
    held_out : shape (k,), which of those drawn are kept from training
    """

    data: Dataset
    places: NDArray[np.intp]
    held_out: NDArray[np.bool_]

    @property
    def inputs(self) -> NDArray[np.float64]:
        """The inputs of those drawn, shape (k, features), in the units of the data."""
        inputs: NDArray[np.float64] = self.data.inputs[self.places]
        return inputs

    @property
    def targets(self) -> NDArray[np.float64]:
        """The targets of those drawn, shape (k,)."""
        targets: NDArray[np.float64] = self.data.targets[self.places]
        return targets

    @property
    def thinned(self) -> bool:
        """Whether these are only a sample."""
        return len(self.places) < self.data.examples


@cached_with_first(1)
def drawn_examples(landscape: ModelLandscape) -> DrawnExamples:
    """Return the examples that a fit of this landscape draws; of many, the same random sample every time."""
    count = landscape.data.examples
    held_out = np.zeros(count, dtype=bool)
    held_out[landscape.held_out_places] = True
    places = np.arange(count)
    if count > MOST_DRAWN:
        places = np.sort(np.random.default_rng(_SEED).choice(count, MOST_DRAWN, replace=False))
    return DrawnExamples(landscape.data, places, held_out[places])
