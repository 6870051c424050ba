"""Functions with kinks and jumps, as SymPy functions that differentiate to what a descent needs.

They are never evaluated symbolically, so nobody's formula can send SymPy on a long search. This module is imported
only when a formula is about to be derived, because SymPy is slow to import.
"""

from __future__ import annotations

from typing import Any

import sympy  # noqa: TID253

Expression = Any
"""A SymPy expression (SymPy itself is untyped)."""


MOST_NODES = 20_000
"""The largest derivative, in nodes of its expression written out as a tree."""


class TooLargeError(ValueError):
    """A derivative would have more nodes than are worth compiling."""


class Piece(sympy.Function):  # type: ignore[misc]
    """Base of our own functions, which are never evaluated."""

    def slope(self, *slopes: Expression) -> Expression:
        """Return the derivative, given those of the arguments."""
        return self.fdiff() * slopes[0]


class Absolute(Piece):
    """|a|; its slope at the kink is 0."""

    def fdiff(self, argindex: int = 1) -> Expression:
        return Sign(self.args[0])


class Flat(Piece):
    """Base of functions whose slope is 0 wherever they have one."""

    def slope(self, *slopes: Expression) -> Expression:
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

    def slope(self, *slopes: Expression) -> Expression:
        (a, b), (slope_a, slope_b) = self.args, slopes
        return slope_a - Floor(a / b) * slope_b


class Minimum(Piece):
    """The smaller of two; at equality the slope of the first."""

    def slope(self, *slopes: Expression) -> Expression:
        a, b = self.args
        return choose(Compare(a, b, LESS_EQUAL), *slopes)


class Maximum(Piece):
    """The greater of two; at equality the slope of the first."""

    def slope(self, *slopes: Expression) -> Expression:
        a, b = self.args
        return choose(Compare(b, a, LESS_EQUAL), *slopes)


class Choice(Piece):
    """The second argument where the first, a condition, holds; elsewhere the third."""

    def slope(self, *slopes: Expression) -> Expression:
        return choose(self.args[0], *slopes[1:])


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

    def slope(self, *slopes: Expression) -> Expression:
        (b, a), (slope_b, slope_a) = self.args, slopes
        return (a * slope_b - b * slope_a) * Reciprocal(a * a + b * b)


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

    Raises
    ------
    TooLargeError
        If it would have more than `MOST_NODES` nodes; found out before much time has gone by.
    """
    with sympy.core.parameters.distribute(False):
        derived = _Chain(symbol).slope(expression)
    singular = {
        power: Reciprocal(power.base**-power.exp)
        for power in derived.atoms(sympy.Pow)
        if power.exp.is_Rational and not power.exp.is_Integer and power.exp < 0
    }
    return derived.xreplace(singular) if singular else derived


class _Chain:
    """The chain rule, each shared subexpression once; SymPy's own asks many questions at each step."""

    def __init__(self, symbol: Expression) -> None:
        self.slopes: dict[Expression, Expression] = {symbol: sympy.S.One}
        self.sizes: dict[Expression, int] = {}

    def slope(self, expression: Expression) -> Expression:
        if not expression.args:
            return self.slopes.get(expression, sympy.S.Zero)
        if expression not in self.slopes:
            slopes = [self.slope(part) for part in expression.args]
            sloping = any(slope is not sympy.S.Zero for slope in slopes)
            derived = self.derived(expression, slopes) if sloping else sympy.S.Zero
            self.bound(self.size(derived))
            self.slopes[expression] = derived
        return self.slopes[expression]

    def derived(self, expression: Expression, slopes: list[Expression]) -> Expression:
        if isinstance(expression, Piece):
            return expression.slope(*slopes)
        if expression.is_Add:
            return sympy.Add(*slopes)
        if expression.is_Mul:
            return self.product(expression, slopes)
        if expression.is_Pow:
            (base, exponent), (rise, bend) = expression.args, slopes
            if bend is sympy.S.Zero:
                return sympy.Mul(exponent, base ** (exponent - 1), rise)
            return expression * (bend * sympy.log(base) + rise * exponent / base)
        return sympy.Add(*(expression.fdiff(place) * slope for place, slope in enumerate(slopes, start=1)))

    def product(self, expression: Expression, slopes: list[Expression]) -> Expression:
        factors = expression.args
        places = [place for place, slope in enumerate(slopes) if slope is not sympy.S.Zero]
        self.bound(sum(self.size(expression) + self.size(slopes[place]) for place in places))
        return sympy.Add(
            *(sympy.Mul(*factors[:place], slopes[place], *factors[place + 1 :]) for place in places)
        )

    def size(self, expression: Expression) -> int:
        if not expression.args:
            return 1
        if expression not in self.sizes:
            self.sizes[expression] = 1 + sum(map(self.size, expression.args))
        return self.sizes[expression]

    def bound(self, size: int) -> None:
        if size > MOST_NODES:
            raise TooLargeError
