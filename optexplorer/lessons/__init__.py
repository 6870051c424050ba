"""The catalogue of lessons: a file per lesson and language, `ID.en.md` and `ID.ja.md`."""

from __future__ import annotations

from pathlib import Path

from optexplorer import catalogue
from optexplorer.lessons.lesson import Lesson
from optexplorer.lessons.reading import read_lesson
from optexplorer.resource_files import resources
from optexplorer.text import Language


def ids() -> tuple[str, ...]:
    """Return the ids of all lessons, in the order of the course; no lesson is read for it."""
    stems = catalogue.files_in(resources() / "lessons", ".md")
    return tuple(dict.fromkeys(stem.rpartition(".")[0] for stem in stems))


def file_of(id: str, language: Language) -> Path:
    """Return the file of a lesson.

    Raises
    ------
    optexplorer.catalogue.UnknownIdError
        If there is no such lesson; the message suggests the nearest.
    """
    if id not in ids():
        raise catalogue.UnknownIdError("lesson", id, ids())
    return resources() / "lessons" / f"{id}.{language}.md"


def get(id: str, language: Language) -> Lesson:
    """Return the lesson called `id` in a language.

    Raises
    ------
    optexplorer.catalogue.UnknownIdError
        If there is no such lesson; the message suggests the nearest.
    """
    return read_lesson(file_of(id, language))
