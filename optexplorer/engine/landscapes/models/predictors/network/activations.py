"""Activations: what a unit makes of its weighted sum. Formulas and names are PyTorch's."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Literal, NamedTuple

import numpy as np

from optexplorer.engine.landscapes.models.predictors.network.error_function import erf
from optexplorer.engine.landscapes.models.predictors.network.step import Array, Parameters, Step
from optexplorer.text import Text

ActivationName = Literal["tanh", "sigmoid", "relu", "leaky-relu", "gelu", "identity"]
LEAK = 0.01
"""The slope of the leaky ReLU below zero."""


class Activation(ABC):
    """A function φ of each number by itself, with its first two derivatives. Arrays have any shape.

    Attributes
    ----------
    symbol : how it is written in formulas, as LaTeX
    """

    symbol: str

    @abstractmethod
    def value(self, z: Array) -> Array:
        """Return φ(z); `z` may be overwritten."""

    @abstractmethod
    def value_and_slope(self, z: Array) -> tuple[Array, Array]:
        """Return φ(z) and φ'(z); at a kink, the slope to the left."""

    @abstractmethod
    def bend(self, z: Array) -> Array:
        """Return φ''(z); at a kink zero."""


class Tanh(Activation):
    """The hyperbolic tangent."""

    symbol = r"\tanh"

    def value(self, z: Array) -> Array:
        return np.tanh(z, out=z)

    def value_and_slope(self, z: Array) -> tuple[Array, Array]:
        value = np.tanh(z)
        slope = value * value
        return value, np.subtract(1.0, slope, out=slope)

    def bend(self, z: Array) -> Array:
        value, slope = self.value_and_slope(z)
        return -2.0 * value * slope


class Sigmoid(Activation):
    """The logistic function 1 / (1 + exp(−z))."""

    symbol = r"\sigma"

    def value(self, z: Array) -> Array:
        # Of exp(-|z|), so that nothing overflows.
        small = np.exp(-np.abs(z))
        return np.where(z >= 0, 1.0, small) / (1.0 + small)

    def value_and_slope(self, z: Array) -> tuple[Array, Array]:
        small = np.exp(-np.abs(z))
        total = 1.0 + small
        return np.where(z >= 0, 1.0, small) / total, small / (total * total)

    def bend(self, z: Array) -> Array:
        # σ'' = σ'(1 − 2σ) = −σ' tanh(z/2)
        return -self.value_and_slope(z)[1] * np.tanh(0.5 * z)


class ReLU(Activation):
    """The positive part: max(0, z)."""

    symbol = r"\mathrm{ReLU}"

    def value(self, z: Array) -> Array:
        return np.maximum(z, 0.0, out=z)

    def value_and_slope(self, z: Array) -> tuple[Array, Array]:
        value = np.maximum(z, 0.0)
        return value, np.sign(value)

    def bend(self, z: Array) -> Array:
        return np.zeros_like(z)


class LeakyReLU(Activation):
    """z where it is positive, else a hundredth of it."""

    symbol = r"\mathrm{LeakyReLU}"

    def value(self, z: Array) -> Array:
        return np.maximum(z, LEAK * z, out=z)

    def value_and_slope(self, z: Array) -> tuple[Array, Array]:
        return np.maximum(z, LEAK * z), np.where(z > 0, 1.0, LEAK)

    def bend(self, z: Array) -> Array:
        return np.zeros_like(z)


class GELU(Activation):
    """z Φ(z), with Φ the distribution function of the normal distribution (Hendrycks & Gimpel 2016)."""

    symbol = r"\mathrm{GELU}"

    def value(self, z: Array) -> Array:
        return z * _normal_distribution(z)

    def value_and_slope(self, z: Array) -> tuple[Array, Array]:
        below = _normal_distribution(z)
        return z * below, below + z * _normal_density(z)

    def bend(self, z: Array) -> Array:
        return (2.0 - z * z) * _normal_density(z)


class Identity(Activation):
    """No activation at all: the layers together are linear."""

    symbol = ""

    def value(self, z: Array) -> Array:
        return z

    def value_and_slope(self, z: Array) -> tuple[Array, Array]:
        return z, np.ones_like(z)

    def bend(self, z: Array) -> Array:
        return np.zeros_like(z)


def _normal_distribution(z: Array) -> Array:
    return 0.5 + 0.5 * erf(z * math.sqrt(0.5))


def _normal_density(z: Array) -> Array:
    result: Array = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return result


ACTIVATIONS: dict[ActivationName, Activation] = {
    "tanh": Tanh(),
    "sigmoid": Sigmoid(),
    "relu": ReLU(),
    "leaky-relu": LeakyReLU(),
    "gelu": GELU(),
    "identity": Identity(),
}
ACTIVATION_WORDS: dict[str, Text] = {
    "sigmoid": Text("sigmoid", "シグモイド"),
    "relu": Text("ReLU", "ReLU"),
    "leaky-relu": Text("leaky ReLU", "Leaky ReLU"),
    "gelu": Text("GELU", "GELU"),
    "identity": Text("identity", "恒等関数"),
}
"""How the activations are called in the window, where that is not the name that files hold."""


class Kept(NamedTuple):
    """Sums and φ' of them, shape (N, units)."""

    sums: Array
    slope: Array


class Activate(Step):
    """Applies an activation to each number of a batch."""

    def __init__(self, activation: Activation) -> None:
        self.activation = activation

    def value(self, x: Array, parameters: Parameters) -> Array:
        return self.activation.value(x)

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, Kept]:
        value, slope = self.activation.value_and_slope(x)
        return value, Kept(x, slope)

    def backward(self, slope: Array, kept: Kept, parameters: Parameters, gradients: Parameters) -> Array:
        return np.multiply(slope, kept.slope, out=slope)

    def forward_moved(
        self, moved_x: Array | None, kept: Kept, parameters: Parameters, directions: Parameters
    ) -> tuple[Array, Array]:
        if moved_x is None:
            moved_x = np.zeros_like(kept.sums)
        return kept.slope * moved_x, moved_x

    def backward_moved(
        self,
        slopes: tuple[Array, Array],
        kept: tuple[Kept, Array],
        parameters: Parameters,
        directions: Parameters,
        products: Parameters,
    ) -> tuple[Array, Array]:
        (slope, moved_slope), ((sums, own), moved) = slopes, kept
        return own * slope, own * moved_slope + self.activation.bend(sums) * moved * slope
