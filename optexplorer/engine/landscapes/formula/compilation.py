"""From SymPy expressions to the text of one fast Python function over NumPy arrays and plain floats alike.

SymPy's own `lambdify` prints powers as `**`, which NumPy computes differently for a number and for an array; here every
operation is one that gives the same bits for both: sums and products from left to right, whole powers as
multiplications, everything else through the same NumPy function. Each shared subexpression is computed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import sympy  # noqa: TID253

from optexplorer.engine.landscapes.formula import piecewise
from optexplorer.engine.landscapes.formula.functions import NAMES, text_of
from optexplorer.engine.landscapes.formula.piecewise import Expression

_LONG = 200
"""Longer text becomes a statement of its own, because Python's parser limits how deep parentheses nest."""


class UnknownFunctionError(ValueError):
    """SymPy has rewritten the formula into a function that has no counterpart here."""


def text(expressions: Sequence[Expression], arguments: Sequence[str]) -> str:
    """Return the text of a function of the symbols named `arguments` that returns the tuple of the expressions' values.

    The arguments are Python floats or arrays of one shape; a constant comes back as a float. With Python floats
    a division by zero raises ZeroDivisionError, with arrays it gives inf or nan.
    """
    names = {name: f"a{place}" for place, name in enumerate(arguments)}
    return text_of(list(names.values()), *written(expressions, names))


def written(expressions: Sequence[Expression], names: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return, as Python text, the statements that come first and then the expressions themselves.

    `names` is what the symbols are called there. The statements define v0, v1, …; the functions are those of
    NumPy or `piecewise`, called by the names that `functions.NAMES` explains.
    """
    writer = _Writer(expressions, names)
    results = [writer.write(expression) for expression in expressions]
    return writer.lines, results


class _Writer:
    """Writes one statement per shared subexpression, and the rest inline."""

    def __init__(self, expressions: Sequence[Expression], names: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self.known: dict[Expression, str] = {sympy.Symbol(name): text for name, text in names.items()}
        self.uses: Counter[Expression] = Counter()
        for expression in expressions:
            self.count(expression)

    def count(self, expression: Expression) -> None:
        self.uses[expression] += 1
        if self.uses[expression] == 1:
            for part in expression.args:
                self.count(part)

    def write(self, expression: Expression) -> str:
        """Return Python text for the expression; safe to stand beside any operator."""
        if expression in self.known:
            return self.known[expression]
        if expression.is_Number:
            text = repr(float(expression))
            return f"({text})" if text.startswith("-") else text
        text = str(getattr(self, f"write_{type(expression).__name__}")(expression))
        if expression in self.known:
            return text
        return self.assign(expression, text) if self.uses[expression] > 1 or len(text) > _LONG else text

    def assign(self, expression: Expression, text: str) -> str:
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        self.known[expression] = name
        return name

    def name(self, expression: Expression) -> str:
        """Return a name or number for the expression, which is then cheap to use twice."""
        text = self.write(expression)
        if text in self.known.values() or expression.is_Number:
            return text
        return self.assign(expression, text)

    def fold(self, expression: Expression, first: str, *rest: tuple[str, str]) -> str:
        """Return text for `first` with the (operator, text) of `rest` from left to right, in place after the first."""
        operator, text = rest[0]
        if len(rest) == 1:
            return f"({first} {operator} {text})"
        name = self.assign(expression, f"{first} {operator} {text}")
        self.lines.extend(f"{name} {operator}= {text}" for operator, text in rest[1:])
        return name

    def write_Add(self, expression: Expression) -> str:
        first, *terms = expression.args
        first, rest = self.write(first), []
        for term in terms:
            coefficient, factors = term.as_coeff_Mul()
            negative = coefficient.is_negative
            text = self.write_product(-coefficient, factors) if negative else self.write(term)
            rest.append(("-" if negative else "+", text))
        return self.fold(expression, first, *rest)

    def write_product(self, coefficient: Expression, rest: Expression) -> str:
        return self.write(rest) if coefficient == 1 else f"{self.write(coefficient)}*{self.write(rest)}"

    def write_Mul(self, expression: Expression) -> str:
        above, below = [], []
        for factor in expression.args:
            if factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                below.append(self.write(factor.base**-factor.exp))
            elif factor == -1:
                above.append("-1.0")
            else:
                above.append(self.write(factor))
        if len(above) > 1 and above[0] == "-1.0":
            above[:2] = [f"-{above[1]}"]
        first, *others = above or ["1.0"]
        rest = [("*", factor) for factor in others]
        if below:
            rest.append(("/", below[0] if len(below) == 1 else f"({'*'.join(below)})"))
        return self.fold(expression, first, *rest) if rest else f"({first})"

    def write_Pow(self, expression: Expression) -> str:
        base, exponent = expression.args
        if base.is_Number and exponent.is_Number and base > 0:
            return repr(float(base) ** float(exponent))
        if not exponent.is_Rational:
            return f"power({self.write(base)}, {self.write(exponent)})"
        if exponent < 0:
            return f"(1.0/{self.write(base**-exponent)})"
        if exponent.q == 1:
            return self.whole_power(base, int(exponent))
        if exponent.q == 2:
            root = self.write(base) if exponent == sympy.S.Half else self.name(base)
            whole = "" if exponent == sympy.S.Half else f"{self.whole_power(base, int(exponent.p) // 2)}*"
            return f"({whole}sqrt({root}))"
        return f"power({self.write(base)}, {self.write(sympy.Float(exponent))})"

    def whole_power(self, base: Expression, exponent: int) -> str:
        if exponent == 1:
            return self.name(base)
        if exponent <= 3:
            return f"({'*'.join([self.name(base)] * exponent)})"
        half = self.name(base ** (exponent // 2))
        return f"({half}*{half}{'*' + self.name(base) if exponent % 2 else ''})"

    def write_Compare(self, expression: Expression) -> str:
        left, right, operator = expression.args
        return f"({self.write(left)} {piecewise.OPERATORS[int(operator)]} {self.write(right)})"

    def write_Both(self, expression: Expression) -> str:
        left, right = expression.args
        return f"({self.write(left)} & {self.write(right)})"

    def write_Negation(self, expression: Expression) -> str:
        return f"({self.write(expression.args[0])} ^ True)"

    def __getattr__(self, method: str) -> Callable[[Expression], str]:
        name = method.removeprefix("write_")
        if name == method or name not in NAMES:
            raise UnknownFunctionError(name)
        return lambda expression: f"{name}({', '.join(map(self.write, expression.args))})"
