"""Finds which expressions may be undefined (nan), and which of those have derivatives that would still be numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from optexplorer.engine.landscapes.formula.expressions import Expression

Sign = Literal[0, 1, 2]
"""What is known of an expression: 2 positive, 1 never negative, 0 nothing."""

_BOUNDED = (
    "sin",
    "cos",
    "atan",
    "tanh",
    "Sigmoid",
    "Sign",
    "ErrorFunction",
    "ErrorComplement",
    "Angle",
    "Reciprocal",
)
_FLAT = ("Sign", "Floor", "Ceil", "Round")


class Domains:
    """What is known of the nodes of a graph, parts before what they are parts of; overflow is left aside."""

    def __init__(self, nodes: Iterable[Expression]) -> None:
        self._nodes = tuple(nodes)
        self._signs: dict[Expression, Sign] = {}
        self._infinite: dict[Expression, bool] = {}
        self._undefined: dict[Expression, bool] = {}
        for node in self._nodes:
            self._signs[node] = self._sign_of(node)
            self._infinite[node] = self._may_be_infinite(node)
            self._undefined[node] = self._may_be_undefined(node)

    def _sign_of(self, node: Expression) -> Sign:
        if node.is_number:
            return 2 if node.value > 0 else 1 if node.value == 0 else 0
        signs = [self._signs[part] for part in node.parts]
        rule = _SIGNS.get(node.operator)
        if node.operator == "*" and node.parts[0] is node.parts[1]:
            return max(signs[0], 1)
        if node.operator == "whole":
            return max(signs[0], 1) if node.value % 2 == 0 else signs[0]
        return 0 if rule is None else rule(signs)

    def _may_be_infinite(self, node: Expression) -> bool:
        if node.is_number:
            return math.isinf(node.value)
        match node.operator:
            case "/":
                above, below = node.parts
                return self._infinite[above] or not self._nonzero(below)
            case "log" | "log10" | "log2":
                return self._infinite[node.parts[0]] or self._signs[node.parts[0]] < 2
            case "power":
                base, exponent = node.parts
                grows = exponent.is_number and exponent.value >= 0
                return self._infinite[base] or (not grows and self._signs[base] < 2)
            case "log1p":
                return self._infinite[node.parts[0]] or self._signs[node.parts[0]] == 0
            case "atanh":
                return True
            case "Choice":
                return any(self._infinite[part] for part in node.parts[1:])
        return node.operator not in _BOUNDED and any(self._infinite[part] for part in node.parts)

    def _may_be_undefined(self, node: Expression) -> bool:
        if node.is_number:
            return math.isnan(node.value)
        if any(self._undefined[part] for part in node.parts):
            return True
        infinite = [self._infinite[part] for part in node.parts]
        match node.operator:
            case "+" | "-":
                return all(infinite)
            case "*" | "sin" | "cos" | "tan":
                return any(infinite)
            case "sqrt" | "power" | "log" | "log10" | "log2" | "log1p":
                return self._signs[node.parts[0]] == 0
            case "asin" | "acos" | "acosh" | "atanh":
                return True
            case "/":
                above, below = node.parts
                zeros = not (above.is_number and above.value) and not self._nonzero(below)
                return zeros or all(infinite)
            case "Modulo":
                return infinite[0] or not self._nonzero(node.parts[1])
        return False

    def _nonzero(self, node: Expression) -> bool:
        return (node.is_number and node.value != 0) or self._signs[node] == 2

    def loses_undefined(self, expression: Expression, slopes: Mapping[Expression, Expression | None]) -> bool:
        """Whether the derivative of `expression` may be a number where `expression` itself is nan.

        `slopes` are the derivatives of all nodes as `differentiation` makes them, None for those that do not vary.
        """
        lost: dict[Expression, bool] = {}
        for node in self._nodes:
            lost[node] = self._loses(node, slopes, lost)
        return lost[expression]

    def _loses(
        self,
        node: Expression,
        slopes: Mapping[Expression, Expression | None],
        lost: Mapping[Expression, bool],
    ) -> bool:
        undefined, parts = self._undefined[node], node.parts
        if not undefined or not parts:
            return False
        if slopes[node] is None or node.operator in _FLAT:
            return True
        infinite = [self._infinite[part] for part in parts]
        match node.operator:
            case "+" | "-" | "negative":
                return all(infinite) or any(lost[part] for part in parts)
            case "Choice":
                return any(lost[part] for part in parts[1:])
            case "*":
                a, b = parts
                return any(infinite) or (slopes[b] is None and lost[a]) or (slopes[a] is None and lost[b])
            case "/":
                a, b = parts
                return all(infinite) or (slopes[b] is None and (lost[a] or not self._nonzero(b)))
            case "log" | "log10" | "log2" | "log1p":
                return lost[parts[0]] or self._signs[parts[0]] == 0
            case "Modulo" | "Minimum" | "Maximum" | "atanh":
                return True
        return False


def _all(signs: list[Sign]) -> Sign:
    return min(signs)


_SIGNS: dict[str, Callable[[list[Sign]], Sign]] = {
    "+": lambda signs: max(signs) if min(signs) else 0,
    "*": _all,
    "/": _all,
    "power": lambda signs: signs[0],
    "sqrt": lambda signs: max(signs[0], 1),
    "exp": lambda signs: 2,
    "cosh": lambda signs: 2,
    "Sigmoid": lambda signs: 2,
    "ErrorComplement": lambda signs: 2,
    "Softplus": lambda signs: 2,
    "CubeRoot": _all,
    "asinh": _all,
    "acosh": lambda signs: 1,
    "atanh": _all,
    "log1p": _all,
    "expm1": _all,
    "Reciprocal": _all,
    "Absolute": lambda signs: max(signs[0], 1),
    "hypot": lambda signs: max(*signs, 1),
    "Minimum": _all,
    "Maximum": lambda signs: max(signs),
    "Choice": lambda signs: min(signs[1:]),
}
"""The sign of a function's value, given the signs of its arguments."""
