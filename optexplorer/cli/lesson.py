"""`optexplorer lesson`: opens a lesson, or checks it without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from optexplorer.lessons.lesson import Lesson
    from optexplorer.text import Language

_WRONG = 2


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Say what is wrong with the lesson, and open no window.")
@click.option(
    "--language",
    type=click.Choice(["en", "ja"]),
    default="en",
    show_default=True,
    help="Of a lesson by its id.",
)
def lesson(file: Path, check: bool, language: Language) -> int:
    """Open a lesson: a Markdown FILE, or the id of one of 'optexplorer list lessons'."""
    from optexplorer.lessons.reading import read_lesson
    from optexplorer.lessons.toml_block import LessonError

    path = _path(file, language)
    try:
        read = read_lesson(path)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except LessonError as error:
        _print_finding(path, error.line, error.message)
        return _WRONG
    if not check:
        from optexplorer.cli.window import open_window

        return open_window(lesson=path)
    wrong = 0
    for line, message in _findings(read):
        wrong += 1
        _print_finding(path, line, message)
    if wrong:
        return _WRONG
    racers = sum(len(scene.experiment.racers) for scene in read.scenes)
    click.echo(
        f"{read.title}: all is well (scenes: {len(read.scenes)}, descents: {racers}, minutes: {read.minutes})"
    )
    return 0


def _path(file: Path, language: Language) -> Path:
    """Return the file that is meant: by its path, or by the id of a lesson that comes with the program."""
    from optexplorer import lessons
    from optexplorer.catalogue import UnknownIdError

    # An id has neither folder nor suffix.
    if file.exists() or file.name != str(file) or file.suffix:
        return file
    try:
        return lessons.file_of(str(file), language)
    except UnknownIdError as error:
        raise click.UsageError(f"there is no file {file}, and {error}") from error


def _print_finding(path: Path, line: int, message: str) -> None:
    click.echo(f"{path}:{line}: {message}", err=True)


def _findings(lesson: Lesson) -> Iterator[tuple[int, str]]:
    from optexplorer.lessons.lint import findings
    from optexplorer.painting.formula_svg import validation_message

    yield from findings(lesson)
    for scene in lesson.scenes:
        for line, latex in scene.formulas():
            reason = validation_message(latex)
            if reason:
                yield line, reason
