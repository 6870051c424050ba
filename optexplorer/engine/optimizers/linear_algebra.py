"""Small linear algebra over batches: coordinates first, added up in order, so that a batch equals its points."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from optexplorer.engine.optimizers.base import Array

SWEEPS = 10
"""Jacobi converges quadratically; for a dozen coordinates six or seven sweeps reach the last bit."""


def dot(a: Array, b: Array) -> Any:
    """Return the sum of `a * b` over the coordinates, shape (...), for shapes (n, ...)."""
    total = a[0] * b[0]
    for i in range(1, len(a)):
        total = total + a[i] * b[i]
    return total


def sum_of_sizes(a: Array) -> Any:
    """Return the sum of the coordinates' absolute values, shape (...), for shape (n, ...)."""
    total = abs(a[0])
    for i in range(1, len(a)):
        total = total + abs(a[i])
    return total


def product(matrix: Array, vector: Array) -> Array:
    """Return the matrices of shape (m, n, ...) times the vectors of shape (n, ...): shape (m, ...)."""
    total: Array = matrix[:, 0] * vector[0]
    for j in range(1, len(vector)):
        total = total + matrix[:, j] * vector[j]
    return total


def outer(a: Array, b: Array) -> Array:
    """Return the matrices `a b^T`, shape (n, n, ...), of vectors of shape (n, ...)."""
    return a[:, np.newaxis] * b[np.newaxis]


def identity_like(x: Array) -> Array:
    """Return unit matrices, shape (n, n, ...), for points of shape (n, ...)."""
    n = len(x)
    matrix = np.zeros((n, *x.shape))
    for i in range(n):
        matrix[i, i] = 1.0
    return matrix


def eigen(matrix: Array) -> tuple[Array, Array]:
    """Return eigenvalues, shape (n, ...), and eigenvectors as columns, shape (n, n, ...), of symmetric matrices.

    Cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, section 8.5), on all matrices at once; for
    n = 2 a single rotation is exact. The eigenvalues are in no particular order.
    """
    n = len(matrix)
    a = [[matrix[i, j] for j in range(n)] for i in range(n)]
    v: list[list[Any]] = [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    for _ in range(1 if n == 2 else SWEEPS):
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


def _rotate(a: list[list[Any]], v: list[list[Any]], p: int, q: int) -> None:
    """Make the entry (p, q) of `a` zero by a rotation, and rotate the columns of `v` with it."""
    corner = a[p][q]
    theta = (a[q][q] - a[p][p]) / (2 * corner)
    tangent = np.copysign(1.0, theta) / (np.abs(theta) + np.sqrt(theta * theta + 1))
    tangent = np.where(corner == 0, 0.0, tangent)
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
    total: Array | None = None
    for k in range(len(values)):
        column = vectors[:, k]
        part = column * (dot(column, b) / values[k])
        total = part if total is None else total + part
    assert total is not None
    return total
