"""Tables as files that a command writes beside what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optexplorer.cli.experiment_options import refusing

if TYPE_CHECKING:
    from optexplorer.export.tables.columns import Table


def refuse_table_file(path: Path, option: str, *, overwrite: bool) -> None:
    """Refuse a name that says nothing about the form of a table, or a file that is there already.

    Raises
    ------
    click.UsageError
        The message says what would be right; `option` is the one that names the file.
    """
    from optexplorer.export.tables.files import foreign_files, form_of

    with refusing():
        form = form_of(path)
    for file in (path, *foreign_files(path, form)):
        if file.exists() and not overwrite:
            raise click.UsageError(
                f"{file} exists already; replace it with --overwrite, or choose another name with {option}"
            )


def write_table_file(table: Table, path: Path) -> None:
    """Write a table in the form that the name of the file asks for.

    Raises
    ------
    click.UsageError
        If it cannot be written.
    """
    from optexplorer.export.tables.files import form_of, write_table

    with refusing():
        try:
            write_table(table, path, form_of(path))
        except OSError as error:
            raise click.UsageError(f"{path} cannot be written: {error.strerror or error}") from error
