"""Linear algebra over batches: right for any number of coordinates, and the same for a batch as for its points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.gradient_sources.finite_differences import FiniteDifferences
from optexplorer.engine.optimizers import linear_algebra as la
from optexplorer.engine.optimizers.base import Array
from tests.spaces import ManyValleys

EXAMPLES = [
    pytest.param(make(optimizers.get(id), example.settings), id=f"{id}-{number}")
    for id in optimizers.ids()
    for number, example in enumerate(optimizers.get(id).examples)
    if example.message is None
]
SIZES = [1, 2, 3, la.FEW, la.FEW + 1, 40]


def numbers(*shape: int) -> Array:
    return np.random.default_rng(1).normal(size=shape)


@pytest.mark.parametrize("n", [*SIZES, 3000])
def test_sums_are_right_and_those_of_a_batch_are_those_of_its_points(n: int) -> None:
    a, b = numbers(2, n, 7)
    for together, alone in (
        (la.dot(a, b), [la.dot(a[:, i].copy(), b[:, i].copy()) for i in range(7)]),
        (la.sum_of_sizes(a), [la.sum_of_sizes(a[:, i].copy()) for i in range(7)]),
        (la.norm(a), [la.norm(a[:, i].copy()) for i in range(7)]),
        (la.dot(a[:, :1], b[:, :1]), [la.dot(a[:, 0].copy(), b[:, 0].copy())]),
    ):
        np.testing.assert_array_equal(together, alone)
    np.testing.assert_allclose(la.dot(a, b), (a * b).sum(axis=0), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(la.norm(a), np.linalg.norm(a, axis=0), rtol=1e-12)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.filterwarnings(
    "ignore:overflow:RuntimeWarning", "ignore:invalid:RuntimeWarning", "ignore:divide:RuntimeWarning"
)
def test_matrices_are_right_and_those_of_a_batch_are_those_of_its_points(n: int) -> None:
    root, b = numbers(n, n, 5), numbers(n, 5)
    matrix = root + root.swapaxes(0, 1)
    values, vectors = la.eigen(matrix)
    solved = la.divide_in_eigenbasis(values, vectors, b)
    for i in range(5):
        one = np.ascontiguousarray(matrix[..., i])
        np.testing.assert_allclose(np.sort(values[:, i]), np.linalg.eigvalsh(one), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(one @ solved[:, i], b[:, i], rtol=1e-7, atol=1e-7)
        alone_values, alone_vectors = la.eigen(one)
        np.testing.assert_array_equal(values[:, i], alone_values)
        np.testing.assert_array_equal(vectors[..., i], alone_vectors)
        again = la.divide_in_eigenbasis(alone_values, alone_vectors, b[:, i].copy())
        np.testing.assert_array_equal(solved[:, i], again)
        np.testing.assert_array_equal(la.product(matrix, b)[:, i], la.product(one, b[:, i].copy()))
    np.testing.assert_array_equal(la.identity_like(b)[..., 3], np.eye(n))


def test_a_matrix_that_is_not_finite_has_no_eigenvalues_and_spoils_no_other() -> None:
    matrix = np.stack([np.eye(12), np.full((12, 12), np.nan)], axis=-1)
    values, _ = la.eigen(matrix)
    np.testing.assert_array_equal(values[:, 0], np.ones(12))
    assert np.isnan(values[:, 1]).all()


@pytest.mark.parametrize("scheme", ["central", "forward"])
@pytest.mark.parametrize("n", [1, 2, 8, 9, 1500])
def test_differences_of_losses_are_taken_for_any_number_of_coordinates(n: int, scheme: Any) -> None:
    landscape, x = ManyValleys(n), np.linspace(-1, 1, n)
    source = FiniteDifferences(scheme=scheme)
    found = source.bind(landscape, np.random.default_rng(0)).sample(x)
    np.testing.assert_allclose(found, landscape.gradient(x), atol=3e-4)
    batch = np.stack([x, x + 0.5], axis=1)
    both = source.bind(landscape, np.random.default_rng(0)).sample(batch)
    np.testing.assert_array_equal(both[:, 0], found)


def test_differences_beside_one_another_are_those_one_by_one() -> None:
    landscape = landscapes.get("himmelblau")
    for scheme in ("central", "forward"):
        source = FiniteDifferences(scheme=scheme)
        for x in (np.array([0.5, -1.5]), numbers(2, 6)):
            together, one_by_one = source._together(landscape)(x), source._one_by_one(landscape)(x)
            np.testing.assert_array_equal(together, one_by_one)


@pytest.mark.parametrize("optimizer", EXAMPLES)
def test_many_coordinates_go_where_they_go_alone(optimizer: Any) -> None:
    landscape, starts = ManyValleys(11), numbers(11, 4)
    update = optimizer.bind(landscape)

    def end(x: Array) -> Array:
        state = optimizer.init(x)
        for _ in range(15):
            step, state = update(landscape.gradient(x), state, x, optimizer.lr)
            x = x + step
        return x

    with np.errstate(all="ignore"):
        together = end(starts)
        alone = np.stack([end(starts[:, i].copy()) for i in range(4)], axis=1)
    np.testing.assert_array_equal(together, alone)
