"""The export jobs of `optexplorer export` for lessons."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optexplorer.cli.experiment_options import refusing
from optexplorer.cli.figure_options import FigureOptions
from optexplorer.cli.motion_options import MotionOptions, film_kind

if TYPE_CHECKING:
    from optexplorer.export.export_jobs import ExportJob
    from optexplorer.lessons.lesson import Lesson


def of_the_course(
    folder: Path,
    figure_options: FigureOptions,
    motion_options: MotionOptions,
    film: bool,
    with_metadata: bool,
) -> list[ExportJob]:
    """Return the export jobs for all lessons that come with the program: a film of each, or pictures of all scenes.

    Raises
    ------
    click.UsageError
        If they cannot look as asked.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from optexplorer import lessons
    from optexplorer.export.lesson_export import film_job, picture_jobs

    jobs: list[ExportJob] = []
    with refusing():
        sheet = figure_options.sheet(film=film)
        for id in lessons.ids():
            lesson = lessons.get(id, figure_options.language)
            if film:
                path = folder / f"{id}.{figure_options.language}.mp4"
                jobs.append(film_job(lesson, path, "mp4", sheet, motion_options.fps, figure_options.style))
            else:
                jobs += picture_jobs(
                    lesson, folder, ".png", sheet, figure_options.style, with_metadata=with_metadata
                )
    return jobs


def of_files(
    files: tuple[Path, ...],
    outputs: tuple[str, ...],
    figure_options: FigureOptions,
    motion_options: MotionOptions,
) -> list[ExportJob]:
    """Return the export jobs for films of the lessons in `files`, each into every one of `outputs`.

    Raises
    ------
    click.UsageError
        If a file is no lesson, an output is no film, or the films cannot look as asked.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from optexplorer.export.lesson_export import film_job

    jobs: list[ExportJob] = []
    with refusing():
        sheet = figure_options.sheet(film=True)
        for file in files:
            lesson = _lesson_in(file)
            style_of = replace(figure_options, language=lesson.language).style
            for output in outputs:
                kind = film_kind(output)
                if kind is None:
                    raise click.UsageError(
                        f"{output} is no film, and a lesson becomes one: -o NAME.mp4, .webm, .gif or .apng, "
                        "or a folder of its frames, whose name ends in /"
                    )
                path = Path(output.replace("{name}", file.stem))
                jobs.append(film_job(lesson, path, kind, sheet, motion_options.fps, style_of))
    return jobs


def _lesson_in(file: Path) -> Lesson:
    from optexplorer.lessons.reading import read_lesson
    from optexplorer.lessons.toml_block import LessonError

    if file.suffix.lower() != ".md":
        raise click.UsageError(
            f"{file} is no lesson (.md); export experiments and lessons one after the other"
        )
    try:
        return read_lesson(file)
    except LessonError as error:
        raise click.UsageError(f"{file}: {error}") from error
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror or error}") from error
