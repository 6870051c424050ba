"""The catalogue of lessons: a file per lesson and language, `ID.en.md` and `ID.ja.md`."""

from __future__ import annotations

from pathlib import Path

from optexplorer.catalogue import Catalogue, files_in
from optexplorer.lessons.lesson import Lesson
from optexplorer.lessons.reading import read_lesson
from optexplorer.resource_files import resources
from optexplorer.text import Language

CATALOGUE: Catalogue[Path] = Catalogue(
    "lesson",
    lambda: {stem.rpartition(".")[0]: None for stem in files_in(resources() / "lessons", ".md")},
    lambda id, _: resources() / "lessons" / id,
)
"""Where each lesson lies, without the language and ending, in the order of the course."""
ids = CATALOGUE.ids


def file_of(id: str, language: Language) -> Path:
    """Return the file of a lesson.

    Raises
    ------
    optexplorer.catalogue.UnknownIdError
        If there is no such lesson; the message suggests the nearest.
    """
    stem = CATALOGUE.get(id)
    return stem.with_name(f"{stem.name}.{language}.md")


def get(id: str, language: Language) -> Lesson:
    """Return the lesson called `id` in a language.

    Raises
    ------
    optexplorer.catalogue.UnknownIdError
        If there is no such lesson; the message suggests the nearest.
    """
    return read_lesson(file_of(id, language))
