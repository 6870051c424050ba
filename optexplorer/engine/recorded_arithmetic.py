"""Records the arithmetic of a function of arrays, and writes it out as Python arithmetic on single numbers.

An array of two numbers costs NumPy about ten times as long as the two numbers cost Python. The results are the same to
the bit: both calculate with IEEE 754's double precision, and only what it rounds correctly is recorded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

_SYMBOLS = {"add": "+", "subtract": "-", "multiply": "*", "true_divide": "/", "divide": "/"}


class NotRecordableError(BaseException):
    """The function does something other than plain arithmetic; not for the function itself to catch."""


class Recording:
    """The lines of a function as they are recorded."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: list[float | int] = []
        self._count = 0

    def assigned(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the names of new variables with these values."""
        names = []
        for text in texts:
            names.append(f"v{self._count}")
            self._count += 1
            self.lines.append(f"{names[-1]} = {text}")
        return tuple(names)

    def constant(self, value: float | int) -> str:
        """Return the name under which a number is handed over: texts that differ in numbers alone are the same."""
        self.constants.append(value)
        return f"c{len(self.constants) - 1}"


class Recorded:
    """A number, or an array of them, that is known by name only. Arithmetic with it is recorded."""

    __array_priority__ = 1000.0

    def __init__(self, recording: Recording, names: tuple[str, ...], *, is_array: bool) -> None:
        self.recording, self.names, self.is_array = recording, names, is_array

    def sqrt(self) -> Recorded:
        return self._new([f"sqrt({name})" for name in self.names])

    def _new(self, texts: Sequence[str], *, with_array: bool = False) -> Recorded:
        return Recorded(self.recording, self.recording.assigned(texts), is_array=self.is_array or with_array)

    def _with(self, other: object, symbol: str, swapped: bool = False) -> Recorded:
        with_array = isinstance(other, Recorded) and other.is_array
        return self._new(self._texts(other, symbol, swapped), with_array=with_array)

    def _texts(self, other: object, symbol: str, swapped: bool = False) -> list[str]:
        mine, others = self.names, _names_of(other, self.recording)
        size = max(len(mine), len(others))
        pairs = zip(_spread(mine, size), _spread(others, size), strict=True)
        return [f"{b} {symbol} {a}" if swapped else f"{a} {symbol} {b}" for a, b in pairs]

    def _in_place(self, other: object, symbol: str) -> Recorded:
        if not self.is_array:
            # A number is another one afterwards; who else has it keeps the old one.
            return self._with(other, symbol)
        texts = self._texts(other, symbol)
        if len(texts) != len(self.names):
            raise NotRecordableError("an array does not fit into another")
        # All that is the same array changes with it.
        self.names = self.recording.assigned(texts)
        return self

    def __add__(self, other: object) -> Recorded:
        return self._with(other, "+")

    def __radd__(self, other: object) -> Recorded:
        return self._with(other, "+", swapped=True)

    def __sub__(self, other: object) -> Recorded:
        return self._with(other, "-")

    def __rsub__(self, other: object) -> Recorded:
        return self._with(other, "-", swapped=True)

    def __mul__(self, other: object) -> Recorded:
        return self._with(other, "*")

    def __rmul__(self, other: object) -> Recorded:
        return self._with(other, "*", swapped=True)

    def __truediv__(self, other: object) -> Recorded:
        return self._with(other, "/")

    def __rtruediv__(self, other: object) -> Recorded:
        return self._with(other, "/", swapped=True)

    def __rpow__(self, base: object) -> Recorded:
        # Of numbers alone, which Python raises in both ways; NumPy's powers of arrays are others.
        if self.is_array or not isinstance(base, float):
            raise NotRecordableError("a power")
        return self._with(base, "**", swapped=True)

    def __neg__(self) -> Recorded:
        return self._new([f"-{name}" for name in self.names])

    def __iadd__(self, other: object) -> Recorded:
        return self._in_place(other, "+")

    def __isub__(self, other: object) -> Recorded:
        return self._in_place(other, "-")

    def __imul__(self, other: object) -> Recorded:
        return self._in_place(other, "*")

    def __itruediv__(self, other: object) -> Recorded:
        return self._in_place(other, "/")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Recorded:
        if method == "__call__" and not options:
            if ufunc is np.sqrt:
                return self.sqrt()
            if ufunc is np.negative:
                return -self
            if symbol := _SYMBOLS.get(ufunc.__name__):
                left, right = inputs
                return (
                    left._with(right, symbol)
                    if isinstance(left, Recorded)
                    else right._with(left, symbol, swapped=True)
                )
        raise NotRecordableError(ufunc.__name__)

    def _refuse(self, *arguments: object, **options: object) -> Any:
        raise NotRecordableError("not arithmetic")

    __pow__ = __bool__ = __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __ne__ = __float__ = __int__ = _refuse
    __index__ = __getitem__ = __len__ = __iter__ = __array__ = __array_function__ = _refuse
    __str__ = __repr__ = __format__ = __copy__ = __deepcopy__ = __reduce_ex__ = _refuse
    __hash__ = None  # type: ignore[assignment]


def _names_of(value: object, recording: Recording) -> tuple[str, ...]:
    if isinstance(value, Recorded):
        return value.names
    if isinstance(value, float | int) and not isinstance(value, bool):
        return (recording.constant(value),)
    raise NotRecordableError(f"a {type(value).__name__}")


def _spread(names: tuple[str, ...], size: int) -> tuple[str, ...]:
    if len(names) == size:
        return names
    if len(names) == 1:
        return names * size
    raise NotRecordableError("arrays of several sizes")


def square_root(number: Any) -> Any:
    """Return the square root of a number that steps depend on; `math.sqrt` that can be recorded."""
    if isinstance(number, Recorded):
        return number.sqrt()
    # Of settings that differ from point to point an array comes; both square roots are correctly rounded.
    return math.sqrt(number) if isinstance(number, float | int) else np.sqrt(number)


def power(base: float, exponent: Any) -> Any:
    """Return the power of a number that steps depend on; `math.pow` that can be recorded."""
    if isinstance(exponent, float | int):
        return math.pow(base, exponent)
    if isinstance(exponent, np.ndarray):
        # NumPy's powers of arrays may differ from those of single numbers in the last bit.
        distinct, places = np.unique(exponent, return_inverse=True)
        return np.array([math.pow(base, one) for one in distinct.tolist()])[places]
    return base**exponent


def function_of(text: str, names: Mapping[str, object]) -> Callable[..., Any]:
    """Return the function called `function` that a recorded text defines."""
    scope: dict[str, Any] = {"__builtins__": {}, "sqrt": math.sqrt, "float": float, **names}
    exec(compile(text, "<recorded arithmetic>", "exec"), scope)
    function: Callable[..., Any] = scope["function"]
    return function
