"""Texts that outlast a change of language: in place of a text, a function that returns it in the window's language."""

from __future__ import annotations

from collections.abc import Callable

Words = str | Callable[[], str]
"""A text, or what returns it in the window's language."""


def N_(text: str) -> str:
    """Mark an English text for lupdate; it is translated when it is shown."""
    return text


def written(words: Words) -> str:
    """Return the text in the window's language."""
    return words if isinstance(words, str) else words()
