"""The exact gradient."""

from __future__ import annotations

from typing import ClassVar

from optexplorer.engine.gradient_sources.base import (
    Gradients,
    GradientSource,
    Streams,
    nothing_random,
)
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.text import Text


class Exact(GradientSource):
    """The landscape's own gradient."""

    id: ClassVar[str] = "exact"
    title: ClassVar[Text] = Text("Exact", "正確な勾配")
    idea: ClassVar[Text] = Text("The true gradient at every step.", "毎ステップ、真の勾配を使う。")

    is_random: ClassVar[bool] = False

    def estimates(self, landscape: Landscape, random: Streams) -> Gradients:
        return Gradients(landscape.gradient, landscape.gradient, nothing_random)
