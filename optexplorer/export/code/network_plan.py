"""What a network computes, whatever model of the catalogue it is: its layers, and what its outputs cost."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.linear import Linear
from optexplorer.engine.landscapes.models.predictors.logistic import Logistic
from optexplorer.engine.landscapes.models.predictors.mlp import MLP
from optexplorer.engine.landscapes.models.predictors.network.activations import ActivationName
from optexplorer.engine.landscapes.models.predictors.neuron import Neuron
from optexplorer.engine.landscapes.models.predictors.two_layer import TwoLayer
from optexplorer.export.code.extraction import CodeError

Cost = Literal["squared", "absolute", "huber", "logistic", "cross-entropy"]


@dataclass(frozen=True)
class LayerPlan:
    """Weighted sums, and what becomes of them, in this order: normalised, activated, masked."""

    inputs: int
    units: int
    bias: bool = True
    batch_norm: bool = False
    activation: ActivationName = "identity"
    dropout: float = 0.0


@dataclass(frozen=True)
class NetworkPlan:
    """The layers from the inputs on; `delta` is that of Huber's loss."""

    layers: tuple[LayerPlan, ...]
    cost: Cost
    delta: float = 1.0
    weight_decay: float = 0.0

    @property
    def batch_norm(self) -> bool:
        """Whether some layer is normalised."""
        return any(layer.batch_norm for layer in self.layers)

    @property
    def dropout(self) -> float:
        """With which probability units are switched off."""
        return self.layers[0].dropout

    @property
    def column(self) -> bool:
        """Whether there is one output, whose targets are numbers."""
        return self.cost != "cross-entropy"


def network_plan(landscape: ModelLandscape, *, dropout: bool) -> NetworkPlan:
    """Return what the model of a landscape computes.

    Parameters
    ----------
    dropout : whether units are switched off, as they are in mini-batches

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If scripts do not know the model.
    """
    model, features = landscape.definition.model, landscape.data.features
    if isinstance(model, Linear):
        return NetworkPlan((LayerPlan(features, 1, model.bias),), model.loss, model.delta)
    if isinstance(model, Logistic):
        return NetworkPlan((LayerPlan(features, 1, model.bias),), "logistic")
    if isinstance(model, Neuron):
        return NetworkPlan((LayerPlan(1, 1, activation=model.activation),), "squared")
    if isinstance(model, TwoLayer):
        first = LayerPlan(1, 1, bias=False, activation=model.activation)
        return NetworkPlan((first, LayerPlan(1, 1, bias=False)), "squared")
    if isinstance(model, MLP):
        return _perceptron(landscape, model, dropout)
    raise CodeError(f"scripts do not know the model '{model.id}'")


def _perceptron(landscape: ModelLandscape, model: MLP, dropout: bool) -> NetworkPlan:
    classifies = landscape.data.task == "classification"
    outputs = len(landscape.data.classes) if classifies else 1
    sizes = (landscape.data.features, *model.hidden, outputs)
    *hidden, last = pairwise(sizes)
    layers = [
        LayerPlan(inputs, units, True, model.batch_norm, model.activation, model.dropout if dropout else 0.0)
        for inputs, units in hidden
    ]
    return NetworkPlan(
        (*layers, LayerPlan(*last)),
        "cross-entropy" if classifies else "squared",
        weight_decay=model.weight_decay,
    )
