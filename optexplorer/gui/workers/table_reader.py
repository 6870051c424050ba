"""Reads a person's table off the GUI thread: a look at its beginning, then all of it, with progress."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.csv_reading import (
    Preview,
    ReadingCancelledError,
    TableChoice,
    TableOptions,
    preview,
    read_table,
)
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.pairing import problem_of
from optexplorer.gui.workers.latest_task import LatestTask, ShouldStop
from optexplorer.text import Text

Finish = Callable[[Dataset, Text], ModelDefinition]
"""Makes a landscape of the examples of a table and a note on them."""


class _Refused(NamedTuple):
    message: Text


class _Messenger(QObject):
    """Carries the progress to the GUI thread. Has no parent: it lives as long as the reading may go on."""

    told = Signal(int, float)


class TableReader(QObject):
    """Reads one file; of two requests the newer wins."""

    looked = Signal(object)
    """The `Preview` of the file."""
    read = Signal(object)
    """The `ModelDefinition` that was made of all of the file."""
    refused = Signal(object)
    """What is wrong, as a `Text`."""
    progressed = Signal(float)
    """The share of the file that has been read."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._number = 0
        self._task = LatestTask(self, "table")
        self._task.finished.connect(self._finish)
        self._task.failed.connect(lambda message: self.refused.emit(Text(message, message)))
        self._messenger = _Messenger()
        self._messenger.told.connect(self._tell)

    def look(self, options: TableOptions) -> None:
        """Read the beginning of the file; `looked` or `refused` follows."""
        self._number += 1
        self._task.run_stoppable(partial(_looked_at, self._path, options))

    def read_all(self, choice: TableChoice, finish: Finish) -> None:
        """Read all of the file and have `finish` make a landscape of it; `read` or `refused` follows."""
        self._number += 1
        number, messenger = self._number, self._messenger
        self._task.run_stoppable(
            partial(
                _whole, self._path, choice, finish, progress=lambda share: messenger.told.emit(number, share)
            )
        )

    def cancel(self) -> None:
        """Drop what has been asked for."""
        self._number += 1
        self._task.forget()

    def _tell(self, number: int, share: float) -> None:
        if number == self._number:
            self.progressed.emit(share)

    def _finish(self, found: Any) -> None:
        if isinstance(found, _Refused):
            self.refused.emit(found.message)
        elif isinstance(found, Preview):
            self.looked.emit(found)
        elif isinstance(found, ModelDefinition):
            self.read.emit(found)


def _looked_at(path: Path, options: TableOptions, _: ShouldStop) -> Preview | _Refused:
    try:
        return preview(path, options)
    except ValueError as error:
        return _Refused(problem_of(error))


def _whole(
    path: Path,
    choice: TableChoice,
    finish: Finish,
    should_stop: ShouldStop,
    progress: Callable[[float], None],
) -> ModelDefinition | _Refused | None:
    try:
        return finish(*read_table(path, choice, should_stop, progress))
    except ReadingCancelledError:
        return None
    except ValueError as error:
        return _Refused(problem_of(error))
