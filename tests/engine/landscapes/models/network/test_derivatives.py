"""Networks of any shape: derivatives that agree with each other and with those that SymPy derives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer.engine.landscapes.models.predictors.network.activations import ACTIVATIONS
from tests.networks import network

pytestmark = pytest.mark.numbers

SHAPES = st.fixed_dictionaries(
    {
        "task": st.sampled_from(["regression", "classification"]),
        "hidden": st.lists(st.integers(1, 5), max_size=3).map(tuple),
        "activation": st.sampled_from(sorted(ACTIVATIONS)),
        "weight_decay": st.sampled_from([0.0, 0.2]),
        "batch_norm": st.booleans(),
        "seed": st.integers(0, 50),
    }
)
SMOOTH = ["tanh", "sigmoid", "gelu", "identity"]


@settings(max_examples=60, deadline=None)
@given(SHAPES)
def test_the_hessian_is_symmetric(shape: dict[str, Any]) -> None:
    predictor, examples = network(examples=6, **shape)
    random = np.random.default_rng(shape["seed"])
    theta, u, v = random.standard_normal((3, predictor.dimension))
    there = float(u @ predictor.hessian_product(theta, v, examples))
    back = float(v @ predictor.hessian_product(theta, u, examples))
    scale = np.linalg.norm(u) * np.linalg.norm(predictor.hessian_product(theta, v, examples))
    assert there == pytest.approx(back, rel=1e-9, abs=1e-11 * max(1.0, scale))


@settings(max_examples=40, deadline=None)
@given(SHAPES, st.floats(-3, 3), st.floats(-3, 3))
def test_products_with_the_hessian_are_linear(shape: dict[str, Any], a: float, b: float) -> None:
    predictor, examples = network(examples=5, **shape)
    theta, u, v = np.random.default_rng(1).standard_normal((3, predictor.dimension))
    whole = predictor.hessian_product(theta, a * u + b * v, examples)
    parts = a * predictor.hessian_product(theta, u, examples) + b * predictor.hessian_product(
        theta, v, examples
    )
    scale = max(1.0, float(np.abs(whole).max()))
    np.testing.assert_allclose(whole, parts, rtol=1e-9, atol=1e-10 * scale)


@pytest.mark.parametrize(
    ("activation", "task"),
    [*((activation, "regression") for activation in SMOOTH), ("tanh", "classification")],
)
def test_derivatives_are_those_that_sympy_derives(activation: str, task: str) -> None:
    predictor, examples = network(
        task=task, features=1, hidden=(1,), activation=activation, weight_decay=0.3, examples=2, classes=2
    )
    names = sympy.symbols(f"p0:{predictor.dimension}")
    functions = {
        "tanh": sympy.tanh,
        "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)),
        "gelu": lambda z: z * (1 + sympy.erf(z / sympy.sqrt(2))) / 2,
        "identity": lambda z: z,
    }
    weight, bias, *rest = names
    units = predictor.outputs
    weights, biases = rest[:units], rest[units:]
    loss: Any = 0
    for x, y in zip(examples.inputs[:, 0].tolist(), examples.targets.tolist(), strict=True):
        hidden = functions[activation](weight * x + bias)
        outputs = [w * hidden + b for w, b in zip(weights, biases, strict=True)]
        if task == "regression":
            loss += (outputs[0] - y) ** 2 / 2
        else:
            loss += (sympy.log(sum(map(sympy.exp, outputs))) - outputs[int(y)]) / 2
    loss += sympy.Rational(3, 20) * (weight**2 + sum(w**2 for w in weights))
    theta = np.linspace(-0.7, 0.9, predictor.dimension)
    at = dict(zip(names, theta.tolist(), strict=True))
    direction = np.linspace(1.0, -0.5, predictor.dimension)
    slopes = [sympy.diff(loss, name) for name in names]
    found = predictor.loss_and_gradient(theta, examples)
    assert found[0] == pytest.approx(float(loss.subs(at)), rel=1e-12)
    np.testing.assert_allclose(found[1], [float(slope.subs(at)) for slope in slopes], rtol=1e-10, atol=1e-13)
    t = sympy.Symbol("t")
    moved = {
        name: here + t * along
        for name, here, along in zip(names, theta.tolist(), direction.tolist(), strict=True)
    }
    expected = [float(sympy.diff(slope.subs(moved), t).subs(t, 0)) for slope in slopes]
    np.testing.assert_allclose(
        predictor.hessian_product(theta, direction, examples), expected, rtol=1e-10, atol=1e-13
    )
