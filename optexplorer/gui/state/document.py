"""The experiment as a document: its file, whether there are unsaved changes, opening and saving."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.latest_task import LatestTask

MOST_RECENT = 10
_RECENT = "recent files"


class Opening(NamedTuple):
    """An experiment that has been read, and the file that saving writes it to; None if it came in a picture."""

    experiment: Experiment
    path: Path | None
    source: Path


class Document(QObject):
    """Knows where the store's experiment is kept; reads and writes on another thread."""

    state_changed = Signal()
    """Another file, or changes where there were none, or none any more."""
    beginning = Signal()
    """Another experiment is about to take the place of everything that is on the screen."""
    read = Signal(object)
    """An `Opening` that was asked for; `take` puts it on the screen."""
    failed = Signal(str)
    """What went wrong, and why, in one line; the experiment on the screen is as it was."""

    def __init__(self, store: Store, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._settings = settings
        self.path: Path | None = None
        self._saved = store.experiment
        self._aside: Experiment | None = None
        self._modified = False
        self._source = Path()
        self._writing: tuple[Path, Experiment] | None = None
        self._then: Callable[[], object] | None = None
        self._reading, self._saving = LatestTask(self), LatestTask(self)
        self._reading.finished.connect(self.read)
        self._reading.failed.connect(self._reading_failed)
        self._saving.finished.connect(self._saving_done)
        self._saving.failed.connect(self._saving_failed)
        store.changed.connect(self._compare)

    @property
    def modified(self) -> bool:
        """Whether there is something to save.

        How an experiment is looked at counts only once it has a file: turning the camera is no work that is lost.
        """
        return self._modified

    @property
    def experiment(self) -> Experiment:
        """What would be lost if it were not saved: what is on the screen, or what has been set aside."""
        return self.store.experiment if self._aside is None else self._aside

    def set_aside(self, experiment: Experiment | None) -> None:
        """Count `experiment` as the document's while the screen shows other ones, a lesson's; None when it is back."""
        self._aside = experiment
        self._compare()

    @property
    def recent(self) -> list[Path]:
        """The files last opened or saved, the newest first."""
        try:
            names = json.loads(self._settings.text(_RECENT, "[]"))
        except json.JSONDecodeError:
            return []
        return [Path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def forget_recent(self) -> None:
        """Empty the list of recent files."""
        self._settings.remember_text(_RECENT, "[]")

    def open(self, path: Path) -> None:
        """Read a file, an experiment's or a picture's; `read` or `failed` follows."""
        self._source = path = path.absolute()
        self._reading.run(lambda: _read(path))

    def take(self, opening: Opening) -> None:
        """Put what has been read on the screen in place of what is there, which is gone."""
        self._begin(opening.experiment, opening.path)
        self._remember(opening.source)

    def new(self, experiment: Experiment) -> None:
        """Begin with `experiment`, which has no file yet."""
        self._begin(experiment, None)

    def restore(self, experiment: Experiment, path: Path | None) -> None:
        """Put back what was lost: it is shown as a change that has not been saved."""
        self.beginning.emit()
        saved, self.path = self.store.experiment, path
        self.store.begin(experiment)
        self._saved = saved
        self._compare()
        self.state_changed.emit()

    def save(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Write the experiment to `path`, which is its file from now on, and call `then`; or `failed` follows."""
        experiment = self.store.experiment
        path = path.absolute()
        self._writing, self._then = (path, experiment), then
        self._saving.run(lambda: files.write(path, experiment))

    def discard_changes(self) -> None:
        """Count what is there as saved: the person does not want to keep it."""
        self._saved = self.experiment
        self._compare()

    def wait(self) -> None:
        """Wait until no file is being read or written."""
        self._reading.wait()
        self._saving.wait()

    def _begin(self, experiment: Experiment, path: Path | None) -> None:
        self.beginning.emit()
        self.path, self._saved = path, experiment
        self.store.begin(experiment)
        self._compare()
        self.state_changed.emit()

    def _compare(self) -> None:
        now, saved = self.experiment, self._saved
        if self.path is None:
            now = now.seen_as(saved)
        modified = now != saved
        if modified != self._modified:
            self._modified = modified
            self.state_changed.emit()

    def _remember(self, path: Path) -> None:
        others = [str(other) for other in self.recent if other != path]
        self._settings.remember_text(_RECENT, json.dumps([str(path), *others][:MOST_RECENT]))

    def _saving_done(self) -> None:
        assert self._writing is not None
        self.path, self._saved = self._writing
        self._remember(self.path)
        self._compare()
        self.state_changed.emit()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _saving_failed(self, reason: str) -> None:
        assert self._writing is not None
        self._then = None
        self.failed.emit(self.tr("{0} could not be saved: {1}").format(self._writing[0].name, reason))

    def _reading_failed(self, reason: str) -> None:
        self.failed.emit(self.tr("{0} could not be opened: {1}").format(self._source.name, reason))


def _read(path: Path) -> Opening:
    from optexplorer.export.metadata import experiment_in

    return Opening(experiment_in(path), _own_file(path), path)


def _own_file(path: Path) -> Path | None:
    """Return the file that saving writes to: a picture is never written over."""
    return path if path.suffix.lower() in (files.SUFFIX, ".json") else None
