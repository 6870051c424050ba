"""Formulas at every float: what NumPy says of the formula as it was typed, never an exception, and undefined where it is."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.landscapes.formula.syntax import FormulaError, Node


@pytest.fixture(autouse=True)
def _quiet() -> object:
    with np.errstate(all="ignore"):
        yield


def landscape(formula: str, *variables: str, **parameters: float) -> FormulaLandscape:
    return FormulaLandscape(
        "own",
        FormulaDefinition(
            formula=formula,
            domain=dict.fromkeys(variables or ("x", "y"), (-3, 3)),
            parameters={name: {"value": value, "low": -9, "high": 9} for name, value in parameters.items()},
        ),
    )


_NUMPY = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh,
    "cosh": np.cosh, "tanh": np.tanh, "exp": np.exp, "log": np.log, "log10": np.log10, "log2": np.log2, "sqrt": np.sqrt,
    "cbrt": np.cbrt, "abs": np.abs, "sign": np.sign, "floor": np.floor, "ceil": np.ceil, "round": np.rint, "mod": np.mod,
    "atan2": np.arctan2, "hypot": np.hypot, "min": np.minimum, "max": np.maximum, "where": np.where,
    "relu": lambda a: np.maximum(a, 0), "sigmoid": lambda a: 1 / (1 + np.exp(-a)), "softplus": lambda a: np.logaddexp(0, a),
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "log1p": np.log1p, "expm1": np.expm1,
}  # fmt: skip
_COMPARED = {"<": np.less, "<=": np.less_equal, ">": np.greater, "==": np.equal}


def evaluated(node: Node, names: dict[str, np.ndarray]) -> np.ndarray:
    """Return what NumPy gives for the tree, operation by operation."""
    if node.kind == "number":
        return np.float64(node.text)
    if node.kind == "name":
        return names[node.text]
    parts = [evaluated(part, names) for part in node.parts]
    if node.kind == "sum":
        total = parts[0] if node.text[0] == "+" else -parts[0]
        for sign, part in zip(node.text[1:], parts[1:], strict=True):
            total = total + part if sign == "+" else total - part
        return total
    if node.kind == "product":
        total = parts[0]
        for sign, part in zip(node.text[1:], parts[1:], strict=True):
            total = total * part if sign == "*" else np.divide(total, part)
        return total
    if node.kind == "power":
        return np.power(*parts)
    if node.kind == "compare":
        return _COMPARED[node.text](*parts)
    return _NUMPY[node.text](*parts)


_ATOMS = st.sampled_from(["x", "y", "k", "0", "1", "2", "0.5", "3", "0.1", "x", "y"])
_UNARY = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "log10", "log2", "sqrt", "cbrt",
          "abs", "sign", "floor", "ceil", "round", "relu", "sigmoid", "softplus", "asinh", "acosh", "atanh",
          "log1p", "expm1")  # fmt: skip


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("({})^{}".format, inner, st.sampled_from(["2", "3", "0.5", "1.5", "-1", "(-0.5)", "0.3", "k", "x"])),
        st.builds("{}({})".format, st.sampled_from(_UNARY), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["mod", "atan2", "hypot", "min", "max"]), inner, inner),
        st.builds("where({} {} {}, {}, {})".format, inner, st.sampled_from(["<", "<=", ">", "=="]), inner, inner, inner),
    )  # fmt: skip


FORMULAS = st.recursive(_ATOMS, _grown, max_leaves=8)
COORDINATES = st.sampled_from([0.0, 1.0, -1.0, 2.0, -2.5, 0.3, -0.7, 1.75])
ANY_FLOAT = st.floats(width=64, allow_nan=True, allow_infinity=True)


def all_of(found: FormulaLandscape, point: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    hessian = found.hessian(point) if found.has_hessian else np.zeros((2, 2, *point.shape[1:]))
    return found.value(point), found.gradient(point), hessian


@settings(derandomize=True, deadline=None, max_examples=400)
@given(FORMULAS, COORDINATES, COORDINATES, st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0]))
def test_values_are_numpys_and_undefined_where_numpys_are(formula: str, x: float, y: float, k: float) -> None:
    found = landscape(formula, k=k)
    try:
        value, gradient, _ = all_of(found, np.array([x, y]))
    except FormulaError:
        # A constant part without a real value, such as 1/0.
        return
    tree = grammar.parse_tree(formula, ("x", "y"), ("k",))
    expected = evaluated(tree, {"x": np.float64(x), "y": np.float64(y), "k": np.float64(k)})
    if abs(expected) < 1e8 or not np.isfinite(expected):
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)
    if np.isnan(expected):
        assert np.isnan(gradient).all()


@settings(derandomize=True, deadline=None, max_examples=150)
@given(FORMULAS, ANY_FLOAT, ANY_FLOAT, st.sampled_from([0.0, 1.0, -1.0, 0.5]))
def test_every_float_gives_numbers_and_batches_give_the_same(
    formula: str, x: float, y: float, k: float
) -> None:
    found = landscape(formula, k=k)
    point = np.array([x, y])
    try:
        single = all_of(found, point)
    except FormulaError:
        return
    batch = np.repeat(point[:, None], 3, axis=1)
    for one, many in zip(single, all_of(found, batch), strict=True):
        assert np.array_equal(np.repeat(np.asarray(one)[..., None], 3, axis=-1), many, equal_nan=True)
    found.residuals(point)
    found.residuals(batch)
    assert found.latex


@pytest.mark.parametrize(
    ("formula", "point"),
    [
        ("sqrt(x)^2 + y^2", (-0.3, 1)),
        ("exp(log(x))", (-0.3, 1)),
        ("sin(asin(x))", (1.3, 1)),
        ("cos(acos(x))", (-1.3, 1)),
        ("x^1.5/x^0.5", (-0.3, 1)),
        ("log(x) - log(x)", (-0.3, 1)),
        ("sqrt(1 - x^2)^2", (-1.3, 1)),
        ("(x^y)^2", (-2, -1.5)),
        ("sqrt(-x^2)", (1, 1)),
        ("0*log(x) + y", (-1, 1)),
        ("sign(log(x)) + y", (-1, 1)),
        ("max(log(x), y)", (-1, 1)),
        ("min(y, sqrt(x))", (-1, 1)),
        ("floor(1/x) - floor(1/x)", (0, 1)),
        ("x/x", (0, 1)),
        ("mod(y, x)", (0, 1)),
        ("where(x < 0, log(x), y)", (-1, 1)),
        ("(-2)^x", (0.5, 1)),
    ],
)
def test_undefined_stays_undefined(formula: str, point: tuple[float, float]) -> None:
    found = landscape(formula)
    x = np.array(point, dtype=float)
    assert np.isnan(found.value(x))
    assert np.isnan(found.gradient(x)).all()
    grid = np.repeat(x[:, None], 4, axis=1)
    assert np.isnan(found.value(grid)).all()
    assert np.isnan(found.gradient(grid)).all()


def test_one_defined_branch_is_enough() -> None:
    found = landscape("where(x > 0, sqrt(x), -x)", "x")
    assert found.value(np.array([-1.0])) == 1
    assert found.gradient(np.array([-1.0])).tolist() == [-1]
    assert landscape("relu(x)^0.5", "x").gradient(np.array([-1.0])).tolist() == [0]


@pytest.mark.parametrize(
    ("formula", "point", "value", "gradient"),
    [
        ("x^2 + 1e3^2*y^2", (1, 1), 1_000_001, (2, 2e6)),
        ("(1e-3)^2*x", (2, 0), 2e-6, (1e-6, 0)),
        ("2e3^x", (1, 0), 2000, (2000 * math.log(2000), 0)),
        ("1e5^0.5*x", (2, 0), 2 * math.sqrt(1e5), (math.sqrt(1e5), 0)),
        ("0^x + y^2", (1, 1), 1, (0, 2)),
        ("x^2 + 0^y", (3, 2), 9, (6, 0)),
        ("(x - x)^y", (1, 2), 0, (0, 0)),
        ("hypot(1e200, x)", (1e200, 0), 1e200 * math.sqrt(2), (math.sqrt(0.5), 0)),
        ("atan2(1e300, x)", (1, 0), math.pi / 2, (0, 0)),
        ("(1e200*x)^2", (1e-200, 0), 1, (2e200, 0)),
        ("1e200*1e200*x", (1, 0), math.inf, (math.inf, 0)),
        ("x*1e200*1e200 + y^2", (0, 3), 9, (math.inf, 6)),
        ("1/x", (0, 0), math.inf, (-math.inf, 0)),
        ("x^-0.5", (0, 0), math.inf, (-math.inf, 0)),
        ("(-2)^x", (2, 0), 4, (math.nan, 0)),
        ("x^y", (-2, 2), 4, (-4, math.nan)),
        ("x^y", (0, 2), 0, (0, 0)),
        ("erf(x) + softplus(y)", (0, 0), math.log(2), (2 / math.sqrt(math.pi), 0.5)),
        ("softplus(x)", (-800, 0), 0, (0, 0)),
        ("prod(x + i, i, 1, 3)", (0, 0), 6, (11, 0)),
        ("log10(x)", (1000, 0), 3, (1 / (1000 * math.log(10)), 0)),
        ("asinh(x)", (0, 0), 0, (1, 0)),
        ("asinh(x)", (1e200, 0), math.asinh(1e200), (1e-200, 0)),
        ("acosh(x)", (2, 0), math.acosh(2), (1 / math.sqrt(3), 0)),
        ("acosh(x)", (0.5, 0), math.nan, (math.nan, math.nan)),
        ("atanh(x)", (0.5, 0), math.atanh(0.5), (4 / 3, 0)),
        ("atanh(x)", (1, 0), math.inf, (math.inf, 0)),
        ("atanh(x)", (2, 0), math.nan, (math.nan, math.nan)),
        ("log1p(x)", (1e-20, 0), 1e-20, (1, 0)),
        ("log1p(x)", (-2, 0), math.nan, (math.nan, math.nan)),
        ("expm1(x)", (1e-20, 0), 1e-20, (1, 0)),
        ("1/erf(x) + y^2", (0, 1), math.inf, (-math.inf, 2)),
        ("erf(x)/erf(y)", (0, 0), math.nan, (math.nan, math.nan)),
        ("1/erfc(x)", (40, 0), math.inf, (math.nan, 0)),
        ("erfc(x)", (9, 0), math.erfc(9), (-2 / math.sqrt(math.pi) * math.exp(-81), 0)),
        ("-log(erfc(x)/2)", (7, 0), -math.log(math.erfc(7) / 2), (2 / math.sqrt(math.pi) * math.exp(-49) / math.erfc(7), 0)),
    ],
)  # fmt: skip
def test_right_values(
    formula: str, point: tuple[float, float], value: float, gradient: tuple[float, float]
) -> None:
    found = landscape(formula)
    x = np.array(point, dtype=float)
    assert found.value(x) == pytest.approx(value, rel=1e-14, abs=1e-300, nan_ok=True)
    assert found.gradient(x) == pytest.approx(np.array(gradient), rel=1e-14, abs=1e-200, nan_ok=True)
    batch = np.repeat(x[:, None], 3, axis=1)
    assert np.array_equal(found.gradient(batch)[:, 0], found.gradient(x), equal_nan=True)
    assert found.hessian(x).shape == (2, 2)


@pytest.mark.parametrize("exponent", [-1.0, 0.5, 2.0])
def test_an_exponent_that_varies_rounds_alike_in_a_batch_and_alone(exponent: float) -> None:
    # NumPy has other functions for these exponents where one number is the exponent of all.
    found = landscape("x^y")
    for base in np.random.default_rng(0).uniform(0.1, 3, 500):
        point = np.array([base, exponent])
        assert found.value(point) == found.value(np.repeat(point[:, None], 9, axis=1))[0]


@pytest.mark.parametrize(
    "formula", ["1/relu(x)", "1/where(x > 0, x, 0)", "log(relu(x))", "1/piecewise(x < 0, 0, x)"]
)
def test_divisions_by_a_branch_that_is_zero(formula: str) -> None:
    found = landscape(formula)
    assert np.isinf(found.value(np.array([-1.0, 1.0])))
    assert np.isinf(found.value(np.array([[-1.0, -2.0], [1.0, 1.0]]))).all()
    assert not np.isfinite(found.gradient(np.array([-1.0, 1.0]))[0])


def test_a_parameter_of_zero_divides_like_a_coordinate() -> None:
    found = landscape("(1 + 1/k)*x^2 + y", k=0.0)
    for points in (np.array([1.0, 1.0]), np.ones((2, 5)), np.ones((2, 3, 3))):
        assert (found.value(points) == np.inf).all()
        assert (found.gradient(points)[0] == np.inf).all()
        assert (found.gradient(points)[1] == 1).all()
        assert found.hessian(points).shape == (2, *points.shape)


@pytest.mark.parametrize("exponent", ["0.0000001", "0.3333333", "1.0000001", "0.123456789123"])
def test_exponents_are_not_rounded(exponent: str) -> None:
    found = landscape(f"(x^{exponent} - 1)/{exponent} + y^2")
    with mpmath.workdps(40):
        p, x = mpmath.mpf(float(exponent)), mpmath.mpf(2)
        value, slope, bend = (x**p - 1) / p + 1, x ** (p - 1), (p - 1) * x ** (p - 2)
    assert found.value(np.array([2.0, 1.0])) == pytest.approx(float(value), rel=1e-8)
    assert found.gradient(np.array([2.0, 1.0])) == pytest.approx(np.array([float(slope), 2.0]), rel=1e-12)
    assert found.hessian(np.array([2.0, 1.0]))[0, 0] == pytest.approx(float(bend), rel=1e-12)


def test_derivatives_of_a_heavy_formula_are_mpmaths() -> None:
    found = landscape("sinh(sum(sin(i*x)*cos(i*y), i, 1, 100))^2/1e3 + 1/tanh((3 - x)^64*x - y)")

    def loss(x: mpmath.mpf, y: mpmath.mpf) -> mpmath.mpf:
        total = mpmath.fsum(mpmath.sin(i * x) * mpmath.cos(i * y) for i in range(1, 101))
        return mpmath.sinh(total) ** 2 / 1000 + 1 / mpmath.tanh((3 - x) ** 64 * x - y)

    point = (2.3, 0.4)
    with mpmath.workdps(60):
        expected = [float(mpmath.diff(loss, point, order)) for order in ((1, 0), (0, 1))]
        hessian = [float(mpmath.diff(loss, point, order)) for order in ((2, 0), (1, 1), (0, 2))]
    assert found.gradient(np.array(point)) == pytest.approx(np.array(expected), rel=1e-9)
    assert found.hessian(np.array(point))[[0, 0, 1], [0, 1, 1]] == pytest.approx(np.array(hessian), rel=1e-8)


def test_small_formulas_never_have_a_large_text() -> None:
    nested = "x"
    for _ in range(29):
        nested = f"cbrt({nested})"
    inner = "max(" + ", ".join(f"x + {i}*y" for i in range(16)) + ")"
    outer = "max(" + ", ".join(inner.replace("x +", f"{i}*x +") for i in range(8)) + ")"
    for formula in (nested, outer):
        found = landscape(formula)
        assert found.has_hessian
        assert np.isfinite(found.gradient(np.array([0.5, 0.25]))).all()
        assert len(found.compiled_formula._graph) < 2000
