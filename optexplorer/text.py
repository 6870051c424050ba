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


def words_of(error: Exception) -> Text:
    """Return what an error says, in both languages if it was raised with a `Text`, or else twice the same."""
    first = error.args[0] if error.args else None
    words = str(error) or type(error).__name__
    return first if isinstance(first, Text) else Text(words, words)


def printable(text: str) -> str:
    """Return `text` with a question mark for each half of a character, which no file in UTF-8 could hold.

    Names of files have them where the name is no UTF-8.
    """
    return text.encode("utf-8", "replace").decode("utf-8")
