"""One phase of a step: what is shown of it, in words, in symbols and in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optexplorer.engine.optimizers.terms import Array, Role
from optexplorer.scene.anatomy.equations import Line
from optexplorer.text import Text

PhasePart = Literal[
    "here",
    "example",
    "forward",
    "loss",
    "backward",
    "weight",
    "batch",
    "kept",
    "term",
    "downhill",
    "move",
]
"""What a phase shows: the point; of a network its example, a layer forwards, the loss, a layer backwards, the chain
rule for one weight, the mean over the batch; the share of an old average that is kept, a term, the direction before it
is scaled by the learning rate, the move to the next point."""

NETWORK_PARTS: frozenset[PhasePart] = frozenset({"example", "forward", "loss", "backward", "weight", "batch"})


@dataclass(frozen=True, eq=False)
class Phase:
    """One phase of a step.

    Attributes
    ----------
    part : what it shows
    name : of the term; of a network, of the layer; empty for the point and the move
    caption : in words
    symbols : the equation as LaTeX, colours named after roles
    numbers : the same with this step's numbers, in one line or one per coordinate
    value : the result, of the shape of the term
    role : what the result stands for
    sources : the names of the terms, hyperparameters and points it is computed from; with a prime, their values one
        step before
    label : what is kept of an average, as plain characters; empty in other phases
    layer : the number of the layer of a network, from 1; None in phases of none
    """

    part: PhasePart
    name: str
    caption: Text
    symbols: str
    numbers: tuple[Line, ...]
    value: Array
    role: Role
    sources: tuple[str, ...]
    label: str = ""
    layer: int | None = None
