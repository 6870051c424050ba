"""The largest eigenvalue of a symmetric matrix that is known by its products alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_PRODUCTS = 96
"""Products after which the value is taken as it is."""
LEAST_PRODUCTS = 4
"""A first vector may lie near one eigenvector by chance; so many products tell."""


def largest_eigenvalue(product: Callable[[Array], Array], n: int, tolerance: float = 1e-3) -> float:
    """Return the largest eigenvalue, by sign, of a symmetric matrix of n rows; NaN if a product is not finite.

    The Lanczos method with full orthogonalisation, from the same random vector every time.

    Parameters
    ----------
    product : returns the matrix times a vector, both of shape (n,)
    tolerance : how much of the value itself the residual of its eigenvector may be

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, section 10.3; Parlett (1998), The Symmetric Eigenvalue Problem, chapter 13.
    """
    vector = np.random.default_rng(0).standard_normal(n)
    most = min(n, MOST_PRODUCTS)
    basis = np.zeros((most, n))
    diagonal: list[float] = []
    beside: list[float] = []
    found = math.nan
    length = float(np.linalg.norm(vector))
    for row in range(most):
        basis[row] = vector / length
        image = product(basis[row])
        if not np.isfinite(image).all():
            return math.nan
        diagonal.append(float(basis[row] @ image))
        # Twice: once leaves as much of the old directions as rounding makes of large numbers.
        for _ in range(2):
            image = image - basis[: row + 1].T @ (basis[: row + 1] @ image)
        vector, length = image, float(np.linalg.norm(image))
        small = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
        values, vectors = np.linalg.eigh(small)
        found = float(values[-1])
        size = float(np.abs(values).max())
        rest = length * abs(float(vectors[-1, -1]))
        exhausted = not length > 1e-12 * size
        if exhausted or (row + 1 >= LEAST_PRODUCTS and rest <= tolerance * abs(found)):
            break
        beside.append(length)
    return found
