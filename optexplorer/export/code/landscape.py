"""A formula landscape as Python functions: the loss as it was written, its derivatives as they are computed."""

from __future__ import annotations

import re
from typing import Any

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.engine.landscapes.formula.derivation import compiled
from optexplorer.export.code.extraction import CodeError
from optexplorer.export.code.names import python_names
from optexplorer.export.code.printing import Dialect, Printer, indices, is_smooth

_NUMPY_NAMES = {
    "power": "np.power", "sqrt": "np.sqrt", "sin": "np.sin", "cos": "np.cos", "tan": "np.tan", "asin": "np.arcsin",
    "acos": "np.arccos", "atan": "np.arctan", "sinh": "np.sinh", "cosh": "np.cosh", "tanh": "np.tanh", "exp": "np.exp",
    "log": "np.log", "log10": "np.log10", "log2": "np.log2", "hypot": "np.hypot",
    "Angle": "np.arctan2", "CubeRoot": "np.cbrt", "Absolute": "np.abs", "Sign": "np.sign",
    "Floor": "np.floor", "Ceil": "np.ceil", "Round": "np.rint", "Modulo": "np.mod", "Minimum": "np.minimum",
    "Maximum": "np.maximum", "Choice": "np.where", "Reciprocal": "reciprocal", "Sigmoid": "sigmoid",
    "Softplus": "softplus", "ErrorFunction": "erf", "ErrorComplement": "erfc",
    "asinh": "np.arcsinh", "acosh": "np.arccosh", "atanh": "np.arctanh",
    "log1p": "np.log1p", "expm1": "np.expm1",
}  # fmt: skip
_CALL = re.compile(rf"\b({'|'.join(_NUMPY_NAMES)})\(")
HELPERS = {
    "reciprocal": "def reciprocal(a):\n    # 0 at the tip of a root, where the slope has no value.\n"
    "    return np.divide(1.0, a, out=np.zeros(np.shape(a)), where=np.not_equal(a, 0))",
    "sigmoid": "def sigmoid(a):\n    return 1.0 / (1.0 + np.exp(-a))",
    "softplus": "def softplus(a):\n    return np.logaddexp(0.0, a)",
    "erfc": "def erfc(a):\n    from math import erfc\n\n    return np.vectorize(erfc, otypes=[float])(a)",
    "erf": "def erf(a):\n    from math import erf\n\n    return np.vectorize(erf, otypes=[float])(a)",
}
"""Functions that NumPy lacks, by name."""


def formula_landscape(landscape: Landscape) -> FormulaLandscape:
    """Return the landscape, if it is one that a script can hold.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If no formula gives it.
    """
    if not isinstance(landscape, FormulaLandscape):
        raise CodeError("scripts are of landscapes that a formula gives; this one is made of data")
    return landscape


class LandscapeCode:
    """The functions of one landscape, each of its coordinates as separate numbers."""

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = formula_landscape(landscape)
        definition = self.landscape.definition
        values = {name: parameter.value for name, parameter in definition.parameters.items()}
        self._tree = grammar.parse_tree(definition.formula, landscape.variables, definition.parameters)
        self._names = python_names((*landscape.variables, *values, *indices(self._tree)))
        self.arguments = ", ".join(
            [
                *(self._names[name] for name in landscape.variables),
                *(f"{self._names[name]}={value!r}" for name, value in values.items()),
            ]
        )
        self._formula = compiled(
            definition.formula,
            landscape.variables,
            tuple(definition.parameters),
            frozenset(name for name, parameter in definition.parameters.items() if parameter.low >= 0),
        )
        self._helpers: set[str] = set()

    @property
    def is_smooth(self) -> bool:
        """Whether automatic differentiation of `loss` gives the landscape's own gradient everywhere."""
        return is_smooth(self._tree, self.landscape.variables)

    def loss(self, dialect: Dialect) -> str:
        """Return the function `loss` as the formula was written; only a smooth one in another dialect than NumPy's."""
        printer = Printer(dialect, self.landscape.variables, self._names)
        text = printer.text(self._tree)
        self._helpers |= printer.helpers
        return f"def loss({self.arguments}):\n    return {text}"

    def computed_loss(self) -> str:
        """Return the NumPy function `loss` to the last bit as the engine computes it, which reads less well."""
        return self._function("loss", [self._formula.expression], "{}")

    def gradient(self, *, batch: bool = False) -> str:
        """Return the NumPy function `gradient`, which returns an array of shape (n,), or (n, k) of k points."""
        result = "np.stack(np.broadcast_arrays({}))" if batch else "np.array([{}])"
        return self._function("gradient", self._formula.derivatives, result)

    def hessian(self) -> str:
        """Return the NumPy function `hessian`, which returns an array of shape (n, n)."""
        symbols, n = self._formula.symbols, self.landscape.dimension
        if not self.landscape.has_hessian:
            raise CodeError("the landscape's Hessian is too large for a script")
        from optexplorer.engine.landscapes.formula import differentiation

        entries = [
            differentiation.derivative(self._formula.derivatives[min(i, j)], symbols[max(i, j)])
            for i in range(n)
            for j in range(n)
        ]
        return self._function("hessian", entries, f"np.array([{{}}]).reshape({n}, {n})")

    def residuals(self) -> str:
        """Return the NumPy functions `residuals` and `residual_jacobian`."""
        from optexplorer.engine.landscapes.formula import differentiation, least_squares

        roots = least_squares.residuals(self._formula.expression, self._formula.nonnegative)
        if roots is None:
            raise CodeError("the landscape's formula is no sum of squares")
        slopes = [
            differentiation.derivative(root, symbol) for root in roots for symbol in self._formula.symbols
        ]
        shape = f"{len(roots)}, {self.landscape.dimension}"
        return "\n\n\n".join(
            (
                self._function("residuals", roots, "np.array([{}])"),
                self._function("residual_jacobian", slopes, f"np.array([{{}}]).reshape({shape})"),
            )
        )

    def helpers(self) -> list[str]:
        """Return the functions that those asked for so far call."""
        return [HELPERS[name] for name in sorted(self._helpers)]

    def _function(self, name: str, expressions: list[Any], result: str) -> str:
        from optexplorer.engine.landscapes.formula.compilation import written

        lines, values = written(expressions, self._names)
        body = [*lines, f"return {result.format(', '.join(map(_bare, values)))}"]
        text = _CALL.sub(self._call, "\n    ".join(body))
        return f"def {name}({self.arguments}):\n    {text}"

    def _call(self, match: re.Match[str]) -> str:
        name = _NUMPY_NAMES[match[1]]
        if name in HELPERS:
            self._helpers.add(name)
        return f"{name}("


def _bare(text: str) -> str:
    """Return the text without a pair of parentheses around the whole of it."""
    if not text.startswith("(") or not text.endswith(")"):
        return text
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1]
