"""What a network computes on its way from an example to the gradient, layer by layer, for whoever draws it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LayerValues:
    """What one layer of a network computes of some examples.

    Attributes
    ----------
    name : such as `layer1`
    before : shape (N, units), the weighted sums
    after : shape (N, units), what the layer passes on; of the last layer the sums
    """

    name: str
    before: Array
    after: Array


@dataclass(frozen=True)
class LayerTrace:
    """What one layer computes of N examples on the way forward, and the derivatives of the loss on the way back.

    Each derivative is that of the mean loss over the N examples, weight decay apart: an entry of row i says how that
    mean changes with this one number of example i. So `weight_gradient[u, j]` is the sum of
    `by_sums[i, u] * inputs[i, j]` over i, and `bias_gradient[u]` that of `by_sums[i, u]`.

    Attributes
    ----------
    name : such as `layer1`; the blocks of its parameters begin with it
    inputs : shape (N, inputs), what the layer before passes on
    weight, bias : shape (units, inputs) and (units,), its parameters
    sums : shape (N, units), x Wᵀ + b
    normalised : shape (N, units), what batch normalisation makes of them; None without it
    activations : shape (N, units), φ of these; of the last layer the sums
    mask : shape (N, units), by what dropout multiplies them; None without it
    outputs : shape (N, units), what the layer passes on
    by_outputs, by_activations, by_sums : shape (N, units), the loss differentiated by these
    weight_gradient, bias_gradient : shapes of `weight` and `bias`
    gamma_gradient, beta_gradient : shape (units,), those of batch normalisation; None without it
    """

    name: str
    inputs: Array
    weight: Array
    bias: Array
    sums: Array
    normalised: Array | None
    activations: Array
    mask: Array | None
    outputs: Array
    by_outputs: Array
    by_activations: Array
    by_sums: Array
    weight_gradient: Array
    bias_gradient: Array
    gamma_gradient: Array | None
    beta_gradient: Array | None


@dataclass(frozen=True)
class Trace:
    """All that backpropagation computes of some examples.

    Attributes
    ----------
    layers : from the inputs on
    predictions : shape (N, outputs), numbers or the probabilities of classes
    losses : shape (N,), each example's own loss, weight decay apart
    penalty : what weight decay adds to the loss
    loss : the mean of `losses`, and the penalty
    weight_decay : λ; λ W is added to each weight gradient in the gradient of the loss
    """

    layers: tuple[LayerTrace, ...]
    predictions: Array
    losses: Array
    penalty: float
    loss: float
    weight_decay: float
