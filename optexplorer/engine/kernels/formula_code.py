"""Writes the operations of formulas as vector code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.kernels.vector_code import VectorCode
from optexplorer.engine.landscapes.formula.compilation import operands
from optexplorer.engine.landscapes.formula.expressions import Expression, reachable

_OPERATIONS = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "Absolute": "absolute", "Sign": "sign",
    "Floor": "floor", "Ceil": "ceil", "Round": "rint", "Modulo": "remainder", "Minimum": "minimum", "Maximum": "maximum",
    "Choice": "where", "Reciprocal": "reciprocal or zero", "Sigmoid": "sigmoid", "Softplus": "softplus",
    "Angle": "arctan2", "CubeRoot": "cbrt", "ErrorFunction": "erf", "ErrorComplement": "erfc", "asin": "arcsin",
    "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
}  # fmt: skip
"""What NumPy calls the operations of expressions; the others have NumPy's names."""


def formula_values(
    code: VectorCode, expressions: Sequence[Expression], symbols: Mapping[str, str]
) -> list[str]:
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
            values[node] = f"splat (i1 {str(bool(node.value)).lower()})"
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
