"""Landscapes of any number of coordinates, for tests."""

from __future__ import annotations

import numpy as np

from optexplorer.engine.landscapes.base import Array, Landscape
from optexplorer.text import Text


class ManyValleys(Landscape):
    """A quadratic bowl with a ripple, in n coordinates: the sum of k x²/2 + cos(x), k from 1 to 2."""

    def __init__(self, n: int) -> None:
        self.id = "many-valleys"
        self.name = self.lesson = Text("Many valleys", "多くの谷")
        self.group, self.source, self.height_scale = "own", "", "linear"
        self.variables = tuple(f"x{i}" for i in range(n))
        self.domain = ((-4.0, 4.0),) * n
        self.minima, self.start = (), (1.0,) * n
        self._weights = np.linspace(1.0, 2.0, n)

    @property
    def latex(self) -> str:
        return r"\sum_i \tfrac12 k_i x_i^2 + \cos x_i"

    def _k(self, x: Array) -> Array:
        return self._weights.reshape(-1, *(1,) * (x.ndim - 1))

    def value(self, x: Array) -> Array:
        return np.add.accumulate(self._k(x) * x * x / 2 + np.cos(x), axis=0)[-1]

    def gradient(self, x: Array) -> Array:
        return self._k(x) * x - np.sin(x)

    @property
    def has_hessian(self) -> bool:
        return True

    def hessian(self, x: Array) -> Array:
        matrix = np.zeros((len(x), *x.shape))
        index = np.arange(len(x))
        matrix[index, index] = self._k(x) - np.cos(x)
        return matrix

    def residuals(self, x: Array) -> Array:
        return self._k(x) * x - np.sin(x)

    def residual_jacobian(self, x: Array) -> Array:
        return self.hessian(x)
