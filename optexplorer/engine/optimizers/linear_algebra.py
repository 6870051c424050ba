"""Small linear algebra over batches: coordinates first, added up in order, so that a batch equals its points."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.optimizers.base import Array

FEW = 8
"""Coordinates up to which a loop in Python is quicker than NumPy's own."""
MANY = 1000
"""Points from which on `select` is quicker than NumPy's own."""
SWEEPS = 10
"""Jacobi converges quadratically; for a dozen coordinates six or seven sweeps reach the last bit."""


def ordered_sum(terms: Array, axis: int = 0) -> Any:
    """Return the sum along an axis, added up from its first entry to its last.

    NumPy's own sum adds up in an order that depends on the shape, so that a batch would differ from its points.
    """
    return np.add.accumulate(terms, axis=axis).take(-1, axis=axis)


def select(mask: NDArray[np.bool_], a: Array, b: Array) -> Array:
    """Return `a` where the mask, shape (points,), holds, and `b` elsewhere, as `np.where`; shapes (..., points).

    The processor cannot guess masks without order and stumbles at their changes, so each number is chosen bit by bit:
    three times as fast for many points.
    """
    if mask.size < MANY:
        return np.where(mask, a, b)
    bits = np.negative(mask.view(np.int8), dtype=np.int64)
    chosen = a.view(np.int64) ^ b.view(np.int64)
    chosen &= bits
    chosen ^= b.view(np.int64)
    return chosen.view(np.float64)


def everywhere(mask: Any) -> bool:
    """Return whether a mask holds for all points, or for the one there is."""
    return bool(mask.all() if mask.ndim else mask)


def anywhere(mask: Any) -> bool:
    """Return whether a mask holds for some point, or for the one there is."""
    return bool(mask.any() if mask.ndim else mask)


def dot(a: Array, b: Array) -> Any:
    """Return the sum of `a * b` over the coordinates, shape (...), for shapes (n, ...)."""
    if len(a) > FEW:
        return ordered_sum(a * b)
    total = a[0] * b[0]
    for i in range(1, len(a)):
        total = total + a[i] * b[i]
    return total


def norm(a: Array) -> Any:
    """Return the Euclidean norm over the coordinates, shape (...), for shape (n, ...)."""
    return np.sqrt(dot(a, a))


def sum_of_sizes(a: Array) -> Any:
    """Return the sum of the coordinates' absolute values, shape (...), for shape (n, ...)."""
    if len(a) > FEW:
        return ordered_sum(np.abs(a))
    total = abs(a[0])
    for i in range(1, len(a)):
        total = total + abs(a[i])
    return total


def product(matrix: Array, vector: Array) -> Array:
    """Return the matrices of shape (m, n, ...) times the vectors of shape (n, ...): shape (m, ...)."""
    if len(vector) > FEW:
        summed: Array = ordered_sum(matrix * vector[np.newaxis], axis=1)
        return summed
    total: Array = matrix[:, 0] * vector[0]
    for j in range(1, len(vector)):
        total = total + matrix[:, j] * vector[j]
    return total


def outer(a: Array, b: Array) -> Array:
    """Return the matrices `a b^T`, shape (n, n, ...), of vectors of shape (n, ...)."""
    return a[:, np.newaxis] * b[np.newaxis]


def identity_like(x: Array) -> Array:
    """Return unit matrices, shape (n, n, ...), for points of shape (n, ...)."""
    matrix = np.zeros((len(x), *x.shape))
    index = np.arange(len(x))
    matrix[index, index] = 1.0
    return matrix


def eigen(matrix: Array) -> tuple[Array, Array]:
    """Return eigenvalues, shape (n, ...), and eigenvectors as columns, shape (n, n, ...), of symmetric matrices.

    For a few coordinates cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, section 8.5), on all
    matrices at once; for n = 2 a single rotation is exact. For more, LAPACK. The eigenvalues are in no particular
    order; all are NaN where the matrix is not finite.
    """
    n = len(matrix)
    if n > FEW:
        return _eigen_of_many(matrix)
    if n == 2:
        return _eigen_of_two(matrix)
    a = [[matrix[i, j] for j in range(n)] for i in range(n)]
    v: list[list[Any]] = [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    for _ in range(SWEEPS):
        # Rotations by nothing change no bit, so stopping early does not tell a batch from its points.
        if not any(np.any(a[p][q]) for p, q in combinations(range(n), 2)):
            break
        for p, q in combinations(range(n), 2):
            _rotate(a, v, p, q)
    values, vectors = np.empty(matrix.shape[1:]), np.empty(matrix.shape)
    for i in range(n):
        values[i] = a[i][i]
        for j in range(n):
            vectors[i, j] = v[i][j]
    return values, vectors


def _eigen_of_two(matrix: Array) -> tuple[Array, Array]:
    """Return the same of matrices with two rows: a single rotation is exact."""
    (first, corner), (_, second) = matrix
    tangent = _rotation(first, corner, second)
    cosine = 1 / np.sqrt(tangent * tangent + 1)
    sine = tangent * cosine
    values, vectors = np.empty(matrix.shape[1:]), np.empty(matrix.shape)
    change = tangent * corner
    values[0], values[1] = first - change, second + change
    vectors[0, 0] = vectors[1, 1] = cosine
    vectors[0, 1] = sine
    vectors[1, 0] = -sine
    return values, vectors


def _rotation(first: Array, corner: Array, second: Array) -> Array:
    """Return the tangent of the smaller angle by which a rotation makes the corner of a symmetric matrix zero."""
    theta = (second - first) / (2 * corner)
    tangent = np.copysign(1.0, theta) / (np.abs(theta) + np.sqrt(theta * theta + 1))
    return np.where(corner == 0, 0.0, tangent)


def _eigen_of_many(matrix: Array) -> tuple[Array, Array]:
    stack = np.ascontiguousarray(np.moveaxis(matrix, (0, 1), (-2, -1)))
    sound = np.asarray(np.isfinite(stack).all(axis=(-2, -1)))
    # LAPACK may not end where a number is not finite.
    values, vectors = np.linalg.eigh(np.where(sound[..., np.newaxis, np.newaxis], stack, 0.0))
    values = np.where(sound[..., np.newaxis], values, np.nan)
    return np.moveaxis(values, -1, 0), np.moveaxis(vectors, (-2, -1), (0, 1))


def _rotate(a: list[list[Any]], v: list[list[Any]], p: int, q: int) -> None:
    """Make the entry (p, q) of `a` zero by a rotation, and rotate the columns of `v` with it."""
    corner = a[p][q]
    tangent = _rotation(a[p][p], corner, a[q][q])
    cosine = 1 / np.sqrt(tangent * tangent + 1)
    sine = tangent * cosine
    a[p][p] = a[p][p] - tangent * corner
    a[q][q] = a[q][q] + tangent * corner
    a[p][q] = a[q][p] = corner * 0
    for r in range(len(a)):
        if r not in (p, q):
            left, right = a[r][p], a[r][q]
            a[r][p] = a[p][r] = cosine * left - sine * right
            a[r][q] = a[q][r] = sine * left + cosine * right
        left, right = v[r][p], v[r][q]
        v[r][p] = cosine * left - sine * right
        v[r][q] = sine * left + cosine * right


def divide_in_eigenbasis(values: Array, vectors: Array, b: Array) -> Array:
    """Return the sum over k of `vectors[:, k] (vectors[:, k] · b) / values[k]`, shape (n, ...)."""
    return product(vectors, product(vectors.swapaxes(0, 1), b) / values)
