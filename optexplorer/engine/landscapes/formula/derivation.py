"""Derives value, gradient, Hessian and residuals of a formula as compiled functions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any, Self, TypeVar, overload

from optexplorer.engine.landscapes.formula import differentiation, grammar, least_squares, symbolic
from optexplorer.engine.landscapes.formula.compilation import text
from optexplorer.engine.landscapes.formula.expressions import Expression, Graph, TooLargeError
from optexplorer.engine.landscapes.formula.functions import Function, function_of
from optexplorer.engine.landscapes.formula.syntax import FormulaError
from optexplorer.text import Text

MOST_OPERATIONS = 20_000
"""The most operations that a formula, its gradient, Hessian or residuals may add, shared ones counted once."""

T = TypeVar("T")


class Derived(cached_property[T]):
    """A cached property of a `CompiledFormula` that one thread at a time derives: all share its graph."""

    @overload
    def __get__(self, formula: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, formula: object, owner: type[Any] | None = None) -> T: ...

    def __get__(self, formula: Any, owner: type[Any] | None = None) -> Any:
        if formula is None:
            return self
        with formula.deriving:
            return super().__get__(formula, owner)


class CompiledFormula:
    """The functions derived from one formula text, each made when first asked for.

    They take the coordinates and then the parameters, one argument each.
    """

    def __init__(
        self,
        formula: str,
        variables: tuple[str, ...],
        parameters: tuple[str, ...],
        nonnegative: frozenset[str],
    ) -> None:
        self.formula = formula
        self.variables = variables
        self.parameters = parameters
        self.nonnegative = nonnegative
        self.deriving = threading.RLock()
        self._graph = Graph()

    def _function(self, expressions: Sequence[Expression]) -> Function:
        return function_of(text(expressions, (*self.variables, *self.parameters)))

    def _bounded(self, what: Text, work: Callable[[], T]) -> T:
        self._graph.allow(MOST_OPERATIONS)
        try:
            return work()
        except TooLargeError:
            message = Text(
                f"{what.en} of this formula has more than {MOST_OPERATIONS} operations; shorten its sums and products",
                f"この数式の{what.ja}は演算が{MOST_OPERATIONS}個を超える。総和や積を短くする",
            )
            raise FormulaError(message, 0, len(self.formula)) from None

    @Derived
    def symbols(self) -> list[Expression]:
        self._graph.allow(MOST_OPERATIONS)
        return [self._graph.symbol(name) for name in self.variables]

    @Derived
    def expression(self) -> Expression:
        tree = grammar.parse_tree(self.formula, self.variables, self.parameters)
        return self._bounded(Text("the value", "値"), lambda: symbolic.expression(tree, self._graph))

    @Derived
    def derivatives(self) -> list[Expression]:
        expression, symbols = self.expression, self.symbols
        return self._bounded(
            Text("the gradient", "勾配"),
            lambda: [differentiation.derivative(expression, symbol) for symbol in symbols],
        )

    @Derived
    def value(self) -> Function:
        return self._function([self.expression])

    @Derived
    def gradient(self) -> Function:
        return self._function(self.derivatives)

    @Derived
    def value_and_gradient(self) -> Function:
        """Both in one, which computes only once what they share: the loss, then the gradient's components."""
        return self._function([self.expression, *self.derivatives])

    @Derived
    def second_derivatives(self) -> list[Expression] | None:
        """The upper triangle of the Hessian, row by row; None if it would be too large."""
        symbols = self.symbols
        try:
            slopes = self.derivatives
            self._graph.allow(MOST_OPERATIONS)
            return [
                differentiation.derivative(slope, symbol)
                for place, slope in enumerate(slopes)
                for symbol in symbols[place:]
            ]
        except (TooLargeError, FormulaError):
            return None

    @Derived
    def hessian(self) -> Function | None:
        """The upper triangle, row by row; None if it would be too large."""
        second = self.second_derivatives
        return None if second is None else self._function(second)

    @Derived
    def residuals(self) -> tuple[Function, Function] | None:
        """The residuals and, row by row, their Jacobian; None if the formula is not written as a sum of squares."""
        expression, symbols = self.expression, self.symbols
        self._graph.allow(MOST_OPERATIONS)
        try:
            roots = least_squares.residuals(expression, self.nonnegative)
            if roots is None:
                return None
            jacobian = [differentiation.derivative(root, symbol) for root in roots for symbol in symbols]
        except TooLargeError:
            return None
        return self._function(roots), self._function(jacobian)


@lru_cache(maxsize=128)
def compiled(
    formula: str,
    variables: tuple[str, ...],
    parameters: tuple[str, ...],
    nonnegative: frozenset[str] = frozenset(),
) -> CompiledFormula:
    """Return the functions of the formula; the same object for the same text, so sliders derive nothing anew.

    `nonnegative` names the parameters that are never negative.
    """
    return CompiledFormula(formula, variables, parameters, nonnegative)
