"""Sobol points: they fill a cube evenly, however many are taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BITS = 32
_DIRECTIONS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
    (5, 4, (1, 1, 5, 5, 5)),
    (5, 7, (1, 1, 7, 11, 19)),
    (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)),
    (5, 14, (1, 3, 5, 5, 31)),
    (6, 1, (1, 3, 3, 9, 7, 49)),
    (6, 13, (1, 1, 1, 15, 21, 21)),
    (6, 16, (1, 3, 1, 13, 27, 49)),
    (6, 19, (1, 1, 1, 15, 7, 5)),
    (6, 22, (1, 3, 1, 15, 13, 25)),
    (6, 25, (1, 1, 5, 5, 19, 61)),
    (7, 1, (1, 3, 7, 11, 23, 15, 103)),
    (7, 4, (1, 3, 7, 13, 13, 15, 69)),
)
"""Of the second dimension and those that follow: the degree of a primitive polynomial, its coefficients as a number, and
the first direction numbers. S. Joe & F. Y. Kuo (2008), Constructing Sobol sequences with better two-dimensional projections."""
MOST_DIMENSIONS = len(_DIRECTIONS) + 1


def sobol_points(count: int, dimensions: int, seed: int | None = None) -> Array:
    """Return points of the unit cube, shape (count, dimensions), without the corner at which the sequence begins.

    Parameters
    ----------
    seed : shifts all points by the same random digits; None leaves them as they are

    Raises
    ------
    ValueError
        If there are more dimensions than direction numbers.
    """
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise ValueError(f"dimensions = {dimensions} is not allowed; 1 <= dimensions <= {MOST_DIMENSIONS}")
    directions = np.array([_directions(dimension) for dimension in range(dimensions)], dtype=np.uint64)
    number = np.arange(1, count + 1, dtype=np.uint64)
    gray = number ^ (number >> np.uint64(1))
    points = np.zeros((count, dimensions), dtype=np.uint64)
    for bit in range(int(count).bit_length()):
        taken = (gray >> np.uint64(bit)) & np.uint64(1)
        points ^= taken[:, np.newaxis] * directions[:, bit]
    if seed is not None:
        points ^= np.random.default_rng(seed).integers(2**BITS, size=dimensions, dtype=np.uint64)
    return points / 2.0**BITS


def _directions(dimension: int) -> list[int]:
    """Return the direction numbers of a dimension as whole numbers of 32 binary digits."""
    if dimension == 0:
        return [1 << (BITS - 1 - k) for k in range(BITS)]
    degree, coefficients, first = _DIRECTIONS[dimension - 1]
    found = [m << (BITS - 1 - k) for k, m in enumerate(first)]
    for k in range(degree, BITS):
        new = found[k - degree] ^ (found[k - degree] >> degree)
        for j in range(1, degree):
            if (coefficients >> (degree - 1 - j)) & 1:
                new ^= found[k - j]
        found.append(new)
    return found
