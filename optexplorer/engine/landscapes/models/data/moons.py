"""Two half circles that reach into each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.drawing import labels, normal, spread
from optexplorer.engine.landscapes.models.data.settings import (
    examples,
    noise,
    second_scale,
    seed,
    separation,
    wrong_labels,
)
from optexplorer.text import Text


class Moons(DataSource):
    """The upper half of the unit circle, and the lower half of another, shifted by (1, ½ − separation)."""

    id: ClassVar[str] = "moons"
    title: ClassVar[Text] = Text("Two moons", "2つの三日月")
    idea: ClassVar[Text] = Text(
        "Two half circles that reach into each other. No straight line separates them.",
        "互いに入り込んだ2つの半円。直線では分けられない。",
    )
    words: ClassVar[Mapping[str, Text]] = {
        "moon": Text("moon", "三日月"),
        "upper moon": Text("upper moon", "上の三日月"),
        "lower moon": Text("lower moon", "下の三日月"),
    }

    examples: int = examples(200)
    noise: float = noise(0.15)
    separation: float = separation(
        0.0,
        Text(
            "How far the lower moon is moved down; from about 0.5 on a straight line separates the moons.",
            "下の三日月を下げる距離。0.5くらいから、直線で分けられるようになる。",
        ),
        ge=-0.5,
        le=3,
    )
    wrong_labels: int = wrong_labels()
    scale: float = second_scale()
    seed: int = seed()

    def make(self) -> Dataset:
        moon, said = labels(self.examples, 2, self.wrong_labels)
        angle = np.pi * spread(self.seed, 0, np.arange(self.examples) // 2)
        upper = np.column_stack([np.cos(angle), np.sin(angle)])
        lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle) - self.separation])
        points = np.where(moon[:, np.newaxis] == 0, upper, lower)
        points += self.noise * normal(self.seed, 1, self.examples, 2)
        points[:, 1] *= self.scale
        return Dataset(
            points, said, "classification", ("x1", "x2"), "moon", classes=("upper moon", "lower moon")
        )
