"""What networks do as they are trained: where they begin, dead and equal units, dropout, batch normalisation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.predictors.base import Examples
from optexplorer.engine.landscapes.models.predictors.mlp import MLP
from optexplorer.engine.landscapes.models.predictors.network.dropout import masks
from tests.networks import dataset, network

pytestmark = pytest.mark.numbers


def weights(init: str, seed: int = 0) -> list[np.ndarray]:
    """Return the initial weights of a wide network, each as the array it is."""
    data = dataset(features=300)
    predictor = MLP(hidden=(200, 100), init=init, sigma=0.7, seed=seed).predictor(data)  # type: ignore[arg-type]
    theta = predictor.initial()
    for layer in predictor.layers:
        bias = theta[layer.dense.places[1].part]
        assert not bias.any()
    return [theta[layer.weight].reshape(layer.units, layer.inputs) for layer in predictor.layers]


@pytest.mark.parametrize(
    ("init", "deviation"),
    [
        ("normal", lambda outputs, inputs: 0.7),
        ("xavier", lambda outputs, inputs: math.sqrt(2 / (inputs + outputs))),
        ("he", lambda outputs, inputs: math.sqrt(2 / inputs)),
    ],
)
def test_initial_weights_have_the_deviation_of_their_formula(init: str, deviation: object) -> None:
    for weight in weights(init)[:2]:
        expected = deviation(*weight.shape)  # type: ignore[operator]
        # Of n numbers the deviation is known to 1/√(2n): 0.5 % of the smaller weight; six times that.
        assert weight.std() == pytest.approx(expected, rel=0.03)
        assert abs(weight.mean()) < 6 * expected / math.sqrt(weight.size)


def test_xavier_weights_are_uniform_up_to_their_bound() -> None:
    weight = weights("xavier")[0]
    bound = math.sqrt(6 / sum(weight.shape))
    assert 0.99 * bound < np.abs(weight).max() <= bound
    assert (np.abs(weight) < bound / 2).mean() == pytest.approx(0.5, abs=0.02)


def test_another_seed_begins_elsewhere() -> None:
    assert not any(weight.any() for weight in weights("zeros"))
    assert (weights("he", seed=0)[0] != weights("he", seed=1)[0]).all()


def test_gamma_begins_at_one_and_beta_at_zero() -> None:
    predictor, _ = network(hidden=(4,), batch_norm=True)
    names = [block.name for block in predictor.blocks]
    assert names == [
        "layer1.weight", "layer1.bias", "layer1.gamma", "layer1.beta", "layer2.weight", "layer2.bias",
    ]  # fmt: skip
    norm = predictor.layers[0].norm
    assert norm is not None
    gamma, beta = (predictor.initial()[place.part] for place in norm.places)
    assert gamma.tolist() == [1.0] * 4
    assert beta.tolist() == [0.0] * 4


def test_units_that_begin_equal_stay_equal() -> None:
    predictor, examples = network(hidden=(4,), init="zeros", activation="sigmoid")
    theta = predictor.initial()
    weight, bias = (place for place in predictor.layers[0].dense.places)
    for _ in range(50):
        theta = theta - 0.5 * predictor.loss_and_gradient(theta, examples)[1]
        np.testing.assert_allclose(weight.of(theta) - weight.of(theta)[0], 0.0, atol=1e-13)
        np.testing.assert_allclose(bias.of(theta) - bias.of(theta)[0], 0.0, atol=1e-13)
    assert np.abs(weight.of(theta)).max() > 1e-3


def test_a_dead_unit_has_no_gradient() -> None:
    predictor, examples = network(hidden=(4,), activation="relu")
    theta = predictor.initial()
    weight, bias = predictor.layers[0].dense.places
    bias.of(theta)[2] = -1e3
    gradient = predictor.loss_and_gradient(theta, examples)[1]
    assert not weight.of(gradient)[2].any()
    assert bias.of(gradient)[2] == 0.0
    assert weight.of(gradient)[1].any()


def test_without_hidden_layers_the_outputs_are_weighted_sums() -> None:
    predictor, examples = network(task="regression", hidden=())
    theta = np.arange(1.0, predictor.dimension + 1)
    expected = examples.inputs @ theta[:3] + theta[3]
    np.testing.assert_allclose(predictor.predict(theta, examples.inputs)[:, 0], expected)


def test_weight_decay_counts_weights_and_not_biases() -> None:
    plain, examples = network(hidden=(4,), batch_norm=True)
    decayed, _ = network(hidden=(4,), batch_norm=True, weight_decay=0.5)
    theta = np.random.default_rng(0).standard_normal(plain.dimension)
    squares = sum(float((theta[layer.weight] ** 2).sum()) for layer in plain.layers)
    assert decayed.loss(theta, examples) == pytest.approx(plain.loss(theta, examples) + 0.25 * squares)
    more = decayed.loss_and_gradient(theta, examples)[1] - plain.loss_and_gradient(theta, examples)[1]
    for block, part in zip(plain.blocks, np.split(more, _ends(plain.blocks)), strict=True):
        assert part.any() == block.name.endswith("weight")


def _ends(blocks: object) -> np.ndarray:
    return np.cumsum([math.prod(shape) for _, shape in blocks])[:-1]  # type: ignore[attr-defined]


def test_dropout_switches_off_the_part_that_is_asked_for_and_keeps_the_mean() -> None:
    first, second = masks(3, 0.3, 400, (50, 20))
    assert set(np.unique(first)) == {0.0, 1 / 0.7}
    assert (first == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert first.mean() == pytest.approx(1.0, abs=0.03)
    assert second.shape == (400, 20)


def test_dropout_acts_only_on_mini_batches_that_bring_a_seed() -> None:
    predictor, examples = network(hidden=(16,), dropout=0.5)
    plain, _ = network(hidden=(16,))
    theta = predictor.initial()
    assert predictor.has_masks
    assert not plain.has_masks
    assert predictor.loss_and_gradient(theta, examples)[0] == plain.loss_and_gradient(theta, examples)[0]
    assert predictor.loss(theta, examples) == plain.loss(theta, examples)
    first, again, other = (predictor.loss_and_gradient(theta, examples, seed)[0] for seed in (1, 1, 2))
    assert first == again
    assert len({first, other, plain.loss(theta, examples)}) == 3
    assert plain.loss_and_gradient(theta, examples, 1)[0] == plain.loss(theta, examples)


def test_batch_normalisation_makes_the_scale_of_the_weights_meaningless() -> None:
    predictor, examples = network(hidden=(5,), batch_norm=True, examples=20)
    theta = predictor.initial()
    larger = theta.copy()
    larger[predictor.layers[0].weight] *= 100
    # ε beside the variance is all that differs.
    assert predictor.loss(larger, examples) == pytest.approx(predictor.loss(theta, examples), abs=1e-3)


def test_a_batch_of_equal_examples_is_finite() -> None:
    predictor, _ = network(hidden=(5,), batch_norm=True)
    examples = Examples(np.ones((4, 3)), np.zeros(4))
    loss, gradient = predictor.loss_and_gradient(predictor.initial(), examples)
    assert math.isfinite(loss)
    assert np.isfinite(gradient).all()


def test_statistics_come_from_the_reference() -> None:
    predictor, examples = network(hidden=(5, 4), batch_norm=True, examples=30)
    theta = predictor.initial()
    together = predictor.predict(theta, examples.inputs)
    alone = [predictor.predict(theta, examples.inputs[i : i + 1], examples.inputs)[0] for i in range(30)]
    np.testing.assert_allclose(together, alone, rtol=1e-9)
    assert np.abs(predictor.predict(theta, examples.inputs[:2]) - together[:2]).max() > 1e-3
    part = Examples(examples.inputs[:7], examples.targets[:7])
    chosen = together[np.arange(7), part.targets.astype(int)]
    assert predictor.loss(theta, part, examples.inputs) == pytest.approx(-np.log(chosen).mean())


def test_classes_learned_by_descent_are_told_apart() -> None:
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    xor = Dataset(x, np.array([0.0, 1.0, 1.0, 0.0]), "classification", ("a", "b"), "xor", ("no", "yes"))
    predictor = MLP(hidden=(8,), seed=1).predictor(xor)
    theta, examples = predictor.initial(), Examples(xor.inputs, xor.targets)
    for _ in range(1000):
        theta = theta - 0.5 * predictor.loss_and_gradient(theta, examples)[1]
    assert (predictor.predict(theta, x).argmax(axis=1) == xor.targets).all()
