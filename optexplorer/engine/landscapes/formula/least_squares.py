"""Formulas that are written as sums of squares, as their residuals."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from optexplorer.engine.landscapes.formula.expressions import Expression


def residuals(expression: Expression, nonnegative: frozenset[str]) -> list[Expression] | None:
    """Return r with `expression` = sum of r squared, or None if the terms of the sum are plainly no squares.

    `nonnegative` names the parameters that are never negative.
    """
    roots = []
    with np.errstate(all="ignore"):
        for scale, term in _terms(expression):
            root = _root(scale, term, nonnegative)
            if root is None:
                return None
            roots.append(root)
    return roots


def _terms(expression: Expression) -> Iterator[tuple[float, Expression]]:
    """Yield the terms of a sum, which may stand over or beside a number, each as a number and the rest."""
    # A sum of a thousand terms is a thousand sums deep: too deep for recursion.
    waiting = [(1.0, expression)]
    while waiting:
        scale, node = waiting.pop()
        if node.operator in ("+", "-"):
            a, b = node.parts
            waiting += [(scale if node.operator == "+" else -scale, b), (scale, a)]
        elif node.operator == "negative":
            waiting.append((-scale, node.parts[0]))
        elif node.operator == "/" and node.parts[1].is_number and node.parts[1].value:
            waiting.append((scale / node.parts[1].value, node.parts[0]))
        elif node.operator == "*" and node.parts[0].is_number:
            waiting.append((scale * node.parts[0].value, node.parts[1]))
        elif node.operator == "*" and node.parts[1].is_number:
            waiting.append((scale * node.parts[1].value, node.parts[0]))
        else:
            yield scale, node


def _root(scale: float, term: Expression, nonnegative: frozenset[str]) -> Expression | None:
    """Return r with scale*term = r squared, or None if the term is plainly no square."""
    powers: dict[Expression, int] = {}
    waiting = [(term, 1)]
    while waiting:
        node, exponent = waiting.pop()
        if node.is_number:
            scale *= float(np.power(node.value, float(exponent)))
        elif node.operator == "negative":
            scale *= -1.0 if exponent % 2 else 1.0
            waiting.append((node.parts[0], exponent))
        elif node.operator == "*":
            waiting += [(node.parts[1], exponent), (node.parts[0], exponent)]
        elif node.operator == "whole":
            waiting.append((node.parts[0], exponent * node.value))
        else:
            powers[node] = powers.get(node, 0) + exponent
    if not 0 < scale < math.inf:
        return None
    root = term.graph.number(math.sqrt(scale))
    for factor, exponent in powers.items():
        if exponent % 2 == 0:
            root = root * term.graph.whole(factor, exponent // 2)
        elif factor.operator == "symbol" and factor.value in nonnegative:
            root = root * term.graph.call("sqrt", term.graph.whole(factor, exponent))
        else:
            return None
    return root
