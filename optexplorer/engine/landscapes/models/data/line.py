"""Examples near a straight line."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.drawing import first_are_outliers, normal, uniform
from optexplorer.engine.landscapes.models.data.settings import examples, noise, outliers, scale, seed
from optexplorer.text import Text


class Line(DataSource):
    """Examples y = 2x − 1 with noise, x from −1 to 1; outliers lie 6 too high."""

    id: ClassVar[str] = "line"
    title: ClassVar[Text] = Text("Line", "直線")
    idea: ClassVar[Text] = Text("Points near a straight line.", "直線の近くに散らばる点。")

    examples: int = examples(40)
    noise: float = noise(0.3)
    outliers: int = outliers()
    scale: float = scale()
    seed: int = seed()

    def make(self) -> Dataset:
        x = 2 * uniform(self.seed, 0, self.examples) - 1
        y = 2 * x - 1 + self.noise * normal(self.seed, 1, self.examples)[:, 0]
        y[: first_are_outliers(self.examples, self.outliers)] += 6.0
        return Dataset(self.scale * x[:, np.newaxis], y, "regression", ("x",), "y")
