"""What a network's outputs cost: the mean over the examples, as PyTorch's `MSELoss` and `CrossEntropyLoss`."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.predictors.network.step import Array


class OutputLoss(ABC):
    """The mean loss of outputs, shape (N, outputs), for targets, shape (N,)."""

    @abstractmethod
    def value(self, outputs: Array, targets: Array) -> float:
        """Return the mean loss; the outputs may be overwritten."""

    @abstractmethod
    def each(self, outputs: Array, targets: Array) -> Array:
        """Return the loss of each example, shape (N,)."""

    @abstractmethod
    def value_and_slope(self, outputs: Array, targets: Array) -> tuple[float, Array]:
        """Return the mean loss and its derivative by each output, shape (N, outputs)."""

    @abstractmethod
    def moved_slope(self, outputs: Array, moved: Array) -> Array:
        """Return how the derivative changes as the outputs move by `moved`, shape (N, outputs)."""

    @abstractmethod
    def prediction(self, outputs: Array) -> Array:
        """Return what the outputs predict: numbers, or probabilities of classes; shape (N, outputs)."""


class SquaredError(OutputLoss):
    """The mean of (output − target)²."""

    def value(self, outputs: Array, targets: Array) -> float:
        error = outputs - targets[:, np.newaxis]
        return float(np.vdot(error, error)) / error.size

    def each(self, outputs: Array, targets: Array) -> Array:
        error = outputs - targets[:, np.newaxis]
        squares: Array = (error * error).mean(axis=1)
        return squares

    def value_and_slope(self, outputs: Array, targets: Array) -> tuple[float, Array]:
        error = outputs - targets[:, np.newaxis]
        loss = float(np.vdot(error, error)) / error.size
        error *= 2.0 / error.size
        return loss, error

    def moved_slope(self, outputs: Array, moved: Array) -> Array:
        return moved * (2.0 / moved.size)

    def prediction(self, outputs: Array) -> Array:
        return outputs


class CrossEntropy(OutputLoss):
    """The mean of −log p of the right class, with p = softmax(outputs)."""

    def value(self, outputs: Array, targets: Array) -> float:
        return float(np.add.reduce(self.each(outputs, targets))) / len(outputs)

    def each(self, outputs: Array, targets: Array) -> Array:
        return self._exponentials(outputs, targets)[0]

    def value_and_slope(self, outputs: Array, targets: Array) -> tuple[float, Array]:
        each, slope, total, right = self._exponentials(outputs, targets)
        slope /= total
        slope.ravel()[right] -= 1.0
        slope /= len(slope)
        return float(np.add.reduce(each)) / len(each), slope

    def _exponentials(self, outputs: Array, targets: Array) -> tuple[Array, Array, Array, NDArray[np.intp]]:
        """Return each loss (N,), exp(outputs − largest), its sums (N, 1), and the flat places of the right classes."""
        count, classes = outputs.shape
        # The largest subtracted, no exponential overflows and none of the sums is less than 1.
        below = outputs - np.maximum.reduce(outputs, axis=1, keepdims=True)
        right = targets.astype(np.intp)
        right += np.arange(0, count * classes, classes)
        chosen = below.take(right)
        np.exp(below, out=below)
        total = np.add.reduce(below, axis=1, keepdims=True)
        return np.log(total[:, 0]) - chosen, below, total, right

    def moved_slope(self, outputs: Array, moved: Array) -> Array:
        probability = self.prediction(outputs)
        along = probability * moved
        along -= probability * along.sum(axis=1, keepdims=True)
        return along / len(outputs)

    def prediction(self, outputs: Array) -> Array:
        below = np.exp(outputs - np.maximum.reduce(outputs, axis=1, keepdims=True))
        below /= np.add.reduce(below, axis=1, keepdims=True)
        return below
