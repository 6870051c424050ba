"""Formulas as Python text, as they were written, in the functions of NumPy, PyTorch or JAX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optexplorer.engine.landscapes.formula.syntax import SERIES, Node

_SMOOTH = ("sin", "cos", "sinh", "cosh", "tanh", "exp", "atan", "sigmoid")
"""Functions that are defined and smooth everywhere."""


Dialect = Mapping[str, str]
"""How one library calls the functions of formulas."""

_SAME = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "log10", "log2", "sqrt", "cbrt", "abs", "sign",
         "floor", "ceil", "where", "mod", "log1p", "expm1")  # fmt: skip
NUMPY: Dialect = {name: f"np.{name}" for name in _SAME} | {
    "ln": "np.log", "asin": "np.arcsin", "acos": "np.arccos", "atan": "np.arctan", "atan2": "np.arctan2", "asinh": "np.arcsinh",
    "acosh": "np.arccosh", "atanh": "np.arctanh",
    "round": "np.rint", "min": "np.minimum", "max": "np.maximum",
}  # fmt: skip
TORCH: Dialect = {name: f"torch.{name}" for name in _SMOOTH}
JAX: Dialect = {name: f"jnp.{name}" for name in _SMOOTH} | {"atan": "jnp.arctan", "sigmoid": "jax.nn.sigmoid"}


def is_smooth(tree: Node, variables: tuple[str, ...]) -> bool:
    """Whether a formula is defined and smooth everywhere, and not constant.

    Automatic differentiation of such a formula gives the landscape's own gradient. Elsewhere it may not: it gives
    nan at the tip of a root and for a branch that is not taken, and libraries differ at kinks.
    """
    return _varies(tree, frozenset(variables)) and _smooth(tree, frozenset(variables))


def _varies(node: Node, variables: frozenset[str]) -> bool:
    return (node.kind == "name" and node.text in variables) or any(
        _varies(part, variables) for part in node.parts
    )


def _smooth(node: Node, variables: frozenset[str]) -> bool:
    def smooth(parts: tuple[Node, ...]) -> bool:
        return all(_smooth(part, variables) for part in parts)

    if not _varies(node, variables) or node.kind == "name":
        return True
    if node.kind == "sum":
        return smooth(node.parts)
    if node.kind == "product":
        divisors = [part for sign, part in zip(node.text, node.parts, strict=True) if sign == "/"]
        return smooth(node.parts) and not any(_varies(part, variables) for part in divisors)
    if node.kind == "power":
        base, exponent = node.parts
        if _varies(exponent, variables):
            positive = (base.kind, base.text) == ("name", "e") or (
                base.kind == "number" and float(base.text) > 0
            )
            return positive and _smooth(exponent, variables)
        return _smooth(base, variables) and exponent.kind == "number" and float(exponent.text).is_integer()
    if node.kind == "call" and node.text == "sum":
        term, _, low, high = node.parts
        bounds = low.kind == high.kind == "number" and float(low.text) <= float(high.text)
        return bounds and _smooth(term, variables)
    return node.kind == "call" and node.text in _SMOOTH and smooth(node.parts)


def indices(node: Node) -> Iterator[str]:
    """Yield the names of the indices of all sums and products in a formula."""
    if node.kind == "call" and node.text in SERIES:
        yield node.parts[1].text
    for part in node.parts:
        yield from indices(part)


_STRENGTH = {"or": 0, "and": 0, "compare": 1, "sum": 2, "product": 3, "power": 5}
_ATOM = 9
_LARGEST_INTEGER = 1_000_000
"""Greater whole numbers are written as floats, because products and powers of them are too large for libraries."""


class Printer:
    """Prints the tree of one formula; the text is about as long as the formula.

    Parts without variables are printed in NumPy's functions, which give plain numbers, whatever the dialect.

    Parameters
    ----------
    variables : the names of the coordinates, as the formula has them
    names : what each name is called in the script
    """

    def __init__(self, dialect: Dialect, variables: tuple[str, ...], names: Mapping[str, str]) -> None:
        self._dialect = dialect
        self._variables = frozenset(variables)
        self._names = names
        self._indices: set[str] = set()
        self.helpers: set[str] = set()
        """The functions that the text calls and no library has."""

    def text(self, node: Node) -> str:
        """Return the node as Python text."""
        return str(getattr(self, f"_{node.kind}")(node))

    def _inside(self, node: Node, least: int) -> str:
        """Return the node, in parentheses if it binds less tightly than `least`."""
        strength = _STRENGTH.get(node.kind, _ATOM)
        if node.kind == "sum" and node.text == "-":
            strength = 4
        text = self.text(node)
        return text if strength >= least else f"({text})"

    def _number(self, node: Node) -> str:
        if node.text.isdecimal():
            # Python reads 007 as a mistake.
            number = int(node.text)
            return str(number) if number <= _LARGEST_INTEGER else repr(float(number))
        text = node.text.lstrip("0")
        return f"0{text}" if text[0] in ".eE" else text

    def _name(self, node: Node) -> str:
        return f"np.{node.text}" if node.text in ("pi", "e") else self._names[node.text]

    def _sum(self, node: Node) -> str:
        text = ""
        for sign, part in zip(node.text, node.parts, strict=True):
            printed = self._inside(part, 3)
            if not text:
                text = printed if sign == "+" else f"-{printed}"
            else:
                text += f" {sign} {printed}"
        return text

    def _product(self, node: Node) -> str:
        text = self._inside(node.parts[0], 3)
        for operator, part in zip(node.text[1:], node.parts[1:], strict=True):
            text += f"{operator}{self._inside(part, 4)}"
        return text

    def _power(self, node: Node) -> str:
        base, exponent = node.parts
        if base.kind == "name" and base.text == "e":
            return f"{self._function('exp', node)}({self.text(exponent)})"
        text = self._inside(base, _ATOM)
        if exponent.kind != "number" or exponent.text not in ("2", "3", "4"):
            # Powers of whole numbers may be too large for libraries, which have integers of 64 bits.
            if base.kind == "number":
                text = repr(float(base.text))
            elif base.kind == "name" and base.text in self._indices:
                text = f"float({text})"
        return f"{text}**{self._inside(exponent, _ATOM)}"

    def _compare(self, node: Node) -> str:
        pairs = [
            f"({self.text(left)} {operator} {self.text(right)})"
            for left, operator, right in zip(node.parts, node.text.split(), node.parts[1:], strict=False)
        ]
        return " & ".join(pairs)

    def _and(self, node: Node) -> str:
        return " & ".join(f"({self.text(part)})" for part in node.parts)

    def _or(self, node: Node) -> str:
        return " | ".join(f"({self.text(part)})" for part in node.parts)

    def _not(self, node: Node) -> str:
        return f"np.logical_not({self.text(node.parts[0])})"

    def _call(self, node: Node) -> str:
        parts = node.parts
        if node.text in SERIES:
            return self._series(node)
        if node.text == "piecewise" and len(parts) > 3:
            conditions, values = (", ".join(map(self.text, parts[place:-1:2])) for place in (0, 1))
            return f"np.select([{conditions}], [{values}], {self.text(parts[-1])})"
        if node.text in ("where", "piecewise"):
            return f"np.where({', '.join(map(self.text, parts))})"
        if node.text in ("min", "max") and len(parts) > 2:
            return f"{NUMPY[node.text]}.reduce([{', '.join(map(self.text, parts))}])"
        if node.text == "hypot":
            first, *others = map(self.text, parts)
            for other in others:
                first = f"np.hypot({first}, {other})"
            return first
        if node.text == "relu":
            return f"np.maximum(0.0, {self.text(parts[0])})"
        if node.text == "softplus":
            return f"np.logaddexp(0.0, {self.text(parts[0])})"
        function = self._function(node.text, node)
        if function in ("erf", "erfc"):
            self.helpers.add(function)
        if function == "sigmoid":
            return f"1/(1 + np.exp(-{self._inside(parts[0], 4)}))"
        return f"{function}({', '.join(map(self.text, parts))})"

    def _series(self, node: Node) -> str:
        term, index, low, high = node.parts
        self._indices.add(index.text)
        bounds = f"int({self.text(low)}), int({self.text(high)}) + 1"
        if low.kind == high.kind == "number" and low.text.isdecimal() and high.text.isdecimal():
            bounds = f"{int(low.text)}, {int(high.text) + 1}"
        terms = f"{self.text(term)} for {self._names[index.text]} in range({bounds})"
        return f"sum({terms})" if node.text == "sum" else f"np.prod([{terms}])"

    def _function(self, name: str, node: Node) -> str:
        dialect = self._dialect if _varies(node, self._variables) else NUMPY
        return dialect.get(name, name)
