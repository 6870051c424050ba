"""Formulas as graphs of operations in which equal subexpressions are one node.

Nothing is rearranged or cancelled, so an expression is undefined exactly where the formula as it was typed is. Only
operations between numbers are done at once, as NumPy does them, and neutral ones (`+ 0`, `* 1`) are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from optexplorer.engine.landscapes.formula.functions import NAMES

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


class TooLargeError(ValueError):
    """An expression would have more nodes than are worth compiling."""


class Expression:
    """One node of a `Graph`: an operator and its operands.

    Operators: "number" and "symbol" (`value` is the number or name), "+", "-", "*", "/", "negative", "whole" (a whole
    power; `value` is the exponent, at least 2), the `COMPARISONS`, "and", "not", "condition" (`value` is True or
    False), and the functions of `functions.NAMES`. Within one graph, equal expressions are the same object.
    """

    __slots__ = ("graph", "operator", "parts", "place", "value")

    def __init__(
        self, graph: Graph, operator: str, parts: tuple[Expression, ...], value: Any, place: int
    ) -> None:
        self.graph = graph
        self.operator = operator
        self.parts = parts
        self.value = value
        self.place = place
        """Its number in the graph: greater than those of its parts."""

    @property
    def is_number(self) -> bool:
        """Whether it is a number."""
        return self.operator == "number"

    def equals(self, number: float) -> bool:
        """Whether it is this number."""
        return self.is_number and self.value == number

    def __add__(self, other: Expression) -> Expression:
        if self.equals(0.0):
            return other
        if other.equals(0.0):
            return self
        if other.operator == "negative":
            return self - other.parts[0]
        return self.graph.arithmetic("+", self, other)

    def __sub__(self, other: Expression) -> Expression:
        if other.equals(0.0):
            return self
        if self.equals(0.0):
            return -other
        if other.operator == "negative":
            return self + other.parts[0]
        return self.graph.arithmetic("-", self, other)

    def __mul__(self, other: Expression) -> Expression:
        if self.equals(1.0):
            return other
        if other.equals(1.0):
            return self
        return self.graph.arithmetic("*", self, other)

    def __truediv__(self, other: Expression) -> Expression:
        return self if other.equals(1.0) else self.graph.arithmetic("/", self, other)

    def __neg__(self) -> Expression:
        if self.is_number:
            return self.graph.number(-self.value)
        return self.parts[0] if self.operator == "negative" else self.graph.node("negative", (self,))


class Graph:
    """Makes the expressions of one formula, no more of them than `allow` says.

    Raises
    ------
    TooLargeError
        By every method, if there would be more.
    """

    def __init__(self) -> None:
        self._most = 0
        self._nodes: dict[tuple[Any, ...], Expression] = {}

    def allow(self, count: int) -> None:
        """Allow so many more expressions than there are now."""
        self._most = len(self._nodes) + count

    def __len__(self) -> int:
        return len(self._nodes)

    def node(self, operator: str, parts: tuple[Expression, ...] = (), value: Any = None) -> Expression:
        """Return the expression as it is given, which is the one that exists if there is one."""
        places = [part.place for part in parts]
        if operator in ("+", "*"):
            places.sort()
        key = (operator, value, *places)
        found = self._nodes.get(key)
        if found is None:
            if len(self._nodes) >= self._most:
                raise TooLargeError(f"more than {self._most} operations")
            found = self._nodes[key] = Expression(self, operator, parts, value, len(self._nodes))
        return found

    def number(self, value: float) -> Expression:
        """Return a number, which may be inf or nan."""
        key = ("number", float(value).hex())
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = Expression(self, "number", (), float(value), len(self._nodes))
        return found

    def symbol(self, name: str) -> Expression:
        """Return the variable or parameter called `name`."""
        return self.node("symbol", (), name)

    def arithmetic(self, operator: str, a: Expression, b: Expression) -> Expression:
        """Return `a + b`, `a - b`, `a * b` or `a / b`."""
        if a.is_number and b.is_number:
            x, y = np.float64(a.value), np.float64(b.value)
            with np.errstate(all="ignore"):
                return self.number(float({"+": x + y, "-": x - y, "*": x * y, "/": x / y}[operator]))
        return self.node(operator, (a, b))

    def call(self, name: str, *arguments: Expression) -> Expression:
        """Return one of the functions of `functions.NAMES` of its arguments."""
        if all(argument.is_number for argument in arguments):
            with np.errstate(all="ignore"):
                return self.number(
                    float(NAMES[name](*(np.float64(argument.value) for argument in arguments)))
                )
        return self.node(name, arguments)

    def power(self, base: Expression, exponent: Expression) -> Expression:
        """Return base^exponent; whole and half powers by multiplication and square roots, which are exact or nearly so."""
        value = exponent.value if exponent.is_number else math.nan
        halves = (2 * value).is_integer() and abs(value) <= 64
        if not halves or (value < 0 and not value.is_integer()):
            return self.call("power", base, exponent)
        if value == 0:
            return self.number(1.0)
        if value < 0:
            return self.number(1.0) / self.power(base, self.number(-value))
        whole = self.whole(base, int(value)) if value >= 1 else self.number(1.0)
        return whole if value.is_integer() else whole * self.call("sqrt", base)

    def whole(self, base: Expression, exponent: int) -> Expression:
        """Return base^exponent for an exponent of at least 1, made of the power of half the exponent."""
        if exponent == 1:
            return base
        if base.is_number:
            with np.errstate(all="ignore"):
                return self.number(float(np.float64(base.value) ** exponent))
        half = (self.whole(base, exponent // 2),) if exponent > 3 else ()
        return self.node("whole", (base, *half), exponent)

    def condition(self, holds: bool) -> Expression:
        """Return a condition that always or never holds."""
        return self.node("condition", (), bool(holds))

    def compare(self, a: Expression, operator: str, b: Expression) -> Expression:
        """Return the condition that `a` and `b` compare so."""
        if a.is_number and b.is_number:
            x, y = a.value, b.value
            return self.condition(
                {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "==": x == y, "!=": x != y}[operator]
            )
        return self.node(operator, (a, b))

    def both(self, a: Expression, b: Expression) -> Expression:
        """Return the condition that both hold."""
        for one, other in ((a, b), (b, a)):
            if one.operator == "condition":
                return other if one.value else one
        return self.node("and", (a, b))

    def negation(self, a: Expression) -> Expression:
        """Return the condition that `a` does not hold."""
        if a.operator == "condition":
            return self.condition(not a.value)
        return a.parts[0] if a.operator == "not" else self.node("not", (a,))

    def choose(self, condition: Expression, a: Expression, b: Expression) -> Expression:
        """Return `a` where `condition` holds and `b` elsewhere."""
        if condition.operator == "condition":
            return a if condition.value else b
        return a if a is b else self.node("Choice", (condition, a, b))


def reachable(expressions: Iterable[Expression]) -> list[Expression]:
    """Return all nodes that the expressions are made of, parts before what they are parts of."""
    found: dict[int, Expression] = {}
    waiting = list(expressions)
    while waiting:
        expression = waiting.pop()
        if expression.place not in found:
            found[expression.place] = expression
            waiting.extend(expression.parts)
    return [found[place] for place in sorted(found)]
