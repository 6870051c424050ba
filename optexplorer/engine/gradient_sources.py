"""Gradient sources of a racer: exact, noisy, or finite differences; with optional clipping."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.catalogue import Catalogue, classes_in, with_plugin_classes
from optexplorer.engine.declaration import Declared, hyperparameter, read_flat
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.linear_algebra import FEW, norm
from optexplorer.text import Text

if TYPE_CHECKING:
    from optexplorer.engine.optimizers.base import Optimizer

PLUGIN_GROUP = "optexplorer.gradient_sources"
NOISE_BLOCK = 256
"""Steps whose noise is drawn at once, of points with few coordinates."""
NUMBERS_AT_ONCE = 1 << 20
"""Most numbers in one array of noise, or of points that stand beside one another."""

Array = NDArray[np.float64]
Gradient = Callable[[Array], Array]
"""The gradient at points of shape (n, ...), of the same shape."""


class Gradients(NamedTuple):
    """The gradient functions of one descent.

    `sample` is a new estimate, once per step, where the optimizer stands. `same_sample` is the same step's estimate at
    other points, for optimizers that look around: the same noise, so that it is the gradient of one function.
    `skip(steps)` lets the random numbers of so many steps go by; None if nothing but `sample` itself can do so.
    """

    sample: Gradient
    same_sample: Gradient
    skip: Callable[[int], None] | None = None


class GradientSource(Declared):
    """Base of all gradient sources. Clipping comes last, by value before by norm; 0 switches it off."""

    family: ClassVar[Literal["source"]] = "source"
    id: ClassVar[str]
    title: ClassVar[Text]
    idea: ClassVar[Text]

    clip_norm: float = hyperparameter(
        0.0,
        r"c_2",
        Text("Clip the norm", "ノルムの上限"),
        Text(
            "Shorten gradients that are longer than this; 0 leaves them alone.",
            "これより長い勾配を縮める(勾配クリッピング)。0なら何もしない。",
        ),
        ge=0,
        le=1e9,
    )
    clip_value: float = hyperparameter(
        0.0,
        r"c_\infty",
        Text("Clip the components", "成分の上限"),
        Text(
            "Cut each component of the gradient to ± this; 0 leaves them alone.",
            "勾配の各成分を ± この値までに切り詰める。0なら何もしない。",
        ),
        ge=0,
        le=1e9,
    )

    @abstractmethod
    def estimates(self, landscape: Landscape, random: np.random.Generator) -> Gradients:
        """Return the gradients of one descent before clipping; `random` is that descent's own stream.

        All points of a batch see the same random numbers, so each goes where it would go alone.
        """

    def bind(self, landscape: Landscape, random: np.random.Generator) -> Gradients:
        """Return the gradients of one descent; `random` is that descent's own stream."""
        sample, same_sample, skip = self.estimates(landscape, random)
        if not self.clip_norm and not self.clip_value:
            return Gradients(sample, same_sample, skip)
        return Gradients(lambda x: self._clipped(sample(x)), lambda x: self._clipped(same_sample(x)), skip)

    def with_loss(self, landscape: Landscape, sample: Gradient) -> Callable[[Array], tuple[Array, Array]]:
        """Return a function that gives the loss and the `sample` gradient at once."""
        return lambda x: (landscape.value(x), sample(x))

    def _clipped(self, gradient: Array) -> Array:
        if self.clip_value:
            gradient = np.clip(gradient, -self.clip_value, self.clip_value)
        if self.clip_norm:
            # PyTorch's clip_grad_norm_, with its 1e-6.
            gradient = gradient * np.minimum(self.clip_norm / (norm(gradient) + 1e-6), 1.0)
        return gradient


class Exact(GradientSource):
    """The landscape's own gradient."""

    id: ClassVar[str] = "exact"
    title: ClassVar[Text] = Text("Exact", "正確な勾配")
    idea: ClassVar[Text] = Text("The true gradient at every step.", "毎ステップ、真の勾配を使う。")

    def estimates(self, landscape: Landscape, random: np.random.Generator) -> Gradients:
        return Gradients(landscape.gradient, landscape.gradient, _nothing_random)

    def with_loss(self, landscape: Landscape, sample: Gradient) -> Callable[[Array], tuple[Array, Array]]:
        clips = self.clip_norm or self.clip_value
        return super().with_loss(landscape, sample) if clips else landscape.value_and_gradient


class Noisy(GradientSource):
    """The gradient with Gaussian noise, as an estimate from random samples of data would have it."""

    id: ClassVar[str] = "noisy"
    title: ClassVar[Text] = Text("Noisy", "ノイズのある勾配")
    idea: ClassVar[Text] = Text(
        "Normally distributed noise in every component, as if each step saw only part of the data.",
        "各成分に正規分布のノイズを加える。毎ステップ、データの一部だけを見るときの勾配に似る。",
    )

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

    def estimates(self, landscape: Landscape, random: np.random.Generator) -> Gradients:
        draws = _Draws(random, landscape.dimension)
        exact, sigma, proportional = landscape.gradient, self.sigma, self.noise == "proportional"

        def same_sample(x: Array) -> Array:
            gradient = exact(x)
            noise = (draws.now * sigma).reshape(-1, *(1,) * (x.ndim - 1))
            return gradient + (noise * norm(gradient) if proportional else noise)

        def sample(x: Array) -> Array:
            draws.renew()
            return same_sample(x)

        return Gradients(sample, same_sample, draws.skip)


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

    def estimates(self, landscape: Landscape, random: np.random.Generator) -> Gradients:
        gradient = self._one_by_one(landscape) if landscape.dimension <= FEW else self._together(landscape)
        return Gradients(gradient, gradient, _nothing_random)

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


def _nothing_random(steps: int) -> None:
    """Skip the random numbers of `steps` steps: there are none."""


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

    def skip(self, steps: int) -> None:
        for _ in range(steps):
            self.renew()


def default_for(optimizer: Optimizer) -> GradientSource:
    """Return the source of an optimizer for which none is chosen: noisy if it is stochastic, else exact."""
    return Noisy() if optimizer.stochastic else Exact()


CATALOGUE: Catalogue[type[GradientSource]] = Catalogue(
    "gradient source",
    lambda: classes_in([sys.modules[__name__]], GradientSource),
    add_plugins=lambda own: with_plugin_classes(own, GradientSource, PLUGIN_GROUP),
)
"""The gradient source classes by id."""
ids = CATALOGUE.ids
get = CATALOGUE.get


def read(data: object) -> GradientSource:
    """Return the gradient source that a file holds: `{"id": "noisy", "sigma": 0.5}`, or only the id.

    Raises
    ------
    ValueError
        If the id or a setting is wrong; the message says what would be right.
    """
    return read_flat(data, get)
