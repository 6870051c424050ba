"""Many starts on a landscape: spread evenly, the same every time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.models.landscape import ModelLandscape

Array = NDArray[np.float64]
SEEDS = 2**32


def spread_starts(landscape: Landscape, count: int) -> Array:
    """Return starts, shape (count, n); a single one is the landscape's own.

    Several fill the domain evenly, without falling into rows: quasi-random points (see `quasi_random`). Of a model whose
    initial weights are random, they are initial weights of consecutive seeds, the first being its own.
    """
    own = np.array([landscape.start], dtype=np.float64)
    if count == 1:
        return own
    if isinstance(landscape, ModelLandscape):
        initial = initial_weights(landscape, count)
        if initial is not None:
            return initial
    low, high = np.array(landscape.domain, dtype=np.float64).T
    starts: Array = low + (high - low) * quasi_random(count, landscape.dimension)
    return starts


def initial_weights(landscape: ModelLandscape, count: int) -> Array | None:
    """Return initial weights of a model, shape (count, n); None if they are not random."""
    model = landscape.definition.model
    seed = getattr(model, "seed", None)
    if not isinstance(seed, int):
        return None
    training = landscape.data.part(landscape.training_places)
    others = (model.model_copy(update={"seed": (seed + k) % SEEDS}) for k in range(count))
    return np.array([other.predictor(training).initial() for other in others])


MOST_EVEN = 6
"""Coordinates up to which the recurrence fills a cube evenly; beyond, random points do as well."""


def quasi_random(count: int, dimension: int) -> Array:
    """Return points of the unit cube, shape (count, dimension), that fill it more evenly than random ones.

    Always the same points; those of a smaller count are the first of them.

    The additive recurrence of the generalised golden ratio: M. Roberts (2018), The unreasonable effectiveness of
    quasirandom sequences.
    """
    if dimension > MOST_EVEN:
        return np.random.default_rng(0).random((count, dimension))
    ratio = 2.0
    for _ in range(64):
        # The root of x^(dimension + 1) = x + 1.
        ratio = (1 + ratio) ** (1 / (dimension + 1))
    steps = ratio ** -np.arange(1.0, dimension + 1)
    return (0.5 + np.arange(1, count + 1)[:, np.newaxis] * steps) % 1.0
