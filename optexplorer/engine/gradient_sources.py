"""Where a racer's gradients come from: exact, or a random estimate."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.text import Text

Gradient = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""The gradient at points of shape (n, ...), of the same shape."""


class GradientSource(BaseModel):
    """Base of all gradient sources."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: ClassVar[str]
    title: ClassVar[Text]
    idea: ClassVar[Text]

    def bind(self, landscape: Landscape, random: np.random.Generator) -> Gradient:
        """Return the gradient function of one descent; `random` is that descent's own stream."""
        raise NotImplementedError


class Exact(GradientSource):
    """The landscape's own gradient."""

    id: ClassVar[str] = "exact"
    title: ClassVar[Text] = Text("Exact", "正確な勾配")
    idea: ClassVar[Text] = Text("The true gradient at every step.", "毎ステップ、真の勾配を使う。")

    def bind(self, landscape: Landscape, random: np.random.Generator) -> Gradient:
        return landscape.gradient
