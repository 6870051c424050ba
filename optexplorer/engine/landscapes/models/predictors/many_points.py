"""Models of few parameters, whose losses at many points are computed together."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

import numpy as np

from optexplorer.engine.landscapes.models.predictors.base import Array, Examples, Predictor

NUMBERS_AT_ONCE = 1 << 15
"""Most values of all examples at all points that are made at once: they stay in the processor's cache."""


class ManyPointsPredictor(Predictor):
    """Computes losses and gradients of a batch of points at once, the same bits as one by one.

    What is computed of k points and N examples is an array of shape (k, N): along its last axis each sum is the same
    to the bit, however many points stand beside it.
    """

    @abstractmethod
    def losses_at_once(self, thetas: Array, examples: Examples) -> Array:
        """Return the losses, shape (k,), at parameters of shape (n, k)."""

    @abstractmethod
    def losses_and_gradients_at_once(self, thetas: Array, examples: Examples) -> tuple[Array, Array]:
        """Return losses and gradients, shapes (k,) and (n, k), at parameters of shape (n, k)."""

    def loss(self, theta: Array, examples: Examples, reference: Array | None = None) -> float:
        return float(self.losses_at_once(theta[:, np.newaxis], examples)[0])

    def loss_and_gradient(
        self, theta: Array, examples: Examples, mask_seed: int | None = None
    ) -> tuple[float, Array]:
        losses, gradients = self.losses_and_gradients_at_once(theta[:, np.newaxis], examples)
        return float(losses[0]), gradients[:, 0]

    def losses(self, thetas: Array, examples: Examples) -> Array:
        found = [self.losses_at_once(part, examples) for part in _parts(thetas, examples)]
        return np.concatenate(found) if found else np.empty(0)

    def gradients(self, thetas: Array, examples: Examples) -> Array:
        found = [self.losses_and_gradients_at_once(part, examples)[1] for part in _parts(thetas, examples)]
        return np.concatenate(found, axis=1) if found else np.empty(thetas.shape)


def _parts(thetas: Array, examples: Examples) -> Iterator[Array]:
    """Yield parameters of shape (n, k) some points at a time."""
    width = max(1, NUMBERS_AT_ONCE // len(examples.inputs))
    for first in range(0, thetas.shape[1], width):
        yield thetas[:, first : first + width]
