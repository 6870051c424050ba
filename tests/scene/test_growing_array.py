"""Arrays to which rows are appended: what was read stays, whatever comes after."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.scene.growing_array import GrowingArray


@given(st.lists(st.integers(0, 700), max_size=8))
def test_rows_are_those_appended_and_stay_when_more_come(counts: list[int]) -> None:
    numbers = np.arange(2.0 * sum(counts)).reshape(-1, 2)
    array: GrowingArray[np.float64] = GrowingArray(np.float64, (2,))
    read = []
    for count in counts:
        array.append(numbers[len(array) : len(array) + count])
        read.append(array.rows())
    assert len(array) == len(numbers)
    for rows, end in zip(read, np.cumsum(counts), strict=True):
        np.testing.assert_array_equal(rows, numbers[:end])


def test_what_is_read_cannot_be_written_to() -> None:
    array: GrowingArray[np.int64] = GrowingArray(np.int64)
    array.append(np.arange(3))
    with pytest.raises(ValueError, match="read-only"):
        array.rows()[0] = 7
