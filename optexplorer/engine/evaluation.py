"""Evaluates a landscape for a descent and counts the evaluations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Block, Landscape, Sample

Array = NDArray[np.float64]


class EvaluationCounts(NamedTuple):
    """How often a landscape has been evaluated.

    Residuals count as a value and their Jacobian as a gradient, the gradient of a mini-batch as one, the product of the
    Hessian and a vector as two gradients: each costs about as much, or is what a step of its kind is counted by.
    """

    values: int
    gradients: int
    hessians: int


class Evaluator(Landscape):
    """A landscape that counts how often it is evaluated: one per point.

    Gradient source, schedule and optimizer of one descent share one of these. Everything else it knows, such as its
    domain, is the landscape's own.
    """

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self._values = self._hessians = 0
        self._gradients = [0]
        # Of all methods the one that is called at every step; a closure counts in half the time of a method.
        self.gradient = _counting(landscape.gradient, self._gradients)  # type: ignore[assignment, method-assign]

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is not found here: the landscape's words and ranges.
        return getattr(self.__dict__["landscape"], name)

    @property
    def counts(self) -> EvaluationCounts:
        """The evaluations so far."""
        return EvaluationCounts(self._values, self._gradients[0], self._hessians)

    @property
    def latex(self) -> str:
        return self.landscape.latex

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.landscape.blocks

    def count_gradients(self, count: int) -> None:
        """Count gradients that have been evaluated elsewhere."""
        self._gradients[0] += count

    @property
    def examples(self) -> int:
        return self.landscape.examples

    def sample_loss_and_gradient(self, x: Array, sample: Sample) -> tuple[Array, Array]:
        self._gradients[0] += 1 if x.ndim == 1 else x[0].size
        return self.landscape.sample_loss_and_gradient(x, sample)

    @property
    def measures(self) -> tuple[str, ...]:
        return self.landscape.measures

    def measure(self, x: Array) -> Array:
        return self.landscape.measure(x)

    def value_and_measures(self, x: Array) -> tuple[Array, Array]:
        return self.landscape.value_and_measures(x)

    def hessian_product(self, x: Array, direction: Array) -> Array:
        self._gradients[0] += 2
        return self.landscape.hessian_product(x, direction)

    def value(self, x: Array) -> Array:
        self._values += 1 if x.ndim == 1 else x[0].size
        return self.landscape.value(x)

    def gradient(self, x: Array) -> Array:
        raise AssertionError("each instance has its own")

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        count = 1 if x.ndim == 1 else x[0].size
        self._values += count
        self._gradients[0] += count
        return self.landscape.value_and_gradient(x)

    @property
    def has_hessian(self) -> bool:
        return self.landscape.has_hessian

    def hessian(self, x: Array) -> Array:
        self._hessians += 1 if x.ndim == 1 else x[0].size
        return self.landscape.hessian(x)

    def residuals(self, x: Array) -> Array | None:
        self._values += 1 if x.ndim == 1 else x[0].size
        return self.landscape.residuals(x)

    def residual_jacobian(self, x: Array) -> Array | None:
        self._gradients[0] += 1 if x.ndim == 1 else x[0].size
        return self.landscape.residual_jacobian(x)


def _counting(gradient: Callable[[Array], Array], count: list[int]) -> Callable[[Array], Array]:
    def counted(x: Array) -> Array:
        count[0] += 1 if x.ndim == 1 else x[0].size
        return gradient(x)

    return counted
