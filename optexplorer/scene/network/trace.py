"""What a network computes of some examples, forwards and backwards: the value that pictures and anatomies are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.predictors.network.activations import ActivationName

Array = NDArray[np.float64]

LossName = Literal["squared", "cross_entropy"]


@dataclass(frozen=True, eq=False)
class TracedLayer:
    """One layer of N examples: a weighted sum, perhaps normalised, then an activation, perhaps with units left out.

    Derivatives are those of each example's own loss: N times those of the mean loss. Batch normalisation couples the
    examples; there they are N times the derivatives of the mean loss.

    Attributes
    ----------
    name : such as `layer1`
    activation : the name of its function
    weight, bias : shapes (units, inputs) and (units,); the bias is None where there is none
    first_weight, first_bias : the places of their first numbers in the parameter vector
    inputs : shape (N, inputs), what the layer before passes on
    sums : shape (N, units), z
    activated : shape (N, units), what the activation is applied to: the sums, or those normalised
    outputs : shape (N, units), a = φ(z)
    mask : shape (N, units), what dropout multiplies the outputs by; None without dropout
    slopes : shape (N, units), φ'(z)
    by_sums, by_outputs : shape (N, units), the derivatives of the loss by z and a
    weight_gradient, bias_gradient : of the mean loss over these examples, without weight decay
    """

    name: str
    activation: ActivationName
    weight: Array
    bias: Array | None
    first_weight: int
    first_bias: int | None
    inputs: Array
    sums: Array
    activated: Array
    outputs: Array
    mask: Array | None
    slopes: Array
    by_sums: Array
    by_outputs: Array
    weight_gradient: Array
    bias_gradient: Array | None

    @property
    def units(self) -> int:
        """The number of its neurons."""
        return len(self.weight)

    @property
    def normalised(self) -> bool:
        """Whether the sums are normalised over the batch before the activation."""
        return self.activated is not self.sums

    @property
    def passed(self) -> Array:
        """What the layer passes on, shape (N, units): its outputs, times the mask of dropout."""
        return self.outputs if self.mask is None else self.outputs * self.mask

    def parameter(self, unit: int, source: int | None) -> int | None:
        """Return the place of a weight in the parameter vector; of the bias if `source` is None, None without one."""
        if source is None:
            return None if self.first_bias is None else self.first_bias + unit
        inputs: int = self.weight.shape[1]
        return self.first_weight + unit * inputs + source

    def weight_places(self) -> NDArray[np.intp]:
        """Return the places of all its weights in the parameter vector; biases apart."""
        return np.arange(self.first_weight, self.first_weight + self.weight.size)

    def place_of(self, parameter: int) -> tuple[int, int | None] | None:
        """Return unit and source of the weight at a place of the parameter vector; None if it is not of this layer.

        The source of a bias is None.
        """
        at = parameter - self.first_weight
        if 0 <= at < self.weight.size:
            return at // self.weight.shape[1], at % self.weight.shape[1]
        if self.first_bias is not None and 0 <= parameter - self.first_bias < self.units:
            return parameter - self.first_bias, None
        return None


@dataclass(frozen=True, eq=False)
class NetworkTrace:
    """A network and what it computes of N examples.

    Attributes
    ----------
    layers : from the first hidden one to the output
    targets : shape (N,), numbers or the numbers of classes
    losses : shape (N,), of each example
    loss : their mean, with the penalty of weight decay
    loss_name : how the loss is made of outputs and targets
    predictions : shape (N, outputs): the numbers predicted, or the probabilities of the classes
    weight_decay : λ of the penalty λ/2 ‖θ‖² in the loss
    """

    layers: tuple[TracedLayer, ...]
    targets: Array
    losses: Array
    loss: float
    loss_name: LossName
    predictions: Array
    weight_decay: float = 0.0

    @property
    def examples(self) -> int:
        """The number of examples N."""
        return len(self.targets)

    @property
    def inputs(self) -> Array:
        """What the network sees, shape (N, features)."""
        return self.layers[0].inputs

    @property
    def finite(self) -> bool:
        """Whether all numbers of the forward and the backward pass are finite."""
        return all(
            np.isfinite(part).all()
            for layer in self.layers
            for part in (layer.weight, layer.outputs, layer.by_sums, layer.weight_gradient)
        )

    def place_of(self, parameter: int) -> tuple[int, int, int | None] | None:
        """Return the number of the layer (from 0), unit and source of a weight; the source of a bias is None."""
        for number, layer in enumerate(self.layers):
            found = layer.place_of(parameter)
            if found is not None:
                return number, *found
        return None

    def example_gradients(self, parameter: int) -> Array:
        """Return the derivative of each example's loss by one weight, shape (N,), by the chain rule.

        Raises
        ------
        ValueError
            If the parameter is no weight and no bias of a layer.
        """
        found = self.place_of(parameter)
        if found is None:
            raise ValueError(f"parameter {parameter} is no weight of a layer")
        number, unit, source = found
        layer = self.layers[number]
        by_sum = layer.by_sums[:, unit]
        with np.errstate(all="ignore"):
            return by_sum.copy() if source is None else by_sum * layer.inputs[:, source]

    def mean(self) -> NetworkTrace:
        """Return the means over the examples, as the trace of one example; derivatives by weights are those of all."""
        with np.errstate(all="ignore"):
            layers = tuple(_mean_layer(layer) for layer in self.layers)
            return replace(
                self,
                layers=layers,
                targets=_mean(self.targets),
                losses=_mean(self.losses),
                predictions=_mean(self.predictions),
            )

    def only(self, example: int) -> NetworkTrace:
        """Return the trace of one of the examples."""
        return replace(
            self,
            layers=tuple(_layer_of(layer, example) for layer in self.layers),
            targets=self.targets[[example]],
            losses=self.losses[[example]],
            predictions=self.predictions[[example]],
        )


_PER_EXAMPLE = ("inputs", "sums", "outputs", "slopes", "by_sums", "by_outputs")


def _mean(values: Array) -> Array:
    mean: Array = values.mean(axis=0, keepdims=True)
    return mean


def _mean_layer(layer: TracedLayer) -> TracedLayer:
    parts: dict[str, Any] = {name: _mean(getattr(layer, name)) for name in _PER_EXAMPLE}
    activated = _mean(layer.activated) if layer.normalised else parts["sums"]
    return replace(
        layer, **parts, activated=activated, mask=None if layer.mask is None else _mean(layer.mask)
    )


def _layer_of(layer: TracedLayer, example: int) -> TracedLayer:
    parts: dict[str, Any] = {name: getattr(layer, name)[[example]] for name in _PER_EXAMPLE}
    with np.errstate(all="ignore"):
        weight_gradient = np.outer(parts["by_sums"][0], parts["inputs"][0])
    return replace(
        layer,
        **parts,
        activated=layer.activated[[example]] if layer.normalised else parts["sums"],
        mask=None if layer.mask is None else layer.mask[[example]],
        weight_gradient=weight_gradient,
        bias_gradient=None if layer.bias is None else parts["by_sums"][0],
    )
