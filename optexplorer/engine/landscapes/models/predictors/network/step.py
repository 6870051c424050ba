"""The base class of what a network computes, one operation after the other, with its derivatives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Parameters = Sequence[Array]
"""The arrays of one step's parameters, in the order of its `shapes`."""


class Operation(ABC):
    """What is done to a batch, (N, inputs) to (N, outputs): weighted sums, an activation, a normalisation."""

    @abstractmethod
    def value(self, x: Array, parameters: Parameters) -> Array:
        """Return what is computed of `x`, which may be overwritten unless the operation has weights."""


class Step(Operation):
    """An operation that can be trained: it knows its derivatives.

    Steps are immutable and hold no numbers of a pass: what the way back needs is returned as `kept` and handed back.
    Besides the derivative of the loss by what it computes (backpropagation), each step knows how all of this changes
    as the parameters move along a direction, from which exact products with the Hessian are made (Pearlmutter 1994,
    Fast exact multiplication by the Hessian): arguments called `moved...` are such changes.

    Attributes
    ----------
    shapes : name and shape of each of its parameters, such as `("weight", (16, 2))`
    """

    shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @abstractmethod
    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, Any]:
        """Return what the step computes of `x`, and what is kept for the other functions."""

    @abstractmethod
    def backward(self, slope: Array, kept: Any, parameters: Parameters, gradients: Parameters) -> Array:
        """Return the derivative of the loss by the step's input, from that by its output, which may be overwritten.

        The derivatives by its parameters are written into `gradients`.
        """

    @abstractmethod
    def forward_moved(
        self, moved_x: Array | None, kept: Any, parameters: Parameters, directions: Parameters
    ) -> tuple[Array, Any]:
        """Return how the output changes, and what of it is kept for `backward_moved`.

        `moved_x` is how the input changes (None: not at all), `directions` how the parameters do.
        """

    @abstractmethod
    def backward_moved(
        self,
        slopes: tuple[Array, Array],
        kept: tuple[Any, Any],
        parameters: Parameters,
        directions: Parameters,
        products: Parameters,
    ) -> tuple[Array, Array]:
        """Return derivative by the input and its change, from the derivative by the output and its change.

        `kept` is what `forward` and `forward_moved` kept. How the derivatives by the parameters change is written into
        `products`.
        """
