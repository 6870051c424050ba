"""Batch normalisation: each unit's sums are shifted and scaled by their mean and variance over the batch.

Ioffe & Szegedy (2015), Batch normalization: accelerating deep network training by reducing internal covariate shift.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optexplorer.engine.landscapes.models.predictors.network.step import Array, Operation, Parameters, Step

EPS = 1e-5
"""What is added to the variance, as in PyTorch."""


class Statistics(NamedTuple):
    """Mean of each unit over a batch, and 1 / √(variance + ε), each of shape (units,)."""

    mean: Array
    inverse_deviation: Array

    @classmethod
    def of(cls, x: Array) -> Statistics:
        """Return the statistics of x, shape (N, units); the variance is the mean squared deviation."""
        mean = np.add.reduce(x, axis=0) / len(x)
        centred = x - mean
        variance = np.add.reduce(centred * centred, axis=0) / len(x)
        return cls(mean, 1.0 / np.sqrt(variance + EPS))

    def normalised(self, x: Array) -> Array:
        """Return x, shape (N, units), less the mean, over the deviation; x is overwritten."""
        x -= self.mean
        x *= self.inverse_deviation
        return x


class Kept(NamedTuple):
    """What the way back needs: the normalised sums, shape (N, units), and 1 / deviation, shape (units,)."""

    normalised: Array
    inverse_deviation: Array


class KeptMoved(NamedTuple):
    """How the normalised sums change, and by which share 1 / deviation does."""

    normalised: Array
    share: Array


class BatchNorm(Step):
    """y = γ x̂ + β, with x̂ = (x − mean) / √(variance + ε) over the batch."""

    def __init__(self, units: int) -> None:
        self.shapes = (("gamma", (units,)), ("beta", (units,)))

    def value(self, x: Array, parameters: Parameters) -> Array:
        return FixedNorm(Statistics.of(x)).value(x, parameters)

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, Kept]:
        statistics = Statistics.of(x)
        normalised = statistics.normalised(x.copy())
        gamma, beta = parameters
        return normalised * gamma + beta, Kept(normalised, statistics.inverse_deviation)

    def backward(self, slope: Array, kept: Kept, parameters: Parameters, gradients: Parameters) -> Array:
        gamma_gradient, beta_gradient = gradients
        np.add.reduce(slope * kept.normalised, axis=0, out=gamma_gradient)
        np.add.reduce(slope, axis=0, out=beta_gradient)
        result: Array = _across(slope * parameters[0], kept.normalised) * kept.inverse_deviation
        return result

    def forward_moved(
        self, moved_x: Array | None, kept: Kept, parameters: Parameters, directions: Parameters
    ) -> tuple[Array, KeptMoved]:
        normalised, inverse = kept
        if moved_x is None:
            moved_x = np.zeros_like(normalised)
        centred = (moved_x - _mean(moved_x)) * inverse
        share = -_mean(normalised * centred)
        moved = centred + normalised * share
        (gamma, _), (gamma_direction, beta_direction) = parameters, directions
        return gamma_direction * normalised + gamma * moved + beta_direction, KeptMoved(moved, share)

    def backward_moved(
        self,
        slopes: tuple[Array, Array],
        kept: tuple[Kept, KeptMoved],
        parameters: Parameters,
        directions: Parameters,
        products: Parameters,
    ) -> tuple[Array, Array]:
        (slope, moved_slope), ((normalised, inverse), (moved, share)) = slopes, kept
        gamma_product, beta_product = products
        np.add.reduce(moved_slope * normalised + slope * moved, axis=0, out=gamma_product)
        np.add.reduce(moved_slope, axis=0, out=beta_product)
        gamma, gamma_direction = parameters[0], directions[0]
        inner, moved_inner = slope * gamma, moved_slope * gamma + slope * gamma_direction
        across = _across(inner, normalised)
        moved_across = _across(moved_inner, normalised)
        moved_across -= moved * _mean(inner * normalised) + normalised * _mean(inner * moved)
        return inverse * across, inverse * (moved_across + share * across)


class FixedNorm(Operation):
    """y = γ x̂ + β with given statistics: how a trained network is asked, without a batch to take them from."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics

    def value(self, x: Array, parameters: Parameters) -> Array:
        gamma, beta = parameters
        x = self._statistics.normalised(x)
        x *= gamma
        x += beta
        return x


def _mean(x: Array) -> Array:
    """Return the mean over the batch, shape (units,)."""
    result: Array = np.add.reduce(x, axis=0) / len(x)
    return result


def _across(slope: Array, normalised: Array) -> Array:
    """Return what is left of derivatives by x̂ without the parts that shift or scale the whole batch."""
    return slope - _mean(slope) - normalised * _mean(slope * normalised)
