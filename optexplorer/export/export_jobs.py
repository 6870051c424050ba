"""Export jobs: pictures and films to write, one after the other or in parallel processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QGuiApplication

from optexplorer.atomic_write import replacing, write_atomically
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.metadata import PictureFormat
from optexplorer.export.pictures import Sheet, picture
from optexplorer.export.video.encoders import FilmKind
from optexplorer.export.video.film import ComputedSegment, Film, Motion
from optexplorer.export.video.film_writer import write_film
from optexplorer.painting.figure import Figure, figure_appearance
from optexplorer.painting.style import Style
from optexplorer.runs.worker_processes import WorkerContext, run_interruptibly
from optexplorer.scene.computed import Computed, compute


class ExportJob(Protocol):
    """One file, or folder of files, that is to be written."""

    @property
    def path(self) -> Path:
        """Where it is to be written."""

    @property
    def makes_folder(self) -> bool:
        """Whether it is a folder of files."""

    def run(self, path: Path) -> None:
        """Write it to `path`, a temporary name or its own, whole or not at all.

        Raises
        ------
        ValueError
            If there can be no such picture or film.
        OSError
            If it cannot be written.
        """


@dataclass(frozen=True)
class PictureJob:
    """A picture of an experiment at `playhead` (None: at its end)."""

    path: Path
    kind: PictureFormat
    experiment: Experiment
    figure: Figure
    sheet: Sheet
    style: Style
    playhead: int | None = None
    with_metadata: bool = True
    makes_folder: bool = field(default=False, init=False)

    def run(self, path: Path) -> None:
        appearance = figure_appearance(self.figure, self.experiment.appearance)
        scene = _computed(self.experiment, self.figure).scene(self.playhead, appearance)
        document = self.experiment if self.with_metadata else None
        write_atomically(path, picture(scene, self.figure, self.sheet, self.style, self.kind, document))


@dataclass(frozen=True)
class VideoSegment:
    """One descent of a film."""

    experiment: Experiment
    figure: Figure
    motion: Motion


@dataclass(frozen=True)
class FilmJob:
    """A film of one descent or of several; the sheet's scale makes its frames finer."""

    path: Path
    kind: FilmKind
    segments: tuple[VideoSegment, ...]
    sheet: Sheet
    fps: float
    style: Style

    @property
    def makes_folder(self) -> bool:
        return self.kind == "frames"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels that are asked for."""
        return round(self.sheet.width * self.sheet.scale), round(self.sheet.height * self.sheet.scale)

    def run(self, path: Path) -> None:
        write_film(self.film(), path, self.kind)

    def film(self) -> Film:
        """Compute what the film shows.

        Raises
        ------
        ValueError
            If there can be no such film.
        """
        segments = tuple(
            ComputedSegment(_computed(part.experiment, part.figure), part.figure, part.motion)
            for part in self.segments
        )
        scale, fps = self.sheet.scale, Fraction(self.fps).limit_denominator(1001)
        return Film(segments, *self.size, fps, replace(self.style, text_size=self.style.text_size * scale))


_WITHOUT_PLANE = {"loss", "fit", "network"}
"""The parts of a figure that need no map, surface or curve."""


def _computed(experiment: Experiment, figure: Figure) -> Computed:
    """Return what an experiment shows.

    Raises
    ------
    ValueError
        If a racer cannot be run, or no part of the figure has a picture, as where no plane is found.
    """
    computed = compute(experiment)
    if computed.absence is not None and _WITHOUT_PLANE.isdisjoint(figure.parts):
        raise ValueError(computed.absence.en)
    return computed


def run_all(jobs: Sequence[ExportJob], done: Callable[[ExportJob], None] = lambda job: None) -> None:
    """Run all jobs, on all cores if there are several; all files appear, or none.

    Parameters
    ----------
    done : is called after each job, in the order given

    Raises
    ------
    ValueError, OSError
        What the first job that failed has raised.
    """
    if len(jobs) == 1:
        with drawing():
            jobs[0].run(jobs[0].path)
        done(jobs[0])
        return
    for job in jobs:
        _check(job)
    with ExitStack() as stack:
        temporary = [stack.enter_context(replacing(job.path)) for job in jobs]
        _run_in_processes(jobs, temporary, done)


def _run_in_processes(
    jobs: Sequence[ExportJob], paths: Sequence[Path], done: Callable[[ExportJob], None]
) -> None:
    """Carry out each job at its path, several at once."""
    workers = min(len(jobs), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, WorkerContext()) as pool:
        running = [pool.submit(_run_job, *pair) for pair in zip(jobs, paths, strict=True)]
        try:
            for job, future in zip(jobs, running, strict=True):
                future.result()
                done(job)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _run_job(job: ExportJob, path: Path) -> None:
    def work() -> None:
        with drawing():
            job.run(path)

    try:
        run_interruptibly(work)
    except OSError as error:
        # Named after the file that was asked for, not after the temporary one.
        raise OSError(error.errno, error.strerror or str(error), str(job.path)) from error


@contextmanager
def drawing() -> Iterator[None]:
    """Make sure that there is a QGuiApplication, without which Qt cannot paint text, while the block runs."""
    application = QGuiApplication.instance() or QGuiApplication([])
    yield
    del application


def _check(job: ExportJob) -> None:
    """Raise OSError where `job` could not be put into its place."""
    path = job.path
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(2, "there is no such folder", str(path))
    if path.is_dir() and not (job.makes_folder and not any(path.iterdir())):
        raise IsADirectoryError(21, os.strerror(21), str(path))
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(path))
