"""From the tree of a formula to a SymPy expression.

Kinks and jumps become the functions of `piecewise`; constants are folded as numbers at once. This module is imported
only when a formula is about to be derived, because SymPy is slow to import.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy  # noqa: TID253

from optexplorer.engine.landscapes.formula import piecewise
from optexplorer.engine.landscapes.formula.grammar import Node
from optexplorer.engine.landscapes.formula.piecewise import Expression

MAX_TERMS = 200
MAX_NODES = 4000
MAX_EXPONENT = 64
_LARGEST = 1e300
_WIDEST = 96


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
            result *= piecewise.Absolute(factor.base) ** (factor.exp * exponent)
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
                result = piecewise.choose(arguments[place], arguments[place + 1], result)
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
        neither = sympy.true
        for part in node.parts:
            neither = _both(neither, _negated(self.build(part, indices)))
        return _negated(neither)

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
    return piecewise.Compare(left, right, sympy.Integer(piecewise.OPERATORS.index(operator)))


def _both(a: Expression, b: Expression) -> Expression:
    if a is sympy.false or b is sympy.false:
        return sympy.false
    if a is sympy.true:
        return b
    return a if b is sympy.true else piecewise.Both(a, b)


def _negated(a: Expression) -> Expression:
    if a is sympy.true or a is sympy.false:
        return sympy.false if a is sympy.true else sympy.true
    return a.args[0] if isinstance(a, piecewise.Negation) else piecewise.Negation(a)


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
    "atan2": piecewise.Angle, "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh, "exp": sympy.exp, "log": sympy.log,
    "ln": sympy.log, "log10": lambda a: sympy.log(a) * sympy.Float(1 / math.log(10)),
    "log2": lambda a: sympy.log(a) * sympy.Float(1 / math.log(2)), "sqrt": lambda a: power(a, sympy.S.Half),
    "cbrt": piecewise.CubeRoot,
    "abs": piecewise.Absolute, "sign": piecewise.Sign, "floor": piecewise.Floor, "ceil": piecewise.Ceil,
    "round": piecewise.Round, "mod": piecewise.Modulo,
    "min": _pairwise(piecewise.Minimum), "max": _pairwise(piecewise.Maximum),
    "hypot": lambda *sides: power(sympy.Add(*(side**2 for side in sides)), sympy.S.Half),
    "sigmoid": piecewise.Sigmoid,
    "relu": lambda a: piecewise.choose(piecewise.Compare(a, sympy.S.Zero, piecewise.LESS_EQUAL), sympy.S.Zero, a),
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
