"""Examples near a curve that no straight line fits."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Array, Dataset, DataSource
from optexplorer.engine.landscapes.models.data.drawing import first_are_outliers, normal, uniform
from optexplorer.engine.landscapes.models.data.settings import examples, noise, outliers, scale, seed
from optexplorer.text import Text

Shape = Literal["sine", "cubic", "absolute", "step"]


class Curve(DataSource):
    """Examples y = f(x) with noise, x from −1 to 1 and y from −1 to 1; outliers lie 3 too high."""

    id: ClassVar[str] = "curve"
    title: ClassVar[Text] = Text("Curve", "曲線")
    idea: ClassVar[Text] = Text(
        "Points near a curve. No straight line fits them; a network of a few neurons does.",
        "曲線の近くに散らばる点。直線では表せないが、数個のニューロンのネットワークなら表せる。",
    )

    shape: Shape = hyperparameter(
        "sine",
        "f",
        Text("Shape", "形"),
        Text(
            "The curve: sin(πx), the cubic 4x³ − 3x, 2|x| − 1, or a step from −1 to 1.",
            "曲線の形。sin(πx)、3次式 4x³ − 3x、2|x| − 1、−1から1への段差のいずれか。",
        ),
        choices={
            "sine": Text("sine", "正弦"),
            "cubic": Text("cubic", "3次式"),
            "absolute": Text("absolute value", "絶対値"),
            "step": Text("step", "段差"),
        },
    )
    examples: int = examples(60)
    noise: float = noise(0.1)
    outliers: int = outliers()
    scale: float = scale()
    seed: int = seed()

    def make(self) -> Dataset:
        x = 2 * uniform(self.seed, 0, self.examples) - 1
        y = _height(self.shape, x) + self.noise * normal(self.seed, 1, self.examples)[:, 0]
        y[: first_are_outliers(self.examples, self.outliers)] += 3.0
        return Dataset(self.scale * x[:, np.newaxis], y, "regression", ("x",), "y")


def _height(shape: Shape, x: Array) -> Array:
    if shape == "sine":
        return np.sin(np.pi * x)
    if shape == "cubic":
        return (4 * x * x - 3) * x
    if shape == "absolute":
        return 2 * np.abs(x) - 1
    return np.where(x < 0, -1.0, 1.0)
