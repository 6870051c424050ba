"""The `_repr_*_` methods of values shown in notebooks; a higher layer sets the function that paints them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

ReprFormat = Literal["html", "png", "svg"]

painter: Callable[[object, ReprFormat], Any] = lambda value, kind: None  # noqa: E731
"""Returns what a notebook shows of a value: text, or bytes for PNG; None if it cannot. The package sets it."""


class NotebookRepr:
    """A value that notebooks show as a picture; the methods are those that IPython asks for."""

    def _repr_html_(self) -> str | None:
        text: str | None = painter(self, "html")
        return text

    def _repr_png_(self) -> bytes | None:
        data: bytes | None = painter(self, "png")
        return data

    def _repr_svg_(self) -> str | None:
        text: str | None = painter(self, "svg")
        return text
