"""From the tree of a formula to a SymPy expression whose derivatives are right at kinks and jumps.

Kinks and jumps are functions of our own: they are never evaluated symbolically, so nobody's formula can send SymPy
on a long search, and they differentiate to what a descent needs. Constants are folded as numbers at once.
This module is imported only when a formula is about to be derived, because SymPy is slow to import.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy  # noqa: TID253

from optexplorer.engine.landscapes.grammar import Node

MAX_TERMS = 200
MAX_NODES = 4000
MAX_EXPONENT = 64
_LARGEST = 1e300
_WIDEST = 96

Expression = Any
"""A SymPy expression (SymPy itself is untyped)."""


class Piece(sympy.Function):  # type: ignore[misc]
    """Base of our own functions, which are never evaluated."""


class Absolute(Piece):
    """|a|; its slope at the kink is 0."""

    def fdiff(self, argindex: int = 1) -> Expression:
        return Sign(self.args[0])


class Flat(Piece):
    """Base of functions whose slope is 0 wherever they have one."""

    def _eval_derivative(self, symbol: Expression) -> Expression:
        return sympy.S.Zero


class Sign(Flat):
    """-1, 0 or 1."""


class Floor(Flat):
    """The integer below."""


class Ceil(Flat):
    """The integer above."""


class Round(Flat):
    """The nearest integer, halves to the even one."""


class Modulo(Piece):
    """a mod b = a - b*floor(a/b), with the sign of b."""

    def _eval_derivative(self, symbol: Expression) -> Expression:
        a, b = self.args
        return a.diff(symbol) - Floor(a / b) * b.diff(symbol)


class Minimum(Piece):
    """The smaller of two; at equality the slope of the first."""

    def _eval_derivative(self, symbol: Expression) -> Expression:
        a, b = self.args
        return choose(Compare(a, b, LESS_EQUAL), a.diff(symbol), b.diff(symbol))


class Maximum(Piece):
    """The greater of two; at equality the slope of the first."""

    def _eval_derivative(self, symbol: Expression) -> Expression:
        a, b = self.args
        return choose(Compare(b, a, LESS_EQUAL), a.diff(symbol), b.diff(symbol))


class Choice(Piece):
    """The second argument where the first, a condition, holds; elsewhere the third."""

    def _eval_derivative(self, symbol: Expression) -> Expression:
        condition, a, b = self.args
        return choose(condition, a.diff(symbol), b.diff(symbol))


class Compare(Flat):
    """A condition: first and second argument compared by the operator whose number is the third."""


class Both(Flat):
    """A condition: both arguments hold."""


class Either(Flat):
    """A condition: at least one argument holds."""


class Negation(Flat):
    """A condition: the argument does not hold."""


class CubeRoot(Piece):
    """The real cube root."""

    def fdiff(self, argindex: int = 1) -> Expression:
        return Reciprocal(self * self) / 3


class Reciprocal(Piece):
    """1/a, but 0 where a = 0: the steep side of a root or norm counts as flat exactly at its tip."""

    def fdiff(self, argindex: int = 1) -> Expression:
        return -(self**2)


class Sigmoid(Piece):
    """1/(1 + exp(-a))."""

    def fdiff(self, argindex: int = 1) -> Expression:
        return self * (1 - self)


class Angle(Piece):
    """atan2(b, a): the angle of the point (a, b)."""

    def _eval_derivative(self, symbol: Expression) -> Expression:
        b, a = self.args
        return (a * b.diff(symbol) - b * a.diff(symbol)) * Reciprocal(a * a + b * b)


OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
LESS_EQUAL = sympy.Integer(OPERATORS.index("<="))


def choose(condition: Expression, a: Expression, b: Expression) -> Expression:
    """Return `a` where `condition` holds and `b` elsewhere, simplified where that is plain."""
    if a == b or condition is sympy.true:
        return a
    return b if condition is sympy.false else Choice(condition, a, b)


def derivative(expression: Expression, symbol: Expression) -> Expression:
    """Return the derivative; a singular negative root in it counts as 0 at its tip (a minimal subgradient)."""
    derived = expression.diff(symbol)
    singular = {
        power: Reciprocal(power.base**-power.exp)
        for power in derived.atoms(sympy.Pow)
        if power.exp.is_Rational and not power.exp.is_Integer and power.exp < 0
    }
    return derived.xreplace(singular) if singular else derived


def size(expression: Expression, most: int) -> int:
    """Return the number of nodes of the expression, or `most` + 1 if there are more."""
    count = 0
    for count, _ in enumerate(sympy.preorder_traversal(expression), start=1):
        if count > most:
            break
    return count


def expression(tree: Node) -> Expression:
    """Return the tree as a SymPy expression.

    Its symbols carry no assumptions: SymPy then rewrites less, and what it leaves alone stays right at kinks.

    Raises
    ------
    FormulaError
        If the formula is too large, has a power or number out of bounds, or has no real value.
    """
    return _Builder().build(tree, {})


def number(value: float) -> Expression:
    """Return a number as SymPy has it: whole numbers as integers, others as floats."""
    return sympy.Integer(int(value)) if value.is_integer() and abs(value) < 2**53 else sympy.Float(value)


def power(base: Expression, exponent: Expression) -> Expression:
    """Return base^exponent, with roots of even powers as powers of absolute values: those have a slope at 0."""
    if exponent.is_Integer:
        return base**exponent
    result = sympy.S.One
    for factor in sympy.Mul.make_args(base):
        if factor.is_Pow and factor.exp.is_Integer and factor.exp % 2 == 0:
            result *= Absolute(factor.base) ** (factor.exp * exponent)
            base /= factor
    return result * base**exponent


Environment = Mapping[str, Expression]


class _Builder:
    """Walks the tree once, with a budget for what sums expand to."""

    def __init__(self) -> None:
        self.nodes = 0
        self.terms = 0

    def build(self, node: Node, indices: Environment) -> Expression:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise node.error(
                "the formula is too large when its sums are written out", "総和を展開すると数式が大きすぎる"
            )
        method: Callable[[Node, Environment], Expression] = getattr(self, f"build_{node.kind}")
        return self.bounded(node, method(node, indices))

    def bounded(self, node: Node, result: Expression) -> Expression:
        """Return the result with numbers kept to a sensible size."""
        if not result.is_number or isinstance(result, sympy.logic.boolalg.BooleanAtom):
            return result
        if not result.is_Rational and not result.is_Float:
            raise node.error("this has no finite real value", "有限の実数値を持たない")
        if abs(result) > _LARGEST:
            raise node.error("this number is too large", "数が大きすぎる")
        if (
            result.is_Rational
            and not result.is_Integer
            and (result.p.bit_length() > _WIDEST or result.q.bit_length() > _WIDEST)
        ):
            return sympy.Float(float(result))
        return result

    def build_number(self, node: Node, indices: Environment) -> Expression:
        value = float(node.text)
        if not math.isfinite(value):
            raise node.error("this number is too large", "数が大きすぎる")
        return number(value)

    def build_name(self, node: Node, indices: Environment) -> Expression:
        if node.text in indices:
            return indices[node.text]
        if node.text in ("pi", "e"):
            return sympy.Float(math.pi if node.text == "pi" else math.e)
        return sympy.Symbol(node.text)

    def build_sum(self, node: Node, indices: Environment) -> Expression:
        parts = [self.build(part, indices) for part in node.parts]
        return sympy.Add(
            *(part if sign == "+" else -part for sign, part in zip(node.text, parts, strict=True))
        )

    def build_product(self, node: Node, indices: Environment) -> Expression:
        factors = []
        for operator, part in zip(node.text, node.parts, strict=True):
            factor = self.build(part, indices)
            factors.append(factor if operator == "*" else self.inverse(part, factor))
        return sympy.Mul(*factors)

    def inverse(self, node: Node, factor: Expression) -> Expression:
        if factor.is_zero:
            raise node.error("division by zero", "0で割っている")
        return factor**-1

    def build_power(self, node: Node, indices: Environment) -> Expression:
        base_node, exponent_node = node.parts
        exponent = self.build(exponent_node, indices)
        if base_node.kind == "name" and base_node.text == "e":
            return self.apply("exp", (exponent,), node)
        base = self.build(base_node, indices)
        if exponent.is_number:
            if abs(exponent) > MAX_EXPONENT:
                raise exponent_node.error(
                    f"exponents can be at most {MAX_EXPONENT} in size",
                    f"指数の絶対値は{MAX_EXPONENT}以下にする",
                )
            if exponent.is_Float:
                exponent = sympy.Rational(str(float(exponent))).limit_denominator(10**6)
            if base.is_zero and exponent < 0:
                raise node.error("division by zero", "0で割っている")
            if base.is_number:
                return self.fold(
                    node,
                    lambda: float(base) ** float(exponent),
                    base**exponent if exponent.is_Integer else None,
                )
            return power(base, exponent)
        return base**exponent

    def fold(self, node: Node, value: Callable[[], Any], exact: Expression | None = None) -> Expression:
        """Return a constant as a number; `exact` is used if given and the value is in bounds."""
        with np.errstate(all="ignore"):
            try:
                folded = value()
            except (OverflowError, ZeroDivisionError):
                folded = math.nan
        if isinstance(folded, complex) or not math.isfinite(folded) or abs(folded) > _LARGEST:
            raise node.error("this has no finite real value", "有限の実数値を持たない")
        return number(float(folded)) if exact is None else exact

    def build_call(self, node: Node, indices: Environment) -> Expression:
        if node.text == "sum":
            return self.series(node, indices)
        arguments = tuple(self.build(part, indices) for part in node.parts)
        if node.text in ("where", "piecewise"):
            result = arguments[-1]
            for place in range(len(arguments) - 3, -1, -2):
                result = choose(arguments[place], arguments[place + 1], result)
            return result
        return self.apply(node.text, arguments, node)

    def apply(self, name: str, arguments: tuple[Expression, ...], node: Node) -> Expression:
        if all(argument.is_number for argument in arguments):
            floats = [float(argument) for argument in arguments]
            return self.fold(node, lambda: _NUMERIC[name](*floats))
        return _SYMBOLIC[name](*arguments)

    def series(self, node: Node, indices: Environment) -> Expression:
        term, index, low, high = node.parts
        first, last = (self.whole_number(part, indices) for part in (low, high))
        self.terms += max(last - first + 1, 0)
        if self.terms > MAX_TERMS:
            raise node.error(
                f"all sums together can have at most {MAX_TERMS} terms",
                f"総和の項は合計{MAX_TERMS}個以内にする",
            )
        steps = range(first, last + 1)
        return sympy.Add(*(self.build(term, {**indices, index.text: sympy.Integer(step)}) for step in steps))

    def whole_number(self, node: Node, indices: Environment) -> int:
        bound = self.build(node, indices)
        if not bound.is_Integer:
            raise node.error("the bounds of a sum are whole numbers", "総和の上限と下限は整数である")
        return int(bound)

    def build_compare(self, node: Node, indices: Environment) -> Expression:
        sides = [self.build(part, indices) for part in node.parts]
        result = sympy.true
        for left, operator, right in zip(sides, node.text.split(), sides[1:], strict=False):
            result = _both(result, _compare(left, operator, right))
        return result

    def build_and(self, node: Node, indices: Environment) -> Expression:
        result = sympy.true
        for part in node.parts:
            result = _both(result, self.build(part, indices))
        return result

    def build_or(self, node: Node, indices: Environment) -> Expression:
        return _negated(self.build_and_of_negated(node, indices))

    def build_and_of_negated(self, node: Node, indices: Environment) -> Expression:
        result = sympy.true
        for part in node.parts:
            result = _both(result, _negated(self.build(part, indices)))
        return result

    def build_not(self, node: Node, indices: Environment) -> Expression:
        return _negated(self.build(node.parts[0], indices))


def _compare(left: Expression, operator: str, right: Expression) -> Expression:
    if left.is_number and right.is_number:
        a, b = float(left), float(right)
        return (
            sympy.true
            if {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[operator]
            else sympy.false
        )
    return Compare(left, right, sympy.Integer(OPERATORS.index(operator)))


def _both(a: Expression, b: Expression) -> Expression:
    if a is sympy.false or b is sympy.false:
        return sympy.false
    if a is sympy.true:
        return b
    return a if b is sympy.true else Both(a, b)


def _negated(a: Expression) -> Expression:
    if a is sympy.true or a is sympy.false:
        return sympy.false if a is sympy.true else sympy.true
    return a.args[0] if isinstance(a, Negation) else Negation(a)


def _pairwise(function: Callable[[Expression, Expression], Expression]) -> Callable[..., Expression]:
    def apply(*arguments: Expression) -> Expression:
        result = arguments[0]
        for argument in arguments[1:]:
            result = function(result, argument)
        return result

    return apply


_NUMERIC: dict[str, Callable[..., Any]] = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "atan2": np.arctan2, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "exp": np.exp, "log": np.log, "ln": np.log,
    "log10": np.log10, "log2": np.log2, "sqrt": np.sqrt, "cbrt": np.cbrt, "abs": abs, "sign": np.sign,
    "floor": np.floor, "ceil": np.ceil, "round": np.rint, "mod": np.mod, "min": min, "max": max, "hypot": math.hypot,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)), "relu": lambda a: max(a, 0.0),
}  # fmt: skip

_SYMBOLIC: dict[str, Callable[..., Expression]] = {
    "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "asin": sympy.asin, "acos": sympy.acos, "atan": sympy.atan,
    "atan2": Angle, "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh, "exp": sympy.exp, "log": sympy.log,
    "ln": sympy.log, "log10": lambda a: sympy.log(a) * sympy.Float(1 / math.log(10)),
    "log2": lambda a: sympy.log(a) * sympy.Float(1 / math.log(2)), "sqrt": lambda a: power(a, sympy.S.Half), "cbrt": CubeRoot,
    "abs": Absolute, "sign": Sign, "floor": Floor, "ceil": Ceil, "round": Round, "mod": Modulo,
    "min": _pairwise(Minimum), "max": _pairwise(Maximum),
    "hypot": lambda *sides: power(sympy.Add(*(side**2 for side in sides)), sympy.S.Half),
    "sigmoid": Sigmoid, "relu": lambda a: choose(Compare(a, sympy.S.Zero, LESS_EQUAL), sympy.S.Zero, a),
}  # fmt: skip


def residuals(expression: Expression, nonnegative: frozenset[str]) -> list[Expression] | None:
    """Return r with `expression` = sum of r squared, or None if the terms of the sum are plainly no squares.

    `nonnegative` names the parameters that are never negative.
    """
    roots = []
    for term in sympy.Add.make_args(expression):
        root = sympy.S.One
        for factor in sympy.Mul.make_args(term):
            base, exponent = factor.as_base_exp()
            if factor.is_number and factor > 0:
                root *= number(math.sqrt(factor))
            elif factor.is_Symbol and factor.name in nonnegative:
                root *= sympy.sqrt(factor)
            elif exponent.is_Integer and exponent % 2 == 0 and exponent > 0:
                root *= base ** (exponent // 2)
            else:
                return None
        roots.append(root)
    return roots
