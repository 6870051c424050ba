"""`optexplorer export`: pictures and films without a window."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optexplorer.cli import lesson_export_jobs
from optexplorer.cli.experiment_options import (
    asked_experiment,
    given_options,
    race_options,
    refuse_options_beside,
    refuse_overwriting,
    refusing,
)
from optexplorer.cli.figure_options import FigureOptions, figure_options
from optexplorer.cli.motion_options import MotionOptions, film_kind, motion_options

if TYPE_CHECKING:
    from optexplorer.experiment.experiment import Experiment
    from optexplorer.export.export_jobs import ExportJob


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, metavar="[FILE]...")
@race_options
@figure_options
@motion_options
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    required=True,
    metavar="PATH",
    help="What to write: a .png, .svg or .pdf picture; a .mp4, .webm, .gif or .apng film, or a folder of its "
    "frames, whose name ends in /. Repeatable; {view} and {name} stand for the view and the FILE.",
)
@click.option("--playhead", type=click.IntRange(0), help="The step that is shown; without it, the last.")
@click.option("--no-metadata", is_flag=True, help="Leave the experiment out of the picture.")
@click.option(
    "--all-lessons", is_flag=True, help="A picture of each scene of each lesson, into the folder of -o."
)
@click.option("--film", is_flag=True, help="With --all-lessons: each lesson as one MP4 film instead.")
def export(
    files: tuple[Path, ...],
    outputs: tuple[str, ...],
    playhead: int | None,
    no_metadata: bool,
    all_lessons: bool,
    film: bool,
    **asked: Any,
) -> None:
    """Write pictures and films of a descent; no display is needed.

    Of a race that the options describe, or of FILEs: experiments (.optx), or pictures that carry one; of
    lessons (.md), films.
    """
    figure_options = FigureOptions(**{name: asked.pop(name) for name in FigureOptions.__dataclass_fields__})
    motion_options = MotionOptions(**{name: asked.pop(name) for name in MotionOptions.__dataclass_fields__})
    figure_options.check()
    of_lessons = any(file.suffix.lower() == ".md" for file in files)
    _check_placeholders(outputs, () if all_lessons else ("{name}",) if of_lessons else ("{view}", "{name}"))
    if film and not all_lessons:
        raise click.UsageError(
            "--film belongs to --all-lessons; of other things the name of -o asks for a film"
        )
    if all_lessons:
        _refuse_beside_lessons(films=film)
        folder = _only_folder(files, outputs, asked)
        jobs = lesson_export_jobs.of_the_course(folder, figure_options, motion_options, film, not no_metadata)
    elif of_lessons:
        _refuse_beside_lessons(films=True)
        if own := given_options({"language": None}):
            raise click.UsageError(f"{own[0]} does not go with a lesson; {files[0]} has its own")
        if own := given_options(asked):
            raise click.UsageError(f"{own[0]} does not go with a lesson; {files[0]} says what it shows")
        jobs = lesson_export_jobs.of_files(files, outputs, figure_options, motion_options)
    else:
        jobs = _jobs(
            _experiments(files, asked), outputs, figure_options, motion_options, playhead, not no_metadata
        )
        _refuse_without_effect(jobs, playhead, motion_options.orbit)
        if no_metadata:
            # A picture may be made anew from the experiment that it carries, but not without it.
            for job in jobs:
                refuse_overwriting(job.path, *files)
    _refuse_twice([job.path for job in jobs])
    run_all(jobs, all_lessons)


def run_all(jobs: Sequence[ExportJob], new_folder: bool) -> None:
    """Run all jobs; with `new_folder`, the folder of the first is made if there is none.

    Raises
    ------
    click.UsageError
        If anything cannot be made; nothing is then written.
    """
    from optexplorer.export import export_jobs

    folder = jobs[0].path.parent
    made = new_folder and not folder.exists()
    with refusing():
        try:
            if made:
                folder.mkdir(parents=True)
            _tell_sizes(jobs)
            export_jobs.run_all(jobs)
        except OSError as error:
            path = error.filename if len(jobs) > 1 and error.filename else jobs[0].path
            raise click.UsageError(f"{path} cannot be written: {error.strerror or error}") from error
        finally:
            if made and not any(folder.iterdir()):
                folder.rmdir()


def _tell_sizes(jobs: Sequence[ExportJob]) -> None:
    """Say which films become a little larger than asked for."""
    from optexplorer.export.export_jobs import FilmJob
    from optexplorer.export.video.encoders import size_note

    for job in jobs:
        if isinstance(job, FilmJob) and (note := size_note(*job.size, job.kind)):
            click.echo(f"optexplorer: {job.path} has {note}", err=True)


def _jobs(
    experiments: list[tuple[str, Experiment]],
    outputs: tuple[str, ...],
    figure_options: FigureOptions,
    motion_options: MotionOptions,
    playhead: int | None,
    with_metadata: bool,
) -> list[ExportJob]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from optexplorer.export.export_jobs import FilmJob, PictureJob, VideoSegment
    from optexplorer.export.pictures import kind_of

    jobs: list[ExportJob] = []
    with refusing():
        for name, given in experiments:
            experiment = figure_options.on_plane(given)
            _refuse_beyond_end(name, experiment, playhead, motion_options)
            for view, output in _paths(outputs, name, figure_options.views_of(experiment)):
                path, kind = Path(output), film_kind(output)
                sheet, figure = (
                    figure_options.sheet(film=kind is not None),
                    figure_options.figure(view, experiment),
                )
                style, shown = figure_options.style(sheet, figure), figure_options.seen(experiment, view)
                if kind is None:
                    picture = kind_of(path)
                    jobs.append(
                        PictureJob(path, picture, shown, figure, sheet, style, playhead, with_metadata)
                    )
                else:
                    segments = (VideoSegment(shown, figure, motion_options.motion()),)
                    jobs.append(FilmJob(path, kind, segments, sheet, motion_options.fps, style))
    return jobs


def _refuse_beyond_end(
    name: str, experiment: Experiment, playhead: int | None, motion_options: MotionOptions
) -> None:
    """Raise ValueError if a step is asked for that comes after the last one of the experiment."""
    first, last = motion_options.span
    for option, step in (("playhead", playhead), ("range", first), ("range", last)):
        if step is not None and step > experiment.steps:
            raise ValueError(
                f"--{option}: there is no step {step}; the last step of {name} is {experiment.steps}"
            )


def _refuse_without_effect(jobs: Sequence[ExportJob], playhead: int | None, orbit: float) -> None:
    """Refuse options of films where only pictures are made, and the playhead where only films are."""
    from optexplorer.export.export_jobs import FilmJob

    films = [job for job in jobs if isinstance(job, FilmJob)]
    moving = given_options(dict.fromkeys(MotionOptions.__dataclass_fields__))
    if moving and not films:
        raise click.UsageError(f"{moving[0]} belongs to films; {jobs[0].path} is a picture")
    if playhead is not None and len(films) == len(jobs):
        raise click.UsageError(f"--playhead belongs to pictures; {jobs[0].path} is a film, see --range")
    turned = any("surface" in segment.figure.parts for job in films for segment in job.segments)
    if "--orbit" in moving and orbit and not turned:
        raise click.UsageError(
            f"--orbit turns the camera around the surface; {films[0].path} does not show it: --view surface"
        )


def _refuse_beside_lessons(films: bool) -> None:
    """Refuse options for what a lesson says itself."""
    says = {
        "views",
        "parts",
        "over",
        "plane",
        "legend",
        "caption",
        "playhead",
        *MotionOptions.__dataclass_fields__,
    }
    if films:
        says = says - {"fps"} | {"no_metadata"}
    if given := given_options(dict.fromkeys(says)):
        raise click.UsageError(f"{given[0]} does not go with lessons; they say what is shown")


def _only_folder(files: tuple[Path, ...], outputs: tuple[str, ...], asked: dict[str, Any]) -> Path:
    """Return the folder for the lessons."""
    own = given_options(asked)
    if files or own:
        raise click.UsageError(f"{files[0] if files else own[0]} does not go with --all-lessons")
    folder = Path(outputs[0])
    if len(outputs) > 1 or not (folder.is_dir() or (not folder.exists() and not folder.suffix)):
        raise click.UsageError("--all-lessons needs one folder: -o FOLDER/")
    return folder


def _experiments(files: tuple[Path, ...], asked: dict[str, Any]) -> list[tuple[str, Experiment]]:
    """Return name and experiment of each FILE, or of the race that the options describe."""
    if not files:
        return [("race", asked_experiment(**asked))]
    refuse_options_beside(files[0], asked)
    from optexplorer.experiment.files import FileError
    from optexplorer.export.metadata import experiment_in

    found = []
    for file in files:
        try:
            found.append((file.stem, experiment_in(file)))
        except FileError as error:
            raise click.UsageError(f"{file}: {error}") from error
        except OSError as error:
            raise click.UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    return found


def _paths(outputs: tuple[str, ...], name: str, views: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return which view goes where."""
    placed = any("{view}" in output for output in outputs)
    if len(views) == len(outputs) and not placed:
        pairs = list(zip(views, outputs, strict=True))
    elif len(views) > 1 and not all("{view}" in output for output in outputs):
        raise click.UsageError(
            f"{len(views)} views for {len(outputs)} outputs; give one -o for each --view, or write "
            "{view} in the name, such as -o '{view}.png'"
        )
    else:
        pairs = [(view, output) for output in outputs for view in views]
    return [(view, output.replace("{view}", view).replace("{name}", name)) for view, output in pairs]


def _check_placeholders(outputs: tuple[str, ...], known: tuple[str, ...]) -> None:
    """Refuse words in braces that stand for nothing."""
    for output in outputs:
        # A folder may have braces in its name.
        for word in re.findall(r"\{\w*\}", Path(output).name):
            if word not in known:
                raise click.UsageError(
                    f"{output}: {word} stands for nothing here"
                    + (f"; there is {' and '.join(known)}" if known else "")
                )


def _refuse_twice(paths: list[Path]) -> None:
    for path in paths:
        if paths.count(path) > 1:
            raise click.UsageError(
                f"{path} would be written twice; write {{view}} or {{name}} in the name to tell outputs apart"
            )
