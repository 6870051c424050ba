"""Keeps unsaved changes in the state folder, and finds what a crash has left there.

Each running program has a file of its own and a lock beside it. Whoever can take the lock of a file knows that its
program has ended without removing it, and that no other program offers it at the same time.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer, Signal

from optexplorer.atomic_write import write_atomically
from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError
from optexplorer.gui.state.document import Document
from optexplorer.gui.workers.latest_task import LatestTask

EVERY = 4.0
"""Seconds between two looks for changes to keep."""


def default_folder() -> Path:
    """Return the folder for what is kept between launches but matters to nobody else."""
    state = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericStateLocation)
    return Path(state) / "optexplorer" / "autosave"


class Lost:
    """Unsaved changes of a program that has crashed; locked for this program until it ends."""

    def __init__(self, kept: Path, lock: QLockFile, experiment: Experiment, path: Path | None) -> None:
        self.kept, self.lock = kept, lock
        self.experiment = experiment
        self.path = path
        """The file that the experiment was opened from or saved to."""
        self.when = datetime.fromtimestamp(kept.stat().st_mtime)


class Autosave(QObject):
    """Writes the document's unsaved changes every few seconds, on another thread, and only if there are new ones."""

    failed = Signal(str)
    """Why changes cannot be kept; once."""

    def __init__(
        self, document: Document, folder: Path, every: float = EVERY, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._folder = document, folder
        self.kept = folder / f"{secrets.token_hex(6)}.json"
        """This program's own file."""
        self._lock: QLockFile | None = None
        self.found: list[Lost] = []
        """What crashed programs have left and the person has not decided about yet, the newest first."""
        self._newest: tuple[Experiment, Path | None] | None = None
        self._writing = LatestTask(self)
        self._writing.failed.connect(self._give_up)
        self._timer = QTimer(self)
        self._timer.setInterval(round(every * 1000))
        self._timer.timeout.connect(self.keep)
        self._timer.start()

    def keep(self) -> None:
        """Write the present changes, or remove what was written once there are none."""
        document = self._document
        if not document.modified:
            if self._newest is not None:
                self._writing.run(partial(self.kept.unlink, missing_ok=True))
                self._newest = None
            return
        now = (document.experiment, document.path)
        if now != self._newest:
            self._newest = now
            self._writing.run(partial(self._write, *now))

    def end(self) -> None:
        """Leave nothing behind if nothing is unsaved; otherwise the next launch will offer it."""
        self._timer.stop()
        if self._document.modified:
            self.keep()
        self._writing.wait()
        if self._lock is not None:
            if not self._document.modified:
                self.kept.unlink(missing_ok=True)
            self._lock.unlock()

    def look_for_lost(self) -> None:
        """Put what crashed programs have left into `found`."""
        found = []
        left = {
            path.with_suffix(".json")
            for path in self._folder.glob("*.*")
            if path.suffix in (".json", ".lock")
        }
        for kept in left - {self.kept}:
            lock = self._lock_of(kept)
            if not lock.tryLock(0):
                continue
            try:
                found.append(Lost(kept, lock, *_read(kept)))
            except (FileError, OSError):
                # A newer program's, or only a lock, which goes with this.
                lock.unlock()
        self.found = sorted(found, key=lambda lost: lost.when, reverse=True)

    def adopt(self, lost: Lost) -> None:
        """Make the lost changes this program's own unsaved ones."""
        self.found.remove(lost)
        self._take_lock()
        self._writing.wait()
        lost.kept.replace(self.kept)
        lost.lock.unlock()
        self._document.restore(lost.experiment, lost.path)
        self._newest = (lost.experiment, lost.path)

    def discard(self, lost: Lost) -> None:
        """Remove lost changes for good."""
        self.found.remove(lost)
        lost.kept.unlink(missing_ok=True)
        lost.lock.unlock()

    def _write(self, experiment: Experiment, path: Path | None) -> None:
        self._take_lock()
        fields = {
            "file": None if path is None else str(path),
            "experiment": experiment.model_dump(mode="json"),
        }
        write_atomically(self.kept, json.dumps(fields).encode())

    def _take_lock(self) -> None:
        if self._lock is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = self._lock_of(self.kept)
            if not lock.tryLock(0):
                raise OSError(f"{self._folder} cannot be written to")
            self._lock = lock

    def _lock_of(self, kept: Path) -> QLockFile:
        lock = QLockFile(str(kept.with_suffix(".lock")))
        # Only the end of its process makes a lock worthless, however old it is.
        lock.setStaleLockTime(0)
        return lock

    def _give_up(self, reason: str) -> None:
        self._timer.stop()
        self.failed.emit(reason)


def _read(kept: Path) -> tuple[Experiment, Path | None]:
    fields = files.parse(files.read_bounded(kept))
    if not isinstance(fields, dict) or not isinstance(fields.get("file"), str | None):
        raise FileError("these are no unsaved changes")
    path = fields["file"]
    return files.read_fields(fields.get("experiment")), None if path is None else Path(path)
