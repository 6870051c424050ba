"""Examples near a straight line."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.settings import examples, noise, outliers, seed
from optexplorer.text import Text


class Line(DataSource):
    """Examples y = 2x − 1 with noise, x from −1 to 1."""

    id: ClassVar[str] = "line"
    title: ClassVar[Text] = Text("Line", "直線")
    idea: ClassVar[Text] = Text("Points near a straight line.", "直線の近くに散らばる点。")

    examples: int = examples(40)
    noise: float = noise(0.3)
    outliers: int = outliers()
    scale: float = hyperparameter(
        1.0,
        "s",
        Text("Scale of x", "xのスケール"),
        Text("What the inputs are multiplied by.", "入力に掛ける数。"),
        gt=0,
        le=1e3,
        logarithmic=True,
    )
    seed: int = seed()

    def make(self) -> Dataset:
        random = np.random.default_rng(self.seed)
        x = random.uniform(-1, 1, self.examples)
        y = 2 * x - 1 + self.noise * random.standard_normal(self.examples)
        y[: self.outliers] += 6.0
        return Dataset(self.scale * x[:, np.newaxis], y, "regression", ("x",), "y")
