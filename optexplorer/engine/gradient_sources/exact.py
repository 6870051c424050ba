"""The exact gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from optexplorer.engine.gradient_sources.base import (
    Array,
    Gradient,
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

    def with_loss(self, landscape: Landscape, sample: Gradient) -> Callable[[Array], tuple[Array, Array]]:
        clips = self.clip_norm or self.clip_value
        return super().with_loss(landscape, sample) if clips else landscape.value_and_gradient
