"""The interface of all landscapes: loss, gradient, Hessian, and the words that describe them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict

from optexplorer.engine.landscapes.parameter import Parameter
from optexplorer.engine.landscapes.words import Words
from optexplorer.notebook_repr import NotebookRepr
from optexplorer.text import Text

Array = NDArray[np.float64]
HeightScale = Literal["linear", "log"]

GROUPS: dict[str, Text] = {
    "convex": Text("Convex bowls", "凸関数"),
    "ravines": Text("Ravines", "峡谷"),
    "saddles-and-plateaus": Text("Saddles and plateaus", "鞍点と平坦部"),
    "many-valleys": Text("Many valleys", "多峰性関数"),
    "discontinuous": Text("Noisy and discontinuous", "雑音と不連続"),
    "one-dimensional": Text("One-dimensional", "1次元"),
    "learning": Text("Learning from data", "データからの学習"),
    "traps": Text("Traps for optimizers", "最適化手法の罠"),
    "own": Text("Your own formulas", "自分の数式"),
    "painted": Text("Painted", "手描き"),
}
"""The groups of landscapes, in the order in which they are listed."""


def _known_group(group: str) -> str:
    if group not in GROUPS:
        raise ValueError(f"no group of landscapes is called '{group}'; known: {', '.join(GROUPS)}")
    return group


Group = Annotated[str, AfterValidator(_known_group)]
"""A key of `GROUPS`."""


@dataclass(frozen=True)
class Minimum:
    """A known minimum: where it lies, and the loss there."""

    position: tuple[float, ...]
    value: float


class Block(NamedTuple):
    """A named array of coordinates: `math.prod(shape)` of them, in C order."""

    name: str
    shape: tuple[int, ...]


class Sample(NamedTuple):
    """A mini-batch: the places of its examples among the training examples, and the seed of its dropout masks."""

    places: NDArray[np.intp]
    mask_seed: int


class Landscape(NotebookRepr, ABC):
    """A loss f to be minimised, with all that is known about it.

    Points are arrays of shape (n, ...): coordinates first, then a batch of any shape. Inputs are never
    modified, a batch agrees to the bit with its points one by one, and overflow gives inf or nan, never an error.
    """

    id: str
    name: Text
    group: str
    lesson: Text
    source: str
    variables: tuple[str, ...]
    domain: tuple[tuple[float, float], ...]
    minima: tuple[Minimum, ...]
    start: tuple[float, ...]
    height_scale: HeightScale
    definition: LandscapeDefinition | None = None
    """The data that define it; None for one that a plugin brings as a class."""

    @property
    def dimension(self) -> int:
        """The number of coordinates of a point."""
        return len(self.variables)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The arrays that the coordinates of a point are made of, one after the other; here a single vector."""
        return (Block("x", (self.dimension,)),)

    @property
    def global_minimum(self) -> float | None:
        """The smallest known value, or None if no minimum is known."""
        return min((minimum.value for minimum in self.minima), default=None)

    @property
    @abstractmethod
    def latex(self) -> str:
        """The right-hand side of f(x, y) = ... in LaTeX."""

    @abstractmethod
    def value(self, x: Array) -> Array:
        """Return the loss, shape (...), at points `x` of shape (n, ...)."""

    @abstractmethod
    def gradient(self, x: Array) -> Array:
        """Return the gradient, shape (n, ...), at points `x` of shape (n, ...).

        Where the loss has a kink, one subgradient; where it jumps, the slope beside the jump.
        """

    @property
    def number_gradient(self) -> Callable[..., tuple[Any, ...]] | None:
        """The gradient as a function of n numbers that returns n numbers, the same to the bit; None without one.

        Where the gradient is infinite or not a number it may raise what Python's numbers raise.
        """
        return None

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Return what `value` and `gradient` return, to the bit; a landscape may know a faster way to both."""
        return self.value(x), self.gradient(x)

    @property
    def has_hessian(self) -> bool:
        """Whether `hessian` is known."""
        return False

    def hessian(self, x: Array) -> Array:
        """Return the Hessian, shape (n, n, ...), at points `x` of shape (n, ...).

        Raises
        ------
        NotImplementedError
            If it is not known (see `has_hessian`).
        """
        raise NotImplementedError(f"the Hessian of landscape '{self.id}' is not known")

    def value_and_measures(self, x: Array) -> tuple[Array, Array]:
        """Return what `value` and `measure` return, to the bit; a landscape may know a faster way to both."""
        return self.value(x), self.measure(x)

    def hessian_product(self, x: Array, direction: Array) -> Array:
        """Return the Hessian at `x` times `direction`, all of shape (n,).

        Raises
        ------
        NotImplementedError
            If it is not known.
        """
        product: Array = self.hessian(x) @ direction
        return product

    @property
    def examples(self) -> int:
        """The number of training examples whose mean loss this is; 0 if it is not made of data."""
        return 0

    def sample_loss_and_gradient(self, x: Array, sample: Sample) -> tuple[Array, Array]:
        """Return mean loss and gradient on the examples of `sample` alone, shapes (...) and (n, ...).

        Raises
        ------
        NotImplementedError
            If it is not made of data.
        """
        raise NotImplementedError(f"the landscape '{self.id}' is not made of data, so it has no mini-batches")

    def sample_value(self, x: Array, sample: Sample) -> Array:
        """Return the mean loss on the examples of `sample` alone, shape (...), at points of shape (n, ...).

        Unlike `sample_loss_and_gradient`, without the random masks of training.

        Raises
        ------
        NotImplementedError
            If it is not made of data.
        """
        raise NotImplementedError(f"the landscape '{self.id}' is not made of data, so it has no mini-batches")

    @property
    def measures(self) -> tuple[str, ...]:
        """The names of what `measure` returns, such as `accuracy` or `held_out_loss`."""
        return ()

    def measure(self, x: Array) -> Array:
        """Return what is known beside the loss, shape (len(measures), ...), at points `x` of shape (n, ...)."""
        return np.empty((0, *np.shape(x)[1:]))

    def predict(self, x: Array, inputs: Array) -> Array:
        """Return what a model predicts at parameters `x`, shape (n,), for inputs of shape (N, features).

        Raises
        ------
        ValueError
            If this is no model.
        """
        raise ValueError(f"the landscape '{self.id}' is not made of data and a model, so it predicts nothing")

    def residuals(self, x: Array) -> Array | None:
        """Return r of shape (m, ...) with loss = sum of r squared, or None if the loss is no sum of squares."""
        return None

    def residual_jacobian(self, x: Array) -> Array | None:
        """Return the derivatives of the residuals, shape (m, n, ...), or None as `residuals` does."""
        return None


class LandscapeDefinition(BaseModel):
    """A landscape as a file holds it; its `kind` says which class it is (see `registry`).

    A kind is a subclass with `kind: Literal["..."] = "..."`, the fields that its landscapes need, and `landscape`.
    Definitions are immutable, compared by value and hashable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: ClassVar[Text]
    """What the kind is called."""
    own_id: ClassVar[str]
    """The id of a landscape of this kind that is in no catalogue."""
    keeps_domain: ClassVar[bool] = True
    """Whether other numbers leave the domain as it is: one that differs is then another landscape."""

    kind: str
    name: Words = Text("", "")

    @abstractmethod
    def landscape(self, id: str | None = None) -> Landscape:
        """Return the landscape that this defines, called `id`, or `own_id` if it is in no catalogue."""

    def sliders(self) -> Mapping[str, Parameter]:
        """Return the parameters that `with_values` changes, by name."""
        return {}

    def with_values(self, values: Mapping[str, float]) -> Self:
        """Return the definition with other values of its parameters.

        Raises
        ------
        ValueError
            If a parameter is unknown or its value out of bounds; the message names it and its bounds.
        """
        if values:
            raise ValueError("this landscape has no parameters")
        return self

    def is_variant_of(self, other: LandscapeDefinition) -> bool:
        """Whether this is `other` with other numbers in it, over the same domain: a picture of one fits the other."""
        return self == other

    def as_own(self) -> Self:
        """Return the definition as one of the user's own landscapes, whatever group it names."""
        return self


def is_parameter_variant(a: Landscape, b: Landscape) -> bool:
    """Whether one is the other with other values of its parameters, or painted further."""
    if a.variables != b.variables or a.definition is None or b.definition is None:
        return False
    if a.definition.keeps_domain and a.domain != b.domain:
        return False
    return a.definition.is_variant_of(b.definition)
