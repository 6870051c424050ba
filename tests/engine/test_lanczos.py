"""The largest eigenvalues by Lanczos: against numpy.linalg.eigh, with equal, zero and few eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine.lanczos import largest_eigenpairs
from tests.misbehaving import landscape_of


def symmetric(eigenvalues: np.ndarray, seed: int = 1) -> np.ndarray:
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(eigenvalues),) * 2))
    return (q * eigenvalues) @ q.T


@pytest.mark.parametrize("n", [2, 3, 8, 60, 400])
def test_it_finds_what_eigh_finds(n: int) -> None:
    spectrum = np.concatenate([np.linspace(-1, 1, n - 2), [3.0, 7.0]]) if n > 2 else np.array([3.0, 7.0])
    matrix = symmetric(spectrum)
    products = 0

    def product(v: np.ndarray) -> np.ndarray:
        nonlocal products
        products += 1
        return matrix @ v

    values, vectors = largest_eigenpairs(product, n)
    expected = np.linalg.eigvalsh(matrix)[::-1][:2]
    np.testing.assert_allclose(values, expected, rtol=1e-8)
    np.testing.assert_allclose(matrix @ vectors, vectors * values, atol=1e-6)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(2), atol=1e-9)
    assert products <= min(n, 120)


@pytest.mark.parametrize(
    "spectrum", [[2.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.0], [5.0, 0.0, 0.0, 0.0], [4.0, 4.0, 1.0, 1.0]]
)
def test_eigenvalues_that_are_equal_are_both_found(spectrum: list[float]) -> None:
    matrix = symmetric(np.array(spectrum))
    values, vectors = largest_eigenpairs(lambda v: matrix @ v, len(spectrum))
    np.testing.assert_allclose(values, sorted(spectrum)[::-1][:2], atol=1e-9)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(2), atol=1e-9)


def test_the_largest_are_those_far_above_zero_not_far_from_it() -> None:
    matrix = symmetric(np.array([-9.0, -8.0, 1.0, 2.0, 0.0]))
    values, _ = largest_eigenpairs(lambda v: matrix @ v, 5)
    np.testing.assert_allclose(values, [2.0, 1.0], atol=1e-9)


def test_it_takes_the_products_of_a_landscape() -> None:
    landscape = landscape_of("xyz")
    values, vectors = largest_eigenpairs(lambda v: landscape.hessian_product(np.ones(3), v), 3)
    np.testing.assert_allclose(values, [6.0, 4.0], rtol=1e-12)
    np.testing.assert_allclose(np.abs(vectors), [[0, 0], [0, 1], [1, 0]], atol=1e-9)


def test_equal_seeds_give_equal_results_and_it_can_be_stopped() -> None:
    matrix = symmetric(np.linspace(0, 1, 200))
    first, second = (largest_eigenpairs(lambda v: matrix @ v, 200) for _ in range(2))
    np.testing.assert_array_equal(first[1], second[1])
    values, vectors = largest_eigenpairs(lambda v: matrix @ v, 200, should_stop=lambda: True)
    assert values.shape == (2,)
    assert vectors.shape == (200, 2)


@pytest.mark.parametrize("broken", [np.inf, np.nan])
def test_where_products_are_not_finite_nothing_is_known(broken: float) -> None:
    values, vectors = largest_eigenpairs(lambda v: v * broken, 3)
    assert values.shape == (2,)
    assert vectors.shape == (3, 2)
    assert np.isnan(values).all()
    assert np.isnan(vectors).all()


@pytest.mark.parametrize("n", [1, 2, 3, 12, 60, 300])
@pytest.mark.parametrize("shift", [0.0, -1000.0])
def test_the_first_alone_is_the_largest_by_sign(n: int, shift: float) -> None:
    random = np.random.default_rng(n)
    matrix = random.standard_normal((n, n))
    matrix = matrix + matrix.T + shift * np.eye(n)
    values, _ = largest_eigenpairs(lambda v: matrix @ v, n, 1)
    assert values[0] == pytest.approx(np.linalg.eigvalsh(matrix)[-1], rel=1e-6, abs=1e-6)


def test_a_coarse_tolerance_takes_few_products_for_an_eigenvalue_that_stands_apart() -> None:
    count = 0
    diagonal = np.concatenate([[50.0], np.linspace(-1, 1, 999)])

    def product(v: np.ndarray) -> np.ndarray:
        nonlocal count
        count += 1
        result: np.ndarray = diagonal * v
        return result

    values, _ = largest_eigenpairs(product, 1000, 1, tolerance=1e-3)
    assert values == pytest.approx([50.0], rel=1e-5)
    assert count < 12


@pytest.mark.parametrize("count", [1, 2])
def test_a_closed_space_is_left_as_often_as_values_are_asked_for(count: int) -> None:
    products = 0

    def product(v: np.ndarray) -> np.ndarray:
        nonlocal products
        products += 1
        return 0 * v

    values, _ = largest_eigenpairs(product, 500, count)
    assert (values == 0).all()
    assert products == count
