"""What is recorded of arithmetic with arrays is the same arithmetic with numbers; anything else is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from optexplorer.engine.recorded_arithmetic import (
    NotRecordableError,
    Recorded,
    Recording,
    function_of,
    square_root,
)

A, B, R = np.array([0.3, 7.0]), np.array([-2.5, 0.1]), 0.7


def subtracted_in_place(a: Any, b: Any, r: Any) -> Any:
    c = a * 1.0
    c -= b
    c /= r
    c += 2
    c *= b
    return c


SAME: dict[str, Callable[[Any, Any, Any], Any]] = {
    "operators": lambda a, b, r: (2 - a) * b / r + 1 / b - (-a) + 3,
    "functions": lambda a, b, r: np.add(a, b) - np.multiply(2.0, np.negative(b)) / np.sqrt(a),
    "in place": subtracted_in_place,
    "powers of numbers": lambda a, b, r: a * square_root(1 - 0.9**r),
    "true divide": lambda a, b, r: np.true_divide(1.0, a) + np.subtract(a, r),
}
REFUSED: dict[str, Callable[[Any, Any, Any], Any]] = {
    "powers of arrays": lambda a, b, r: a**2,
    "arrays as exponents": lambda a, b, r: 2.0**a,
    "whole bases": lambda a, b, r: 2**r,
    "other functions": lambda a, b, r: np.exp(a),
    "outputs": lambda a, b, r: np.add(a, b, out=a),
    "lists": lambda a, b, r: np.add(a, [1.0, 2.0]),
    "booleans": lambda a, b, r: a * True,
    "conditions": lambda a, b, r: a if r > 0 else b,
    "truth": lambda a, b, r: a if r else b,
    "texts": lambda a, b, r: str(a),
    "copies": lambda a, b, r: copy.deepcopy(a),
    "parts": lambda a, b, r: a[0],
    "sizes": lambda a, b, r: a + Recorded(a.recording, ("p", "q", "r"), is_array=True),
    "sizes in place": lambda a, b, r: np.add.reduce(a),
}


def recorded(work: Callable[[Any, Any, Any], Any]) -> tuple[str, list[float | int]]:
    recording = Recording()
    a, b = (Recorded(recording, (f"{name}0", f"{name}1"), is_array=True) for name in "ab")
    result = work(a, b, Recorded(recording, ("r",), is_array=False))
    lines = [
        *(f"c{k} = constants[{k}]" for k in range(len(recording.constants))),
        *recording.lines,
        f"return {', '.join(result.names)}",
    ]
    body = "".join(f"    {line}\n" for line in lines)
    return f"def function(a0, a1, b0, b1, r, constants):\n{body}", recording.constants


@pytest.mark.numbers
@pytest.mark.parametrize("name", SAME)
def test_recorded_arithmetic_has_the_same_results(name: str) -> None:
    text, constants = recorded(SAME[name])
    found = np.array(function_of(text, {})(*A.tolist(), *B.tolist(), R, constants))
    assert found.tobytes() == SAME[name](A.copy(), B.copy(), R).tobytes()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_arithmetic_is_refused(name: str) -> None:
    with pytest.raises(NotRecordableError):
        recorded(REFUSED[name])


def test_a_larger_array_does_not_fit_into_a_smaller_one() -> None:
    recording = Recording()
    small, large = Recorded(recording, ("s",), is_array=True), Recorded(recording, ("x", "y"), is_array=True)
    with pytest.raises(NotRecordableError, match="fit"):
        small += large


def test_an_update_cannot_catch_the_refusal() -> None:
    def catching(a: Any, b: Any, r: Any) -> Any:
        try:
            return np.sign(a)
        except Exception:  # noqa: BLE001 - as somebody's update may do
            return a

    with pytest.raises(NotRecordableError):
        recorded(catching)
