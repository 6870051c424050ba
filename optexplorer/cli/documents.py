"""`optexplorer open` and `optexplorer share`: experiments as files and as texts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optexplorer.cli.experiment_options import asked_experiment, refuse_options_beside, refuse_overwriting

if TYPE_CHECKING:
    from optexplorer.experiment.experiment import Experiment

SUFFIXES = (".optx", ".png", ".svg", ".pdf")
"""Endings of files that `optexplorer FILE` opens even where there is a command of that name."""


@contextmanager
def _naming_file_errors(name: str) -> Iterator[None]:
    from optexplorer.experiment.files import FileError

    try:
        yield
    except FileError as error:
        raise click.UsageError(f"{name}: {error}") from error
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror or error}") from error


def _shared(text: str) -> Experiment:
    from optexplorer.experiment import share

    with _naming_file_errors("the shared text"):
        return share.from_text(text)


def experiment_of(file: Path) -> Experiment:
    """Return the experiment in a file.

    Raises
    ------
    click.UsageError
        If there is none; the message says why.
    """
    from optexplorer.export.metadata import experiment_in

    with _naming_file_errors(str(file)):
        return experiment_in(file)


def read_or_asked(file: Path | None, output: Path | None, asked: dict[str, Any]) -> Experiment:
    """Return the experiment in `file`, or the race that options describe where there is no file.

    Raises
    ------
    click.UsageError
        If there is none, if both are given, or if `output` would overwrite the file; the message says which.
    """
    if file is None:
        return asked_experiment(**asked)
    refuse_options_beside(file, asked)
    if output is not None:
        refuse_overwriting(output, file)
    return experiment_of(file)


def _given(data: bytes) -> Experiment:
    """Return the experiment that came over standard input: the contents of a file, or a shared text."""
    from optexplorer.experiment import files

    if data.lstrip().startswith(b"optx"):
        return _shared(data.decode("utf-8", "replace"))
    with _naming_file_errors("standard input"):
        return files.from_json(data)


@click.command("open")
@click.argument("what", metavar="FILE|TEXT|-")
def open_(what: str) -> int:
    """Open the window with an experiment.

    From an experiment FILE (.optx), a picture that carries one (PNG, SVG, PDF), or a TEXT that was shared; from
    standard input for -. 'optexplorer FILE' does the same.
    """
    from optexplorer.cli.window import open_window
    from optexplorer.experiment.files import MOST_BYTES

    if what == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
        return open_window(experiment=_given(data))
    path = Path(what)
    if what.startswith("optx") and ":" in what and not path.exists():
        return open_window(experiment=_shared(what))
    if not path.exists():
        raise click.UsageError(
            f"{what} does not exist; it should be an experiment or a picture that carries one"
        )
    return open_window(file=path)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def share(file: Path) -> None:
    """Print the experiment in FILE, an experiment or a picture that carries one, as a text to send.

    'optexplorer open TEXT' and Edit → Paste experiment take it.
    """
    from optexplorer.experiment.share import to_text

    experiment = experiment_of(file)
    with _naming_file_errors(str(file)):
        text = to_text(experiment)
    click.echo(text)
