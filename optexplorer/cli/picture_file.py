"""Pictures as files that a command writes beside its table."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optexplorer.cli.experiment_options import refusing

if TYPE_CHECKING:
    from optexplorer.export.metadata import PictureFormat


def refuse_picture_file(path: Path, *, overwrite: bool) -> None:
    """Refuse a name of which no picture can be made, or a file that is there already.

    Raises
    ------
    click.UsageError
        The message says what would be right.
    """
    from optexplorer.export.pictures import kind_of

    with refusing():
        kind_of(path)
    if path.is_dir():
        raise click.UsageError(f"{path} is a folder")
    if path.exists() and not overwrite:
        raise click.UsageError(f"{path} exists already; replace it with --overwrite, or choose another name")
    if not path.absolute().parent.is_dir():
        raise click.UsageError(f"{path} cannot be written: there is no folder {path.parent}")


def write_picture_file(path: Path, paint: Callable[[PictureFormat], bytes]) -> None:
    """Write the picture that `paint` makes in the form that the name of the file asks for.

    Raises
    ------
    click.UsageError
        If it cannot be painted or written; the message says why.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from optexplorer.atomic_write import write_atomically
    from optexplorer.export.export_jobs import drawing
    from optexplorer.export.pictures import kind_of

    with refusing(), drawing():
        data = paint(kind_of(path))
        try:
            write_atomically(path, data)
        except OSError as error:
            raise click.UsageError(f"{path} cannot be written: {error.strerror or error}") from error
