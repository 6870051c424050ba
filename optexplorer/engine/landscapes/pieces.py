"""Functions with kinks and jumps, as SymPy functions that differentiate to what a descent needs.

They are never evaluated symbolically, so nobody's formula can send SymPy on a long search. This module is imported
only when a formula is about to be derived, because SymPy is slow to import.
"""

from __future__ import annotations

from typing import Any

import sympy  # noqa: TID253

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
    """Return the derivative; a singular negative root in it counts as 0 at its tip (a minimal subgradient).

    Factors stay before their sums, `2*(x + y)`, so that value and gradient share what they have in common.
    """
    with sympy.core.parameters.distribute(False):
        derived = expression.diff(symbol)
    singular = {
        power: Reciprocal(power.base**-power.exp)
        for power in derived.atoms(sympy.Pow)
        if power.exp.is_Rational and not power.exp.is_Integer and power.exp < 0
    }
    return derived.xreplace(singular) if singular else derived
