"""Functions of vectors differ from NumPy's in the last bits at most, also where they are strange."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("llvmlite")

from optexplorer.engine.kernels.kernel_text import NAME
from optexplorer.engine.kernels.machine_code import compiler
from optexplorer.engine.kernels.vector_code import FunctionTexts, VectorCode
from optexplorer.engine.kernels.vector_functions import VECTOR_FUNCTIONS

Array = NDArray[np.float64]

pytestmark = pytest.mark.numbers

SPECIAL = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 2.2e-308, 1e-300, 1e300, 1.0, -1.0, 0.5]


def compiled(operation: str, width: int = 8) -> Callable[[Array], Array]:
    """Return an operation of one operand as a function of arrays whose length is a multiple of the width."""
    with_code = compiler()
    assert with_code is not None
    functions = FunctionTexts(VECTOR_FUNCTIONS)
    code = VectorCode(width, functions)
    code.store(code.apply(operation, code.load("%from")), "%to")
    text = f"""{functions.text}
define void @{NAME}(ptr %in, i64 %count, ptr %out) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %from = getelementptr double, ptr %in, i64 %i
  %to = getelementptr double, ptr %out, i64 %i
{chr(10).join(code.lines)}
  %next = add i64 %i, {width}
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %end
end:
  ret void
}}
"""
    kernel = with_code.loaded(with_code.compiled(text), functions.called)

    def function(x: Array) -> Array:
        padded = np.resize(x, -(-x.size // width) * width)
        result = np.empty_like(padded)
        unused = [ctypes.c_int64(0)] * 8
        kernel.call(padded.ctypes.data, padded.size, result.ctypes.data, *(0 for _ in unused))
        return result[: x.size]

    return function


def units_apart(found: Array, expected: Array) -> Array:
    """Return how many of the last places two arrays are apart, where both are finite."""
    sound = np.isfinite(expected)
    distances: Array = np.abs(found - expected)[sound] / np.spacing(np.abs(expected[sound]))
    return distances


@pytest.mark.parametrize(
    ("operation", "low", "high"),
    [
        ("exp", -745, 710),
        ("exp", -1, 1),
        ("log", 1e-3, 10),
        ("log", 1e-320, 1e-300),
        ("log", 1e299, 1e300),
        ("sin", -10, 10),
        ("cos", -10, 10),
        ("sin", -1e6, 1e6),
        ("cos", 1e6, 1e10),
    ],
)
@pytest.mark.parametrize("width", [4, 8])
def test_they_agree_with_numpy(operation: str, low: float, high: float, width: int) -> None:
    x = np.random.default_rng(0).uniform(low, high, 4000)
    function = getattr(np, operation)
    with np.errstate(all="ignore"):
        expected = function(x)
    apart = units_apart(compiled(operation, width)(x), expected)
    # Near their zeros sine and cosine are compared with 1.
    worst = np.abs(compiled(operation, width)(x) - expected)[np.isfinite(expected)].max()
    assert apart.max() <= 2 or (operation in ("sin", "cos") and worst < 3e-16)


@pytest.mark.parametrize(
    "operation",
    ["exp", "log", "sin", "cos", "sign", "absolute", "floor", "ceil", "rint", "reciprocal", "square"],
)
def test_strange_numbers(operation: str) -> None:
    x = np.array([*SPECIAL, *(-number for number in SPECIAL)])
    with np.errstate(all="ignore"):
        expected = getattr(np, operation)(x)
    np.testing.assert_allclose(compiled(operation)(x), expected, rtol=1e-15, atol=0, equal_nan=True)
