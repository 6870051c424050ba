"""Writes the operations of a step as calls of NumPy with whole rows of numbers: one number of each point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from optexplorer.engine.landscapes.formula.functions import NAMES

_UFUNCS: Mapping[str, Callable[..., Any]] = {
    **{
        name: getattr(np, name)
        for name in (
            "add", "subtract", "multiply", "divide", "negative", "absolute", "sqrt", "square", "reciprocal", "sign",
            "copysign", "exp", "log", "floor", "ceil", "rint", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
            "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "log2", "log10", "log1p", "expm1",
            "hypot", "cbrt", "remainder", "less", "less_equal", "greater", "greater_equal", "equal", "not_equal",
            "isfinite", "isnan",
        )
    },
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    # NumPy wants to be told which operand of these is for the result.
    "maximum": lambda a, b, out: np.maximum(a, b, out=out),
    "minimum": lambda a, b, out: np.minimum(a, b, out=out),
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
}  # fmt: skip
_CONDITIONS = {
    "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "isfinite", "isnan", "<", "<=", ">", ">=",
    "==", "!=", "and", "or", "not",
}  # fmt: skip
_RETURNING = {
    "power of formula": "power", "sigmoid": "Sigmoid", "softplus": "Softplus", "reciprocal or zero": "Reciprocal",
    "erf": "ErrorFunction", "erfc": "ErrorComplement",
}  # fmt: skip
"""What functions of formulas are called that return their result instead of putting it into an array."""


def _choose(condition: Any, a: Any, b: Any, out: Any) -> None:
    np.copyto(out, b)
    np.copyto(out, a, where=condition)


def _putting(function: Callable[..., Any]) -> Callable[..., None]:
    return lambda *inputs: np.copyto(inputs[-1], function(*inputs[:-1]))


def _stack(*inputs: Any) -> None:
    """Put rows into the rows of the last array, where they are not there already."""
    *rows, out = inputs
    for row, target in zip(rows, out, strict=True):
        if row.ctypes.data != target.ctypes.data:
            np.copyto(target, row)


class Operation(NamedTuple):
    """A function that is called with its operands and the array for the result.

    Attributes
    ----------
    rows : how many rows the result has; 1 is a single row, not an array of one
    is_condition : whether it is made of truth values
    may_share : whether the array for the result may be one of the operands
    """

    call: Callable[..., Any]
    operands: tuple[str, ...]
    rows: int
    is_condition: bool
    may_share: bool

    @property
    def is_stack(self) -> bool:
        """Whether it only puts rows together."""
        return self.call is _stack


class ArrayCode:
    """The operations of a step in their order. What they work on is called by a letter and a number.

    v3: the result of operation 3, v3.1 its row 1 where it has several, V3 all of its rows; m5: row 5 of memory, M5 the rows
    from there on, as many as a point has coordinates; c: a constant of the step; p: a parameter of the formula; k: one of
    `numbers`.
    """

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.numbers: list[float | bool] = []

    def constant(self, value: float) -> str:
        self.numbers.append(value)
        return f"k{len(self.numbers) - 1}"

    truth = constant

    def arithmetic(self, operation: str, a: str, b: str) -> str:
        return self.apply(operation, a, b)

    def product(self, factors: Iterable[str]) -> str:
        first, *others = factors
        for other in others:
            first = self.apply("multiply", first, other)
        return first

    def nonzero(self, a: str) -> str:
        return self.apply("not_equal", a, self.constant(0.0))

    def apply(self, operation: str, *operands: str) -> str:
        """Return the result of an operation, called as NumPy's function is.

        Raises
        ------
        KeyError
            If there is no such operation.
        """
        return self._written(operation, operands, 1)

    def apply_all(self, operation: str, operands: Sequence[Sequence[str]]) -> list[str]:
        """Return the results for several coordinates, whose operands are given one after the other.

        Where the rows of each operand lie beside one another they are found by one call.
        """
        size = len(operands[0])
        whole = [self._whole(rows) for rows in operands]
        if size > 1 and all(whole) and any(name[:1] in "VM" for name in whole):
            result = self._written(operation, tuple(whole), size)
            return [f"{result}.{row}" for row in range(size)]
        return [self.apply(operation, *one) for one in zip(*operands, strict=True)]

    def beside(self, rows: list[str]) -> list[str]:
        """Return the same rows, so that they lie beside one another."""
        if len(rows) < 2 or self._whole(rows)[:1] in ("V", "M"):
            return rows
        self.operations.append(Operation(_stack, tuple(rows), len(rows), is_condition=False, may_share=False))
        return [f"v{len(self.operations) - 1}.{row}" for row in range(len(rows))]

    def _written(self, operation: str, operands: tuple[str, ...], rows: int) -> str:
        if operation == "where":
            call, may_share = _choose, False
        elif operation in _RETURNING:
            call, may_share = _putting(NAMES[_RETURNING[operation]]), False
        else:
            call, may_share = _UFUNCS[operation], True
        self.operations.append(Operation(call, operands, rows, operation in _CONDITIONS, may_share))
        return f"v{len(self.operations) - 1}"

    def _whole(self, rows: Sequence[str]) -> str:
        """Return what all of these rows are called together; empty if they do not lie beside one another."""
        first = rows[0]
        if all(row == first for row in rows):
            return first
        kind, number, _ = parts_of(first)
        if kind == "v" and self.operations[number].rows == len(rows):
            together = [f"v{number}.{row}" for row in range(len(rows))]
            return f"V{number}" if together == list(rows) else ""
        if kind == "m" and list(rows) == [f"m{number + row}" for row in range(len(rows))]:
            return f"M{number}"
        return ""


def parts_of(name: str) -> tuple[str, int, int | None]:
    """Return the letter of a name, its number, and its row if it tells one."""
    number, _, row = name[1:].partition(".")
    return name[0], int(number), int(row) if row else None
