"""Texts in the files of landscapes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from optexplorer.text import Text, printable

MOST_CHARACTERS = 4_000
"""Characters of the longest text (name, lesson) that a definition may hold."""


def _words(given: Any) -> Any:
    return Text(given, given) if isinstance(given, str) else given


def _bounded(text: Text) -> Text:
    longest = max(map(len, text))
    if longest > MOST_CHARACTERS:
        raise ValueError(f"it has {longest:,} characters; at most {MOST_CHARACTERS:,} are allowed")
    if any(printable(part) != part for part in text):
        raise ValueError("it holds half of a character, which cannot be written to a file")
    return text


Words = Annotated[
    Text,
    BeforeValidator(_words),
    AfterValidator(_bounded),
    PlainSerializer(Text._asdict, return_type=dict[str, str]),
]
"""A `Text` in a file: `{en = "...", ja = "..."}`, or one string for both languages."""
