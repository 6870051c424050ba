"""Makes Python functions from generated text, and defines the names that such text may use."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Function = Callable[..., tuple[Any, ...]]


def text_of(arguments: Sequence[str], lines: Sequence[str], results: Sequence[str]) -> str:
    """Return the text of a function of `arguments` that runs `lines` and returns the tuple of `results`."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"def compiled({', '.join(arguments)}):\n{body}    return ({', '.join(results)},)\n"


def function_of(text: str) -> Function:
    """Return the function that `text` defines, which must come from `text_of`."""
    scope: dict[str, Any] = {"__builtins__": {}, **NAMES}
    exec(compile(text, "<formula>", "exec"), scope)
    function: Function = scope["compiled"]
    return function


def _choice(condition: Any, a: Any, b: Any) -> Any:
    if isinstance(condition, bool):
        return a if condition else b
    if isinstance(condition, np.bool_):
        chosen = a if condition else b
        # A plain number would raise where one of NumPy's gives inf or nan, as in 1/where(x > 0, x, 0).
        return np.float64(chosen) if isinstance(chosen, float) else chosen
    return np.where(condition, a, b)


def _power(a: Any, b: Any) -> Any:
    if not isinstance(b, np.ndarray):
        return np.power(a, b)
    result = np.power(a, b)
    for exponent in _SPECIAL_EXPONENTS:
        there = b == exponent
        if there.any():
            result = np.where(there, np.power(a, exponent), result)
    return result


_SPECIAL_EXPONENTS = (0.5, 2.0, -1.0)
"""Those that NumPy computes by other functions where one number is the exponent of all, and so rounds otherwise."""


def _reciprocal(a: Any) -> Any:
    if isinstance(a, float):
        return 1.0 / a if a else type(a)(0.0)
    return np.divide(1.0, a, out=np.zeros_like(a), where=a != 0)


def _of_each(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """Return a function of the C library for numbers and arrays; a number stays of its type, as NumPy's must."""
    of_array = np.vectorize(function, otypes=[np.float64])
    return lambda a: type(a)(function(a)) if isinstance(a, float) else of_array(a)


NAMES: dict[str, Callable[..., Any]] = {
    "power": _power, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin,
    "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "exp": np.exp, "log": np.log,
    "log10": np.log10, "log2": np.log2, "hypot": np.hypot, "Angle": np.arctan2, "CubeRoot": np.cbrt, "Absolute": abs,
    "Sign": np.sign, "Floor": np.floor, "Ceil": np.ceil, "Round": np.rint, "Modulo": np.mod, "Minimum": np.minimum,
    "Maximum": np.maximum, "Choice": _choice, "Reciprocal": _reciprocal, "Sigmoid": lambda a: 1.0 / (1.0 + np.exp(-a)),
    "Softplus": lambda a: np.logaddexp(0.0, a), "ErrorFunction": _of_each(math.erf),
    "ErrorComplement": _of_each(math.erfc), "asinh": np.arcsinh,
    "acosh": np.arccosh, "atanh": np.arctanh, "log1p": np.log1p, "expm1": np.expm1,
}  # fmt: skip
"""The functions that may be called: NumPy's, and those that are piecewise or rarer, as `symbolic` names them.

They return the same bits for a number and for an array of it. With Python floats a division by zero raises
ZeroDivisionError, with NumPy's it gives inf or nan.
"""
