"""Writes a document to its file, unless another program has changed the file meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path

from optexplorer.atomic_write import write_atomically
from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment


class ChangedOnDiskError(OSError):
    """Another program has changed the file since the document was read from it or written to it."""


class DocumentFiles:
    """What one document has last read from or written to its files.

    It also stands for the document itself: a save that is still under way when another document is opened belongs to
    the one that it was started for. `digests` is used on the thread that writes.
    """

    def __init__(self, path: Path | None = None, digest: str | None = None) -> None:
        self.digests = {} if path is None or digest is None else {path: digest}


@dataclass(eq=False)
class SaveRequest:
    """One save: which document, where to, and what. `write` runs on another thread.

    Attributes
    ----------
    own : whether `path` is the document's file already; it is then checked for changes by other programs
    copy : whether the document keeps the file that it has
    then : is called after the file has been written
    """

    document: DocumentFiles
    path: Path
    experiment: Experiment
    own: bool
    copy: bool = False
    then: Callable[[], object] | None = None
    written: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        """Write the file.

        Raises
        ------
        ChangedOnDiskError
            If it is the document's own, and its contents are not those last read or written.
        optexplorer.experiment.files.FileError
            If the experiment could not be read again.
        OSError
            If the file cannot be written. In all cases it stays as it is.
        """
        try:
            data = files.readable_json(self.experiment)
            if self.own and digest_of(self.path) not in (None, self.document.digests.get(self.path)):
                raise ChangedOnDiskError(self.path)
            write_atomically(self.path, data)
            self.document.digests[self.path] = sha256(data).hexdigest()
            self.written = True
        finally:
            self.ended.set()


def digest_of(path: Path) -> str | None:
    """Return a digest of a file's contents; None if there is no regular file.

    Files that are too large for an experiment are not read: for all of them it is an empty text.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    if not path.is_file():
        return None
    if path.stat().st_size > files.MOST_BYTES:
        return ""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
