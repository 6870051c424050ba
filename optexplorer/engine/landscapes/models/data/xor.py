"""Four quarters, of which opposite ones belong together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.drawing import labels, normal, uniform
from optexplorer.engine.landscapes.models.data.settings import (
    examples,
    noise,
    second_scale,
    seed,
    separation,
    wrong_labels,
)
from optexplorer.text import Text

_SIGNS = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], dtype=np.float64)
"""The quarters in turn: their classes alternate."""


class Xor(DataSource):
    """Points of the square from −1 to 1; the class says whether both coordinates have the same sign."""

    id: ClassVar[str] = "xor"
    title: ClassVar[Text] = Text("XOR", "XOR")
    idea: ClassVar[Text] = Text(
        "Exclusive or: opposite quarters belong to the same class. One neuron cannot learn it; two hidden ones can.",
        "排他的論理和。向かい合う区画が同じクラスになる。1個のニューロンでは学べないが、隠れ層に2個あれば学べる。",
    )
    words: ClassVar[Mapping[str, Text]] = {
        "signs": Text("signs", "符号"),
        "same sign": Text("same sign", "同符号"),
        "opposite signs": Text("opposite signs", "異符号"),
    }

    examples: int = examples(120)
    noise: float = noise(0.05)
    separation: float = separation(
        0.2, Text("Width of the empty cross between the quarters.", "区画の間の、点のない十字の幅。"), le=1.8
    )
    wrong_labels: int = wrong_labels()
    scale: float = second_scale()
    seed: int = seed()

    def make(self) -> Dataset:
        _, said = labels(self.examples, 2, self.wrong_labels)
        signs = _SIGNS[np.arange(self.examples) % 4]
        share = np.column_stack([uniform(self.seed, stream, self.examples) for stream in (0, 1)])
        gap = self.separation / 2
        points = signs * (gap + (1 - gap) * share) + self.noise * normal(self.seed, 2, self.examples, 2)
        points[:, 1] *= self.scale
        return Dataset(
            points, said, "classification", ("x1", "x2"), "signs", classes=("same sign", "opposite signs")
        )
