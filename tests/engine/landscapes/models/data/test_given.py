"""Examples that a document itself holds come back as they were; damaged ones are refused."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from optexplorer.engine.declaration import flat
from optexplorer.engine.landscapes.models import data
from optexplorer.engine.landscapes.models.data.base import MOST_EXAMPLES, Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.text import Text


def packed(table: Any) -> str:
    return base64.b64encode(zlib.compress(np.asarray(table, dtype="<f8").tobytes())).decode("ascii")


@settings(deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(2, 5)), elements=st.floats(-1e12, 1e12)))
def test_numbers_come_back_to_the_bit(table: np.ndarray) -> None:
    names = tuple(f"x{i}" for i in range(table.shape[1] - 1))
    source = Given.of(Dataset(table[:, :-1], table[:, -1], "regression", names, "y"), "from somewhere")
    again = data.read(flat(source))
    assert again == source
    assert again.make().inputs.tobytes() == np.ascontiguousarray(table[:, :-1]).tobytes()
    assert again.make().targets.tobytes() == np.ascontiguousarray(table[:, -1]).tobytes()


@pytest.mark.parametrize("id", ["iris", "digits", "moons", "line"])
def test_any_data_become_given_ones(id: str) -> None:
    found = data.get(id)().load()
    source = Given.of(found, Text("a note", "メモ"))
    assert source.note == ("a note", "メモ")
    again = Given.model_validate_json(source.model_dump_json()).make()
    np.testing.assert_array_equal(again.inputs, found.inputs)
    np.testing.assert_array_equal(again.targets, found.targets)
    for name in ("task", "classes", "input_names", "target_name", "image_shape"):
        assert getattr(again, name) == getattr(found, name)


def test_as_many_examples_as_are_allowed_fit() -> None:
    table = np.random.default_rng(0).random((MOST_EXAMPLES, 3))
    assert (
        Given.of(Dataset(table[:, :2], table[:, 2], "regression", ("a", "b"), "y")).make().examples
        == MOST_EXAMPLES
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"numbers": "%%%"}, "damaged"),
        ({"numbers": packed([[1.0, 2.0]])[:-8]}, "damaged|cut off"),
        ({"numbers": packed([1.0, 2.0, 3.0])}, "rows of 2 numbers"),
        ({"numbers": packed([])}, "rows of 2 numbers"),
        ({"numbers": packed([[1.0, np.nan]])}, "row 1, column 2 is not finite"),
        ({"numbers": packed(np.zeros((MOST_EXAMPLES + 1, 2)))}, "more than"),
        ({"task": "classification"}, "at least two classes"),
        ({"task": "classification", "classes": ["a", "b"]}, "must be the numbers of 2 class"),
        ({"task": "classification", "classes": ["a", "a", "a"]}, "only once"),
        ({"classes": ["a", "b"]}, "regression has none"),
        ({"image_shape": [8, 8]}, "8 x 8 pixels are not the 1 inputs"),
        ({"image_shape": [-1, -1]}, "pixels are not"),
        ({"input_names": []}, "input_names"),
        ({"input_names": [""]}, "input_names"),
        ({"input_names": ["x" * 300]}, "input_names"),
        ({"target_name": "\ud800"}, "target_name|half of a character"),
        ({"target_name": "a\x1b[31m"}, r"control character U\+001B"),
        ({"input_names": ["\u202ecod"]}, r"control character U\+202E"),
    ],
)
def test_damaged_data_are_refused_with_what_is_wrong(changed: Any, message: str) -> None:
    right = {"numbers": packed([[1.0, 0.0], [2.0, 7.0]]), "input_names": ["x"]}
    assert data.read({"id": "given", **right}).make().examples == 2
    with pytest.raises(ValueError, match=message):
        data.read({"id": "given", **right, **changed})


def test_little_text_that_unpacks_to_much_takes_no_memory() -> None:
    bomb = base64.b64encode(zlib.compress(bytes(50_000_000))).decode("ascii")
    with pytest.raises(ValueError, match="more than"):
        Given(numbers=bomb, input_names=("x",))
