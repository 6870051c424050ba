"""Which names are variables, and that deep formulas are shown within bounds."""

from __future__ import annotations

import pytest

from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.free_names import (
    free_names,
    likely_variables,
    variables_among,
    variables_of,
)
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
        ("X^2 + Y^2", ("X", "Y"), ("X", "Y")),
        ("b^2 + w^2", ("b", "w"), ("w", "b")),
        ("u*v", ("u", "v"), ("u", "v")),
        ("a^2 + b^2 + k", ("a", "b", "k"), ("a",)),
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


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("sinx", "for the function write sin(x)"),
        ("cosx + siny", "for the function write cos(x)"),
        ("expz^2", "for the function write exp(z)"),
        ("inf", "no name is called 'inf'"),
        ("2*nan", "no name is called 'nan'"),
    ],
)
def test_what_cannot_be_meant_as_a_variable_is_none(formula: str, message: str) -> None:
    assert likely_variables(formula) == ()
    for text, parameters in ((formula, ()), (f"k*{formula}", ("k",))):
        with pytest.raises(FormulaError) as caught:
            variables_of(text, parameters)
        assert message in str(caught.value)


@pytest.mark.parametrize("name", ["cost", "sine", "logit", "max1", "tank", "signal", "expense"])
def test_words_that_begin_like_a_function_may_be_variables(name: str) -> None:
    assert variables_of(f"{name}^2", ()) == (name,)
