"""The LaTeX of formulas: every accepted formula can be set, and reads as it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.latex import readable_latex
from optexplorer.painting.formula_svg import formula_svg, validation_message
from tests.engine.landscapes.formula.test_notation import UNDERSTOOD
from tests.engine.landscapes.formula.test_undefined import FORMULAS


def latex(formula: str) -> str:
    return readable_latex(
        grammar.parse_tree(formula, ("x", "y", "k", "lr", "Omega", "theta", "x_1", "k_max", "k_max2"))
    )


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1e3^2*y", r"\left(10^{3}\right)^{2} y"),
        ("(1e-3)^2*x", r"\left(10^{-3}\right)^{2} x"),
        ("2e3^x", r"\left(2 \cdot 10^{3}\right)^{x}"),
        ("1_000*x", "1000 x"),
        ("floor(x)", r"\left\lfloor x\right\rfloor "),
        ("mod(x, 2)", r"\left(x \, \operatorname{mod} \, 2\right)"),
        ("lr*x^2", r"\mathrm{lr} \cdot x^{2}"),
        ("x*lr^2*y", r"x \cdot \mathrm{lr}^{2} \cdot y"),
        ("Omega*y", r"\Omega y"),
        ("theta*x", r"\theta x"),
        ("x_1*y", r"x_{1} y"),
        ("3x(x + 1)", r"3 x \left(x + 1\right)"),
        ("sin^2 x", r"\sin^{2}\left(x\right)"),
        ("(sin(x))^-1", r"\left(\sin\left(x\right)\right)^{-1}"),
        ("f(x) = x^2", "x^{2}"),
        ("atan2(y, x)", r"\mathrm{atan2}\left(y, x\right)"),
        ("log1p(x - y)*x", r"\ln\left(1 + \left(x - y\right)\right) x"),
        ("expm1(x)^2", r"\left(\left(e^{x} - 1\right)\right)^{2}"),
        ("arsinh(x)", r"\operatorname{arsinh}\left(x\right)"),
        ("where(x > 0, x, y)", r"\begin{cases} x & \quad x > 0 \\ y & \quad \text{otherwise} \end{cases}"),
        ("k_max*x", r"k_{\mathrm{max}} x"),
        ("k_max2*x", r"k_{\mathrm{max}2} x"),
        ("prod(x + i, i, 1, 3)", r"\prod_{i=1}^{3} \left(x + i\right)"),
    ],
)
def test_what_is_set(formula: str, expected: str) -> None:
    assert latex(formula) == expected


@pytest.mark.no_cover
@pytest.mark.parametrize("formula", [formula for formula, _ in UNDERSTOOD])
def test_what_people_type_can_be_set(formula: str) -> None:
    assert validation_message(latex(formula)) is None


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "formula",
    [
        "1e3^2^x*y",
        "x^2 + 1e3^2*y^2",
        "1e5^0.5*x",
        "mod(floor(x), ceil(y))",
        "where(x < 1e3^x, |x|, -1e-3^2)",
        "lr*lr*x*Omega",
    ],
)
def test_numbers_and_names_can_be_set(formula: str) -> None:
    assert validation_message(latex(formula)) is None


@pytest.mark.no_cover
@settings(derandomize=True, deadline=None, max_examples=40)
@given(FORMULAS)
def test_every_formula_can_be_set(formula: str) -> None:
    assert formula_svg(latex(formula), "#000000", 16, 400).startswith(b"<svg")
