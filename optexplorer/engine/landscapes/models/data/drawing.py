"""Random numbers of synthetic data, drawn so that a slider moves points and never shuffles them.

Each quantity has a stream of its own, so that the first examples stay as they are when there are more of them, and the
noise is drawn with standard deviation 1 and multiplied afterwards.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.data.base import Array

_STEP = (5**0.5 - 1) / 2
"""The golden ratio's fraction: its multiples, less their whole parts, leave no gaps and no crowds."""


def uniform(seed: int, stream: int, count: int) -> Array:
    """Return `count` random numbers, evenly distributed from 0 to 1."""
    return np.random.default_rng([seed, stream]).random(count)


def normal(seed: int, stream: int, count: int, columns: int = 1) -> Array:
    """Return random numbers of mean 0 and standard deviation 1, shape (count, columns)."""
    return np.random.default_rng([seed, stream]).standard_normal((count, columns))


def spread(seed: int, stream: int, places: NDArray[np.intp]) -> Array:
    """Return numbers from 0 to 1 for the places 0, 1, 2, ... in a class: spread evenly, however many there are."""
    start = np.random.default_rng([seed, stream]).random()
    found: Array = np.modf(start + _STEP * places)[0]
    return found


def first_are_outliers(count: int, outliers: int) -> int:
    """Return how many of the first examples lie far off: never more than half of all."""
    return min(outliers, count // 2)


def labels(count: int, classes: int, wrong: int) -> tuple[Array, Array]:
    """Return which class each example is drawn from, and which its label says: classes take turns, so each has some.

    Parameters
    ----------
    count : examples; at least as many as classes
    wrong : how many of the first examples have the label of the next class. Never more than a quarter of all, and so
        few that each class keeps an example.
    """
    true = np.arange(count) % classes
    said = true.copy()
    changed = min(wrong, count // 4, count - classes)
    said[:changed] = (said[:changed] + 1) % classes
    return true.astype(np.float64), said.astype(np.float64)
