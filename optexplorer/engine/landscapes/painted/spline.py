"""A bicubic spline over a grid of heights: twice continuously differentiable, straight beyond its edges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optexplorer.engine.landscapes.base import Array

Weights = tuple[Any, ...]
"""Four floats, or four arrays of one shape."""


class Spline:
    """The surface that follows `heights`, shape (rows, columns), over a domain ((x low, x high), (y low, y high)).

    It is the sum of products of cubic B-splines with the heights as coefficients (de Boor, A Practical Guide to
    Splines, 1978, chapters 9 and 17): each height reaches two cells far and no farther, and the surface never swings
    beyond the heights around. It has no curvature across the edges, so that straight lines continue it without a
    break in the second derivative.
    """

    def __init__(self, heights: Array, domain: tuple[tuple[float, float], ...]) -> None:
        rows, columns = heights.shape
        self.axes = tuple(
            np.linspace(low, high, count) for (low, high), count in zip(domain, (columns, rows), strict=True)
        )
        self.cells = tuple(
            (high - low) / (count - 1) for (low, high), count in zip(domain, (columns, rows), strict=True)
        )
        self._low = tuple(low for low, _ in domain)
        self._last = (columns - 1, rows - 1)
        self._coefficients = np.ascontiguousarray(_continued(_continued(heights).T).T)

    def derivatives(self, x: Array, *orders: tuple[int, int]) -> Array:
        """Return derivatives, shape (len(orders), ...), at points `x` of shape (2, ...).

        Parameters
        ----------
        orders : how many times each is taken in x and in y, 0 to 2 times
        """
        x = np.asarray(x, dtype=np.float64)
        point = x.tolist() if x.ndim == 1 else []
        if point and all(map(math.isfinite, point)):
            # Python's floats are much faster for one point than arrays, and give the same bits.
            i, across = self._weights(point[0], 0, orders)
            j, along = self._weights(point[1], 1, orders)
            patch = self._coefficients[j : j + 4, i : i + 4].tolist()
            return np.array(_sums(patch, across, along, orders))
        result = np.empty((len(orders), *x.shape[1:]))
        with np.errstate(all="ignore"):
            columns, across = self._weights(x[0], 0, orders)
            rows, along = self._weights(x[1], 1, orders)
            flat, width = self._coefficients.reshape(-1), self._coefficients.shape[1]
            corner = rows * width + columns
            patch = [[flat[corner + (row * width + column)] for column in range(4)] for row in range(4)]
            for place, derivative in enumerate(_sums(patch, across, along, orders)):
                result[place] = derivative
        return result

    def _weights(
        self, x: Any, axis: int, orders: tuple[tuple[int, int], ...]
    ) -> tuple[Any, dict[int, Weights]]:
        """Return the first of the four B-splines that reach `x`, and their derivatives there by order."""
        cell, last = self.cells[axis], self._last[axis]
        u = (x - self._low[axis]) / cell
        if type(u) is float:
            within = min(max(u, 0.0), float(last))
            first: Any = min(int(within), last - 1)
        else:
            within = np.clip(u, 0.0, float(last))
            first = np.minimum(np.nan_to_num(within).astype(np.int64), last - 1)
        t, beyond = within - first, u - within
        wanted = {order[axis] for order in orders}
        found: dict[int, Weights] = {}
        slopes = _slopes(t) if wanted & {0, 1} else ()
        if 0 in wanted:
            found[0] = tuple(value + beyond * slope for value, slope in zip(_values(t), slopes, strict=True))
        if 1 in wanted:
            found[1] = tuple(slope / cell for slope in slopes)
        if 2 in wanted:
            found[2] = tuple(bend / (cell * cell) for bend in _bends(t))
        return first, found


def _sums(
    patch: Any, across: dict[int, Weights], along: dict[int, Weights], orders: tuple[tuple[int, int], ...]
) -> list[Any]:
    """Return the weighted sums of a patch of 4 x 4 coefficients, one per order of derivatives."""
    base = patch[1][1]
    # The weights add up to 1, those of derivatives to 0: flat ground is then exactly flat.
    above = [[coefficient - base for coefficient in row] for row in patch]
    return [
        base + _blended(across[a], along[b], above) if a == b == 0 else _blended(across[a], along[b], above)
        for a, b in orders
    ]


def _blended(across: Weights, along: Weights, patch: Any) -> Any:
    total: Any = 0.0
    for row in range(4):
        a, b, c, d = patch[row]
        total = total + along[row] * (across[0] * a + across[1] * b + across[2] * c + across[3] * d)
    return total


def _values(t: Any) -> Weights:
    s = 1.0 - t
    return (
        s * s * s / 6.0,
        (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
        (3.0 * s * s * s - 6.0 * s * s + 4.0) / 6.0,
        t * t * t / 6.0,
    )


def _slopes(t: Any) -> Weights:
    s = 1.0 - t
    return -s * s / 2.0, (3.0 * t - 4.0) * t / 2.0, (4.0 - 3.0 * s) * s / 2.0, t * t / 2.0


def _bends(t: Any) -> Weights:
    s = 1.0 - t
    return s, 3.0 * t - 2.0, 3.0 * s - 2.0, t


def _continued(heights: Array) -> Array:
    """Return the heights, shape (n, ...), with one more at each end of their first axis, in a straight line."""
    return np.concatenate([2 * heights[:1] - heights[1:2], heights, 2 * heights[-1:] - heights[-2:-1]])


def fitted(heights: Array) -> Array:
    """Return the heights whose spline passes where `heights`, shape (rows, columns), are samples of smooth ground.

    A step of deconvolution that reaches only to the neighbours: cubic ground is met exactly (de Boor and Fix 1973).
    """
    for _ in range(2):
        wide = _continued(heights)
        heights = (heights - (wide[:-2] - 2 * wide[1:-1] + wide[2:]) / 6).T
    return heights
