"""Which part of the parameters' space is looked at first: one in which start and minimum are well seen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]

MARGIN = 1.5
"""How far the edge is from the minimum, in distances of the start from it."""
RISE = 2.0
"""By how much the loss rises up to the edge, in rises from the minimum to the start."""
MOST_UNEQUAL = 20.0
"""How many times as wide one side may be as another: beyond, a valley would be a line."""
FLAT = 1e-12
"""Curvatures that are such a part of the largest say nothing."""
NOTHING_KNOWN = 5.0
"""Half width where nothing says how wide a side should be."""
SMALLEST = 1e-100
"""Half widths up to this say as little as none: their powers of ten would be no numbers."""
SATURATED = 6.0
"""A weighted sum at which a bounded activation is flat."""
SLACK = 0.95
"""Part of what a side needs that a width which reads well may have."""
WIDTHS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Half widths of sides, times powers of ten."""


def framed(start: Array, minimum: Array, curvature: Array, rise: float) -> Domain:
    """Return a domain around a minimum that holds the start.

    All sides are equally wide, so that a ravine looks like one, as long as none would be `MOST_UNEQUAL` times as wide as
    its own parameter needs.

    Parameters
    ----------
    curvature : shape (n,), the second derivatives of the loss at the minimum
    rise : the loss at the start less that at the minimum
    """
    needed = MARGIN * np.abs(start - minimum)
    bent = curvature > FLAT * curvature.max()
    if rise > 0:
        needed[bent] = np.maximum(needed[bent], np.sqrt(2 * RISE * rise / curvature[bent]))
    widest = float(needed.max())
    if not SMALLEST < widest < math.inf:
        return around_zero(*np.maximum(NOTHING_KNOWN, MARGIN * np.abs(minimum)).tolist())
    halves = np.maximum(needed, widest / MOST_UNEQUAL) if _unequal(needed) else np.full(len(needed), widest)
    return tuple(_side(float(at), float(half)) for at, half in zip(minimum, halves, strict=True))


def _unequal(needed: Array) -> bool:
    return float(needed.max()) > MOST_UNEQUAL * float(needed.min())


def around_zero(*reaches: float) -> Domain:
    """Return a domain whose sides reach at least so far to both sides of zero."""
    halves = [_wide(reach) if SMALLEST < reach < math.inf else NOTHING_KNOWN for reach in reaches]
    return tuple((-half, half) for half in halves)


def _side(middle: float, half: float) -> tuple[float, float]:
    half = _wide(half)
    power = 10.0 ** math.floor(math.log10(half))
    # The middle moves by an eighth of the half width at most, to where both edges read well.
    unit = power if half >= 4 * power else power / 2 if half >= 2 * power else power / 4
    middle = round(middle / unit) * unit
    digits = 2 - math.floor(math.log10(half))
    return round(middle - half, digits), round(middle + half, digits)


def _wide(half: float) -> float:
    """Return the next width that reads well."""
    power = 10.0 ** math.floor(math.log10(half))
    return next(width for width in WIDTHS if width * power >= half * SLACK) * power
