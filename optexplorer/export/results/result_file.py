"""A file that keeps the results of a long computation while it runs, so that little is lost when it ends early."""

from __future__ import annotations

import errno
import io
import os
import time
from pathlib import Path

from optexplorer.atomic_write import replacing, write_atomically
from optexplorer.export.results.reading import description_of, read_results
from optexplorer.export.results.results import ResultPlan, Results
from optexplorer.export.results.writing import (
    ResultFileError,
    ResultForm,
    about_bytes,
    result_form,
    write_results,
)
from optexplorer.export.tables.files import is_description

SAVED_EVERY = 30.0
"""Seconds between two savings of what is finished."""
SAVING_SHARE = 0.1
"""Share of the time that savings may take: large files are saved more rarely."""


class ResultFile:
    """Results and the file that keeps them: always a whole table of all cells that were finished when it was saved.

    Parameters
    ----------
    plan : what is computed
    path : its ending says which form the file has
    resume : go on with what is in the file, if there is one
    overwrite : replace what is there

    Raises
    ------
    ResultFileError
        If there is such a file already and neither was asked for; if that to resume is of another computation or
        damaged; if the name has no known ending, or that of what describes a CSV file is taken.
    OSError
        If it cannot be read, or could not be written later.
    """

    def __init__(
        self, plan: ResultPlan, path: Path, *, resume: bool = False, overwrite: bool = False
    ) -> None:
        self.path, self.form = path, result_form(path)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        self._is_file = path.is_file() or not path.exists()
        if resume and not self._is_file:
            raise ResultFileError(f"{path} is no file, so there is nothing in it to go on with")
        if path.is_file() and not (resume or overwrite):
            raise ResultFileError(
                f"{path} exists already; go on with it with --resume, replace it with --overwrite, or choose another "
                "name with -o"
            )
        self.results = read_results(plan, path, self.form) if resume and path.exists() else Results(plan)
        self._check_description()
        if self._is_file:
            _check_writable(path)
        self._saved = self.results.count if path.is_file() and resume else -1
        self._due = time.monotonic() + SAVED_EVERY

    def save_if_due(self) -> None:
        """Write all that is finished, if the last time was long ago; see `save`."""
        if time.monotonic() >= self._due and self._is_file:
            self.save()

    def save(self) -> None:
        """Write all that is finished, unless the file holds it already.

        Raises
        ------
        OSError
            If it cannot be written; the file then holds what was saved before.
        """
        begun = time.monotonic()
        if self.results.count != self._saved:
            write_file(self.results, self.path, self.form)
            self._saved = self.results.count
        now = time.monotonic()
        self._due = now + max(SAVED_EVERY, (now - begun) / SAVING_SHARE)

    @property
    def saved(self) -> int:
        """How many finished cells the file holds."""
        return max(self._saved, 0)

    def _check_description(self) -> None:
        beside = description_of(self.path)
        if self.form == "csv" and beside.exists() and not is_description(beside):
            raise ResultFileError(
                f"{beside} exists already, and would be overwritten by what describes the columns; move it, or choose "
                "another name with -o"
            )


def write_file(results: Results, path: Path, form: ResultForm) -> None:
    """Write the finished cells to a file, and beside a CSV file what it holds.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is then still there.
    """
    if path.exists() and not path.is_file():
        # A device or a pipe.
        write_atomically(path, result_bytes(results, form))
        return
    with replacing(path) as temporary:
        with temporary.open("xb") as file:
            write_results(results, form, file)
            file.flush()
            os.fsync(file.fileno())
        if form == "csv":
            # When there is room for the table, and before it takes its place: without it nobody could go on.
            write_atomically(description_of(path), about_bytes(results.plan))


def result_bytes(results: Results, form: ResultForm) -> bytes:
    """Return the finished cells as the contents of a file."""
    content = io.BytesIO()
    write_results(results, form, content)
    return content.getvalue()


def _check_writable(path: Path) -> None:
    """Raise OSError where no file could be written later, after all has been computed."""
    with replacing(path) as temporary:
        temporary.touch()
        temporary.unlink()
