"""Generates the text of one fast Python function from expressions; it works on NumPy arrays and on floats.

Every operation is one that gives the same bits for a float and for an array: sums and products from left to right,
whole powers as multiplications, everything else through the same NumPy function. Each shared subexpression is
computed once.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from optexplorer.engine.landscapes.formula.expressions import COMPARISONS, Expression, reachable
from optexplorer.engine.landscapes.formula.functions import text_of

_LONG = 200
"""Longer text becomes a statement of its own, because Python's parser limits how deep parentheses nest."""
_ATOM = 9
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_FRESH = (*_STRENGTH, "whole")
"""Operations whose result is a new array that can be reused in place."""
_VARIABLE = re.compile(r"v[0-9]+")


def text(expressions: Sequence[Expression], arguments: Sequence[str]) -> str:
    """Return the text of a function of the symbols named `arguments` that returns the tuple of the expressions' values.

    The arguments are Python floats, NumPy's or arrays of one shape; a constant comes back as a float. With Python
    floats a division by zero raises ZeroDivisionError, with NumPy's numbers it gives inf or nan.
    """
    names = {name: f"a{place}" for place, name in enumerate(arguments)}
    return text_of(list(names.values()), *written(expressions, names))


def written(expressions: Sequence[Expression], names: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return, as Python text, the statements that come first and then the expressions themselves.

    `names` is what the symbols are called there. The statements define v0, v1, …; the functions and numbers are called
    by the names that `functions` explains.
    """
    writer = _Writer(expressions, names)
    return writer.lines, [writer.operand(expression, _ATOM) for expression in expressions]


class _Writer:
    """Writes one statement per shared subexpression, and the rest inline."""

    def __init__(self, expressions: Sequence[Expression], names: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self.names = names
        self.texts: dict[Expression, tuple[str, int]] = {}
        nodes = reachable(expressions)
        uses = Counter(expressions)
        for node in nodes:
            uses.update(operands(node))
        for node in nodes:
            if not uses[node]:
                # Part of a power that is written without it.
                continue
            if node.operator in _STRENGTH and uses[node.parts[0]] == 1 and node.parts[0].operator in _FRESH:
                self.texts[node] = self.accumulated(node), _ATOM
                continue
            text, strength = self.node(node)
            if node.parts and (uses[node] > 1 or len(text) > _LONG):
                text, strength = self.assigned(text), _ATOM
            self.texts[node] = text, strength

    def assigned(self, text: str) -> str:
        """Return the name of a new variable with this value."""
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def accumulated(self, node: Expression) -> str:
        """Return the variable in which the operation is done in place: arrays then need no room for their parts."""
        left, right = node.parts
        text, _ = self.texts[left]
        name = text if _VARIABLE.fullmatch(text) else self.assigned(text)
        self.lines.append(f"{name} {node.operator}= {self.operand(right, 0)}")
        return name

    def operand(self, node: Expression, least: int) -> str:
        """Return the text of a node, in parentheses if it binds less tightly than `least`."""
        text, strength = self.texts[node]
        return text if strength >= least else f"({text})"

    def node(self, node: Expression) -> tuple[str, int]:
        """Return the text of a node and how tightly it binds."""
        operator, parts = node.operator, node.parts
        if operator == "number":
            return _number(node.value), _ATOM
        if operator == "symbol":
            return self.names[node.value], _ATOM
        if operator in _STRENGTH:
            strength = _STRENGTH[operator]
            left, right = self.operand(parts[0], strength), self.operand(parts[1], strength + 1)
            return (f"{left} {operator} {right}" if strength == 1 else f"{left}{operator}{right}"), strength
        if operator == "negative":
            return f"(-{self.operand(parts[0], _ATOM)})", _ATOM
        if operator == "whole":
            return "*".join(self.operand(factor, _ATOM) for factor in operands(node)), _STRENGTH["*"]
        if operator in COMPARISONS:
            return f"({self.operand(parts[0], 1)} {operator} {self.operand(parts[1], 1)})", _ATOM
        if operator == "and":
            return f"({self.operand(parts[0], _ATOM)} & {self.operand(parts[1], _ATOM)})", _ATOM
        if operator == "not":
            return f"({self.operand(parts[0], _ATOM)} ^ True)", _ATOM
        return f"{operator}({', '.join(self.operand(part, 0) for part in parts)})", _ATOM


def _number(value: float) -> str:
    if math.isnan(value):
        return "(1e999 - 1e999)"
    # A literal beyond the largest float is inf.
    text = repr(value).replace("inf", "1e999")
    return f"({text})" if text.startswith("-") else text


def operands(node: Expression) -> tuple[Expression, ...]:
    """Return the parts as often as they are written; those of a whole power are its factors."""
    if node.operator != "whole":
        return node.parts
    base, *half = node.parts
    if not half:
        return (base,) * int(node.value)
    return (half[0], half[0], *((base,) if node.value % 2 else ()))
