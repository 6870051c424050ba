"""Dropout: in each mini-batch a random part of the units is switched off.

Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from overfitting.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optexplorer.engine.landscapes.models.predictors.network.step import Array, Parameters, Step


def masks(seed: int, rate: float, examples: int, units: Sequence[int]) -> list[Array]:
    """Return what each hidden layer's values are multiplied by, shape (examples, units) each.

    With probability `rate` it is 0, else 1 / (1 − rate), so that the mean stays what it is without dropout. One stream
    of random numbers is used for the layers in their order, each in C order; numbers below `rate` switch off.
    """
    random = np.random.default_rng(seed)
    kept = 1.0 / (1.0 - rate)
    return [np.where(random.random((examples, width)) < rate, 0.0, kept) for width in units]


class Masked(Step):
    """Multiplies a batch by a mask of its shape."""

    def __init__(self, mask: Array) -> None:
        self.mask = mask

    def value(self, x: Array, parameters: Parameters) -> Array:
        return np.multiply(x, self.mask, out=x)

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, None]:
        return x * self.mask, None

    def backward(self, slope: Array, kept: None, parameters: Parameters, gradients: Parameters) -> Array:
        return np.multiply(slope, self.mask, out=slope)

    def forward_moved(
        self, moved_x: Array | None, kept: None, parameters: Parameters, directions: Parameters
    ) -> tuple[Array, None]:
        moved = np.zeros_like(self.mask) if moved_x is None else moved_x * self.mask
        return moved, None

    def backward_moved(
        self,
        slopes: tuple[Array, Array],
        kept: tuple[None, None],
        parameters: Parameters,
        directions: Parameters,
        products: Parameters,
    ) -> tuple[Array, Array]:
        slope, moved_slope = slopes
        return slope * self.mask, moved_slope * self.mask
