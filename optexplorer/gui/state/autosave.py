"""Stores unsaved changes in the state folder, and finds those that a crashed session left there.

Each running program has a file of its own and a lock beside it. Whoever can take the lock of a file knows that its
program has ended without removing it, and that no other program offers it at the same time.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
import tempfile
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from platform import node
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from optexplorer.atomic_write import process_runs, write_atomically
from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.document_file import SaveRequest
from optexplorer.gui.workers.file_thread import FileThread, reason
from optexplorer.user_folders import state_folder

EVERY = 4.0
"""Seconds between two looks for changes to keep."""
LAST_WAIT = 0.5
"""Seconds that the end of the program waits for the last write; if it takes longer, it goes on in the background."""

_log = logging.getLogger(__name__)


def default_folder() -> Path:
    """Return the folder for unsaved changes; a new temporary one where the user has no home folder."""
    try:
        return state_folder() / "autosave"
    except OSError:
        return Path(tempfile.mkdtemp(prefix="optexplorer-"))


class Kept(NamedTuple):
    """Unsaved changes as they are kept: the document, and which file it was read from or saved to, if any."""

    experiment: Experiment
    path: Path | None
    digest: str | None
    """Of the file's contents when it was last read or written; None if unknown."""


class Lost:
    """Unsaved changes of a program that has crashed; locked for this program until it ends.

    `lock` is None in a folder that cannot be written to.
    """

    def __init__(self, kept: Path, lock: QLockFile | None, contents: Kept) -> None:
        self.kept, self.lock = kept, lock
        self.experiment, self.path, self.digest = contents
        self.when = datetime.fromtimestamp(kept.stat().st_mtime)

    def remove(self) -> None:
        """Remove the file, where that is possible, and its lock."""
        with suppress(OSError):
            self.kept.unlink(missing_ok=True)
            if self.lock is None:
                self.kept.with_suffix(".lock").unlink(missing_ok=True)
        if self.lock is not None:
            self.lock.unlock()


class KeptAside:
    """What could not be saved before another document took its place; kept in a file of its own until it is dropped."""

    def __init__(self, kept: Path, lock: QLockFile, contents: Kept) -> None:
        self.kept, self.lock, self.contents = kept, lock, contents
        self.written = self.dropped = False

    def write(self) -> None:
        """Write the file, unless that is no longer wanted."""
        if self.dropped or self.written:
            return
        _lock(self.lock, self.kept)
        write_atomically(self.kept, _json(self.contents))
        self.written = True

    def remove(self) -> None:
        """Remove the file and its lock."""
        self.kept.unlink(missing_ok=True)
        self.lock.unlock()


class Damaged(NamedTuple):
    """A file of unsaved changes that cannot be read, and why; it stays where it is."""

    kept: Path
    reason: str


class Autosave(QObject):
    """Writes the document's unsaved changes every few seconds, on another thread, and only if there are new ones."""

    failed = Signal(object)
    """Why changes cannot be kept, as `Words`; once for failures that follow one another. It is tried again all the time."""
    recovered = Signal()
    """Changes have been kept again, after `failed`."""

    def __init__(
        self, document: Document, folder: Path, every: float = EVERY, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._folder = document, folder
        self.kept = folder / f"{secrets.token_hex(6)}.json"
        """This program's own file."""
        self._lock: QLockFile | None = None
        self.found: list[Lost] = []
        """What crashed programs have left and the user has not decided about yet, the newest first."""
        self.damaged: list[Damaged] = []
        """What crashed programs have left and cannot be read."""
        self._adopted: list[Lost] = []
        """Restored, but not yet kept in this program's own file."""
        self._aside: list[KeptAside] = []
        """Beside the document; those that a full disk refused are tried again."""
        self._newest: Kept | None = None
        self._failing = self._ended = False
        self._thread = FileThread(True, self)
        self._timer = QTimer(self)
        self._timer.setInterval(round(every * 1000))
        self._timer.timeout.connect(self.keep)
        self._timer.start()

    def keep(self) -> None:
        """Write the present changes, or remove what was written once there are none."""
        for aside in self._aside:
            if not aside.written:
                self._thread.run(aside.write)
        now = self._unsaved()
        if now == self._newest and not self._adopted:
            return
        self._newest = now
        adopted, self._adopted = self._adopted, []
        if now is None:
            self._thread.run(partial(self._remove, adopted))
            return

        def done(_: object) -> None:
            if self._failing:
                self._failing = False
                self.recovered.emit()

        def failed(error: Exception) -> None:
            self._adopted += adopted
            # So that the next look tries again.
            self._newest = None
            if not self._failing:
                self._failing = True
                self.failed.emit(lambda: reason(error))

        self._thread.run(partial(self._write, now, adopted), done, failed)

    def keep_aside(self, experiment: Experiment, path: Path | None) -> KeptAside:
        """Keep an experiment that is no document any more, until it is dropped; else the next launch offers it."""
        kept = self._folder / f"{secrets.token_hex(6)}.json"
        aside = KeptAside(kept, self._lock_of(kept), Kept(experiment, path, None))
        self._aside.append(aside)
        self._thread.run(aside.write)
        return aside

    def drop_aside(self, aside: KeptAside) -> None:
        """Remove what was kept aside: it has been saved elsewhere, or given up."""
        self._aside.remove(aside)
        aside.dropped = True
        self._thread.run(aside.remove)

    def end(self) -> None:
        """Remove the stored copy if nothing is unsaved; otherwise the next launch offers to recover it.

        If a save is still under way, its success decides, however long it takes: the process ends after it.
        """
        if self._ended:
            return
        self._ended = True
        self._timer.stop()
        unsaved = self._unsaved()
        if unsaved is not None:
            self.keep()
        self._thread.run(partial(self._close, unsaved is not None, self._document.saving))
        self._thread.wait(LAST_WAIT)

    def find_recoverable(self) -> None:
        """Collect the unsaved experiments of crashed sessions in `found`, and unreadable files in `damaged`."""
        self.found, self.damaged = [], []
        try:
            names = {path.with_suffix(".json") for path in self._folder.iterdir() if path.suffix in _SUFFIXES}
        except OSError:
            # Nothing has ever been kept.
            return
        for kept in sorted(names - {self.kept}):
            self._inspect(kept)
        self.found.sort(key=lambda lost: lost.when, reverse=True)

    def adopt(self, lost: Lost) -> None:
        """Make the lost changes this program's own unsaved ones."""
        if lost not in self.found:
            return
        self.found.remove(lost)
        self._document.restore(lost.experiment, lost.path, lost.digest)
        # It stays, locked, until this program has kept it itself, which a full disk may prevent.
        self._adopted.append(lost)
        self.keep()
        self._thread.wait(LAST_WAIT)

    def discard(self, lost: Lost) -> None:
        """Remove lost changes for good."""
        if lost in self.found:
            self.found.remove(lost)
        lost.remove()

    def discard_damaged(self, damaged: Damaged) -> None:
        """Remove for good what cannot be read."""
        self.damaged.remove(damaged)
        with suppress(OSError):
            damaged.kept.unlink(missing_ok=True)

    def _unsaved(self) -> Kept | None:
        document = self._document
        return Kept(document.experiment, document.path, document.digest) if document.modified else None

    def _inspect(self, kept: Path) -> None:
        lock = self._lock_of(kept)
        locked = lock.tryLock(0)
        if not locked and _owner_runs(lock):
            return
        try:
            self.found.append(Lost(kept, lock if locked else None, _read(kept)))
            return
        except FileNotFoundError:
            # Only a lock, which goes with this.
            pass
        except _DAMAGE as error:
            if not isinstance(error, FileError | OSError):
                _log.exception("unexpected in %s", kept)
            self.damaged.append(Damaged(kept, reason(error)))
        if locked:
            lock.unlock()

    def _remove(self, adopted: list[Lost]) -> None:
        self.kept.unlink(missing_ok=True)
        for lost in adopted:
            lost.remove()

    def _write(self, unsaved: Kept, adopted: list[Lost]) -> None:
        if self._lock is None:
            lock = self._lock_of(self.kept)
            _lock(lock, self.kept)
            self._lock = lock
        write_atomically(self.kept, _json(unsaved))
        for lost in adopted:
            lost.remove()

    def _close(self, unsaved: bool, saving: SaveRequest | None) -> None:
        if saving is not None:
            saving.ended.wait()
            unsaved = unsaved and not saving.written
        if self._lock is not None:
            if not unsaved:
                self.kept.unlink(missing_ok=True)
            self._lock.unlock()

    def _lock_of(self, kept: Path) -> QLockFile:
        lock = QLockFile(str(kept.with_suffix(".lock")))
        # Only the end of its process makes a lock worthless, however old it is.
        lock.setStaleLockTime(0)
        return lock


_SUFFIXES = (".json", ".lock")
_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
)
"""What reading a file may raise: whatever is in it, the program starts."""


def _lock(lock: QLockFile, kept: Path) -> None:
    """Take the lock of a file in the folder, which is made if there is none."""
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not lock.isLocked() and not lock.tryLock(0):
        raise OSError(f"{kept.parent} cannot be written to")


def _json(unsaved: Kept) -> bytes:
    experiment, path, digest = unsaved
    fields = {
        # Quoted, because the name of a file may be no UTF-8.
        "file": None if path is None else quote(os.fsencode(path)),
        "digest": digest,
        # Only what can be read back takes the place of what was kept before.
        "experiment": files.parse(files.readable_json(experiment)),
    }
    return json.dumps(fields).encode()


def _owner_runs(lock: QLockFile) -> bool:
    """Return whether the program that holds a lock still runs, as far as can be known.

    In a folder that can be written to, a lock that cannot be taken says that already.
    """
    pid, host, _ = lock.getLockInfo()
    if pid == 0:
        # There is no lock and none can be made, or it is damaged.
        return False
    return sys.platform == "win32" or host != node() or process_runs(pid)


def _read(kept: Path) -> Kept:
    fields = files.parse(files.read_bounded(kept))
    if not isinstance(fields, dict):
        raise FileError("these are no unsaved changes")
    path, digest = fields.get("file"), fields.get("digest")
    if not isinstance(path, str | None) or not isinstance(digest, str | None):
        raise FileError("these are no unsaved changes")
    experiment = files.read_fields(fields.get("experiment"))
    return Kept(experiment, None if path is None else Path(os.fsdecode(unquote_to_bytes(path))), digest)
