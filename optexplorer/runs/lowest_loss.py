"""The loss from which the losses of a study are measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape

Array = NDArray[np.float64]


def lowest_loss(landscape: Landscape, starts: Array) -> tuple[float, float]:
    """Return the lowest known loss, and how high the highest of the starts, shape (k, n), lies above it.

    Where no minimum is known the lowest loss is zero, or that of the lowest start where that is negative. The height is
    never zero.
    """
    with np.errstate(all="ignore"):
        first = np.asarray(landscape.value(np.ascontiguousarray(starts.T)))
    first = first[np.isfinite(first)]
    known = landscape.global_minimum
    base = min(0.0, float(first.min(initial=0.0))) if known is None else known
    height = float(first.max(initial=base)) - base
    return base, height if height > 0 else max(abs(base), 1.0)
