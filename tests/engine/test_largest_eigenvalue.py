"""The largest eigenvalue from products alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optexplorer.engine.largest_eigenvalue import largest_eigenvalue


@pytest.mark.parametrize("n", [1, 2, 3, 12, 60, 300])
@pytest.mark.parametrize("shift", [0.0, -1000.0])
def test_it_is_the_largest_by_sign(n: int, shift: float) -> None:
    random = np.random.default_rng(n)
    matrix = random.standard_normal((n, n))
    matrix = matrix + matrix.T + shift * np.eye(n)
    found = largest_eigenvalue(lambda v: matrix @ v, n, 1e-9)
    assert found == pytest.approx(np.linalg.eigvalsh(matrix)[-1], rel=1e-6, abs=1e-6)


def test_few_products_find_an_eigenvalue_that_stands_apart() -> None:
    count = 0
    diagonal = np.concatenate([[50.0], np.linspace(-1, 1, 999)])

    def product(v: np.ndarray) -> np.ndarray:
        nonlocal count
        count += 1
        result: np.ndarray = diagonal * v
        return result

    assert largest_eigenvalue(product, 1000) == pytest.approx(50.0, rel=1e-5)
    assert count < 12


def test_flat_and_broken_products() -> None:
    assert largest_eigenvalue(lambda v: 0 * v, 5) == 0
    assert math.isnan(largest_eigenvalue(lambda v: v * math.nan, 5))


def test_every_call_agrees() -> None:
    diagonal = np.linspace(0, 3, 40)
    assert largest_eigenvalue(lambda v: diagonal * v, 40) == largest_eigenvalue(lambda v: diagonal * v, 40)
