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


def printable(text: str) -> str:
    """Return `text` with a question mark for each half of a character, which no file in UTF-8 could hold.

    Names of files have them where the name is no UTF-8.
    """
    return text.encode("utf-8", "replace").decode("utf-8")
