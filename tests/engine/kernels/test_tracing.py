"""What functions of arrays leave written down, and what they may not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from optexplorer.engine.kernels.tracing import NotTraceableError, Trace, Traced, index_of


def traced(function: Callable[[Any], Any], size: int = 2) -> tuple[Trace, Any]:
    trace = Trace()
    return trace, function(trace.value("input", (size,), "x", None))


def operations(function: Callable[[Any], Any], size: int = 2) -> list[str]:
    trace, _ = traced(function, size)
    return [instruction[0] for instruction in trace.instructions[1:]]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: 2 * x + 1, ["multiply", "add"]),
        (lambda x: (1 - x) / (x / 3), ["subtract", "divide", "divide"]),
        (lambda x: 1 / -abs(x), ["absolute", "negative", "divide"]),
        (lambda x: np.sqrt(np.square(x)) * np.exp(x), ["square", "sqrt", "exp", "multiply"]),
        (lambda x: np.maximum(x, 0) - np.minimum(1.0, x), ["maximum", "minimum", "subtract"]),
        (lambda x: np.where(x > 0, x, 0.0), ["greater", "where"]),
        (lambda x: np.where((x >= 0) & ~(x < -1), x, 0.0), ["greater_equal", "less", "not", "and", "where"]),
        (lambda x: np.where(np.isfinite(x) | (x == 1), 1.0, x), ["isfinite", "equal", "or", "where"]),
        (lambda x: np.where(x != 0, x <= 1, x > 2) & True, ["not_equal", "less_equal", "greater", *["and", "not", "and", "or"], "and"]),
        (lambda x: np.clip(x, -1, 1), ["maximum", "minimum"]),
        (lambda x: x**2 + x**0.5 + x**-1 + x**1, ["multiply", "sqrt", "add", "divide", "add", "multiply", "add"]),
        (lambda x: x**3 - 2.0**x, ["power", "power", "subtract"]),
        (lambda x: np.power(x, 1.5), ["power"]),
        (lambda x: x[0] * x[1], ["get", "get", "multiply"]),
        (lambda x: np.add.accumulate(x * x, axis=0).take(-1, axis=0), ["multiply", "running_sum", "get"]),
        (lambda x: np.zeros_like(x) + np.full_like(x, 2.0), ["multiply", "multiply", "add"]),
        (lambda x: np.ones_like(x[0]) + np.copy(x)[1], ["get", "multiply", "get", "add"]),
        (lambda x: x * np.array([1.0, 2.0]), ["multiply"]),
        (lambda x: x - np.float64(3), ["subtract"]),
        (lambda x: np.where(False, x, x * 2), ["multiply"]),
        (lambda x: np.where(x, 1.0, 2.0), ["not_equal", "where"]),
    ],
)  # fmt: skip
def test_what_is_written_down(function: Callable[[Any], Any], expected: list[str]) -> None:
    assert operations(function) == expected


def test_constants_are_apart_from_what_is_done() -> None:
    one, _ = traced(lambda x: 2 * x + 3)
    other, _ = traced(lambda x: 4 * x + 5)
    assert one.instructions == other.instructions
    assert (one.constants, other.constants) == ([2.0, 3.0], [4.0, 5.0])


def test_all_that_is_the_same_array_changes_with_it() -> None:
    def function(x: Any) -> Any:
        y = x * 2
        z = y
        y += 1
        y *= 3
        y -= 1
        y /= 2
        np.negative(y, out=y)
        return z

    trace, result = traced(function)
    assert result.ref == len(trace.instructions) - 1


def test_a_number_that_changes_is_another_one() -> None:
    def function(x: Any) -> tuple[Any, Any]:
        first = (x * x)[0] * 1.0
        second = first
        second += 1
        return first, second

    _, (first, second) = traced(function)
    assert first.ref != second.ref


def test_some_coordinates_may_be_replaced() -> None:
    def function(x: Any) -> Any:
        y = x * 1.0
        y[x < 0] = 5.0
        return y

    assert operations(function) == ["multiply", "less", "where"]


def test_shapes_are_those_of_single_points() -> None:
    trace = Trace()
    matrix = trace.value("input", (3, 3), "kept", 0)
    places = np.arange(3)
    diagonal = matrix[places, places]
    assert (matrix.ndim, matrix.size, len(matrix), diagonal.shape) == (2, 9, 3, (3,))
    assert (matrix[0] * diagonal[:, np.newaxis]).shape == (3, 3)
    assert diagonal.dtype == np.float64
    assert (diagonal > 0).dtype == np.bool_
    assert (np.shape(matrix), np.ndim(diagonal)) == ((3, 3), 1)
    with pytest.raises(TypeError):
        len(diagonal[0])
    for instruction in trace.instructions:
        if instruction[0] == "get":
            assert np.empty((3, 3))[index_of(instruction[3])] is not None


def _changed_in_part(x: Any) -> None:
    part = x[:1]
    part += 1


def _assigned(x: Any) -> None:
    x[0] = 1.0


def _of_another_trace(x: Any) -> Any:
    return x + Trace().value("input", (2,), "x", None)


def _sum_into_an_array(x: Any) -> Any:
    total = np.zeros(2)
    total += x
    return total


@pytest.mark.parametrize(
    "function",
    [
        lambda x: 1 if x[0] > 0 else 2,
        lambda x: float(x[0]),
        lambda x: list(x),
        lambda x: np.array(x),
        lambda x: np.sort(x),
        lambda x: np.where(x > 0, x, x > 1),
        lambda x: np.where([True, False], x, 0.0),
        lambda x: np.add.reduce(x),
        lambda x: np.add(x, 1, where=False),
        lambda x: np.gcd(x, 1),
        lambda x: (x > 0) * 1.0,
        lambda x: x & 1,
        lambda x: x + "1",
        lambda x: x[[0, 1]],
        lambda x: np.clip(x, 1, 2, out=np.empty(2)),
        lambda x: x @ x,
        _changed_in_part,
        _assigned,
        _of_another_trace,
        _sum_into_an_array,
    ],
)
def test_what_cannot_be_written_down(function: Callable[[Any], Any]) -> None:
    with pytest.raises(NotTraceableError):
        traced(function)


def test_settings_may_be_asked_whether_they_are_zero() -> None:
    setting = Trace().value("input", (), "setting", "beta")
    with pytest.raises(NotTraceableError):
        bool(setting)
    setting.truth = True
    assert setting


def test_copies_change_alone() -> None:
    def function(x: Any) -> tuple[Traced, Traced]:
        other = x.copy()
        other += 1
        return x, other

    _, (x, other) = traced(function)
    assert x.ref != other.ref
