"""A circle within another."""

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


class Circles(DataSource):
    """A circle of radius 1, and one of radius 1 − separation within it."""

    id: ClassVar[str] = "circles"
    title: ClassVar[Text] = Text("Circles", "同心円")
    idea: ClassVar[Text] = Text(
        "One class surrounds the other: the boundary must close.",
        "片方のクラスがもう片方を囲む。境界は閉じた曲線になる。",
    )
    words: ClassVar[Mapping[str, Text]] = {
        "circle": Text("circle", "円"),
        "outer circle": Text("outer circle", "外側の円"),
        "inner circle": Text("inner circle", "内側の円"),
    }

    examples: int = examples(200)
    noise: float = noise(0.08)
    separation: float = separation(
        0.5,
        Text("How far the inner circle lies within the outer one.", "内側の円と外側の円の間隔。"),
        ge=0,
        le=0.95,
    )
    wrong_labels: int = wrong_labels()
    scale: float = second_scale()
    seed: int = seed()

    def make(self) -> Dataset:
        circle, said = labels(self.examples, 2, self.wrong_labels)
        angle = 2 * np.pi * spread(self.seed, 0, np.arange(self.examples) // 2)
        radius = np.where(circle == 0, 1.0, 1.0 - self.separation)
        points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        points += self.noise * normal(self.seed, 1, self.examples, 2)
        points[:, 1] *= self.scale
        return Dataset(
            points, said, "classification", ("x1", "x2"), "circle", classes=("outer circle", "inner circle")
        )
