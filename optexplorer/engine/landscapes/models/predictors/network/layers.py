"""The layers of a network: which steps each is made of, and where their parameters lie in one vector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.landscapes.models.predictors.network.activations import (
    ACTIVATIONS,
    Activate,
    ActivationName,
)
from optexplorer.engine.landscapes.models.predictors.network.batch_norm import BatchNorm
from optexplorer.engine.landscapes.models.predictors.network.dense import Dense
from optexplorer.engine.landscapes.models.predictors.network.dropout import Masked
from optexplorer.engine.landscapes.models.predictors.network.step import Array, Operation, Step

S = TypeVar("S", bound=Operation, covariant=True)


class Place(NamedTuple):
    """Where an array of parameters lies in the vector of all; `shape` is None for one of a single axis."""

    part: slice
    shape: tuple[int, ...] | None

    def of(self, theta: Array) -> Array:
        """Return the array, a view of `theta`."""
        part = theta[self.part]
        return part if self.shape is None else part.reshape(self.shape)


class Placed(NamedTuple, Generic[S]):
    """A step, and where its parameters lie."""

    step: S
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Layer:
    """Weighted sums, and for all but the last layer: batch normalisation if asked for, then the activation."""

    name: str
    inputs: int
    units: int
    dense: Placed[Step]
    norm: Placed[Step] | None
    activation: Placed[Step] | None

    @property
    def hidden(self) -> bool:
        """Whether it is not the last."""
        return self.activation is not None

    @property
    def steps(self) -> list[Placed[Step]]:
        """What it computes, in order."""
        return [step for step in (self.dense, self.norm, self.activation) if step is not None]

    @property
    def weight(self) -> slice:
        """Where its weights lie in the vector of parameters."""
        return self.dense.places[0].part


def make_layers(
    sizes: Sequence[int], activation: ActivationName, batch_norm: bool
) -> tuple[tuple[Layer, ...], tuple[Block, ...]]:
    """Return the layers from `sizes[0]` inputs to `sizes[-1]` outputs, and the blocks of their parameters."""
    placing = _Placing()
    layers = []
    for i, (inputs, units) in enumerate(pairwise(sizes)):
        name, hidden = f"layer{i + 1}", i + 2 < len(sizes)
        layers.append(
            Layer(
                name,
                inputs,
                units,
                placing.placed(name, Dense(inputs, units, first=i == 0)),
                placing.placed(name, BatchNorm(units)) if hidden and batch_norm else None,
                placing.placed(name, Activate(ACTIVATIONS[activation])) if hidden else None,
            )
        )
    return tuple(layers), tuple(placing.blocks)


class _Placing:
    """Lays the parameters of steps one after the other."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._next = 0

    def placed(self, name: str, step: Step) -> Placed[Step]:
        places = []
        for kind, shape in step.shapes:
            size = shape[0] if len(shape) == 1 else shape[0] * shape[1]
            places.append(Place(slice(self._next, self._next + size), None if len(shape) == 1 else shape))
            self.blocks.append(Block(f"{name}.{kind}", shape))
            self._next += size
        return Placed(step, tuple(places))


def with_masks(layers: Iterable[Layer], masks: Sequence[Array]) -> list[Placed[Step]]:
    """Return all steps, those of each hidden layer followed by its dropout mask."""
    drawn: Iterator[Array] = iter(masks)
    steps: list[Placed[Step]] = []
    for layer in layers:
        steps += layer.steps
        if layer.hidden:
            steps.append(Placed[Step](Masked(next(drawn))))
    return steps
