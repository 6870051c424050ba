"""What people type: whatever has one meaning is understood, and whatever has two is refused with both."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula
from optexplorer.engine.landscapes.formula.free_names import (
    doubtful_name,
    free_names,
    variables_among,
    variables_of,
)
from optexplorer.engine.landscapes.formula.syntax import FormulaError
from optexplorer.engine.landscapes.formula.tokens import one_name

X, Y = 1.5, -0.75


def value(formula: str) -> float:
    return float(CompiledFormula(formula, ("x", "y"), (), frozenset()).value(X, Y)[0])


UNDERSTOOD = [
    ("ｘ＾２＋ｙ", X**2 + Y),
    ("ｓｉｎ（ｘ）", math.sin(X)),
    ("x²", X**2),
    ("x⁻²", X**-2),
    ("x²y", X**2 * Y),
    ("x × y", X * Y),
    ("x·y", X * Y),
    ("x⋅y", X * Y),
    ("x÷y", X / Y),
    ("x − y", X - Y),
    ("x – y", X - Y),
    ("xーy", X - Y),
    ("x　+　y", X + Y),
    ("π*x", math.pi * X),
    ("2πx", 2 * math.pi * X),
    ("√x", math.sqrt(X)),
    ("√(x + 1)", math.sqrt(X + 1)),
    ("2√x", 2 * math.sqrt(X)),
    ("∛x", np.cbrt(X)),
    ("|y|", abs(Y)),
    ("|x||y|", abs(X) * abs(Y)),
    ("||y| - 2|", abs(abs(Y) - 2)),
    ("3|y| + 1", 3 * abs(Y) + 1),
    ("⌊x⌋ + ⌈x⌉", 3.0),
    ("𝑥 + 𝑦", X + Y),
    ("½x", X / 2),
    ("where(x ≥ y, 1, 2)", 1.0),
    ("3x", 3 * X),
    ("3x^2", 3 * X**2),
    ("2(x + 1)", 2 * (X + 1)),
    ("x(x + 1)", X * (X + 1)),
    ("(x + 1)(y - 1)", (X + 1) * (Y - 1)),
    ("x y", X * Y),
    ("2x y", 2 * X * Y),
    ("x^2y", X**2 * Y),
    ("2x/3", 2 * X / 3),
    ("-2x", -2 * X),
    ("2e3x", 2000 * X),
    ("1_000*x", 1000 * X),
    ("sin x", math.sin(X)),
    ("sin x + 1", math.sin(X) + 1),
    ("sin 2x", math.sin(2 * X)),
    ("sin 2πx", math.sin(2 * math.pi * X)),
    ("sin x cos y", math.sin(X) * math.cos(Y)),
    ("sin x^2", math.sin(X**2)),
    ("3sin(x)cos(y)", 3 * math.sin(X) * math.cos(Y)),
    ("sin^2(x)", math.sin(X) ** 2),
    ("sin²(x) + cos² x", math.sin(X) ** 2 + math.cos(X) ** 2),
    ("Sin(x)", math.sin(X)),
    ("np.sin(x) + np.pi", math.sin(X) + math.pi),
    ("math.exp(x)", math.exp(X)),
    ("numpy.maximum(x, y)", X),
    ("torch.abs(y)", abs(Y)),
    (r"\frac{1}{2}x^2", X**2 / 2),
    (r"\frac{x}{2}\left(y + 1\right)", X / 2 * (Y + 1)),
    (r"\sin x", math.sin(X)),
    (r"\sin\left(x\right)^{2}", math.sin(X) ** 2),
    (r"x^{2} \cdot y", X**2 * Y),
    (r"\sqrt{x^2 + 1} + \sqrt[3]{8}", math.sqrt(X**2 + 1) + 2),
    (r"e^{-x}", math.exp(-X)),
    (r"$2\pi x$", 2 * math.pi * X),
    (r"\left|y\right|", abs(Y)),
    (r"\operatorname{sigmoid}(x)", 1 / (1 + math.exp(-X))),
    ("f(x, y) = x^2 + y", X**2 + Y),
    ("z = x + y", X + Y),
    ("L(x) = x^2", X**2),
    ("arcsin(y)", math.asin(Y)),
    ("arctan2(y, x)", math.atan2(Y, X)),
    ("softplus(x)", math.log1p(math.exp(X))),
    ("softplus(1000x)", 1500.0),
    ("erf(y)", math.erf(Y)),
    ("norm(x, y)", math.hypot(X, Y)),
    ("norm(y)", abs(Y)),
    ("mean(x, y, 3)", (X + Y + 3) / 3),
    ("prod(x + i, i, 1, 3)", (X + 1) * (X + 2) * (X + 3)),
    ("prod(x, y, 2)", X * Y * 2),
    ("pow(x, 3)", X**3),
    ("square(y)", Y**2),
    ("log1p(x)", math.log1p(X)),
    ("log_2(x)", math.log2(X)),
    ("log10(x)", math.log10(X)),
    ("log(x, 3)", math.log(X, 3)),
    ("asinh(y)", math.asinh(Y)),
    ("arsinh(y) + np.arcsinh(y)", 2 * math.asinh(Y)),
    ("acosh(x) + arccosh(x) + arcosh(x)", 3 * math.acosh(X)),
    ("atanh(y) + arctanh(y)", 2 * math.atanh(Y)),
    ("log1p(1e-20x)", 1e-20 * X),
    ("expm1(1e-20x)", 1e-20 * X),
    ("exp2(x)", 2**X),
    ("erfc(x)", math.erfc(X)),
    ("silu(x) + swish(x)", 2 * X / (1 + math.exp(-X))),
    ("sech(x) + csch(x) + coth(x)", 1 / math.cosh(X) + 1 / math.sinh(X) + 1 / math.tanh(X)),
    ("ctg(x) + cotan(x)", 2 / math.tan(X)),
    ("signum(y)", -1.0),
    ("x・y", X * Y),
]


@pytest.mark.parametrize(("formula", "expected"), UNDERSTOOD, ids=[formula for formula, _ in UNDERSTOOD])
def test_what_has_one_meaning_is_understood(formula: str, expected: float) -> None:
    assert value(formula) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "marked", "one", "other"),
    [
        ("y + 1/2x", "1/2x", "(1/2)*x", "1/(2*x)"),
        ("x/2(y + 1)", "x/2(", "(x/2)*(", "x/(2*("),
        ("e^2x", "e^2x", "e^(2*x)", "e^2*x"),
        ("sin x y", "sin x y", "sin(x)*y", "sin(x*y)"),
        ("sin x/2", "sin x/", "sin(x)/", "sin(x/"),
        ("1 + sin^-1(x)", "sin", "asin(", "1/sin("),
        ("sin⁻¹(x)", "sin", "asin(", "1/sin("),
        ("x + xy", "xy", "the product x*y", "a parameter called xy"),
    ],
)
def test_what_has_two_meanings_is_refused_with_both(formula: str, marked: str, one: str, other: str) -> None:
    with pytest.raises(FormulaError) as caught:
        grammar.parse_tree(formula, ("x", "y"))
    error = caught.value
    assert formula[error.offset : error.offset + error.length].startswith(marked)
    for text in error.message:
        assert one.removeprefix("the product ") in text
        assert other.removeprefix("a parameter called ") in text


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("gamma(x)", "no function is called 'gamma'; known"),
        ("erg(x)", "no function is called 'erg'; known"),
        ("f(x)", "no function is called 'f'"),
        ("sinn(x)", "did you mean 'sin'"),
        ("where x", "as in where(x < 1, a, b)"),
        ("x mod 2", "as in mod(a, b)"),
        ("x!", "for a factorial"),
        ("clip(x, 0, 1)", "write for example max(-1, min(x, 1))"),
        ("Heaviside(x)", "write for example where(x < 0, 0, 1)"),
        ("x + siny", "for the function write sin(y)"),
        ("sqrt2*x", "for the function write sqrt(2)"),
        ("x + inf", "no name is called 'inf'"),
        ("np.fmod(x, 2)", "no function is called 'fmod'; write for example x - 2*sign(x/2)*floor(abs(x/2))"),
        ("math.remainder(x, 2)", "write for example mod(x, 2), as NumPy's, or x - 2*round(x/2)"),
        ("2ˣ + y", "write ^x for a power"),
        ("x⁽ʸ⁾", "write ^( for a power"),
        ("√x²", "sqrt(x^...) or sqrt(x)^..."),
        ("√x^2", "sqrt(x^...) or sqrt(x)^..."),
        ("√2x", "sqrt(2*x) or sqrt(2)*x"),
        ("norm(x, 2)", "hypot(x, 2)"),
        ("sum(x^2)", "sum takes 4 arguments, not 1: sum(i*x, i, 1, 5)"),
        ("x//2", "for the whole part of a quotient write floor(a/b)"),
        ("x + X", "no name is called 'X'; did you mean 'x'?"),
        ("x*y。", "write nothing at the end"),
        ("sin", "as in sin(x)"),
        ("min x", "as in min(a, b)"),
        ("x 2", "for a power ^"),
        ("zz zz", "an operator is missing before 'zz'"),
        ("|x", "'|' is missing"),
        ("{x}", "is missing before '{'"),
        (r"\frac{1}x", "'{' is missing"),
        (r"\int x", "\\int is not understood"),
        ("x = 2", "right-hand side"),
        ("x + y = 0", "an equation is no loss"),
        ("f(x) =", "empty"),
        ("∑x", "write sum(term, i, 1, 5)"),
        ("x^2 + y.", "has no meaning"),
    ],
)
def test_what_has_none_is_refused_without_a_misleading_hint(formula: str, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        grammar.parse_tree(formula, ("x", "y"))
    assert words in caught.value.message.en


@pytest.mark.parametrize(
    ("formula", "variables"),
    [
        ("x1^2 + x2^2 + x3^2", ("x1", "x2", "x3")),
        ("a*x1 + b*x2", ("x1", "x2")),
        ("x_1^2 + k", ("x_1",)),
        ("w1*3 + w2 + b", ("w1", "w2")),
        ("a1*t^2 + a2", ("t",)),
        ("theta^2 + k", ("theta",)),
        (r"\theta_1^2 + \theta_2^2", ("theta_1", "theta_2")),
        (r"\theta_{1}^2 + \vartheta_{10}^2", ("theta_1", "theta_10")),
        (r"\beta_1x^2 + \beta_2y", ("x", "y")),
        ("θ² + k", ("theta",)),
        ("f(a, b) = a^2 + k*b^2", ("a", "b")),
        ("f(x) = x^2 + y", ("x",)),
        ("x^2", ("x",)),
    ],
)
def test_likely_variables(formula: str, variables: tuple[str, ...]) -> None:
    assert variables_of(formula, ()) == variables


def test_names_that_are_parameters_are_no_variables() -> None:
    assert variables_of("w*v^2", ("w",)) == ("v",)
    assert variables_among(free_names("w*v^2")) == ("w",)
    with pytest.raises(FormulaError, match="the formula has no variable"):
        variables_of("7", ())
    with pytest.raises(FormulaError, match="the formula has no variable"):
        variables_of("k", ("k",))


@pytest.mark.parametrize(
    ("formula", "doubtful"),
    [
        ("xy + y^2", "xy"),
        ("ax^2 + y^2", "ax"),
        ("ab*x + a + b", "ab"),
        ("xyz", "xyz"),
        ("x^2 + lr*y^2", None),
        ("x^2 + max(x, y)", None),
        ("depth*x + pi*e", None),
        ("x1*x2", None),
    ],
)
def test_names_that_may_be_products(formula: str, doubtful: str | None) -> None:
    error = doubtful_name(formula)
    marked = None if error is None else formula[error.offset : error.offset + error.length]
    assert marked == doubtful
    assert doubtful is None or doubtful_name(formula, (doubtful,)) is None


def test_numbers_agree_at_many_points() -> None:
    both = CompiledFormula("2x(y - 1)²", ("x", "y"), (), frozenset())
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    assert np.allclose(both.value(x, y)[0], 2 * x * (y - 1) ** 2, rtol=1e-14)


@pytest.mark.parametrize(
    ("copied", "written"),
    [
        ("F.softplus(x) + torch.nn.functional.relu(y)", "softplus(x) + relu(y)"),
        ("scipy.special.erf(x) + np.linalg.norm(x, y)", "erf(x) + norm(x, y)"),
        ("jax.nn.sigmoid(x) + keras.ops.sin(y) + sp.cos(x)", "sigmoid(x) + sin(y) + cos(x)"),
        ("x.^2 + x.*y + y./x", "x^2 + x*y + y/x"),
        ("f(x, y) := x + y", "f(x, y) = x + y"),
        (r"\(x^2 + y\)", "x^2 + y"),
        (r"\[x^2 + y\]", "x^2 + y"),
        (r"\frac12x + y", "(1/2)*x + y"),
        (r"\frac xy + \dfrac 3x", "x/y + 3/x"),
        (r"\log_2 x + \log_{10}(x) + \log_{2}{x}", "2*log2(x) + log10(x)"),
        ("log_2 x + log_10 x", "log2(x) + log10(x)"),
        (r"\lg x + y", "log10(x) + y"),
        (r"\sgn x + \big(x + y\big)", "sign(x) + x + y"),
        (r"\max\{x, y\} + \|y\| + \lVert y \rVert", "max(x, y) + 2*abs(y)"),
        ("if(x > y, x, y)", "where(x > y, x, y)"),
    ],
)
def test_formulas_copied_from_programs_and_papers(copied: str, written: str) -> None:
    assert value(copied) == pytest.approx(value(written), rel=1e-14)


@pytest.mark.parametrize(
    "name",
    [
        "sinc",
        "gelu",
        "elu",
        "acot",
        "real",
        "sqr",
        "sort",
        "mode",
        "cross",
        "relu6",
        "hardtanh",
        "gamma",
        "zeta",
    ],
)
def test_a_function_that_formulas_lack_is_not_taken_for_another(name: str) -> None:
    with pytest.raises(FormulaError) as caught:
        grammar.parse_tree(f"{name}(x)", ("x", "y"))
    assert f"no function is called '{name}'; known" in caught.value.message.en


@pytest.mark.parametrize("name", ["asinh", "acosh", "atanh", "log1p", "expm1"])
def test_names_that_came_later_may_still_be_variables_and_parameters(name: str) -> None:
    formula = CompiledFormula(f"{name}^2 + 1", (name,), (), frozenset())
    assert float(formula.value(3.0)[0]) == 10.0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x", "x"),
        ("λ", "lambda"),
        ("θ_1", "theta_1"),
        (r"\theta_{12}", "theta_12"),
        ("ｘ", "x"),
        ("x y", None),
        ("2", None),
        ("§", None),
        ("", None),
    ],
)
def test_a_name_is_read_as_formulas_have_it(text: str, name: str | None) -> None:
    assert one_name(text) == name


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("σ(x) + y", "write for example sigmoid(x), or sigma*(x) for a product"),
        ("x^2 if x > 0 else 1", "write where(x > 0, x^2, y)"),
        ("return x^2 + y^2", "write only what is computed"),
        (r"\hat{y}^2 + x", r"the command \hat is not understood here; write the letter alone"),
        (r"\foo x^2 + y", r"the command \foo is not understood here"),
        (r"\thet_1 + x", r"the command \thet is not understood here"),
        (r"\begin{cases} x \end{cases}", "write piecewise("),
        (r"\beta_12 + x", "x_{12} in LaTeX"),
        (r"\log_3 x", "log(x, 3) for a base"),
        ("x[0] + x[1]", "x_1 for an entry of a vector"),
        ("1,5*x", "a decimal is written as 1.5"),
        ("x_1x_2", "the product x_1*x_2"),
    ],
)
def test_what_is_written_elsewhere_is_refused_with_what_to_write(formula: str, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        grammar.parse_tree(formula, ("x", "y"))
    assert words in caught.value.message.en
