"""A piece of text in both languages of the program."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = ("en", "ja")


class Text(NamedTuple):
    """The same sentence in English and in Japanese."""

    en: str
    ja: str

    def in_language(self, language: Language) -> str:
        """Return the text in `language` (`"en"` or `"ja"`)."""
        return self.ja if language == "ja" else self.en

    def __str__(self) -> str:
        return self.en
