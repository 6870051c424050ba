"""Round clouds of points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.drawing import labels, normal
from optexplorer.engine.landscapes.models.data.settings import (
    examples,
    noise,
    second_scale,
    seed,
    separation,
    wrong_labels,
)
from optexplorer.text import Text

_MOST = 6


class Blobs(DataSource):
    """Clouds whose centres are the corners of a regular polygon; each is a class."""

    id: ClassVar[str] = "blobs"
    title: ClassVar[Text] = Text("Blobs", "点の塊")
    idea: ClassVar[Text] = Text(
        "Round clouds of points, one for each class. Straight lines separate them as well as possible.",
        "クラスごとに丸く集まった点。直線で分けるのが最善である。",
    )
    words: ClassVar[Mapping[str, Text]] = {
        "class": Text("class", "クラス"),
    }

    classes: int = hyperparameter(
        2,
        "K",
        Text("Classes", "クラス数"),
        Text("How many clouds there are.", "塊の個数。"),
        ge=2,
        le=_MOST,
    )
    examples: int = examples(120, least=_MOST)
    noise: float = noise(0.6)
    separation: float = separation(
        3.0, Text("How far neighbouring centres lie apart.", "隣り合う塊の中心の間隔。"), le=20
    )
    wrong_labels: int = wrong_labels()
    scale: float = second_scale()
    seed: int = seed()

    def make(self) -> Dataset:
        cloud, said = labels(self.examples, self.classes, self.wrong_labels)
        # Corners of a polygon whose sides are as long as the separation; two of them lie aslant.
        radius = self.separation / (2 * np.sin(np.pi / self.classes))
        angle = 2 * np.pi * cloud / self.classes + np.pi / 4
        points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        points += self.noise * normal(self.seed, 0, self.examples, 2)
        points[:, 1] *= self.scale
        names = tuple("ABCDEF"[: self.classes])
        return Dataset(points, said, "classification", ("x1", "x2"), "class", classes=names)
