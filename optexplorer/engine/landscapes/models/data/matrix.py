"""The entries of a 2×2 matrix, one example each: data for its factorisation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.drawing import normal
from optexplorer.engine.landscapes.models.data.settings import noise, seed
from optexplorer.text import Text


def _eigenvalue(default: float, number: int) -> Any:
    return hyperparameter(
        default,
        rf"\lambda_{number}",
        Text(f"Eigenvalue {number}", f"固有値{number}"),
        Text(
            "An eigenvalue of the matrix. The ratio of both says how narrow the valleys of the loss are.",
            "行列の固有値。2つの比で、損失の谷の細さが決まる。",
        ),
        ge=-10,
        le=10,
    )


class Matrix(DataSource):
    """The entries of the symmetric matrix Q diag(λ₁, λ₂) Qᵀ, where Q turns by an angle.

    An example's inputs are the numbers of its row and its column, from 0; its target is the entry. The examples are
    the entries (0, 0), (0, 1), (1, 0) and (1, 1). Noise leaves the matrix symmetric.
    """

    id: ClassVar[str] = "matrix"
    title: ClassVar[Text] = Text("2×2 matrix", "2×2行列")
    idea: ClassVar[Text] = Text(
        "The four entries of a symmetric matrix, to be written as a product of two matrices.",
        "対称行列の4つの成分。2つの行列の積で表す。",
    )
    words: ClassVar[Mapping[str, Text]] = {
        "row": Text("row", "行"),
        "column": Text("column", "列"),
        "entry": Text("entry", "成分"),
    }

    first: float = _eigenvalue(2.0, 1)
    second: float = _eigenvalue(0.5, 2)
    angle: float = hyperparameter(
        30.0,
        r"\varphi",
        Text("Angle", "角度"),
        Text(
            "Degrees by which the eigenvectors are turned from the axes.",
            "固有ベクトルを座標軸から回す角度(度)。",
        ),
        ge=-90,
        le=90,
    )
    noise: float = noise(0.0)
    seed: int = seed()

    def make(self) -> Dataset:
        c, s = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        top = self.first * c * c + self.second * s * s
        side = (self.first - self.second) * c * s
        bottom = self.first * s * s + self.second * c * c
        top, side, bottom = np.array([top, side, bottom]) + self.noise * normal(self.seed, 0, 3)[:, 0]
        places = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)
        entries = np.array([top, side, side, bottom])
        return Dataset(places, entries, "regression", ("row", "column"), "entry")
