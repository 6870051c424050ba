"""The document: the experiment, its file, unsaved changes, opening and saving."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state.document_file import ChangedOnDiskError, DocumentFiles, SaveRequest, digest_of
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.file_thread import FileThread, reason

MOST_RECENT = 10
LAST_WAIT = 0.4
"""Seconds that closing waits for a file that is being read or written."""
_RECENT = "recent files"


class Opening(NamedTuple):
    """An experiment that has been read from `source`.

    Attributes
    ----------
    path : the file that saving writes to; None if the experiment came in a picture
    digest : of the contents of that file
    discards_changes : whether it takes the place of unsaved changes without a question
    """

    experiment: Experiment
    path: Path | None
    source: Path
    digest: str | None = None
    discards_changes: bool = False


class Document(QObject):
    """Knows where the store's experiment is kept; reads and writes on other threads.

    While a lesson is open, the store holds the lesson's scene. The document is then the user's own experiment, which
    was set aside: `save` writes that, `save_copy` writes the scene to a file of its own.
    """

    stateChanged = Signal()
    """Another file, or changes where there were none, or none any more."""
    beginning = Signal()
    """Another experiment is about to take the place of everything that is on the screen."""
    read = Signal(object)
    """An `Opening` that was asked for; `show_opened` puts it on the screen."""
    saved = Signal(object)
    """The `SaveRequest` that has been written."""
    changedOnDisk = Signal(object)
    """A `SaveRequest` that was not written: another program has changed the file. `save_again` overwrites it."""
    failed = Signal(object)
    """What went wrong, and why, in one line, as `Words`; the experiment on the screen is as it was."""
    leftUnsaved = Signal(object, object)
    """A `SaveRequest` that failed, and why as `Words`, after another document had taken its document's place."""

    def __init__(self, store: Store, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._settings = settings
        self.path: Path | None = None
        self._files = DocumentFiles()
        self._saved: Experiment | None = store.experiment
        """What counts as saved; None for what was restored after a crash, until it is saved."""
        self._aside: Experiment | None = None
        self._modified = False
        self._opening: object = None
        self._under_way: list[SaveRequest] = []
        self._reading, self._writing = FileThread(False, self), FileThread(True, self)
        store.changed.connect(self._compare)

    @property
    def modified(self) -> bool:
        """Whether there is something to save.

        How an experiment is looked at counts only once it has a file: turning the camera is no work that is lost.
        """
        return self._modified

    @property
    def experiment(self) -> Experiment:
        """The experiment to be saved: the current one, or the one set aside while a lesson is open."""
        return self.store.experiment if self._aside is None else self._aside

    @property
    def is_aside(self) -> bool:
        """Whether the screen shows another experiment, a lesson's."""
        return self._aside is not None

    def set_aside(self, experiment: Experiment | None) -> None:
        """Count `experiment` as the document's while the screen shows other ones, a lesson's; None when it is back."""
        self._aside = experiment
        self._compare()

    @property
    def saving(self) -> SaveRequest | None:
        """The save under way that will leave nothing unsaved; None if there is none."""
        return next(
            (
                request
                for request in self._under_way
                if request.document is self._files
                and not request.copy
                and request.experiment == self.experiment
            ),
            None,
        )

    @property
    def digest(self) -> str | None:
        """Of the contents of the document's file as last read or written; None if unknown."""
        return None if self.path is None else self._files.digests.get(self.path)

    @property
    def recent(self) -> list[Path]:
        """The files last opened or saved, the newest first."""
        try:
            names = json.loads(self._settings.text(_RECENT, "[]"))
        except (ValueError, RecursionError):
            return []
        return [Path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def forget_recent(self) -> None:
        """Empty the list of recent files."""
        self._settings.remember_text(_RECENT, "[]")

    def open(self, path: Path, discards_changes: bool = False) -> None:
        """Read a file, an experiment's or a picture's; `read` or `failed` follows for the newest call."""
        path = path.absolute()
        self._opening = opening = object()

        def done(found: Opening) -> None:
            if opening is self._opening:
                self.read.emit(found._replace(discards_changes=discards_changes))

        def failed(error: Exception) -> None:
            if opening is self._opening:
                self.failed.emit(
                    lambda: self.tr("{0} could not be opened: {1}").format(path.name, reason(error))
                )

        self._reading.run(partial(_read, path), done, failed)

    def show_opened(self, opening: Opening) -> None:
        """Replace the current experiment with one that has been read; unsaved changes are lost."""
        self._show_experiment(opening.experiment, opening.path, opening.digest)
        self._remember(opening.source)

    def new(self, experiment: Experiment) -> None:
        """Replace the document with `experiment`, which has no file yet."""
        self._show_experiment(experiment, None, None)

    def restore(self, experiment: Experiment, path: Path | None, digest: str | None = None) -> None:
        """Restore an experiment after a crash; it counts as unsaved.

        Parameters
        ----------
        digest : of the contents of the file at `path` when the experiment was read from it; None if unknown
        """
        self.beginning.emit()
        self.path, self._saved = path, None
        self._files = DocumentFiles(path, digest)
        self.store.reset(experiment)
        self._compare()
        self.stateChanged.emit()

    def save(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Write the document to `path`, which is its file from now on, and call `then`.

        Otherwise `changedOnDisk` or `failed` follows.
        """
        path = path.absolute()
        self._write(SaveRequest(self._files, path, self.experiment, own=path == self.path, then=then))

    def save_copy(
        self, path: Path, shown: Experiment | None = None, then: Callable[[], object] | None = None
    ) -> None:
        """Write `shown`, or what is on the screen, to `path`; the document and its file stay as they are.

        `then` is called after the file has been written.
        """
        self._write(self.copy_request(path.absolute(), shown or self.store.experiment, then))

    def copy_request(
        self, path: Path, experiment: Experiment, then: Callable[[], object] | None = None
    ) -> SaveRequest:
        """Return a request to write an experiment that is not the document's."""
        return SaveRequest(self._files, path, experiment, own=False, copy=True, then=then)

    def is_writing_copy(self, experiment: Experiment) -> bool:
        """Whether an experiment is being written that is not the document's."""
        return any(request.copy and request.experiment == experiment for request in self._under_way)

    def is_own_file(self, path: Path) -> bool:
        """Whether a path leads to the document's file, or to the one that it is being saved to."""
        saves = [request.path for request in self._under_way if not request.copy and self.is_present(request)]
        return any(_same_file(path, own) for own in (self.path, *saves) if own is not None)

    def save_again(self, request: SaveRequest, path: Path, then: Callable[[], object] | None = None) -> None:
        """Carry out a request that was not written, now to `path`, whatever stands there; call `then` and its own."""

        def written() -> None:
            for action in (then, request.then):
                if action is not None:
                    action()

        self._write(
            SaveRequest(request.document, path.absolute(), request.experiment, False, request.copy, written)
        )

    def is_present(self, request: SaveRequest) -> bool:
        """Whether a request belongs to the present document, and not to one that was there before."""
        return request.document is self._files

    def discard_changes(self) -> None:
        """Mark the document as saved without writing it."""
        self._saved = self.experiment
        self._compare()

    def wait(self, seconds: float = LAST_WAIT) -> bool:
        """Wait until no file is being read or written, but at most `seconds` for each; return whether it is so.

        The end of the process waits for writing by itself.
        """
        return self._reading.wait(seconds) and self._writing.wait(seconds)

    def _show_experiment(self, experiment: Experiment, path: Path | None, digest: str | None) -> None:
        self.beginning.emit()
        self.path, self._saved = path, experiment
        self._files = DocumentFiles(path, digest)
        self.store.reset(experiment)
        self._compare()
        self.stateChanged.emit()

    def _compare(self) -> None:
        now, saved = self.experiment, self._saved
        if self.path is None and saved is not None:
            now = now.seen_as(saved)
        modified = now != saved
        if modified != self._modified:
            self._modified = modified
            self.stateChanged.emit()

    def _remember(self, path: Path) -> None:
        others = [str(other) for other in self.recent if other != path]
        self._settings.remember_text(_RECENT, json.dumps([str(path), *others][:MOST_RECENT]))

    def _write(self, request: SaveRequest) -> None:
        self._under_way.append(request)
        self._writing.run(
            request.write, lambda _: self._saving_done(request), partial(self._saving_failed, request)
        )

    def _saving_done(self, request: SaveRequest) -> None:
        self._under_way.remove(request)
        self._remember(request.path)
        if self.is_present(request) and not request.copy:
            self.path, self._saved = request.path, request.experiment
            self._compare()
            self.stateChanged.emit()
        self.saved.emit(request)
        if request.then is not None:
            request.then()

    def _saving_failed(self, request: SaveRequest, error: Exception) -> None:
        self._under_way.remove(request)
        if isinstance(error, ChangedOnDiskError):
            self.changedOnDisk.emit(request)
            return

        def words() -> str:
            return self.tr("{0} could not be saved: {1}").format(request.path.name, reason(error))

        if self.is_present(request):
            self.failed.emit(words)
        else:
            self.leftUnsaved.emit(request, words)


def _same_file(path: Path, other: Path) -> bool:
    """Return whether two paths lead to the same file, whether it exists or not."""
    try:
        return path.samefile(other)
    except OSError:
        return path.resolve() == other.resolve()


def _read(path: Path) -> Opening:
    from optexplorer.export.metadata import experiment_in

    own = _own_file(path)
    # Before the contents are read: a change in between is then noticed, at the next save.
    digest = None if own is None else digest_of(own)
    return Opening(experiment_in(path), own, path, digest)


def _own_file(path: Path) -> Path | None:
    """Return the file that saving writes to: a picture is never written over."""
    return path if path.suffix.lower() in (files.SUFFIX, ".json") else None
