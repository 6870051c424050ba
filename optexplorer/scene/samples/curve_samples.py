"""A landscape of one coordinate on a grid: its losses over an interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.scene.samples.surface_samples import LARGEST, HeightScale, differ, height_scale

Array = NDArray[np.float64]
Interval = tuple[float, float]
POINTS = 1601
"""Points along the curve."""


@dataclass(frozen=True, eq=False)
class CurveSamples:
    """One interval of a landscape of one coordinate.

    Attributes
    ----------
    landscape : what is drawn: the landscape itself, or its section by a line
    scale : maps the losses of this interval to heights from 0 to 1
    x, loss : shape (points,)
    """

    landscape: Landscape
    scale: HeightScale
    x: Array
    loss: Array

    @property
    def interval(self) -> Interval:
        """The part of the line that is shown: (low, high)."""
        return float(self.x[0]), float(self.x[-1])

    @cached_property
    def typical_slope(self) -> float:
        """The median steepness over the interval, from the curve; 1 where nothing is finite."""
        with np.errstate(all="ignore"):
            slope = np.abs(np.diff(self.loss) / np.diff(self.x))
        slope = slope[np.isfinite(slope) & (slope > 0)]
        return float(np.median(slope)) if slope.size else 1.0


def sample_curve(
    landscape: Landscape,
    scale: Literal["auto", "linear", "log"] = "auto",
    interval: Interval | None = None,
) -> CurveSamples:
    """Return the curve of a landscape of one coordinate, over its domain or another `interval`.

    A logarithmic scale always has the lowest loss of the whole domain at its bottom.
    """
    x, loss = _sampled(landscape, landscape.domain[0])
    whole = height_scale(landscape, loss, scale)
    if interval is not None:
        x, loss = _sampled(landscape, interval)
    return curve_of(landscape, whole, x, loss, interval)


def curve_of(
    landscape: Landscape, whole: HeightScale, x: Array, loss: Array, interval: Interval | None
) -> CurveSamples:
    """Return the curve of losses that are known, over `interval` or the domain, of which `whole` is the scale."""
    if interval is None:
        return CurveSamples(landscape, whole, x, loss)
    finite = loss[np.isfinite(loss)].clip(-LARGEST, LARGEST)
    if not finite.size:
        return CurveSamples(landscape, whole, x, loss)
    low, high = float(finite.min()), float(finite.max())
    if whole.kind == "log":
        low = min(low, whole.low)
    if not differ(low, high):
        high = low + 1e-12 * (abs(low) or 1.0)
    return CurveSamples(landscape, HeightScale(whole.kind, low, high, whole.knee), x, loss)


def _sampled(landscape: Landscape, interval: Interval) -> tuple[Array, Array]:
    x = np.linspace(*interval, POINTS)
    with np.errstate(all="ignore"):
        return x, np.array(landscape.value(x[None]), dtype=np.float64)
