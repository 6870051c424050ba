"""The trace of a network holds what backpropagation computes, and its parts fit together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine.landscapes.models.predictors.base import Examples
from tests.networks import network

pytestmark = pytest.mark.numbers

OPTIONS: list[dict[str, Any]] = [
    {},
    {"batch_norm": True},
    {"dropout": 0.4},
    {"batch_norm": True, "dropout": 0.4, "weight_decay": 0.2},
    {"activation": "identity", "dropout": 0.4},
]


@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_trace_is_what_the_gradient_is_made_of(task: str, options: dict[str, Any]) -> None:
    predictor, examples = network(task=task, hidden=(5, 4), **options)
    theta = predictor.initial()
    trace = predictor.trace(theta, examples, mask_seed=7)
    loss, gradient = predictor.loss_and_gradient(theta, examples, 7)
    assert trace.loss == loss == pytest.approx(trace.losses.mean() + trace.penalty)
    found = []
    for i, (layer, settled) in enumerate(zip(trace.layers, predictor.layers, strict=True)):
        hidden = i < 2
        assert layer.name == settled.name
        np.testing.assert_allclose(layer.sums, layer.inputs @ layer.weight.T + layer.bias)
        np.testing.assert_allclose(layer.weight_gradient, layer.by_sums.T @ layer.inputs, atol=1e-15)
        np.testing.assert_allclose(layer.bias_gradient, layer.by_sums.sum(axis=0), atol=1e-15)
        assert (layer.normalised is not None) == (layer.gamma_gradient is not None)
        assert (layer.normalised is not None) == (hidden and predictor.couples_examples)
        assert (layer.mask is not None) == (hidden and predictor.has_masks)
        if layer.mask is not None:
            np.testing.assert_array_equal(layer.outputs, layer.activations * layer.mask)
            np.testing.assert_array_equal(layer.by_activations, layer.by_outputs * layer.mask)
        else:
            np.testing.assert_array_equal(layer.outputs, layer.activations)
        if i:
            np.testing.assert_array_equal(layer.inputs, trace.layers[i - 1].outputs)
            expected = layer.by_sums @ layer.weight
            np.testing.assert_allclose(trace.layers[i - 1].by_outputs, expected, atol=1e-15)
        decay = trace.weight_decay * layer.weight
        found += [layer.weight_gradient + decay, layer.bias_gradient]
        if layer.gamma_gradient is not None and layer.beta_gradient is not None:
            found += [layer.gamma_gradient, layer.beta_gradient]
    np.testing.assert_array_equal(np.concatenate([part.ravel() for part in found]), gradient)
    np.testing.assert_array_equal(trace.layers[0].inputs, examples.inputs)


def test_predictions_of_a_trace_are_those_of_the_network() -> None:
    predictor, examples = network(hidden=(5,), batch_norm=True)
    theta = predictor.initial()
    trace = predictor.trace(theta, examples)
    np.testing.assert_allclose(trace.predictions, predictor.predict(theta, examples.inputs))


def test_values_of_layers_are_those_of_the_trace() -> None:
    predictor, examples = network(hidden=(5, 4), batch_norm=True, activation="relu")
    theta = predictor.initial()
    trace = predictor.trace(theta, examples)
    values = predictor.layer_values(theta, examples.inputs)
    few = predictor.layer_values(theta, examples.inputs[:3], examples.inputs)
    for layer, all_of_it, part in zip(trace.layers, values, few, strict=True):
        assert layer.name == all_of_it.name == part.name
        np.testing.assert_allclose(all_of_it.before, layer.sums)
        np.testing.assert_allclose(all_of_it.after, layer.outputs)
        np.testing.assert_allclose(part.before, layer.sums[:3])
        np.testing.assert_allclose(part.after, layer.outputs[:3], atol=1e-12)


def test_the_gradient_of_one_example_is_its_part_of_the_mean() -> None:
    predictor, examples = network(hidden=(5,), weight_decay=0.1)
    theta = predictor.initial()
    each = predictor.example_gradients(theta, examples)
    for i in range(len(each)):
        one = Examples(examples.inputs[i : i + 1], examples.targets[i : i + 1])
        np.testing.assert_allclose(
            each[i], predictor.loss_and_gradient(theta, one)[1], rtol=1e-12, atol=1e-15
        )


def test_too_many_gradients_of_examples_are_refused() -> None:
    predictor, _ = network(hidden=(512, 300), features=3)
    many = Examples(np.zeros((1000, 3)), np.zeros(1000))
    with pytest.raises(ValueError, match="at most 255 examples at once"):
        predictor.example_gradients(predictor.initial(), many)
