"""Derivatives of expressions, with what a descent needs at kinks, jumps and where a formula is undefined.

A kink has the slope of a minimal subgradient where there is one: |a| is flat at 0, and so is the tip of a root. Where an
expression is undefined (nan), its derivative is nan too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from optexplorer.engine.landscapes.formula.domains import Domains
from optexplorer.engine.landscapes.formula.expressions import Expression, reachable

Slopes = tuple[Expression | None, ...]
"""The slope of each operand; None where it does not depend on the symbol."""


def derivative(expression: Expression, symbol: Expression) -> Expression:
    """Return the derivative by the chain rule, each shared subexpression once.

    Raises
    ------
    optexplorer.engine.landscapes.formula.expressions.TooLargeError
        If the graph would have more nodes than it may have.
    """
    slopes: dict[Expression, Expression | None] = {}
    nodes = reachable([expression])
    for node in nodes:
        slopes[node] = expression.graph.number(1.0) if node is symbol else _slope(node, slopes)
    derived = slopes[expression]
    graph = expression.graph
    found = graph.number(0.0) if derived is None else derived
    if Domains(nodes).loses_undefined(expression, slopes):
        return graph.choose(graph.compare(expression, "==", expression), found, graph.number(math.nan))
    return found


def _slope(node: Expression, slopes: Mapping[Expression, Expression | None]) -> Expression | None:
    inner = tuple(slopes[part] for part in node.parts)
    if all(slope is None for slope in inner) or node.operator not in _RULES:
        return None
    return _RULES[node.operator](node, inner)


def times(*factors: Expression) -> Expression:
    """Return the product with the numbers among the factors, and in front of them, as one number in front."""
    coefficient, rest = 1.0, None
    for factor in factors:
        number, other = _split(factor)
        product = coefficient * number
        if product == 0 or not math.isfinite(product):
            number, other, product = 1.0, factor, coefficient
        coefficient = product
        if other is not None:
            rest = other if rest is None else rest * other
    graph = factors[0].graph
    if rest is None:
        return graph.number(coefficient)
    return -rest if coefficient == -1 else graph.number(coefficient) * rest


def _split(factor: Expression) -> tuple[float, Expression | None]:
    if factor.is_number:
        return (factor.value, None) if math.isfinite(factor.value) else (1.0, factor)
    if factor.operator == "negative":
        number, rest = _split(factor.parts[0])
        return -number, rest
    if factor.operator == "*" and factor.parts[0].is_number and math.isfinite(factor.parts[0].value):
        return factor.parts[0].value, factor.parts[1]
    return 1.0, factor


def _total(*terms: Expression | None) -> Expression | None:
    """Return the sum of those that are there."""
    found = None
    for term in terms:
        if term is not None:
            found = term if found is None else found + term
    return found


def _product(
    a: Expression, b: Expression, slope_a: Expression | None, slope_b: Expression | None
) -> Expression | None:
    return _total(slope_a and times(slope_a, b), slope_b and times(a, slope_b))


def _zero_if_none(slope: Expression | None, node: Expression) -> Expression:
    return node.graph.number(0.0) if slope is None else slope


def _difference(node: Expression, slopes: Slopes) -> Expression | None:
    a, b = slopes
    if b is None or a is None:
        return a if b is None else -b
    return a - b


def _multiplied(node: Expression, slopes: Slopes) -> Expression | None:
    (a, b), (slope_a, slope_b) = node.parts, slopes
    if a is b and slope_a is not None:
        return times(node.graph.number(2.0), a, slope_a)
    return _product(a, b, slope_a, slope_b)


def _quotient(node: Expression, slopes: Slopes) -> Expression | None:
    # (a/b)' = (a' - (a/b) b')/b contains a/b, and so is undefined where that is.
    (_, b), (slope_a, slope_b) = node.parts, slopes
    if slope_b is None:
        assert slope_a is not None
        number, rest = _split(slope_a)
        scale = number / b.value if b.is_number and b.value else 0.0
        if scale and math.isfinite(scale):
            return times(node.graph.number(scale), rest or node.graph.number(1.0))
        return slope_a / b
    change = times(node, slope_b)
    return (-change if slope_a is None else slope_a - change) / b


def _whole(node: Expression, slopes: Slopes) -> Expression | None:
    base, exponent, graph = node.parts[0], node.value, node.graph
    assert slopes[0] is not None
    return times(graph.number(float(exponent)), graph.whole(base, exponent - 1), slopes[0])


def _power(node: Expression, slopes: Slopes) -> Expression | None:
    graph, (base, exponent), (rise, bend) = node.graph, node.parts, slopes
    zero, one = graph.number(0.0), graph.number(1.0)
    at_zero = graph.compare(base, "==", zero)
    parts = []
    if rise is not None and exponent.is_number:
        if 0 < exponent.value < 1:
            parts.append(times(exponent, graph.call("Reciprocal", graph.power(base, one - exponent)), rise))
        else:
            parts.append(times(exponent, graph.power(base, exponent - one), rise))
    elif rise is not None:
        tip = graph.both(graph.compare(exponent, ">", zero), graph.compare(exponent, "<", one))
        steep = graph.power(base, exponent - one)
        parts.append(times(exponent, graph.choose(graph.both(at_zero, tip), zero, steep), rise))
    if bend is not None:
        # 0^b is 0 for every b > 0, so its slope is 0 there, although log(0) is -inf.
        flat = graph.both(at_zero, graph.compare(exponent, ">", zero))
        parts.append(times(graph.choose(flat, zero, times(node, graph.call("log", base))), bend))
    return _total(*parts)


def _smooth(
    rule: Callable[[Expression, Expression], Expression],
) -> Callable[[Expression, Slopes], Expression | None]:
    """Return the chain rule for f(u), given f' by `rule(u, f(u))`."""

    def slope(node: Expression, slopes: Slopes) -> Expression | None:
        assert slopes[0] is not None
        return times(rule(node.parts[0], node), slopes[0])

    return slope


def _divided(factor: float) -> Callable[[Expression, Slopes], Expression | None]:
    """Return the rule of a logarithm whose slope is factor/u."""

    def slope(node: Expression, slopes: Slopes) -> Expression | None:
        assert slopes[0] is not None
        return times(node.graph.number(factor), slopes[0]) / node.parts[0]

    return slope


def _number(node: Expression, value: float) -> Expression:
    return node.graph.number(value)


def _arc(sign: float) -> Callable[[Expression, Expression], Expression]:
    def slope(u: Expression, node: Expression) -> Expression:
        root = u.graph.call("sqrt", _number(u, 1.0) - u.graph.whole(u, 2))
        return times(_number(u, sign), u.graph.call("Reciprocal", root))

    return slope


def _area_cosine(u: Expression, node: Expression) -> Expression:
    below, above = (u.graph.call("sqrt", u + _number(u, shift)) for shift in (-1.0, 1.0))
    return u.graph.call("Reciprocal", below * above)


def _modulo(node: Expression, slopes: Slopes) -> Expression | None:
    (a, b), (slope_a, slope_b) = node.parts, slopes
    return _total(slope_a, slope_b and -times(node.graph.call("Floor", a / b), slope_b))


def _extreme(node: Expression, slopes: Slopes) -> Expression | None:
    a, b = node.parts if node.operator == "Minimum" else reversed(node.parts)
    first, second = (_zero_if_none(slope, node) for slope in slopes)
    return node.graph.choose(node.graph.compare(a, "<=", b), first, second)


def _choice(node: Expression, slopes: Slopes) -> Expression | None:
    condition, *branches = node.parts
    chosen = [
        branch if branch.is_number and math.isnan(branch.value) else _zero_if_none(slope, node)
        for branch, slope in zip(branches, slopes[1:], strict=True)
    ]
    return None if slopes[1] is slopes[2] is None else node.graph.choose(condition, *chosen)


def _angle(node: Expression, slopes: Slopes) -> Expression | None:
    (b, a), (slope_b, slope_a) = node.parts, slopes
    graph = node.graph
    turned = _total(slope_b and times(a, slope_b), slope_a and -times(b, slope_a))
    assert turned is not None
    return times(turned, graph.call("Reciprocal", graph.whole(a, 2) + graph.whole(b, 2)))


def _hypotenuse(node: Expression, slopes: Slopes) -> Expression | None:
    inverse = node.graph.call("Reciprocal", node)
    return _total(
        *(slope and times(part * inverse, slope) for part, slope in zip(node.parts, slopes, strict=True))
    )


_RULES: dict[str, Callable[[Expression, Slopes], Expression | None]] = {
    "+": lambda node, slopes: _total(*slopes),
    "-": _difference,
    "*": _multiplied,
    "/": _quotient,
    "negative": lambda node, slopes: slopes[0] and -slopes[0],
    "whole": _whole,
    "power": _power,
    "sqrt": _smooth(lambda u, node: times(_number(u, 0.5), u.graph.call("Reciprocal", node))),
    "exp": _smooth(lambda u, node: node),
    "log": _divided(1.0),
    "log10": _divided(1 / math.log(10)),
    "log2": _divided(1 / math.log(2)),
    "sin": _smooth(lambda u, node: u.graph.call("cos", u)),
    "cos": _smooth(lambda u, node: -u.graph.call("sin", u)),
    "tan": _smooth(lambda u, node: _number(u, 1.0) + u.graph.whole(node, 2)),
    "asin": _smooth(_arc(1.0)),
    "acos": _smooth(_arc(-1.0)),
    "atan": _smooth(lambda u, node: _number(u, 1.0) / (_number(u, 1.0) + u.graph.whole(u, 2))),
    "sinh": _smooth(lambda u, node: u.graph.call("cosh", u)),
    "cosh": _smooth(lambda u, node: u.graph.call("sinh", u)),
    "tanh": _smooth(lambda u, node: _number(u, 1.0) - u.graph.whole(node, 2)),
    "asinh": _smooth(lambda u, node: u.graph.call("Reciprocal", u.graph.call("hypot", _number(u, 1.0), u))),
    "acosh": _smooth(_area_cosine),
    "atanh": _smooth(lambda u, node: _number(u, 1.0) / (_number(u, 1.0) - u.graph.whole(u, 2))),
    "log1p": _smooth(lambda u, node: _number(u, 1.0) / (_number(u, 1.0) + u)),
    "expm1": _smooth(lambda u, node: u.graph.call("exp", u)),
    "ErrorFunction": _smooth(lambda u, node: times(_number(u, 2 / math.sqrt(math.pi)), u.graph.call("exp", -u.graph.whole(u, 2)))),
    "ErrorComplement": _smooth(lambda u, node: times(_number(u, -2 / math.sqrt(math.pi)), u.graph.call("exp", -u.graph.whole(u, 2)))),
    "Softplus": _smooth(lambda u, node: u.graph.call("Sigmoid", u)),
    "Sigmoid": _smooth(lambda u, node: node * (_number(u, 1.0) - node)),
    "CubeRoot": _smooth(lambda u, node: times(_number(u, 1 / 3), u.graph.call("Reciprocal", u.graph.whole(node, 2)))),
    "Reciprocal": _smooth(lambda u, node: -u.graph.whole(node, 2)),
    "Absolute": _smooth(lambda u, node: u.graph.call("Sign", u)),
    "Modulo": _modulo,
    "Minimum": _extreme,
    "Maximum": _extreme,
    "Choice": _choice,
    "Angle": _angle,
    "hypot": _hypotenuse,
}  # fmt: skip
"""The slope of each operator and function; those that are not here are flat wherever they have a slope."""
