"""Formulas as Python text, as they were written, in the functions of NumPy, PyTorch or JAX."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass

from optexplorer.engine.landscapes.formula.grammar import Node

_TAKEN = re.compile(
    r"v[0-9]+|np|torch|jnp|math|loss|gradient|hessian|residuals|sigmoid|reciprocal|x_|sum|range|float"
)
"""Names that scripts need for something else."""


def python_name(name: str) -> str:
    """Return a variable's or parameter's name as a script may use it."""
    return f"{name}_" if keyword.iskeyword(name) or _TAKEN.fullmatch(name) else name


@dataclass(frozen=True)
class Dialect:
    """How one library calls the functions of formulas."""

    module: str
    names: Mapping[str, str]
    wraps: bool = False
    """Whether a function of several arguments wants tensors, not plain numbers."""
    chooses: bool = False
    """Whether min and max are choices, because the library's own ones halve the slope at a tie."""


_ARC = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2"}
_SAME = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "log10", "log2", "sqrt", "abs", "sign", "floor",
         "ceil", "round", "where", "hypot")  # fmt: skip
NUMPY = Dialect(
    "np",
    {name: name for name in _SAME}
    | _ARC
    | {"ln": "log", "cbrt": "cbrt", "mod": "mod", "min": "minimum", "max": "maximum", "not": "logical_not"},
)
JAX = Dialect("jnp", NUMPY.names, chooses=True)
TORCH = Dialect(
    "torch",
    {name: name for name in (*_SAME, *_ARC)}
    | {"ln": "log", "mod": "remainder", "min": "minimum", "max": "maximum", "not": "logical_not"},
    wraps=True,
    chooses=True,
)

_STRENGTH = {"or": 0, "and": 0, "compare": 1, "sum": 2, "product": 3, "power": 5}
_ATOM = 9


class Printer:
    """Prints the tree of one formula.

    Parts without variables are printed in NumPy's functions, which give plain numbers, whatever the dialect.
    """

    def __init__(self, dialect: Dialect, variables: tuple[str, ...]) -> None:
        self._dialect = dialect
        self._variables = frozenset(variables)
        self.uses_numpy = False

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

    def _varies(self, node: Node) -> bool:
        return (node.kind == "name" and node.text in self._variables) or any(map(self._varies, node.parts))

    def _number(self, node: Node) -> str:
        # Python reads 007 as a mistake, and 1. is a float.
        text = node.text.lstrip("0") or "0"
        return f"0{text}" if text[0] in ".eE" else text

    def _name(self, node: Node) -> str:
        if node.text in ("pi", "e"):
            self.uses_numpy = True
            return f"np.{node.text}"
        return python_name(node.text)

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
            return self._called("exp", (exponent,))
        return f"{self._inside(base, _ATOM)}**{self._inside(exponent, _ATOM)}"

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
        return self._called("not", node.parts)

    def _call(self, node: Node) -> str:
        if node.text == "sum":
            return self._series(node)
        if node.text == "piecewise":
            text = self.text(node.parts[-1])
            for place in range(len(node.parts) - 3, -1, -2):
                text = f"{self._function('where', node)}({self.text(node.parts[place])}, {self._tensor(node.parts[place + 1])}, {text})"
            return text
        if node.text in ("min", "max"):
            return self._extreme(node)
        if node.text == "hypot":
            squares = " + ".join(f"{self._inside(part, _ATOM)}**2" for part in node.parts)
            return f"{self._function('sqrt', node)}({squares})"
        if node.text == "relu":
            zero = Node("number", "0.0", (), 0, 0)
            return self._extreme(Node("call", "max", (zero, *node.parts), 0, 0))
        if node.text == "sigmoid":
            return f"1/(1 + {self._function('exp', node)}(-{self._inside(node.parts[0], 4)}))"
        if node.text == "cbrt" and "cbrt" not in self._dialect.names and self._varies(node):
            base = self.text(node.parts[0])
            return f"torch.sign({base})*torch.abs({base})**(1/3)"
        return self._called(node.text, node.parts)

    def _extreme(self, node: Node) -> str:
        """Return the smallest or greatest of several; at a tie the slope is that of the first."""
        text = self._tensor(node.parts[0])
        chooses = self._dialect.chooses and self._varies(node)
        sign = "<=" if node.text == "min" else ">="
        for part in node.parts[1:]:
            other = self._tensor(part)
            if chooses:
                text = f"{self._function('where', node)}({text} {sign} {other}, {text}, {other})"
            else:
                text = f"{self._function(node.text, node)}({text}, {other})"
        return text

    def _series(self, node: Node) -> str:
        term, index, low, high = node.parts
        bounds = f"int({self.text(low)}), int({self.text(high)}) + 1"
        if low.kind == high.kind == "number" and low.text.isdigit() and high.text.isdigit():
            bounds = f"{int(low.text)}, {int(high.text) + 1}"
        return f"sum({self.text(term)} for {python_name(index.text)} in range({bounds}))"

    def _called(self, name: str, parts: tuple[Node, ...]) -> str:
        whole = Node("call", name, parts, 0, 0)
        arguments = map(self.text if len(parts) == 1 else self._tensor, parts)
        return f"{self._function(name, whole)}({', '.join(arguments)})"

    def _function(self, name: str, node: Node) -> str:
        dialect = self._dialect if self._varies(node) else NUMPY
        self.uses_numpy |= dialect is NUMPY
        return f"{dialect.module}.{dialect.names[name]}"

    def _tensor(self, node: Node) -> str:
        """Return an argument, as a tensor where the library wants one even of a plain number."""
        text = self.text(node)
        constant = (
            self._dialect.wraps
            and not self._varies(node)
            and node.kind not in ("compare", "and", "or", "not")
        )
        return f"torch.tensor(float({text}))" if constant else text
