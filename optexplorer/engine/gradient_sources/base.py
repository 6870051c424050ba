"""The base class of gradient sources, with clipping."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.declaration import Declared, hyperparameter
from optexplorer.engine.landscapes.base import Landscape, Sample
from optexplorer.engine.optimizers.linear_algebra import norm
from optexplorer.text import Text

Array = NDArray[np.float64]
Gradient = Callable[[Array], Array]
"""The gradient at points of shape (n, ...), of the same shape."""
Streams = np.random.Generator | Sequence[np.random.Generator]
"""The random numbers of a descent; of a batch whose seeds differ, those of each point (see `separate_streams`)."""
NUMBERS_AT_ONCE = 1 << 20
"""Most numbers in one array of noise, or of points that stand beside one another."""


class Gradients(NamedTuple):
    """The gradient functions of one descent.

    `sample` is a new estimate, once per step, where the optimizer stands. `same_sample` is the same step's estimate at
    other points, for optimizers that look around: the same noise, so that it is the gradient of one function.
    `skip(steps)` lets the random numbers of so many steps go by; None if nothing but `sample` itself can do so.
    """

    sample: Gradient
    same_sample: Gradient
    skip: Callable[[int], None] | None = None
    sampled_loss: Callable[[], Array] | None = None
    """The loss of the examples of the last `sample`, shape (...); None where the loss is that of all examples."""
    value: Gradient | None = None
    """The loss, shape (...), of the same examples at other points; None where it is the landscape's own."""
    keep: Callable[[NDArray[np.bool_]], None] | None = None
    """Goes on with some points of a batch only; None where all see the same."""
    ask_about: Callable[[NDArray[np.intp] | None], None] | None = None
    """Tells which points of a batch `same_sample` is asked about from now on, None: all; None where all see the same."""


class GradientSource(Declared):
    """Base of all gradient sources. Clipping comes last, by value before by norm; 0 switches it off."""

    family: ClassVar[Literal["source"]] = "source"
    needs_data: ClassVar[bool] = False
    """Whether it can be used only where the landscape is made of data."""
    is_random: ClassVar[bool] = True
    """Whether the random numbers make a difference."""
    separate_streams: ClassVar[bool] = False
    """Whether `estimates` takes a sequence of random streams, one for each point of a batch of shape (n, points)."""
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
    def estimates(self, landscape: Landscape, random: Streams) -> Gradients:
        """Return the gradients of one descent before clipping; `random` is that descent's own stream.

        All points of a batch see the same random numbers, so each goes where it would go alone; with a sequence of
        streams, each point those of its own.
        """

    def bind(self, landscape: Landscape, random: Streams) -> Gradients:
        """Return the gradients of one descent; `random` is that descent's own stream, or those of each point."""
        found = self.estimates(landscape, random)
        if not self.clip_norm and not self.clip_value:
            return found
        sample, same_sample = found.sample, found.same_sample
        return found._replace(
            sample=lambda x: self._clipped(sample(x)), same_sample=lambda x: self._clipped(same_sample(x))
        )

    def steps_per_epoch(self, landscape: Landscape) -> int | None:
        """Return in how many steps every example has been seen once; None where no examples are drawn."""
        return None

    def samples(self, landscape: Landscape, random: np.random.Generator) -> Callable[[int], Sample] | None:
        """Return a function that tells the examples of the step of a number, from 0; None where none are drawn."""
        return None

    def _clipped(self, gradient: Array) -> Array:
        if self.clip_value:
            gradient = np.clip(gradient, -self.clip_value, self.clip_value)
        if self.clip_norm:
            # PyTorch's clip_grad_norm_, with its 1e-6.
            gradient = gradient * np.minimum(self.clip_norm / (norm(gradient) + 1e-6), 1.0)
        return gradient


def nothing_random(steps: int) -> None:
    """Skip the random numbers of `steps` steps: there are none."""
