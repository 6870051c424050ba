"""The gradient with normally distributed noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.gradient_sources.base import (
    NUMBERS_AT_ONCE,
    Array,
    Gradients,
    GradientSource,
    Streams,
)
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.linear_algebra import norm
from optexplorer.text import Text

NOISE_BLOCK = 256
"""Steps whose noise is drawn at once, of points with few coordinates."""


class Noisy(GradientSource):
    """The gradient with Gaussian noise, as an estimate from random samples of data would have it."""

    id: ClassVar[str] = "noisy"
    title: ClassVar[Text] = Text("Noisy", "ノイズのある勾配")
    idea: ClassVar[Text] = Text(
        "Normally distributed noise in every component, as if each step saw only part of the data.",
        "各成分に正規分布のノイズを加える。毎ステップ、データの一部だけを見るときの勾配に似る。",
    )

    separate_streams: ClassVar[bool] = True

    sigma: float = hyperparameter(
        1.0,
        r"\sigma",
        Text("Noise", "ノイズの大きさ"),
        Text("Standard deviation of the noise in each component.", "各成分に加えるノイズの標準偏差。"),
        ge=0,
        le=1e6,
        logarithmic=True,
    )
    noise: Literal["isotropic", "proportional"] = hyperparameter(
        "isotropic",
        r"\mathrm{noise}",
        Text("Kind of noise", "ノイズの種類"),
        Text(
            "The same everywhere, or in proportion to the norm of the gradient.",
            "どこでも同じ大きさか、勾配のノルムに比例する大きさか。",
        ),
    )

    def estimates(self, landscape: Landscape, random: Streams) -> Gradients:
        draws = (
            _Draws(random, landscape.dimension)
            if isinstance(random, np.random.Generator)
            else _DrawsOfMany(random, landscape.dimension)
        )
        exact, sigma, proportional = landscape.gradient, self.sigma, self.noise == "proportional"

        def same_sample(x: Array) -> Array:
            gradient = exact(x)
            noise = draws.seen * sigma
            noise = noise if noise.ndim > 1 else noise.reshape(-1, *(1,) * (x.ndim - 1))
            return gradient + (noise * norm(gradient) if proportional else noise)

        def sample(x: Array) -> Array:
            draws.renew()
            return same_sample(x)

        if isinstance(draws, _Draws):
            return Gradients(sample, same_sample, draws.skip)
        return Gradients(sample, same_sample, keep=draws.keep, ask_about=draws.ask_about)


class _Draws:
    """Standard normal numbers, one per coordinate, new at each step."""

    def __init__(self, random: np.random.Generator, dimension: int) -> None:
        self._random = random
        self._block: Array = np.empty((0, dimension))
        self._next = 0
        self.now: Array = np.zeros(dimension)

    def renew(self) -> None:
        if self._next == len(self._block):
            # How many are drawn at once does not change the numbers.
            rows = min(NOISE_BLOCK, max(1, NUMBERS_AT_ONCE // self.now.size))
            self._block = self._random.standard_normal((rows, self.now.size))
            self._next = 0
        self.now = self._block[self._next]
        self._next += 1

    @property
    def seen(self) -> Array:
        """The numbers of this step, shape (n,)."""
        return self.now

    def skip(self, steps: int) -> None:
        for _ in range(steps):
            self.renew()


class _DrawsOfMany:
    """Standard normal numbers, one per coordinate and point, new at each step; each point has a stream of its own."""

    def __init__(self, streams: Sequence[np.random.Generator], dimension: int) -> None:
        self._streams = list(streams)
        self._block: Array = np.empty((0, dimension, len(self._streams)))
        self._next = 0
        self._asked: NDArray[np.intp] | None = None
        self.now: Array = np.zeros((dimension, len(self._streams)))

    @property
    def seen(self) -> Array:
        """The numbers of this step of the points that are asked about, shape (n, points)."""
        return self.now if self._asked is None else self.now[:, self._asked]

    def ask_about(self, points: NDArray[np.intp] | None) -> None:
        self._asked = points

    def renew(self) -> None:
        if self._next == len(self._block):
            rows = min(NOISE_BLOCK, max(1, NUMBERS_AT_ONCE // max(self.now.size, 1)))
            drawn = [random.standard_normal((rows, len(self.now))) for random in self._streams]
            self._block = np.stack(drawn, axis=-1)
            self._next = 0
        self.now = self._block[self._next]
        self._next += 1

    def keep(self, mask: NDArray[np.bool_]) -> None:
        self._streams = [random for random, kept in zip(self._streams, mask.tolist(), strict=True) if kept]
        self._block = np.ascontiguousarray(self._block[..., mask])
        self.now = np.ascontiguousarray(self.now[:, mask])
