"""Where the weights of a network begin, by name. Biases begin at zero."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np

from optexplorer.engine.landscapes.models.predictors.network.step import Array

InitName = Literal["zeros", "normal", "xavier", "he"]


def _zeros(random: np.random.Generator, shape: tuple[int, int], sigma: float) -> Array:
    return np.zeros(shape)


def _normal(random: np.random.Generator, shape: tuple[int, int], sigma: float) -> Array:
    """Return normal numbers of standard deviation σ."""
    return sigma * random.standard_normal(shape)


def _xavier(random: np.random.Generator, shape: tuple[int, int], sigma: float) -> Array:
    """Return uniform numbers up to √(6 / (inputs + outputs)), as PyTorch's `xavier_uniform_`.

    Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, equation 16.
    """
    bound = math.sqrt(6.0 / sum(shape))
    return random.uniform(-bound, bound, shape)


def _he(random: np.random.Generator, shape: tuple[int, int], sigma: float) -> Array:
    """Return normal numbers of standard deviation √(2 / inputs), as PyTorch's `kaiming_normal_`.

    He et al. (2015), Delving deep into rectifiers, equation 10.
    """
    return math.sqrt(2.0 / shape[1]) * random.standard_normal(shape)


WEIGHTS: dict[InitName, Callable[[np.random.Generator, tuple[int, int], float], Array]] = {
    "zeros": _zeros,
    "normal": _normal,
    "xavier": _xavier,
    "he": _he,
}
"""Functions of random numbers, the shape (outputs, inputs) of a weight and σ that return the weight."""
