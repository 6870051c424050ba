"""Formulas: what the grammar accepts means what SymPy says it means, and everything else is refused."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from optexplorer.engine.landscapes.formula import derivation
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula
from optexplorer.engine.landscapes.formula.expressions import Expression, reachable
from optexplorer.engine.landscapes.formula.syntax import FormulaError
from optexplorer.engine.landscapes.parameter import Parameter
from optexplorer.text import Text


@pytest.fixture(autouse=True)
def _quiet() -> object:
    with np.errstate(all="ignore"):
        yield


def landscape(formula: str, *variables: str, **more) -> FormulaLandscape:
    domain = dict.fromkeys(variables or ("x", "y"), (-3, 3))
    return FormulaLandscape("own", FormulaDefinition(formula=formula, domain=domain, **more))


def expression(formula: str, *variables: str) -> Expression:
    return CompiledFormula(formula, variables or ("x", "y"), (), frozenset()).expression


numbers = st.sampled_from(["0.5", "2", "3", "1.25", "0.1", "7", "1e-2"])
names = st.sampled_from(["x", "y"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, inner).map(lambda t: f"{t[0]}/(2 + ({t[1]})^2)"),
        st.tuples(inner, st.sampled_from("23")).map(lambda t: f"({t[0]})^{t[1]}"),
        st.tuples(st.sampled_from(["sin", "cos", "tanh", "atan", "sinh"]), inner).map(
            lambda t: f"{t[0]}(sin({t[1]}))"
        ),
        st.tuples(st.sampled_from(["exp(-{}^2)", "sqrt(1 + ({})^2)", "log(2 + ({})^2)", "-({})"]), inner).map(
            lambda t: t[0].format(f"({t[1]})")
        ),
    )


formulas = st.recursive(st.one_of(numbers, names), grown, max_leaves=8)
coordinates = st.floats(-2, 2).map(lambda v: round(v, 3))


def exact(expression: sympy.Expr, x: float, y: float) -> float:
    return float(expression.evalf(60, subs={"x": sympy.Rational(x), "y": sympy.Rational(y)}))


@settings(derandomize=True, deadline=None, max_examples=120)
@given(formulas, coordinates, coordinates)
def test_valid_formulas_agree_with_sympy(formula: str, x: float, y: float) -> None:
    reference = sympy.sympify(formula.replace("^", "**"), rational=True)
    point = np.array([x, y])
    found = landscape(formula)
    expected = [exact(reference, x, y), *(exact(reference.diff(name), x, y) for name in "xy")]
    if max(map(abs, expected)) > 1e8:
        return
    assert [found.value(point), *found.gradient(point)] == pytest.approx(expected, rel=1e-9, abs=1e-7)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x^2^y", 1.5 ** (2**-0.75)),
        ("-x^2", -2.25),
        ("2*-x", -3.0),
        ("2^-x", 2**-1.5),
        ("x - y - 1", 1.25),
        ("x / y / 2", 1.5 / -0.75 / 2),
        ("x - (y - 1)", 3.25),
        ("+x", 1.5),
        ("x ** 2", 2.25),
        ("min(x, y, 0)", -0.75),
        ("max(x, y, 0)", 1.5),
        ("mod(y, 1)", 0.25),
        ("round(2.5*x)", 4.0),
        ("floor(y) + ceil(y)", -1.0),
        ("abs(y) + sign(y)", -0.25),
        ("cbrt(8*y)", np.cbrt(-6.0)),
        ("hypot(x, y)", math.hypot(1.5, -0.75)),
        ("atan2(y, x)", math.atan2(-0.75, 1.5)),
        ("sigmoid(x)", 1 / (1 + math.exp(-1.5))),
        ("relu(x) + relu(y)", 1.5),
        ("log10(100) + log2(8) + ln(e)", 6.0),
        ("asin(y) + acos(y)", math.pi / 2),
        ("where(x > 1 and not y > 0, 10, 20)", 10.0),
        ("where(0 < x < 1 or y == 3, 10, 20)", 20.0),
        ("piecewise(x < 0, 1, x < 2, 5, 7)", 5.0),
        ("sum(i*x, i, 1, 4)", 15.0),
        ("sum(sum(i*j, j, 1, i), i, 1, 3)*x", 1.5 * (1 + 2 * 3 + 3 * 6)),
        ("sum(where(mod(i, 2) == 0, x, y), i, 1, 4)", 1.5),
        ("sum(x, i, 3, 2)", 0.0),
        (".5e1*x", 7.5),
        ("e^x - exp(x)", 0.0),
        ("x^0.5 - sqrt(x)", 0.0),
        ("x^-2", 1.5**-2),
        ("x^1.5", 1.5**1.5),
        ("cos(pi)*x", -1.5),
    ],
)
def test_meaning(formula: str, expected: float) -> None:
    found = landscape(formula)
    point = np.array([1.5, -0.75])
    assert found.value(point) == pytest.approx(expected, rel=1e-13, abs=1e-13)
    batch = np.repeat(point[:, None], 7, axis=1)
    assert np.array_equal(found.value(batch), np.repeat(found.value(point), 7))
    assert np.array_equal(found.gradient(batch), np.repeat(found.gradient(point)[:, None], 7, axis=1))


@pytest.mark.parametrize(
    ("formula", "x", "slope"),
    [
        ("abs(x)", 0.0, 0.0),
        ("sqrt(x^2)", 0.0, 0.0),
        ("hypot(x, 0)", 0.0, 0.0),
        ("cbrt(x)", 0.0, 0.0),
        ("abs(x)^0.5", 0.0, 0.0),
        ("sqrt(abs(x)^2)", 0.0, 0.0),
        ("sqrt(x^2)", -2.0, -1.0),
        ("sqrt(8*x)", 2.0, 1.0),
        ("sqrt(4*x^2*cos(x)^4)", 0.0, 0.0),
        ("hypot(3*x, 4*x)", -1.0, -5.0),
        ("abs(x)", -2.0, -1.0),
        ("floor(x) + ceil(x) + round(x) + sign(x)", 0.3, 0.0),
        ("mod(x, 2)", 3.3, 1.0),
        ("max(x, 2*x)", 1.0, 2.0),
        ("min(x, 2*x)", 1.0, 1.0),
        ("relu(x)", -1.0, 0.0),
        ("relu(x)", 1.0, 1.0),
        ("where(x < 1, x^2, 3*x)", 0.5, 1.0),
        ("where(x < 1, x^2, 3*x)", 1.0, 3.0),
        ("sigmoid(x)", -800.0, 0.0),
    ],
)
def test_slopes_at_kinks_and_jumps(formula: str, x: float, slope: float) -> None:
    assert landscape(formula, "x").gradient(np.array([x]))[0] == pytest.approx(slope, abs=1e-12)


HOSTILE = [
    "", "   ", "x.real", "x.__class__", "().__class__", "__import__('os')", "_x", "x__", "eval(x)", "print(x)",
    "[x for x in y]", "{x}", "lambda: x", "lambda x: x", "'x'", '"x"', 'f"{x}"', "x if y else 1", "x := 1", "(x := 1)",
    "x = 1", "x == 1", "x < y", "not x", "x and y", "x;y", "x\\", "`x`", "@x", "x @ y", "x % y", "x // y", "x << 2", "~x",
    "x!", "1j", "0x10", "sin", "sin()", "sin(x, y)", "sin(x", "x)", "(x",
    "x) + (y", "(x, y)", "x,", ",", "+", "x +", "* x", "x ^", "9**9**9**9", "9^9^9^9", "x^999", "x^(10^9)", "1e999*x",
    "(10^64)^64", "exp(1000)", "1/0", "x/(y - y)", "0^-1", "log(0)", "sqrt(-1)", "(-8)^0.3", "\x00", "x\x00", "x + \u0440",
    "х^2", "x\u200b", "∞", "nan*x", "inf", "oo", "zoo", "I",
    "sum(x, i, 1, 1000000)", "sum(x, x, 1, 2)", "sum(x, 1, 1, 2)", "sum(i, i, 1, x)", "sum(i, i, 1, 2.5)", "sum(x, pi, 1, 2)",
    "sum(sum(sum(x, i, 1, 50), j, 1, 50), k, 1, 50)", "where(x, 1, 2)", "where(x < 1, 2)", "piecewise(x < 1, 2, x < 3, 4)",
    "sin(x < 1)", "where((x < 1) + 1, 2, 3)", "x < y < 2", "(" * 100_000, "(" * 900 + "x" + ")" * 900, "-" * 1500 + "x",
    "x" * 5000, "x^" * 900 + "x", "sin(" * 400 + "x" + ")" * 400, "not " * 400 + "x", "x+" * 900, "1" * 1999,
]  # fmt: skip


@pytest.mark.parametrize("formula", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_formulas_are_refused_with_a_place_and_words(formula: str) -> None:
    begin = time.process_time()
    with pytest.raises(FormulaError) as caught:
        expression(formula)
    assert time.process_time() - begin < 1
    error = caught.value
    assert error.message.en
    assert error.message.ja
    assert 0 <= error.offset <= len(formula)
    assert error.length >= 1
    assert "sympy" not in str(error).lower()


WORDS = (
    *"xy012.e+-*/^(),<>= |√²⁻½π⌊⌋{}_'[]ー×ｘ\\", "sin", "sin ", "max(", "where(", "sum(", "prod(", "np.", "f(x) =", "\\frac{", "\\sqrt{",
    "\\left(", "\\right)", "and", "not ", "mean(", "pow(", "erf(", "e^", "norm(", "i, 1, 3)",
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map("".join))
def test_any_text_is_a_formula_or_a_formula_error(text: str) -> None:
    try:
        nodes = reachable([expression(text)])
    except FormulaError as error:
        refused = error
    else:
        assert {node.value for node in nodes if node.operator == "symbol"} <= {"x", "y"}
        return
    assert 0 <= refused.offset <= len(text)


@pytest.mark.parametrize(
    ("formula", "marked", "words"),
    [
        ("x + zz", "zz", "zz"),
        ("x + sine(y)", "sine", "did you mean 'sin'"),
        ("3 + x 2", "2", "for a product write *"),
        ("x + [y]", "[", "write ("),
        ("x % y", "%", "write mod(a, b)"),
        ("x + y)", ")", "no '('"),
        ("x + 1/(y - y)", "y - y", "division by zero"),
        ("y + x^100", "100", "at most 64"),
        ("1 + atan2(x)", "atan2(x)", "takes 2 arguments, not 1"),
        ("x*(y + ", " ", "ends too early"),
        ("x = 2", "=", "write =="),
        ("x^2 = 2", "=", "write =="),
    ],
)
def test_errors_point_at_the_wrong_characters(formula: str, marked: str, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        expression(formula)
    error = caught.value
    assert formula[error.offset : error.offset + error.length] == marked
    assert words in error.message.en


def test_latex_keeps_what_was_written() -> None:
    assert landscape("(1 - x)^2 + 100*(y - x^2)^2").latex == (
        r"\left(1 - x\right)^{2} + 100 \left(y - x^{2}\right)^{2}"
    )
    assert landscape("(x + y)/2").latex == r"\frac{x + y}{2}"
    assert landscape("2*3^x").latex == r"2 \cdot 3^{x}"
    assert landscape("sin(x)^2*abs(y)").latex == r"\sin^{2}\left(x\right) \left|y\right|"
    assert landscape("x - (y - 1)").latex == r"x - \left(y - 1\right)"
    assert landscape("-x^2").latex == "-x^{2}"
    assert landscape("x/y/2").latex == r"\frac{\frac{x}{y}}{2}"
    assert landscape("a1*x", parameters={"a1": {"value": 1, "low": 0, "high": 2}}).latex == "a_{1} x"


def test_parameters_need_no_second_derivation() -> None:
    parameters = {"k": {"value": 1, "low": 0, "high": 10}}
    one = landscape("k*x^2 + y", parameters=parameters)
    other = FormulaLandscape("own", one.definition.with_values({"k": 3}))
    assert one != other
    assert one.compiled_formula is other.compiled_formula
    assert other.gradient(np.array([2.0, 0.0])).tolist() == [12.0, 1.0]
    assert one.gradient(np.array([2.0, 0.0])).tolist() == [4.0, 1.0]


def test_any_number_of_variables() -> None:
    found = landscape("a^2 + 2*b^2 + 3*c^2 + a*c", "a", "b", "c")
    assert found.gradient(np.array([1.0, 1.0, 1.0])).tolist() == [3.0, 4.0, 7.0]
    assert found.hessian(np.ones((3, 2))).shape == (3, 3, 2)


def test_division_by_zero_at_a_point_is_inf_or_nan_and_no_error() -> None:
    found = landscape("1/x + y/x")
    assert found.value(np.array([0.0, 1.0])) == np.inf
    assert np.isnan(found.value(np.array([0.0, -1.0])))
    assert found.gradient(np.array([0.0, 1.0]))[0] == -np.inf


def test_default_start_lies_inside_and_off_the_middle() -> None:
    found = landscape("x^2 + y^2")
    assert all(
        low < x < high and x != (low + high) / 2
        for x, (low, high) in zip(found.start, found.domain, strict=True)
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"formula": "x + q"}, "no name is called 'q'"),
        ({"domain": {}}, "1 to 16 variables"),
        ({"domain": {"x": (1, 1), "y": (0, 1)}}, "low < high"),
        ({"domain": {"x": (0, float("inf")), "y": (0, 1)}}, "finite"),
        ({"domain": {"x": (0, 1e12), "y": (0, 1)}}, "less than or equal"),
        ({"domain": {"x": (0, 1), "y": (0, 1), "sin": (0, 1)}}, "'sin' cannot be"),
        ({"domain": {"x": (0, 1), "y": (0, 1), "ж": (0, 1)}}, "cannot be"),
        ({"start": (1,)}, "2 coordinates"),
        ({"start": (9, 0)}, "outside the domain"),
        ({"group": "nonsense"}, "no group"),
        ({"scale": "cubic"}, "linear"),
        ({"parameters": {"x": {"value": 1, "low": 0, "high": 2}}}, "variable and a parameter"),
        ({"parameters": {"k": {"value": 5, "low": 0, "high": 2}}}, "low <= value <= high"),
        ({"minima": [{"at": [0], "value": 0}]}, "2 coordinates"),
        ({"minima": [{"at": ["q", 0], "value": 0}]}, "'q'"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_definitions_are_checked(change: dict, message: str) -> None:
    good = {"formula": "x + y", "domain": {"x": (-1, 1), "y": (-1, 1)}}
    with pytest.raises(ValidationError, match=message):
        FormulaDefinition.model_validate({**good, **change})


def test_bounds_of_definitions() -> None:
    good = {"formula": "x + y", "domain": {"x": (-1, 1), "y": (-1, 1)}}
    few = {f"p{i}": {"value": 1, "low": 0, "high": 2} for i in range(64)}
    assert len(FormulaDefinition.model_validate({**good, "parameters": few}).parameters) == 64
    for change, message in (
        ({"parameters": {**few, "q": {"value": 1, "low": 0, "high": 2}}}, "at most 64 parameters, not 65"),
        ({"minima": [{"at": [0, 0], "value": 0}] * 1001}, "at most 1000 items"),
        ({"lesson": "x" * 3_000_000}, "at most 4,000 are allowed"),
        ({"source": "x" * 3_000_000}, "at most 4000 characters"),
        ({"formula": "x" * 3_000_000}, "at most 2000"),
        ({"domain": {"x": (0, 1e-10), "y": (0, 1)}}, "too narrow"),
    ):
        with pytest.raises(ValidationError, match=message):
            FormulaDefinition.model_validate({**good, **change})
    assert FormulaDefinition(formula="x", domain={"x": (0, 1e-7)}).domain["x"] == (0, 1e-7)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(3e8, 0, 1e9), (-3e8, -1e9, 0), (1e9, 0, 1e9), (0, -1, 1), (2, 0, 8), (-0.5, -2, 0)],
)
def test_a_parameter_gets_room_within_what_numbers_may_be(value: float, low: float, high: float) -> None:
    around = Parameter.around(value)
    assert (around.value, around.low, around.high) == (value, low, high)


def test_a_parameter_that_is_too_large_is_refused_with_its_own_number() -> None:
    with pytest.raises(ValidationError) as caught:
        Parameter.around(3e9)
    assert {error["input"] for error in caught.value.errors()} >= {3e9}


def test_a_landscape_without_a_name_is_called_by_its_formula() -> None:
    assert landscape("x^2 +\n y").name == Text("x^2 + y", "x^2 + y")
    long = landscape("x + " * 30 + "y").name.en
    assert len(long) <= 40
    assert long.startswith("x + x + ")
    assert long.endswith("…")
    assert landscape("x + y", name="Bowl").name.en == "Bowl"


def test_minima_in_parameters_may_be_undefined() -> None:
    found = landscape(
        "k*(x - 1)^2 + y",
        parameters={"k": {"value": 0, "low": -1, "high": 1}},
        minima=[{"at": ["1/k", 0], "value": "log(k)"}],
    )
    assert found.minima[0].position == (np.inf, 0)
    assert found.minima[0].value == -np.inf


def test_order_of_variables_survives_json() -> None:
    definition = FormulaDefinition(formula="x - y", domain={"y": (0, 1), "x": (0, 2)})
    again = FormulaDefinition.model_validate_json(definition.model_dump_json())
    assert tuple(again.domain) == ("y", "x")
    assert again != FormulaDefinition(formula="x - y", domain={"x": (0, 2), "y": (0, 1)})


def test_formulas_whose_derivatives_are_too_large_say_what_is_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(derivation, "MOST_OPERATIONS", 300)
    found = landscape("sum(sin(i*x)*cos(i*y), i, 2, 41)")
    assert np.isfinite(found.value(np.array([0.1, 0.2])))
    with pytest.raises(FormulaError, match="the gradient of this formula has more than 300 operations"):
        found.gradient(np.zeros(2))
    assert not found.has_hessian
    with pytest.raises(FormulaError, match="the value of this formula has more than 300 operations"):
        landscape("sum(sin(i*x)*cos(i*y), i, 2, 101)").value(np.zeros(2))


def nested(pattern: str, levels: int, inner: str = "x") -> str:
    for _ in range(levels):
        inner = pattern.format(inner)
    return inner


def joined(operator: str, pattern: str, count: int) -> str:
    return operator.join(pattern.format(i) for i in range(1, count + 1))


HEAVY = {
    "product": joined("*", "(sin(x + {0}) + y)", 100),
    "quotient": joined("/", "(x + {0}*y)", 170),
    "powers": joined("*", "(x + {0})^y", 170),
    "roots": joined("*", "(x + {0}*y)^0.37", 110),
    "kinks": joined("*", "abs(x - {0})", 150),
    "polynomial": joined("+", "0.{0}1234567*x^{0}*y^{0}", 60),
    "sum": "sum(sin(i*x)*cos(i*y)*exp(-i*x*y), i, 1, 200)",
    "sum of norms": "sum(hypot(x - i, y + i), i, 1, 200)",
    "sum of cases": "sum(where(x < i, (x - i)^2, abs(y)*i), i, 1, 200)",
    "power of a sum": "(sum(sin(i*x + y), i, 1, 100))^64",
    "nested powers": nested("({0} + y)^64", 13),
    "nested roots": nested("sqrt(({0} + y)^2)", 12),
    "nested sines": nested("sin({0}*y)", 25),
    "nested angles": nested("atan2({0}, y)", 25),
    "nested ramps": nested("relu({0} - y)", 25),
    "nested fractions": nested("1/({0} + y)", 25),
    "tower": nested("({0})^({0})", 5),
    "doubling": nested("({0}*{0} + y)", 7),
    "big numbers": nested("({0}/7 + 3)^3", 14, "1.0001*x"),
}


@pytest.mark.parametrize("formula", HEAVY.values(), ids=HEAVY.keys())
def test_heavy_formulas_are_derived_or_refused_in_good_time(formula: str) -> None:
    found = landscape(formula)
    x = np.full((2, 3), 0.3)
    begin = time.process_time()
    refused = ""
    try:
        assert found.value(x).shape == (3,)
        assert found.gradient(x).shape == x.shape
        assert not found.has_hessian or found.hessian(x).shape == (2, 2, 3)
        found.residuals(x)
    except FormulaError as error:
        refused = error.message.en
    assert time.process_time() - begin < 5
    assert not refused or "has more than" in refused
