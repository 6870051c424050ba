"""Weighted sums of all inputs, with a bias: the linear part of a layer."""

from __future__ import annotations

import numpy as np

from optexplorer.engine.landscapes.models.predictors.network.step import Array, Parameters, Step


class Dense(Step):
    """y = x Wᵀ + b, with W of shape (outputs, inputs).

    Parameters
    ----------
    first : whether its inputs are the examples', by which nothing is differentiated
    """

    def __init__(self, inputs: int, outputs: int, first: bool) -> None:
        self.shapes = (("weight", (outputs, inputs)), ("bias", (outputs,)))
        self._first = first

    def value(self, x: Array, parameters: Parameters) -> Array:
        weight, bias = parameters
        sums: Array = x @ weight.T
        sums += bias
        return sums

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, Array]:
        return self.value(x, parameters), x

    def backward(self, slope: Array, kept: Array, parameters: Parameters, gradients: Parameters) -> Array:
        weight_gradient, bias_gradient = gradients
        np.matmul(slope.T, kept, out=weight_gradient)
        np.add.reduce(slope, axis=0, out=bias_gradient)
        return slope if self._first else slope @ parameters[0]

    def forward_moved(
        self, moved_x: Array | None, kept: Array, parameters: Parameters, directions: Parameters
    ) -> tuple[Array, Array | None]:
        moved = self.value(kept, directions)
        if moved_x is not None:
            moved += moved_x @ parameters[0].T
        return moved, moved_x

    def backward_moved(
        self,
        slopes: tuple[Array, Array],
        kept: tuple[Array, Array | None],
        parameters: Parameters,
        directions: Parameters,
        products: Parameters,
    ) -> tuple[Array, Array]:
        (slope, moved_slope), (x, moved_x) = slopes, kept
        weight_product, bias_product = products
        np.matmul(moved_slope.T, x, out=weight_product)
        if moved_x is not None:
            weight_product += slope.T @ moved_x
        np.add.reduce(moved_slope, axis=0, out=bias_product)
        if self._first:
            return slopes
        return slope @ parameters[0], moved_slope @ parameters[0] + slope @ directions[0]
