"""What a network is built of: each step's derivatives are those of what it computes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.predictors.network.activations import ACTIVATIONS, Activate
from optexplorer.engine.landscapes.models.predictors.network.batch_norm import BatchNorm
from optexplorer.engine.landscapes.models.predictors.network.dense import Dense
from optexplorer.engine.landscapes.models.predictors.network.dropout import Masked, masks
from optexplorer.engine.landscapes.models.predictors.network.step import Step

pytestmark = pytest.mark.numbers

Array = NDArray[np.float64]
EXAMPLES, INPUTS, OUTPUTS = 7, 3, 3
H = 1e-5
STEPS: dict[str, Step] = {
    "dense": Dense(INPUTS, OUTPUTS, first=False),
    "activation": Activate(ACTIVATIONS["tanh"]),
    "batch normalisation": BatchNorm(INPUTS),
    "dropout": Masked(masks(3, 0.4, EXAMPLES, (INPUTS,))[0]),
}
RANDOM = np.random.default_rng(5)
X, MOVED_X = RANDOM.standard_normal((2, EXAMPLES, INPUTS))
SLOPE, MOVED_SLOPE = RANDOM.standard_normal((2, EXAMPLES, OUTPUTS))


@pytest.fixture(params=STEPS)
def step(request: pytest.FixtureRequest) -> Step:
    return STEPS[request.param]


def drawn(step: Step, seed: int) -> list[Array]:
    """Return random numbers in the shapes of a step's parameters."""
    random = np.random.default_rng(seed)
    return [random.standard_normal(shape) for _, shape in step.shapes]


def moved(arrays: list[Array], directions: list[Array], by: float) -> list[Array]:
    return [array + by * direction for array, direction in zip(arrays, directions, strict=True)]


def backward(step: Step, x: Array, parameters: list[Array], slope: Array) -> list[Array]:
    """Return the derivative by the input, then those by the parameters."""
    _, kept = step.forward(x.copy(), parameters)
    gradients = [np.empty_like(array) for array in parameters]
    by_input = step.backward(slope.copy(), kept, parameters, gradients)
    return [by_input.copy(), *gradients]


def test_both_ways_to_the_value_agree(step: Step) -> None:
    parameters = drawn(step, 1)
    np.testing.assert_allclose(
        step.value(X.copy(), parameters), step.forward(X.copy(), parameters)[0], rtol=1e-13, atol=1e-13
    )


def test_the_way_back_is_the_derivative(step: Step) -> None:
    parameters, directions = drawn(step, 1), drawn(step, 2)

    def cost(by: float) -> float:
        there = step.forward(X + by * MOVED_X, moved(parameters, directions, by))[0]
        return float(np.vdot(SLOPE, there))

    found = backward(step, X, parameters, SLOPE)
    rise = sum(
        float(np.vdot(part, direction)) for part, direction in zip(found, [MOVED_X, *directions], strict=True)
    )
    assert rise == pytest.approx((cost(H) - cost(-H)) / (2 * H), rel=1e-7)


def test_what_moves_forward_is_the_derivative_along_the_direction(step: Step) -> None:
    parameters, directions = drawn(step, 1), drawn(step, 2)
    for change in (MOVED_X, np.zeros_like(X)):
        _, kept = step.forward(X.copy(), parameters)
        found, _ = step.forward_moved(change if change.any() else None, kept, parameters, directions)
        ahead, behind = (
            step.forward(X + by * change, moved(parameters, directions, by))[0] for by in (H, -H)
        )
        np.testing.assert_allclose(found, (ahead - behind) / (2 * H), rtol=1e-6, atol=1e-8)


def test_what_moves_on_the_way_back_is_the_derivative_of_the_way_back(step: Step) -> None:
    parameters, directions = drawn(step, 1), drawn(step, 2)
    _, kept = step.forward(X.copy(), parameters)
    _, kept_moved = step.forward_moved(MOVED_X, kept, parameters, directions)
    products = [np.empty_like(array) for array in parameters]
    by_input, moved_by_input = step.backward_moved(
        (SLOPE, MOVED_SLOPE), (kept, kept_moved), parameters, directions, products
    )
    np.testing.assert_allclose(by_input, backward(step, X, parameters, SLOPE)[0], rtol=1e-12, atol=1e-13)
    ahead, behind = (
        backward(step, X + by * MOVED_X, moved(parameters, directions, by), SLOPE + by * MOVED_SLOPE)
        for by in (H, -H)
    )
    for found, there, back in zip([moved_by_input, *products], ahead, behind, strict=True):
        np.testing.assert_allclose(found, (there - back) / (2 * H), rtol=1e-6, atol=1e-8)
