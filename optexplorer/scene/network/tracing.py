"""Asks a network for what it computes of examples, forwards and backwards."""

from __future__ import annotations

import numpy as np

from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.base import Examples, Predictor
from optexplorer.engine.landscapes.models.predictors.network.activations import ACTIVATIONS, ActivationName
from optexplorer.engine.landscapes.models.predictors.network.predictor import NetworkPredictor
from optexplorer.engine.landscapes.models.predictors.trace import LayerTrace
from optexplorer.scene.network.trace import Array, NetworkTrace, TracedLayer


def is_network(predictor: Predictor) -> bool:
    """Whether a model is made of layers that can be traced."""
    return isinstance(predictor, NetworkPredictor)


def trace_network(
    landscape: ModelLandscape, theta: Array, examples: Examples, mask_seed: int | None = None
) -> NetworkTrace:
    """Return what the network of a landscape computes of examples, at parameters of shape (n,).

    `mask_seed` not None leaves units out by dropout, as in training.

    Raises
    ------
    ValueError
        If the model is no network.
    """
    predictor = landscape.predictor
    if not isinstance(predictor, NetworkPredictor):
        raise ValueError(f"the model '{landscape.definition.model.id}' is no network")
    with np.errstate(all="ignore"):
        trace = predictor.trace(theta, examples, mask_seed)
    places = _places(landscape)
    count, last = len(examples.inputs), len(trace.layers) - 1
    layers = tuple(
        _layer(layer, count, "identity" if number == last else predictor.settings.activation, places)
        for number, layer in enumerate(trace.layers)
    )
    return NetworkTrace(
        layers,
        examples.targets,
        trace.losses,
        trace.loss,
        "squared" if predictor.task == "regression" else "cross_entropy",
        trace.predictions,
        trace.weight_decay,
    )


def _places(landscape: ModelLandscape) -> dict[str, int]:
    """Return where each block begins in the parameter vector."""
    found, first = {}, 0
    for name, shape in landscape.blocks:
        found[name] = first
        first += int(np.prod(shape, dtype=int))
    return found


def _layer(layer: LayerTrace, count: int, activation: ActivationName, places: dict[str, int]) -> TracedLayer:
    activated = layer.sums if layer.normalised is None else layer.normalised
    with np.errstate(all="ignore"):
        slopes = ACTIVATIONS[activation].value_and_slope(activated)[1]
        # The loss that is differentiated is the mean: each example has a share of it.
        by_sums, by_activations = layer.by_sums * count, layer.by_activations * count
    return TracedLayer(
        name=layer.name,
        activation=activation,
        weight=layer.weight,
        bias=layer.bias,
        first_weight=places[f"{layer.name}.weight"],
        first_bias=places[f"{layer.name}.bias"],
        inputs=layer.inputs,
        sums=layer.sums,
        activated=activated,
        outputs=layer.activations,
        mask=layer.mask,
        slopes=slopes,
        by_sums=by_sums,
        by_outputs=by_activations,
        weight_gradient=layer.weight_gradient,
        bias_gradient=layer.bias_gradient,
    )


def layer_outputs(landscape: ModelLandscape, theta: Array, inputs: Array) -> list[Array]:
    """Return what each layer passes on for inputs as in the data, shape (N, features): (N, units) each.

    Nothing is left out by dropout; batch normalisation uses the statistics of the training examples.
    """
    seen = inputs if landscape.standardisation is None else landscape.standardisation.apply(inputs)
    with np.errstate(all="ignore"):
        found = landscape.predictor.layer_values(theta, np.ascontiguousarray(seen), landscape.training.inputs)
    return [layer.after for layer in found]
