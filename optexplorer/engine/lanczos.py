"""The largest eigenvalues of a symmetric matrix of which only products with vectors are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_PRODUCTS = 120
"""Products with the matrix after which the search ends, however exact its results are."""
LEAST_PRODUCTS = 4
"""A first vector may lie near one eigenvector by chance; so many products tell."""
EXACT = 1e-9
"""The tolerance with which eigenvectors are as exact as a picture needs."""
_NOTHING = 1e-12
"""Of a vector, this part of its length is left by rounding when all of it has been taken away."""


def largest_eigenpairs(
    product: Callable[[Array], Array],
    dimension: int,
    count: int = 2,
    *,
    tolerance: float = EXACT,
    seed: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[Array, Array]:
    """Return the largest eigenvalues by sign, falling, and their eigenvectors as columns: (k,) and (dimension, k).

    Lanczos's method with full reorthogonalisation: every new vector is made orthogonal to all before it, twice, so
    that no eigenvalue appears a second time. k is `count`, or `dimension` if that is less. Where an eigenvalue
    belongs to several directions, it is returned as often as `count` asks for, with orthogonal directions.

    Parameters
    ----------
    product : returns the matrix times a vector, both of shape (dimension,); if it is not finite, all of the result is
        NaN
    tolerance : how large the residuals of the eigenvectors may be, as a part of the largest of the values returned
    seed : of the random vector with which the search begins; equal seeds, equal results
    should_stop : asked after each product; the best so far is returned then

    References
    ----------
    Lanczos (1950); Parlett (1998), The Symmetric Eigenvalue Problem, chapter 13; Golub & Van Loan (2013), Matrix
    Computations, section 10.3.
    """
    count = min(count, dimension)
    random = np.random.default_rng(seed)
    basis = np.empty((min(dimension, MOST_PRODUCTS), dimension))
    diagonal: list[float] = []
    beside: list[float] = []
    vector = _fresh(random, basis[:0])
    values, mixtures = np.zeros(0), np.zeros((0, 0))
    closures = 0
    for done in range(len(basis)):
        basis[done] = vector
        image = np.asarray(product(vector), dtype=np.float64)
        if not np.isfinite(image).all():
            return np.full(count, np.nan), np.full((dimension, count), np.nan)
        diagonal.append(float(vector @ image))
        rest = _orthogonal(image, basis[: done + 1])
        left = float(np.linalg.norm(rest))
        values, mixtures = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
        scale = float(np.abs(values).max())
        if done + 1 == dimension or (done + 1 >= count and should_stop()):
            break
        # What the products so far span is closed when nothing is left. A random vector has a part along every
        # eigenvector but those beside it of equal eigenvalue, so each closed space holds each eigenvalue once.
        closed = left <= _NOTHING * max(scale, float(np.linalg.norm(image)))
        if closed:
            closures += 1
            if closures == count:
                break
            vector = _fresh(random, basis[: done + 1])
        else:
            residuals = left * np.abs(mixtures[-1, -count:])
            enough = max(tolerance * float(np.abs(values[-count:]).max()), _NOTHING * scale)
            if done + 1 >= max(count, LEAST_PRODUCTS) and (residuals <= enough).all():
                break
            rest /= left
            vector = rest
        beside.append(0.0 if closed else left)
    order = np.argsort(values)[::-1][:count]
    return values[order], basis[: len(values)].T @ mixtures[:, order]


def _fresh(random: np.random.Generator, basis: Array) -> Array:
    """Return a random vector of length 1 that is orthogonal to the rows of `basis`."""
    drawn: Array = random.standard_normal(basis.shape[1:])
    left = _orthogonal(drawn, basis)
    unit: Array = left / float(np.linalg.norm(left))
    return unit


def _orthogonal(vector: Array, basis: Array) -> Array:
    """Return what is left of `vector` without its parts along the rows of `basis`, which are orthonormal."""
    for _ in range(2):
        along: Array = basis @ vector
        vector = np.subtract(vector, basis.T @ along)
    return vector
