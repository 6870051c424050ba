"""Which names are variables, and that deep formulas are shown within bounds."""

from __future__ import annotations

import pytest

from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.free_names import free_names, variables_among
from optexplorer.engine.landscapes.formula.latex import latex, readable_latex
from optexplorer.engine.landscapes.formula.syntax import FormulaError


@pytest.mark.parametrize(
    ("formula", "names", "variables"),
    [
        ("x^2 + k*y^2", ("x", "k", "y"), ("x", "y")),
        ("y + x", ("y", "x"), ("x", "y")),
        ("a*x^4", ("a", "x"), ("x",)),
        ("a*t^2 + b", ("a", "t", "b"), ("t",)),
        ("width^2", ("width",), ("width",)),
        ("sum(w*i^k, i, 1, 5) + i", ("w", "k", "i"), ("w",)),
        ("pi*e + 3", (), ()),
        ("where(p < q, sin(p), 1)", ("p", "q"), ("q",)),
    ],
)
def test_names_and_variables(formula: str, names: tuple[str, ...], variables: tuple[str, ...]) -> None:
    assert free_names(formula) == names
    assert variables_among(names) == variables


def test_wrong_texts_have_no_names() -> None:
    with pytest.raises(FormulaError):
        free_names("x +")


@pytest.mark.parametrize(
    "formula",
    [
        "^".join(["x"] * 25),
        "1/(1+" * 28 + "x" + ")" * 28,
        "where(x<1, " * 25 + "y" + ", x)" * 25,
        "hypot(x," * 25 + "y" + ")" * 25,
        "*".join(f"(sin(x + {i}) + y)" for i in range(99)),
    ],
)
def test_deep_formulas_are_shown_with_an_ellipsis_soon(formula: str) -> None:
    tree = grammar.parse_tree(formula, "xy")
    shown = readable_latex(tree)
    assert shown == latex(tree) or r"\cdots" in shown
    assert shown.count("{") < 3000
    assert shown.count(r"\begin{cases}") <= 6


def test_formulas_that_can_be_read_are_shown_whole() -> None:
    tree = grammar.parse_tree("1/(1 + (x - sqrt(1 + (y/(2 + sin(x^2)))^2))^2)", "xy")
    assert readable_latex(tree) == latex(tree)
