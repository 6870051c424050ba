"""What is derived from the text of a formula: its value, gradient, Hessian and residuals as functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.derivation_cache import DerivationCache
from optexplorer.engine.landscapes.formula.functions import Function, function_of
from optexplorer.engine.landscapes.formula.grammar import FormulaError
from optexplorer.text import Text

MAX_HESSIAN = 3_000
"""The largest slope, in nodes of its expression, that is differentiated once more."""

T = TypeVar("T")


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
        self._known = DerivationCache(formula, variables, parameters, sorted(nonnegative))

    def _functions(
        self, kind: str, derive: Callable[[], tuple[list[Any], ...] | None]
    ) -> tuple[Function, ...] | None:
        """Return a function of each list of expressions, which are derived if their text is not known."""
        if kind not in self._known:
            lists = derive()
            self._known[kind] = None if lists is None else [self._text(each) for each in lists]
        texts = self._known[kind]
        return None if texts is None else tuple(map(function_of, texts))

    def _function(self, kind: str, derive: Callable[[], list[Any]]) -> Function:
        functions = self._functions(kind, lambda: (derive(),))
        if functions is None:
            raise self._too_complicated()
        return functions[0]

    def _text(self, expressions: list[Any]) -> str:
        from optexplorer.engine.landscapes.formula import compilation

        return self._bounded(lambda: compilation.text(expressions, (*self.variables, *self.parameters)))

    def _bounded(self, work: Callable[[], T]) -> T:
        from optexplorer.engine.landscapes.formula.compilation import UnknownFunctionError
        from optexplorer.engine.landscapes.formula.piecewise import TooLargeError

        try:
            return work()
        except (RecursionError, UnknownFunctionError, TooLargeError):
            raise self._too_complicated() from None

    def _too_complicated(self) -> FormulaError:
        message = Text("the formula is too complicated to be differentiated", "数式が複雑すぎて微分できない")
        return FormulaError(message, 0, len(self.formula))

    @cached_property
    def symbols(self) -> list[Any]:
        import sympy

        return [sympy.Symbol(name) for name in self.variables]

    @cached_property
    def expression(self) -> Any:
        return self._bounded(lambda: grammar.parse(self.formula, self.variables, self.parameters))

    def _derivatives(self, expression: Any) -> list[Any]:
        from optexplorer.engine.landscapes.formula import piecewise

        return self._bounded(lambda: [piecewise.derivative(expression, symbol) for symbol in self.symbols])

    @cached_property
    def derivatives(self) -> list[Any]:
        return self._derivatives(self.expression)

    @cached_property
    def value(self) -> Function:
        return self._function("value", lambda: [self.expression])

    @cached_property
    def gradient(self) -> Function:
        return self._function("gradient", lambda: self.derivatives)

    @cached_property
    def value_and_gradient(self) -> Function:
        """Both in one, which computes only once what they share: the loss, then the gradient's components."""
        return self._function("value and gradient", lambda: [self.expression, *self.derivatives])

    @cached_property
    def hessian(self) -> Function | None:
        """The upper triangle, row by row; None if it would be too large."""
        functions = self._functions("hessian", self._second_derivatives)
        return None if functions is None else functions[0]

    def _second_derivatives(self) -> tuple[list[Any]] | None:
        from optexplorer.engine.landscapes.formula import symbolic

        slopes = self.derivatives
        if any(symbolic.size(slope, MAX_HESSIAN) > MAX_HESSIAN for slope in slopes):
            return None
        try:
            rows = [self._derivatives(slope)[place:] for place, slope in enumerate(slopes)]
        except FormulaError:
            return None
        return ([entry for row in rows for entry in row],)

    @cached_property
    def residuals(self) -> tuple[Function, Function] | None:
        """The residuals and, row by row, their Jacobian; None if the formula is not written as a sum of squares."""
        functions = self._functions("residuals", self._roots)
        return None if functions is None else (functions[0], functions[1])

    def _roots(self) -> tuple[list[Any], list[Any]] | None:
        from optexplorer.engine.landscapes.formula import symbolic

        roots = symbolic.residuals(self.expression, self.nonnegative)
        if roots is None:
            return None
        jacobian = [entry for root in roots for entry in self._derivatives(root)]
        return roots, jacobian


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
