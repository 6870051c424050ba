"""Examples near a plane over two features of unequal scale."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.drawing import first_are_outliers, normal, uniform
from optexplorer.engine.landscapes.models.data.settings import examples, noise, outliers, second_scale, seed
from optexplorer.text import Text


class Plane(DataSource):
    """Examples y = 1 + 2u₁ − 3u₂ with noise, where x₁ = u₁ and x₂ = s u₂, and u₁, u₂ lie from −1 to 1.

    The squared loss of a linear model has a Hessian whose condition number grows as s²: the bowl is a ravine, until
    the features are standardised. Correlated features make a tilted ravine, which standardising leaves.
    """

    id: ClassVar[str] = "plane"
    title: ClassVar[Text] = Text("Plane", "平面")
    idea: ClassVar[Text] = Text(
        "Two features of unequal scale: the bowl of the loss becomes a ravine. Standardising the inputs makes it round again.",
        "スケールの違う2つの特徴量。お椀形の損失が細長い谷になる。標準化すると丸いお椀に戻る。",
    )

    examples: int = examples(60)
    noise: float = noise(0.3)
    scale: float = second_scale(5.0)
    correlation: float = hyperparameter(
        0.0,
        r"\rho",
        Text("Correlation", "相関"),
        Text(
            "How far the second feature follows the first. It tilts the ravine, and standardising does not help.",
            "2つの特徴量がどれだけ連動するか。谷は斜めに傾き、標準化しても消えない。",
        ),
        ge=-0.99,
        le=0.99,
    )
    outliers: int = outliers()
    seed: int = seed()

    def make(self) -> Dataset:
        first, other = (2 * uniform(self.seed, stream, self.examples) - 1 for stream in (0, 1))
        rho = self.correlation
        # Its variance is that of the first, whatever the correlation.
        second = rho * first + math.sqrt(1 - rho * rho) * other
        y = 1 + 2 * first - 3 * second + self.noise * normal(self.seed, 2, self.examples)[:, 0]
        y[: first_are_outliers(self.examples, self.outliers)] += 10.0
        inputs = np.column_stack([first, self.scale * second])
        return Dataset(inputs, y, "regression", ("x1", "x2"), "y")
