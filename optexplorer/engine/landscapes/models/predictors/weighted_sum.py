"""Models whose prediction is a function of one weighted sum of the features, the score."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.landscapes.models.predictors.base import Array, Examples
from optexplorer.engine.landscapes.models.predictors.many_points import ManyPointsPredictor


class WeightedSumPredictor(ManyPointsPredictor):
    """The score is Σ w_i x_i + b; the parameters are the weights, then b if there is a bias. They begin at zero.

    A model says what a score costs, with two derivatives; scores have the shape (k, N) and targets (N,).
    """

    outputs = 1

    def __init__(self, features: int, bias: bool) -> None:
        names = ["w"] if features == 1 else [f"w{i + 1}" for i in range(features)]
        self.blocks = tuple(Block(name, ()) for name in [*names, *(["b"] if bias else [])])
        self.features, self.bias = features, bias

    @abstractmethod
    def each(self, scores: Array, targets: Array) -> Array:
        """Return the loss of each example."""

    @abstractmethod
    def each_and_slopes(self, scores: Array, targets: Array) -> tuple[Array, Array]:
        """Return the loss of each example and its derivative by the score."""

    @abstractmethod
    def bends(self, scores: Array, targets: Array) -> Array:
        """Return the second derivative of the loss of each example by the score."""

    def initial(self) -> Array:
        return np.zeros(self.dimension)

    def scores(self, thetas: Array, inputs: Array) -> Array:
        """Return the scores, shape (k, N), of parameters of shape (n, k)."""
        total = np.zeros((thetas.shape[1], len(inputs)))
        for i in range(self.features):
            total += thetas[i][:, np.newaxis] * inputs[:, i]
        if self.bias:
            total += thetas[-1][:, np.newaxis]
        return total

    def losses_at_once(self, thetas: Array, examples: Examples) -> Array:
        return _mean(self.each(self.scores(thetas, examples.inputs), examples.targets))

    def losses_and_gradients_at_once(self, thetas: Array, examples: Examples) -> tuple[Array, Array]:
        each, slopes = self.each_and_slopes(self.scores(thetas, examples.inputs), examples.targets)
        return _mean(each), self._gradients(slopes, examples.inputs)

    def _gradients(self, slopes: Array, inputs: Array) -> Array:
        """Return the gradients, shape (n, k), from derivatives by the scores."""
        found = [_mean(slopes * inputs[:, i]) for i in range(self.features)]
        if self.bias:
            found.append(_mean(slopes))
        return np.array(found)

    def hessian_product(self, theta: Array, direction: Array, examples: Examples) -> Array:
        bends = self.bends(self.scores(theta[:, np.newaxis], examples.inputs), examples.targets)
        moved = self.scores(direction[:, np.newaxis], examples.inputs)
        return self._gradients(bends * moved, examples.inputs)[:, 0]

    def hessian(self, theta: Array, examples: Examples) -> Array:
        bends = self.bends(self.scores(theta[:, np.newaxis], examples.inputs), examples.targets)
        columns = self.columns(examples.inputs)
        found: Array = (columns * bends.T).T @ columns / len(columns)
        return found

    def example_gradients(self, theta: Array, examples: Examples) -> Array:
        slopes = self.each_and_slopes(self.scores(theta[:, np.newaxis], examples.inputs), examples.targets)[1]
        return self.columns(examples.inputs) * slopes.T

    def columns(self, inputs: Array) -> Array:
        """Return what the parameters are multiplied by, shape (N, n)."""
        return np.hstack([inputs, np.ones((len(inputs), 1))]) if self.bias else inputs


def _mean(values: Array) -> Array:
    """Return the mean over the examples, shape (k,)."""
    mean: Array = values.sum(axis=-1) / values.shape[-1]
    return mean
