"""Arrays in scripts are equal to those that they are made from, and short."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.export.code.embedded_numbers import MOST_CHARACTERS, embedded
from optexplorer.export.code.extraction import CodeError

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("array", "most"),
    [
        (np.array([1.5, -2.0, 1e300]), 60),
        (RANDOM.integers(0, 10, (100, 3)).astype(float), 450),
        (RANDOM.integers(0, 17, (100, 3)) / 16, 500),
        (RANDOM.integers(-400, 400, 300) / 10, 1000),
        (RANDOM.integers(0, 10**6, (40, 2)) / 1000, 800),
        (RANDOM.normal(size=(50, 2)), 1400),
        (np.full(100, 1e300), 300),
        (np.full((60, 1), -0.25), 300),
    ],
)
def test_the_array_is_the_same(array: np.ndarray, most: int) -> None:
    code = embedded("numbers", array, "some numbers")
    namespace: dict[str, Any] = {}
    exec("\n".join([*code.imports, *code.lines]), namespace)
    found = namespace["numbers"]
    np.testing.assert_array_equal(found, array)
    assert found.dtype == np.float64
    assert found.flags.writeable
    assert len("\n".join(code.lines)) < most
    assert max(map(len, code.lines)) <= 120


def test_too_many_numbers_are_refused() -> None:
    with pytest.raises(CodeError, match=f"^many numbers would take .* at most {MOST_CHARACTERS}"):
        embedded("numbers", RANDOM.normal(size=50_000), "many numbers")
