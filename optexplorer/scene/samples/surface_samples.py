"""A landscape of two coordinates on a grid: losses, heights, contour lines and filled bands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.scene.geometry.ticks import linear_ticks
from optexplorer.scene.samples.grid_interpolation import refined

Array = NDArray[np.float64]
GRID = 161
"""Points along each side of the grid."""
MOST_CROSSINGS = 300_000
"""Times that the edges of the grid may cross a level; beyond it contours are a tangle that takes minutes to fill."""
LARGEST = 1e307
"""Losses further from zero are drawn as if they were this far, so that their differences are finite."""
_DIGITS = ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8))
"""First digits of round numbers, coarse to fine."""
_SMALLEST_KNEE = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class HeightScale:
    """Maps a loss to a height in [0, 1], linearly or logarithmically.

    Logarithmic: log(1 + (loss − low) / knee), so it is linear below `knee` and defined at the minimum.
    """

    kind: Literal["linear", "log"]
    low: float
    high: float
    knee: float = 1.0

    def height(self, loss: Array) -> Array:
        """Return the heights of losses of any shape; in [0, 1] between `low` and `high`."""
        span = self.high - self.low
        loss = np.clip(np.asarray(loss, dtype=np.float64), -LARGEST, LARGEST)
        above = np.maximum(loss - self.low, 0.0)
        # Far above a very small span, the height is infinite.
        with np.errstate(over="ignore"):
            if self.kind == "linear":
                return above / span
            return np.log1p(above / self.knee) / math.log1p(span / self.knee)

    def height_below_too(self, loss: Array) -> Array:
        """Return the heights of losses of any shape; below `low` they fall in proportion, below 0."""
        with np.errstate(over="ignore", invalid="ignore"):
            below = (loss - self.low) / (self.high - self.low)
        return np.where(below < 0, below, self.height(loss))

    def loss(self, height: float) -> float:
        """Return the loss at `height`: the inverse of `height`."""
        span = self.high - self.low
        if self.kind == "linear":
            return self.low + height * span
        return self.low + self.knee * math.expm1(height * math.log1p(span / self.knee))

    def losses(self, height: Array) -> Array:
        """Return the losses at heights of any shape."""
        span = self.high - self.low
        if self.kind == "linear":
            return self.low + height * span
        return self.low + self.knee * np.expm1(height * math.log1p(span / self.knee))

    def resolution(self, loss: float) -> float:
        """Return the difference of losses, about `loss`, that shows as 1/500 of the whole height."""
        height = float(self.height(np.array(loss)))
        return self.loss(height + 0.002) - self.loss(height)

    def ticks(self, most: int) -> list[float]:
        """Return round losses between low and high that lie apart when drawn: at least two, if there are so many."""
        chosen: list[float] = []
        for count in (most, 2 * most, 4 * most):
            chosen = self._ticks(count)
            if len(chosen) > 1:
                break
        return chosen

    def _ticks(self, most: int) -> list[float]:
        tells_ratios = self.kind == "log" and self.knee >= self.low > 0
        # A short piece of a logarithm is a straight line, nearly.
        if self.kind == "linear" or (tells_ratios and self.high < 2 * self.low):
            return [v for v in linear_ticks(self.low, self.high, most + 1) if self.low < v < self.high]
        if tells_ratios:
            return self._ratio_ticks(most)
        lowest = self.knee / 4
        first, last = math.floor(math.log10(lowest)), math.ceil(math.log10(self.high - self.low))
        chosen: list[float] = []
        reached = 0.0
        for digit, power in ((f, k) for k in range(first, last + 1) for f in (1, 2, 5)):
            # A round loss near this far above the lowest: 3 and 50 more give 50, not 53.
            value = round(self.low + digit * 10.0**power, -power)
            at = float(self.height(np.array(value)))
            far = at - reached >= 1 / (most + 1) and value > (chosen[-1] if chosen else self.low)
            if digit * 10.0**power >= lowest and far and at < 1:
                chosen.append(value)
                reached = at
        return chosen

    def _ratio_ticks(self, most: int) -> list[float]:
        """Return the roundest losses of which there are enough, where heights tell losses by their ratios."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        chosen: list[float] = []
        for digits in _DIGITS:
            chosen, reached = [], 0.0
            for value in (float(f"{digit}e{power}") for power in range(first, last + 1) for digit in digits):
                at = float(self.height(np.array(value)))
                if self.low < value < self.high and at - reached >= 1 / (most + 1):
                    chosen.append(value)
                    reached = at
            if 2 * len(chosen) >= most:
                break
        return chosen


@dataclass(frozen=True, eq=False)
class ContourLine:
    """The curves of one loss: a tuple of polylines, each of shape (k, 2)."""

    loss: float
    height: float
    curves: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Band:
    """All points at `height` and above: polygons with holes, each ring of shape (k, 2)."""

    height: float
    polygons: tuple[tuple[Array, ...], ...]


@dataclass(frozen=True, eq=False)
class SurfaceSamples:
    """One window of a landscape of two coordinates.

    Attributes
    ----------
    landscape : what is drawn: the landscape itself, or its section by a plane
    x, y : shape (columns,), (rows,)
    loss, height : shape (rows, columns); height in [0, 1], NaN where the loss is not finite
    tangled : whether it varies too quickly for contours: lines and bands tell only their heights then, and what is
        painted are the heights on the grid
    """

    landscape: Landscape
    scale: HeightScale
    x: Array
    y: Array
    loss: Array
    height: Array
    lines: tuple[ContourLine, ...]
    bands: tuple[Band, ...]
    tangled: bool = False

    @property
    def window(self) -> tuple[float, float, float, float]:
        """The part of the plane that is shown: (x low, x high, y low, y high)."""
        return float(self.x[0]), float(self.x[-1]), float(self.y[0]), float(self.y[-1])

    @cached_property
    def filled_height(self) -> Array:
        """The heights with NaN replaced by 1, shape (rows, columns)."""
        return np.nan_to_num(self.height, nan=1.0)

    @cached_property
    def typical_slope(self) -> float:
        """The median norm of the gradient over the window, from the grid; 1 where nothing is finite."""
        with np.errstate(all="ignore"):
            down, across = np.gradient(self.loss, self.y, self.x)
            slope = np.hypot(down, across)
        slope = slope[np.isfinite(slope) & (slope > 0)]
        return float(np.median(slope)) if slope.size else 1.0

    def height_at(self, points: Array) -> Array:
        """Return the height of the drawn surface at points of shape (k, 2), interpolated in its cells.

        The interpolation follows the two triangles into which each cell of the drawn mesh is split, so a
        path at this height lies exactly on the mesh. Points outside the window take the height of its edge.
        """
        # Unlike np.clip, this takes NaN to 0.
        u = np.fmin(np.fmax((points[:, 0] - self.x[0]) / (self.x[1] - self.x[0]), 0), len(self.x) - 1)
        v = np.fmin(np.fmax((points[:, 1] - self.y[0]) / (self.y[1] - self.y[0]), 0), len(self.y) - 1)
        i = np.minimum(u.astype(int), len(self.x) - 2)
        j = np.minimum(v.astype(int), len(self.y) - 2)
        p, q = u - i, v - j
        h = self.filled_height
        h00, h10, h01, h11 = h[j, i], h[j, i + 1], h[j + 1, i], h[j + 1, i + 1]
        lower = h00 + p * (h10 - h00) + q * (h11 - h10)
        upper = h00 + q * (h01 - h00) + p * (h11 - h01)
        height: Array = np.where(p >= q, lower, upper)
        return height


def sample_surface(
    landscape: Landscape,
    scale: Literal["auto", "linear", "log"] = "auto",
    window: tuple[float, float, float, float] | None = None,
    lines: int = 14,
    shades: int = 42,
) -> SurfaceSamples:
    """Return the samples of a landscape of two coordinates, over its domain or another `window`."""
    domain = (*landscape.domain[0], *landscape.domain[1])
    x, y = _axes(window or domain)
    loss = loss_on_grid(landscape, x, y)
    whole = loss if window is None else loss_on_grid(landscape, *_axes(domain))
    heights = height_scale(landscape, whole, scale)
    height = heights_of(loss, heights)
    levels, losses = np.linspace(0, 1, shades, endpoint=False), heights.ticks(lines)
    tangled = crossings(height, shades) > MOST_CROSSINGS
    return SurfaceSamples(
        landscape=landscape,
        scale=heights,
        x=x,
        y=y,
        loss=loss,
        height=height,
        lines=_without_curves(heights, losses) if tangled else contour_lines(x, y, loss, heights, losses),
        bands=tuple(Band(float(level), ()) for level in levels)
        if tangled
        else contour_bands(x, y, height, levels),
        tangled=tangled,
    )


def smooth_surface(
    landscape: Landscape,
    x: Array,
    y: Array,
    known: Array,
    scale: HeightScale,
    lines: int = 14,
    shades: int = 42,
) -> SurfaceSamples:
    """Return the samples over x, shape (columns,), and y, shape (rows,), from losses on a coarser grid.

    The heights between them are interpolated smoothly. Where a point of the grid is one of the coarser, its loss is exact.
    """
    height = between(heights_of(known, scale), len(y), len(x))
    loss, losses = scale.losses(height), scale.ticks(lines)
    exact = tuple(
        slice(None, None, (fine - 1) // (coarse - 1) if (fine - 1) % (coarse - 1) == 0 else fine)
        for fine, coarse in zip(loss.shape, known.shape, strict=True)
    )
    if loss[exact].shape == known.shape:
        loss[exact] = known
    return SurfaceSamples(
        landscape=landscape,
        scale=scale,
        x=x,
        y=y,
        loss=loss,
        height=height,
        lines=smooth_lines(x, y, height, scale, losses),
        bands=contour_bands(x, y, height, np.linspace(0, 1, shades, endpoint=False)),
    )


def between(height: Array, rows: int, columns: int) -> Array:
    """Return heights interpolated smoothly to a grid of (rows, columns), none higher or lower than those given."""
    found = refined(height, rows, columns)
    if not np.isfinite(height).any():
        return found
    return np.clip(found, np.nanmin(height), np.nanmax(height))


def smooth_lines(
    x: Array, y: Array, height: Array, scale: HeightScale, losses: Sequence[float]
) -> tuple[ContourLine, ...]:
    """Return the contour lines of some losses on a grid of heights."""
    levels = [float(scale.height(np.array(loss))) for loss in losses]
    found = contour_lines(x, y, height, HeightScale("linear", 0.0, 1.0), levels)
    at = dict(zip(levels, losses, strict=True))
    return tuple(ContourLine(at[line.loss], line.loss, line.curves) for line in found)


def heights_of(loss: Array, scale: HeightScale) -> Array:
    """Return the heights of losses of any shape, NaN where a loss is not finite."""
    return np.where(np.isfinite(loss), scale.height(np.nan_to_num(loss, posinf=scale.high)), np.nan)


def _without_curves(scale: HeightScale, losses: Sequence[float]) -> tuple[ContourLine, ...]:
    return tuple(ContourLine(loss, float(scale.height(np.array(loss))), ()) for loss in losses)


def crossings(height: Array, shades: int) -> int:
    """Return how often the edges of a grid of heights cross one of the levels between `shades` bands.

    So many corners their contours have, about.
    """
    band = np.floor(np.clip(np.nan_to_num(height), 0, 1) * shades)
    return int(sum(np.abs(np.diff(band, axis=axis)).sum() for axis in (0, 1)))


def _axes(window: tuple[float, float, float, float]) -> tuple[Array, Array]:
    return np.linspace(window[0], window[1], GRID), np.linspace(window[2], window[3], GRID)


def loss_on_grid(landscape: Landscape, x: Array, y: Array) -> Array:
    """Return the losses, shape (rows, columns), at all pairs of x of shape (columns,) and y of shape (rows,)."""
    with np.errstate(all="ignore"):
        return np.array(landscape.value(np.array(np.meshgrid(x, y))), dtype=np.float64)


def differ(low: float, high: float) -> bool:
    """Whether `high` is above `low` by more than what rounding makes of equal losses."""
    return high - low > 4 * float(np.spacing(max(abs(low), abs(high))))


def height_scale(landscape: Landscape, loss: Array, kind: Literal["auto", "linear", "log"]) -> HeightScale:
    """Return the scale of heights that suits losses of any shape sampled over the landscape's domain."""
    finite = loss[np.isfinite(loss)]
    if not finite.size:
        return HeightScale("linear", 0.0, 1.0)
    finite = finite.clip(-LARGEST, LARGEST)
    low, high = float(finite.min()), float(finite.max())
    inside = [m.value for m in landscape.minima]
    low = min([low, *inside])
    if not differ(low, high):
        high = low + max(1.0, 0.05 * abs(low))
    if (landscape.height_scale if kind == "auto" else kind) == "linear":
        return HeightScale("linear", low, high)
    # Smaller, and narrow valleys would be cut up by the grid; larger, and their floors would look flat.
    knee = max(float(np.quantile(finite - low, 0.004)), 3e-6 * (high - low), _SMALLEST_KNEE)
    if landscape.examples > 0 and low > 0:
        # Losses of models are compared by ratios: with this knee the height is log(loss / lowest).
        knee = max(knee, low)
    return HeightScale("log", low, high, knee)


def contour_lines(
    x: Array, y: Array, loss: Array, scale: HeightScale, losses: Sequence[float]
) -> tuple[ContourLine, ...]:
    """Return the contour lines of some losses; those that the grid does not show are left out."""
    from contourpy import contour_generator

    generator = contour_generator(x, y, np.ma.masked_invalid(loss))
    found = []
    for value in losses:
        curves = tuple(np.asarray(curve, dtype=np.float64) for curve in generator.lines(value))
        if curves:
            found.append(ContourLine(value, float(scale.height(np.array(value))), curves))
    return tuple(found)


def contour_bands(x: Array, y: Array, height: Array, levels: Iterable[float]) -> tuple[Band, ...]:
    """Return what lies at some heights and above; levels above which nothing lies are left out."""
    from contourpy import FillType, contour_generator

    generator = contour_generator(
        x, y, np.ma.masked_invalid(height), fill_type=FillType.OuterOffset, quad_as_tri=False
    )
    bands = []
    for level in levels:
        points, offsets, *_ = generator.filled(-1e-9 if level == 0 else level, 2.0)
        polygons = tuple(
            tuple(corners[a:b] for a, b in pairwise(ring.tolist()))
            for corners, ring in zip(points, offsets, strict=True)
            if corners is not None and ring is not None
        )
        if polygons:
            bands.append(Band(float(level), polygons))
    return tuple(bands)
