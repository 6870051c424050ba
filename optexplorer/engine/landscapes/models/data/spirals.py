"""Spirals that wind around each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.drawing import labels, normal, spread
from optexplorer.engine.landscapes.models.data.settings import (
    examples,
    noise,
    second_scale,
    seed,
    wrong_labels,
)
from optexplorer.text import Text

_START = 0.1
"""Radius at which the arms begin; they end at 1."""


class Spirals(DataSource):
    """Two or three spiral arms (of Archimedes: the radius grows with the angle), each a class."""

    id: ClassVar[str] = "spirals"
    title: ClassVar[Text] = Text("Spirals", "渦巻き")
    idea: ClassVar[Text] = Text(
        "Arms that wind around each other: easy to see, hard to learn.",
        "互いに巻きつく渦の腕。目で見れば簡単だが、学習するのは難しい。",
    )
    words: ClassVar[Mapping[str, Text]] = {
        "arm": Text("arm", "腕"),
        "first arm": Text("first arm", "1本目の腕"),
        "second arm": Text("second arm", "2本目の腕"),
        "third arm": Text("third arm", "3本目の腕"),
    }

    arms: int = hyperparameter(
        2,
        "K",
        Text("Arms", "腕の数"),
        Text("How many spirals there are; each is a class.", "渦巻きの本数。1本が1つのクラスになる。"),
        ge=2,
        le=3,
    )
    turns: float = hyperparameter(
        1.0,
        "n",
        Text("Turns", "巻き数"),
        Text(
            "How often each arm winds around the middle; more is harder.",
            "それぞれの腕が中心を回る回数。多いほど難しい。",
        ),
        ge=0.25,
        le=3,
    )
    examples: int = examples(240, least=3)
    noise: float = noise(0.03)
    wrong_labels: int = wrong_labels()
    scale: float = second_scale()
    seed: int = seed()

    def make(self) -> Dataset:
        arm, said = labels(self.examples, self.arms, self.wrong_labels)
        share = spread(self.seed, 0, np.arange(self.examples) // self.arms)
        # The way along an arm grows about as the square of the radius: points lie about equally close everywhere.
        radius = np.sqrt(_START**2 + (1 - _START**2) * share)
        angle = 2 * np.pi * (self.turns * radius + arm / self.arms)
        points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        points += self.noise * normal(self.seed, 1, self.examples, 2)
        points[:, 1] *= self.scale
        names = ("first arm", "second arm", "third arm")[: self.arms]
        return Dataset(points, said, "classification", ("x1", "x2"), "arm", classes=names)
