"""Writes the operations of formulas: as vector code for LLVM, or as calls of NumPy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.landscapes.formula.compilation import operands
from optexplorer.engine.landscapes.formula.expressions import Expression, reachable

_OPERATIONS = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "Absolute": "absolute", "Sign": "sign",
    "Floor": "floor", "Ceil": "ceil", "Round": "rint", "Modulo": "remainder", "Minimum": "minimum", "Maximum": "maximum",
    "Choice": "where", "Reciprocal": "reciprocal or zero", "Sigmoid": "sigmoid", "Softplus": "softplus",
    "Angle": "arctan2", "CubeRoot": "cbrt", "power": "power of formula",
    "ErrorFunction": "erf", "ErrorComplement": "erfc", "asin": "arcsin",
    "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
}  # fmt: skip
"""What NumPy calls the operations of expressions; the others have NumPy's names."""


class Code(Protocol):
    """What writes operations; values are known by their names.

    `constant` and `truth` return numbers and truth values, `apply` the result of an operation that is called as NumPy's
    function is (KeyError if there is none), `apply_all` those for several coordinates, `nonzero` where numbers are other
    than zero, `beside` the same values where they can be worked on together.
    """

    def constant(self, value: float, /) -> str: ...
    def truth(self, value: bool, /) -> str: ...
    def arithmetic(self, operation: str, a: str, b: str) -> str: ...
    def product(self, factors: Iterable[str]) -> str: ...
    def nonzero(self, a: str) -> str: ...
    def apply(self, operation: str, *operands: str) -> str: ...
    def apply_all(self, operation: str, operands: Sequence[Sequence[str]]) -> list[str]: ...
    def beside(self, rows: list[str]) -> list[str]: ...


def formula_values(code: Code, expressions: Sequence[Expression], symbols: Mapping[str, str]) -> list[str]:
    """Return the values of expressions whose symbols have the values `symbols`.

    Raises
    ------
    NotTraceableError
        If an operation is not known.
    """
    values: dict[Expression, str] = {}
    for node in reachable(expressions):
        operator = node.operator
        if operator == "number":
            values[node] = code.constant(node.value)
        elif operator == "symbol":
            values[node] = symbols[node.value]
        elif operator == "condition":
            values[node] = code.truth(bool(node.value))
        elif operator == "whole":
            values[node] = code.product(values[part] for part in operands(node))
        else:
            try:
                values[node] = code.apply(
                    _OPERATIONS.get(operator, operator), *(values[part] for part in node.parts)
                )
            except KeyError:
                raise NotTraceableError(operator) from None
    return [values[expression] for expression in expressions]
