"""The gradient from differences of losses."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.gradient_sources.base import (
    NUMBERS_AT_ONCE,
    Array,
    Gradient,
    Gradients,
    GradientSource,
    Streams,
    nothing_random,
)
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.linear_algebra import FEW
from optexplorer.text import Text


class FiniteDifferences(GradientSource):
    """The gradient from differences of losses, to show how far off they are.

    Central differences err by O(h²), forward ones by O(h), and both by O(ε/h) of rounding for small h.
    """

    id: ClassVar[str] = "finite-differences"
    title: ClassVar[Text] = Text("Finite differences", "差分による近似")
    idea: ClassVar[Text] = Text(
        "Slopes measured from losses a little apart: too far is crude, too near drowns in rounding errors.",
        "少し離れた点の損失の差から傾きを測る。離しすぎると粗く、近すぎると丸め誤差に埋もれる。",
    )

    is_random: ClassVar[bool] = False

    step_size: float = hyperparameter(
        1e-4,
        "h",
        Text("Distance", "差分の幅"),
        Text("How far apart the losses are measured.", "損失を測る点の間隔。"),
        gt=0,
        le=1e3,
        logarithmic=True,
    )
    scheme: Literal["central", "forward"] = hyperparameter(
        "central",
        r"\mathrm{scheme}",
        Text("Scheme", "差分の種類"),
        Text(
            "On both sides of the point, or ahead of it only.",
            "点の両側で測る中心差分か、前方だけの前進差分か。",
        ),
    )

    def estimates(self, landscape: Landscape, random: Streams) -> Gradients:
        gradient = self._one_by_one(landscape) if landscape.dimension <= FEW else self._together(landscape)
        return Gradients(gradient, gradient, nothing_random)

    def _one_by_one(self, landscape: Landscape) -> Gradient:
        """Return the gradient that asks for one loss after the other, the quicker way for a few coordinates."""
        h, central, value = self.step_size, self.scheme == "central", landscape.value

        def beside(x: Array, i: int, distance: float) -> Array:
            moved = x.copy()
            moved[i] += distance
            return value(moved)

        def gradient(x: Array) -> Array:
            slopes = np.empty(x.shape)
            here = None if central else value(x)
            for i in range(len(x)):
                ahead = beside(x, i, h)
                slopes[i] = (ahead - beside(x, i, -h)) / (2 * h) if here is None else (ahead - here) / h
            return slopes

        return gradient

    def _together(self, landscape: Landscape) -> Gradient:
        """Return the gradient that asks for the losses beside many coordinates at once."""
        h, central, value = self.step_size, self.scheme == "central", landscape.value

        def beside(x: Array, index: NDArray[np.intp], distance: float) -> Array:
            moved = np.repeat(x[:, np.newaxis], len(index), axis=1)
            moved[index, np.arange(len(index))] += distance
            return value(moved)

        def gradient(x: Array) -> Array:
            slopes = np.empty(x.shape)
            here = None if central else value(x)
            width = max(1, NUMBERS_AT_ONCE // x.size)
            for first in range(0, len(x), width):
                index = np.arange(first, min(first + width, len(x)))
                ahead = beside(x, index, h)
                slopes[index] = (
                    (ahead - beside(x, index, -h)) / (2 * h) if here is None else (ahead - here) / h
                )
            return slopes

        return gradient
