"""A natural bicubic spline through a grid of heights: twice continuously differentiable, straight beyond its edges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optexplorer.engine.landscapes.base import Array

Weights = tuple[Any, ...]
"""Four floats, or four arrays of one shape."""


class Spline:
    """The surface through `heights`, shape (rows, columns), over a domain ((x low, x high), (y low, y high)).

    It is a sum of products of cubic B-splines (de Boor, A Practical Guide to Splines, 1978, chapters 4 and 17), with
    no curvature across the edges, so that straight lines continue it without a break in the second derivative.
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
        self._coefficients = np.ascontiguousarray(_coefficients(_coefficients(heights).T).T)

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
            return np.array([_blended(across[a], along[b], patch) for a, b in orders])
        result = np.empty((len(orders), *x.shape[1:]))
        with np.errstate(all="ignore"):
            columns, across = self._weights(x[0], 0, orders)
            rows, along = self._weights(x[1], 1, orders)
            flat, width = self._coefficients.reshape(-1), self._coefficients.shape[1]
            corner = rows * width + columns
            patch = [[flat[corner + (row * width + column)] for column in range(4)] for row in range(4)]
            for place, (a, b) in enumerate(orders):
                result[place] = _blended(across[a], along[b], patch)
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


def _coefficients(heights: Array) -> Array:
    """Return the coefficients, shape (n + 2, ...), of the natural spline through `heights` along their first axis."""
    count = len(heights)
    inner = np.empty_like(heights, dtype=np.float64)
    inner[0], inner[-1] = heights[0], heights[-1]
    # Thomas' algorithm for c[k-1] + 4 c[k] + c[k+1] = 6 heights[k], whose ends are known.
    right = 6.0 * heights[1:-1]
    right[0] -= heights[0]
    right[-1] -= heights[-1]
    pivots = [0.25]
    for k in range(1, count - 2):
        right[k] -= right[k - 1] * pivots[-1]
        pivots.append(1.0 / (4.0 - pivots[-1]))
    inner[-2] = right[-1] * pivots[-1]
    for k in range(count - 4, -1, -1):
        inner[k + 1] = (right[k] - inner[k + 2]) * pivots[k]
    return np.concatenate([2 * inner[:1] - inner[1:2], inner, 2 * inner[-1:] - inner[-2:-1]])
