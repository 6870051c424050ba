"""Formulas are written operation by operation; what nobody can write is refused."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from optexplorer.engine import optimizers
from optexplorer.engine.kernels.formula_code import formula_values
from optexplorer.engine.kernels.program_code import ProgramCode
from optexplorer.engine.kernels.row_programs import traced
from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.landscapes.formula.expressions import Graph
from optexplorer.engine.run_spec import RunSpec


class Words:
    """Writes operations as words."""

    def constant(self, value: float, /) -> str:
        return f"{value:g}"

    def truth(self, value: bool, /) -> str:
        return str(value)

    def arithmetic(self, operation: str, a: str, b: str) -> str:
        return f"{operation}({a}, {b})"

    def product(self, factors: Iterable[str]) -> str:
        return " * ".join(factors)

    def nonzero(self, a: str) -> str:
        return f"nonzero({a})"

    def apply(self, operation: str, *operands: str) -> str:
        if operation == "Unheard":
            raise KeyError(operation)
        return f"{operation}({', '.join(operands)})"


def test_every_part_is_written() -> None:
    graph = Graph()
    graph.allow(20)
    x = graph.symbol("x")
    whole = graph.node("whole", (x,), 3)
    choice = graph.node("Choice", (graph.node("condition", (), True), whole, graph.number(2.0)))
    assert formula_values(Words(), [choice, x], {"x": "a"}) == ["where(True, a * a * a, 2)", "a"]


def test_operations_that_nobody_can_write_are_refused() -> None:
    graph = Graph()
    graph.allow(20)
    with pytest.raises(NotTraceableError, match="Unheard"):
        formula_values(Words(), [graph.node("Unheard", (graph.symbol("x"),))], {"x": "a"})


def test_a_hessian_that_is_too_large_is_left_to_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    formula = FormulaDefinition(formula="x^2 + 3*y^4 + 0.125*x*y", domain={"x": (-2, 2), "y": (-2, 2)})
    ground = formula.landscape()
    assert isinstance(ground, FormulaLandscape)
    assert ground.has_hessian
    program = traced(RunSpec(ground, optimizers.get("adahessian")(lr=0.1)), 5).programs[0]
    monkeypatch.setitem(ground.compiled_formula.__dict__, "second_derivatives", None)
    wanted = next(operands[0] for operation, _, *operands in program.instructions if operation == "hessian")
    written = ProgramCode.__new__(ProgramCode)
    written._formula = ground.compiled_formula
    written._wanted = {wanted: {"hessian"}}
    with pytest.raises(NotTraceableError, match="a Hessian that is too large"):
        written._formula_at(["a", "b"], {"hessian"})
