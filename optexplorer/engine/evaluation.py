"""Evaluates a landscape for descents, counts the evaluations, and prices them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Block, Landscape, Sample

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Index = NDArray[np.intp]

VALUES, GRADIENTS, HESSIANS = range(3)


class EvaluationCounts(NamedTuple):
    """How often a landscape has been evaluated.

    Residuals count as a value and their Jacobian as a gradient, the gradient of a mini-batch as one, the product of the
    Hessian and a vector as two gradients: each costs about as much, or is what a step of its kind is counted by.
    """

    values: int
    gradients: int
    hessians: int


@dataclass(frozen=True)
class EvaluationPrices:
    """What evaluations cost, in gradients.

    By reverse differentiation a gradient costs a small multiple of the loss (Griewank & Walther 2008, Evaluating
    Derivatives: never more than five times); for the matrix products of a network it is three times, one on the way
    forward and two on the way back. So a loss alone is a third of a gradient. A Hessian in n coordinates costs as much
    as the differences of n gradients from which it can be made.

    Attributes
    ----------
    value : of a loss
    gradient : of a gradient
    hessian_column : of one of the n columns of a Hessian
    """

    value: float = 1 / 3
    gradient: float = 1.0
    hessian_column: float = 1.0

    def cost(self, counts: Counts, dimension: int) -> Array:
        """Return what evaluations cost together, shape (...).

        Parameters
        ----------
        counts : losses, gradients and Hessians in this order along the first axis, shape (3, ...)
        dimension : the number of coordinates
        """
        values, gradients, hessians = counts
        cost: Array = (
            values * self.value + gradients * self.gradient + hessians * (self.hessian_column * dimension)
        )
        return cost


USUAL_PRICES = EvaluationPrices()


class Evaluator(Landscape):
    """A landscape that counts how often it is evaluated.

    Gradient source, schedule and optimizer of the descents that go together share one of these. Everything else it
    knows, such as its domain, is the landscape's own.

    Parameters
    ----------
    points : how many points descend together; where all of them are evaluated at once, it counts as one for each
    """

    def __init__(self, landscape: Landscape, points: int = 1) -> None:
        self.landscape = landscape
        self._points = points
        self._of_each = [0, 0, 0]
        """What has been asked about every point."""
        self._of_some: Counts | None = None
        """What else has been asked about some of the points, shape (3, points)."""
        self._among: Index | None = None
        # Of all methods the one that is called at every step; a closure counts in half the time of a method.
        self.gradient = self._counting(landscape.gradient)  # type: ignore[assignment, method-assign]

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is not found here: the landscape's words and ranges.
        return getattr(self.__dict__["landscape"], name)

    @property
    def counts(self) -> EvaluationCounts:
        """The evaluations so far, of each point if that is the same for all of them."""
        return EvaluationCounts(*self._of_each)

    def counts_of_points(self) -> Counts:
        """Return the evaluations so far of each point: losses, gradients and Hessians, shape (3, points)."""
        each = np.array(self._of_each, dtype=np.int64)[:, np.newaxis]
        return np.repeat(each, self._points, axis=1) if self._of_some is None else self._of_some + each

    @contextmanager
    def among(self, points: Index) -> Iterator[None]:
        """Count evaluations, as long as this lasts, for these points of the batch."""
        if self._of_some is None:
            self._of_some = np.zeros((3, self._points), dtype=np.int64)
        outside = self._among
        self._among = points if points.size < self._points else None
        try:
            yield
        finally:
            self._among = outside

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Go on with some points of the batch only."""
        self._points = int(np.count_nonzero(mask))
        if self._of_some is not None:
            self._of_some = np.ascontiguousarray(self._of_some[:, mask])

    def count_gradients(self, count: int) -> None:
        """Count gradients of every point that have been evaluated elsewhere."""
        self._of_each[GRADIENTS] += count

    def _count(self, kind: int, x: Array, times: int = 1) -> None:
        if x.ndim == 1:
            self._of_each[kind] += times
            return
        asked = x[0].size * times
        if self._among is not None and self._of_some is not None:
            self._of_some[kind, self._among] += asked // max(self._among.size, 1)
        else:
            # Whoever does not tell about which points he asks, asks about all of them.
            self._of_each[kind] += -(-asked // max(self._points, 1))

    def _counting(self, gradient: Callable[[Array], Array]) -> Callable[[Array], Array]:
        count, of_each = self._count, self._of_each

        def counted(x: Array) -> Array:
            if x.ndim == 1:
                of_each[GRADIENTS] += 1
            else:
                count(GRADIENTS, x)
            return gradient(x)

        return counted

    @property
    def latex(self) -> str:
        return self.landscape.latex

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.landscape.blocks

    @property
    def examples(self) -> int:
        return self.landscape.examples

    def sample_loss_and_gradient(self, x: Array, sample: Sample) -> tuple[Array, Array]:
        self._count(GRADIENTS, x)
        return self.landscape.sample_loss_and_gradient(x, sample)

    @property
    def measures(self) -> tuple[str, ...]:
        return self.landscape.measures

    def measure(self, x: Array) -> Array:
        return self.landscape.measure(x)

    def value_and_measures(self, x: Array) -> tuple[Array, Array]:
        return self.landscape.value_and_measures(x)

    def hessian_product(self, x: Array, direction: Array) -> Array:
        self._count(GRADIENTS, x, 2)
        return self.landscape.hessian_product(x, direction)

    def value(self, x: Array) -> Array:
        self._count(VALUES, x)
        return self.landscape.value(x)

    def gradient(self, x: Array) -> Array:
        raise AssertionError("each instance has its own")

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        self._count(VALUES, x)
        self._count(GRADIENTS, x)
        return self.landscape.value_and_gradient(x)

    @property
    def has_hessian(self) -> bool:
        return self.landscape.has_hessian

    def hessian(self, x: Array) -> Array:
        self._count(HESSIANS, x)
        return self.landscape.hessian(x)

    def residuals(self, x: Array) -> Array | None:
        self._count(VALUES, x)
        return self.landscape.residuals(x)

    def residual_jacobian(self, x: Array) -> Array | None:
        self._count(GRADIENTS, x)
        return self.landscape.residual_jacobian(x)
