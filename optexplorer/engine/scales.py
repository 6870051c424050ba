"""Characteristic lengths and slopes of a landscape, so that tolerances do not depend on its units."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

SAMPLES = 32
"""Points of the domain at which gradients are compared."""
FEWEST_SAMPLES = 4
"""The same where a gradient takes long."""
WORK = 200_000_000
"""Products of examples and parameters up to which all samples are taken: about a quarter of a second."""
SMALL_SHARE = 0.1
"""The share of the sampled gradients that are smaller than the typical one: steep walls do not count."""


def domain_size(landscape: Landscape) -> float:
    """Return the root mean square of the widths of the domain, a length."""
    widths = [high - low for low, high in landscape.domain]
    return math.hypot(*widths) / math.sqrt(len(widths))


@cached_with_first(1)
def typical_gradient(landscape: Landscape) -> float:
    """Return a gradient norm that is small for this landscape but not extraordinary.

    It is the lower decile of the gradients' norms at fixed points of the domain, those left out where the gradient is
    zero or not finite; 1 if none is left. It grows in proportion to the loss and against the size of the domain.
    """
    low, high = np.array(landscape.domain, dtype=np.float64).T[..., np.newaxis]
    with np.errstate(all="ignore"):
        places = _places(len(low))[:, : _samples(landscape)]
        gradients = landscape.gradient(low + places * (high - low))
        largest = np.abs(gradients).max(axis=0)
        norms = largest * np.sqrt(((gradients / largest) ** 2).sum(axis=0))
    norms = np.sort(norms[np.isfinite(norms)])
    return float(norms[int(SMALL_SHARE * norms.size)]) if norms.size else 1.0


def _samples(landscape: Landscape) -> int:
    work = max(1, landscape.examples * landscape.dimension)
    return min(max(WORK // work, FEWEST_SAMPLES), SAMPLES)


@lru_cache(maxsize=16)
def _places(n: int) -> Array:
    """Return fixed points of the unit cube, shape (n, SAMPLES)."""
    return np.random.default_rng(0).random((n, SAMPLES))
