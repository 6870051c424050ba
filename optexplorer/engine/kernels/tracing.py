"""Writes down what a function of arrays does, by running it with stand-ins for the arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from optexplorer.engine.recorded_arithmetic import Recorded

Shape = tuple[int, ...]
Operand = int | tuple[Any, ...]
"""A value by its number, a constant by −1 − its number, or an array of constants: ("array", number of the first, shape)."""
Instruction = tuple[Any, ...]
"""An operation, the shape of its result, and its operands."""


class NotTraceableError(BaseException):
    """The function does something that is not written down; not for the function itself to catch."""


class Trace:
    """What has been done: `instructions` in their order, one for each value, and the `constants` that they use.

    Functions that differ in numbers alone leave the same instructions. A constant is a number or, of one that is recorded
    itself, its name.
    """

    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        self.constants: list[Any] = []

    def value(self, operation: str, shape: Shape, *operands: Any, is_mask: bool = False) -> Traced:
        """Return the result of a new instruction."""
        self.instructions.append((operation, shape, *operands))
        return Traced(self, len(self.instructions) - 1, shape, is_mask=is_mask)

    def constant(self, number: Any) -> int:
        """Return the operand that stands for a number."""
        self.constants.append(float(number))
        return -len(self.constants)

    def operand(self, value: Any) -> tuple[Operand, Shape]:
        """Return what stands for a value in an instruction, and its shape."""
        if isinstance(value, Traced):
            if value.trace is not self:
                raise NotTraceableError("a value of another step")
            return value.ref, value.shape
        if isinstance(value, float | int | np.floating | np.integer | np.bool_):
            return self.constant(value), ()
        if isinstance(value, Recorded) and not value.is_array:
            self.constants.append(value.names[0])
            return -len(self.constants), ()
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
            if value.ndim == 0:
                return self.constant(value), ()
            first = len(self.constants)
            self.constants.extend(value.astype(np.float64).ravel().tolist())
            return ("array", first, value.shape), value.shape
        raise NotTraceableError(f"a {type(value).__name__}")


_ARITHMETIC = {
    "add", "subtract", "multiply", "divide", "negative", "absolute", "fabs", "sqrt", "square", "reciprocal", "sign",
    "maximum", "minimum", "power", "copysign", "exp", "log", "sin", "cos", "floor", "ceil", "rint", "tanh", "arctan",
}  # fmt: skip
_RELATIONS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "isfinite", "isnan"}
_LOGIC = {
    "logical_and": "and", "bitwise_and": "and", "logical_or": "or", "bitwise_or": "or",
    "logical_not": "not", "invert": "not",
}  # fmt: skip
_OF_CONDITIONS = {("where", 0), ("and", 0), ("and", 1), ("or", 0), ("or", 1), ("not", 0)}
"""Operations, and the places of their operands, that take conditions."""
_SAME = {"fabs": "absolute", "float_power": "power"}


class Traced:
    """A stand-in for an array or a number of one point, which is known by the number of its instruction only.

    Its shape is that for a single point: (n,) of a vector, () of a number.
    """

    __array_priority__ = 1000.0
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self, trace: Trace, ref: int, shape: Shape, *, is_mask: bool = False, is_view: bool = False
    ) -> None:
        self.trace, self.ref, self.shape = trace, ref, shape
        self.is_mask, self.is_view = is_mask, is_view
        self.truth: bool | None = None
        """Of a setting: whether it is different from zero at every point, or zero at every point."""

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        size = 1
        for length in self.shape:
            size *= length
        return size

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.bool_ if self.is_mask else np.float64)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a number has no length")
        return self.shape[0]

    def __bool__(self) -> bool:
        if self.truth is None:
            raise NotTraceableError("a choice for all points at once")
        return self.truth

    def __getitem__(self, index: Any) -> Traced:
        shape = np.empty(self.shape)[index].shape
        return Traced(
            self.trace,
            self.trace.value("get", shape, self.ref, _hashable(index)).ref,
            shape,
            is_mask=self.is_mask,
            is_view=True,
        )

    def __setitem__(self, index: Any, value: Any) -> None:
        if not (isinstance(index, Traced) and index.is_mask and index.shape == self.shape):
            raise NotTraceableError("an assignment to some coordinates")
        self._become(self._applied("where", index, value, self))

    def take(self, index: int, axis: int = 0) -> Traced:
        return self[(slice(None),) * (axis % self.ndim) + (index,)]

    def copy(self) -> Traced:
        return Traced(self.trace, self.ref, self.shape, is_mask=self.is_mask)

    def _applied(self, operation: str, *inputs: Any, is_mask: bool = False) -> Traced:
        """Return the result of an operation that works coordinate by coordinate."""
        operands = []
        shape: Shape = ()
        for place, value in enumerate(inputs):
            operand, its_shape = self.trace.operand(value)
            if isinstance(value, Traced) and value.is_mask and (operation, place) not in _OF_CONDITIONS:
                raise NotTraceableError(f"{operation} of a condition")
            operands.append(operand)
            if its_shape and its_shape != shape:
                shape = np.broadcast_shapes(shape, its_shape) if shape else its_shape
        return self.trace.value(operation, shape, *operands, is_mask=is_mask)

    def _become(self, other: Traced) -> Traced:
        """Take the value of another; all that is the same array changes with it."""
        if self.is_view or other.shape != self.shape or other.is_mask is not self.is_mask:
            raise NotTraceableError("an array that changes in a part of it")
        self.ref = other.ref
        return self

    def _power(self, base: Any, exponent: Any) -> Traced:
        # NumPy calculates these otherwise than other powers.
        if not isinstance(exponent, Traced):
            if exponent == 2:
                return self._applied("multiply", base, base)
            if exponent == 1:
                return self._applied("multiply", base, 1.0)
            if exponent == 0.5:
                return self._applied("sqrt", base)
            if exponent == -1:
                return self._applied("divide", 1.0, base)
        return self._applied("power", base, exponent)

    def __add__(self, other: Any) -> Traced:
        return self._applied("add", self, other)

    def __radd__(self, other: Any) -> Traced:
        return self._applied("add", other, self)

    def __sub__(self, other: Any) -> Traced:
        return self._applied("subtract", self, other)

    def __rsub__(self, other: Any) -> Traced:
        return self._applied("subtract", other, self)

    def __mul__(self, other: Any) -> Traced:
        return self._applied("multiply", self, other)

    def __rmul__(self, other: Any) -> Traced:
        return self._applied("multiply", other, self)

    def __truediv__(self, other: Any) -> Traced:
        return self._applied("divide", self, other)

    def __rtruediv__(self, other: Any) -> Traced:
        return self._applied("divide", other, self)

    def __pow__(self, other: Any) -> Traced:
        return self._power(self, other)

    def __rpow__(self, other: Any) -> Traced:
        return self._power(other, self)

    def __neg__(self) -> Traced:
        return self._applied("negative", self)

    def __abs__(self) -> Traced:
        return self._applied("absolute", self)

    def __iadd__(self, other: Any) -> Traced:
        return self._in_place("add", other)

    def __isub__(self, other: Any) -> Traced:
        return self._in_place("subtract", other)

    def __imul__(self, other: Any) -> Traced:
        return self._in_place("multiply", other)

    def __itruediv__(self, other: Any) -> Traced:
        return self._in_place("divide", other)

    def _in_place(self, operation: str, other: Any) -> Traced:
        changed = self._applied(operation, self, other)
        # A number is another one afterwards; who else has it keeps the old one.
        return self._become(changed) if self.shape else changed

    def __lt__(self, other: Any) -> Traced:
        return self._applied("less", self, other, is_mask=True)

    def __le__(self, other: Any) -> Traced:
        return self._applied("less_equal", self, other, is_mask=True)

    def __gt__(self, other: Any) -> Traced:
        return self._applied("greater", self, other, is_mask=True)

    def __ge__(self, other: Any) -> Traced:
        return self._applied("greater_equal", self, other, is_mask=True)

    def __eq__(self, other: Any) -> Traced:  # type: ignore[override]
        return self._applied("equal", self, other, is_mask=True)

    def __ne__(self, other: Any) -> Traced:  # type: ignore[override]
        return self._applied("not_equal", self, other, is_mask=True)

    def __and__(self, other: Any) -> Traced:
        return self._logical("and", self, other)

    def __rand__(self, other: Any) -> Traced:
        return self._logical("and", other, self)

    def __or__(self, other: Any) -> Traced:
        return self._logical("or", self, other)

    def __ror__(self, other: Any) -> Traced:
        return self._logical("or", other, self)

    def __invert__(self) -> Traced:
        return self._logical("not", self)

    def _logical(self, operation: str, *inputs: Any) -> Traced:
        if any(isinstance(part, Traced) and not part.is_mask for part in inputs):
            raise NotTraceableError("bits of numbers")
        return self._applied(operation, *inputs, is_mask=True)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Traced:
        name = _SAME.get(ufunc.__name__, ufunc.__name__)
        out = options.pop("out", (None,))[0]
        axis = options.pop("axis", 0)
        if options:
            raise NotTraceableError(f"{name} with {', '.join(options)}")
        if method == "accumulate" and name == "add" and isinstance(axis, int):
            result = self.trace.value("running_sum", self.shape, self.ref, axis % self.ndim)
        elif method != "__call__":
            raise NotTraceableError(f"{name}.{method}")
        elif name == "power":
            result = self._power(*inputs)
        elif name in _ARITHMETIC:
            result = self._applied(name, *inputs)
        elif name in _RELATIONS:
            result = self._applied(name, *inputs, is_mask=True)
        elif name in _LOGIC:
            result = self._logical(_LOGIC[name], *inputs)
        else:
            raise NotTraceableError(name)
        if out is None:
            return result
        if not isinstance(out, Traced):
            raise NotTraceableError("a result that is put into an array")
        return out._become(result)

    def __array_function__(
        self, function: Callable[..., Any], _: Any, inputs: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        known = _FUNCTIONS.get(function)
        if known is None:
            raise NotTraceableError(function.__name__)
        try:
            return known(self, *inputs, **options)
        except TypeError as error:
            raise NotTraceableError(function.__name__) from error

    def _where(self, condition: Any, a: Any, b: Any) -> Any:
        if not isinstance(condition, Traced):
            if np.ndim(condition):
                raise NotTraceableError("a choice by coordinates")
            return a if condition else b
        if not condition.is_mask:
            condition = condition != 0
        masks = [part.is_mask if isinstance(part, Traced) else isinstance(part, bool) for part in (a, b)]
        if any(masks) and not all(masks):
            raise NotTraceableError("a choice between a number and a condition")
        if all(masks):
            return (condition & a) | (~condition & b)
        return self._applied("where", condition, a, b)

    def _clip(self, a: Any, low: Any = None, high: Any = None) -> Any:
        # As NumPy does: first up, then down.
        if low is not None:
            a = np.maximum(a, low)
        return a if high is None else np.minimum(a, high)

    def _filled(self, other: Traced, value: float) -> Traced:
        return self._applied("multiply", np.ones(other.shape), value) if other.shape else self._number(value)

    def _number(self, value: float) -> Traced:
        return self._applied("multiply", 1.0, value)

    def _refuse(self, *_: object, **__: object) -> Any:
        raise NotTraceableError("not arithmetic")

    __float__ = __int__ = __index__ = __complex__ = __array__ = __iter__ = _refuse
    __str__ = __format__ = __copy__ = __deepcopy__ = __reduce_ex__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __matmul__ = __rmatmul__ = __xor__ = __rxor__ = (
        _refuse
    )


_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: Traced._where,
    np.clip: Traced._clip,
    np.zeros_like: lambda self, other: self._filled(other, 0.0),
    np.ones_like: lambda self, other: self._filled(other, 1.0),
    np.full_like: lambda self, other, value: self._filled(other, value),
    np.copy: lambda self, other: other.copy(),
    np.shape: lambda self, other: other.shape,
    np.ndim: lambda self, other: other.ndim,
}


def _hashable(index: Any) -> Any:
    """Return an index as plain values that can be compared."""
    if isinstance(index, tuple):
        return ("tuple", *map(_hashable, index))
    if isinstance(index, slice):
        return ("slice", index.start, index.stop, index.step)
    if isinstance(index, np.ndarray) and index.dtype.kind in "iu":
        return ("places", index.shape, tuple(index.ravel().tolist()))
    if index is None or index is Ellipsis or isinstance(index, int | np.integer):
        return index
    raise NotTraceableError(f"an index that is a {type(index).__name__}")


def index_of(hashable: Any) -> Any:
    """Return the index that an instruction `get` has written down."""
    if not isinstance(hashable, tuple):
        return hashable
    kind, *parts = hashable
    if kind == "tuple":
        return tuple(map(index_of, parts))
    if kind == "slice":
        return slice(*parts)
    shape, places = parts
    return np.array(places, dtype=np.intp).reshape(shape)
