"""Smooth values between the points of a grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def refined(values: Array, rows: int, columns: int) -> Array:
    """Return `values`, of shape (r, c) on a regular grid, on one of shape (rows, columns) with the same corners.

    Cubic convolution (Keys 1981, with a = −1/2) along both axes: it passes through the values, and each reaches two cells
    far. Next to values that are not finite it is linear; where one of them would be needed, NaN.
    """
    finite = np.isfinite(values)
    filled = np.where(finite, values, 0.0)
    down, across = _cubic(values.shape[0], rows), _cubic(values.shape[1], columns)
    found: Array = down @ filled @ across.T
    if finite.all():
        return found
    missing = (~finite).astype(np.float64)
    touched = (down != 0).astype(float) @ missing @ (across != 0).astype(float).T > 0.5
    lower, left = _linear(values.shape[0], rows), _linear(values.shape[1], columns)
    lost = lower @ missing @ left.T > 1e-9
    found = np.where(touched, lower @ filled @ left.T, found)
    return np.where(lost, np.nan, found)


def _places(count: int, wanted: int) -> tuple[NDArray[np.intp], Array]:
    """Return for each of the wanted points the cell that it lies in, and where in it from 0 to 1."""
    at = np.linspace(0, count - 1, wanted)
    cell = np.minimum(at.astype(np.intp), count - 2)
    within = at - cell
    # What rounding leaves beside a point of the grid lies on it.
    near = np.round(within)
    return cell, np.where(np.abs(within - near) < 1e-9, near, within)


def _linear(count: int, wanted: int) -> Array:
    cell, t = _places(count, wanted)
    weights = np.zeros((wanted, count))
    rows = np.arange(wanted)
    weights[rows, cell] = 1 - t
    weights[rows, cell + 1] += t
    return weights


def _cubic(count: int, wanted: int) -> Array:
    cell, t = _places(count, wanted)
    parts = np.array(
        [
            ((-t + 2) * t - 1) * t / 2,
            ((3 * t - 5) * t * t + 2) / 2,
            ((-3 * t + 4) * t + 1) * t / 2,
            (t - 1) * t * t / 2,
        ]
    )
    # One more point beyond each end, in a straight line with the last two.
    wide = np.zeros((wanted, count + 2))
    rows = np.arange(wanted)
    for offset, part in enumerate(parts):
        wide[rows, cell + offset] += part
    weights = wide[:, 1:-1].copy()
    weights[:, 0] += 2 * wide[:, 0]
    weights[:, 1] -= wide[:, 0]
    weights[:, -1] += 2 * wide[:, -1]
    weights[:, -2] -= wide[:, -1]
    return weights
