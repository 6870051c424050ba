"""Computes a study off the GUI thread; what is found meanwhile comes as often as it can be shown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.runs.tasks import Progress, ShouldStop

BETWEEN = 60
"""Milliseconds between two looks at what has been found: faster, nobody sees, and the window would do nothing else."""


SHARE = 5
"""How many times as long as showing a result takes is waited for the next."""


class Report(Protocol):
    """Told by a study of what it has done, from its own thread and as often as it likes."""

    def __call__(self, progress: Progress | None = None, result: Any = None) -> None:
        """Take how far the study has come, and what it has found so far; None leaves either as it was.

        The result is handed to the GUI thread: it must not change any more.
        """


StudyWork = Callable[[ShouldStop, Report], Any]
"""What a study computes: it returns its result, and where it is stopped, what it has found until then."""


class _Found:
    """What a study has reported and nobody has looked at yet; the newest takes the place of what was before."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._result: Any = None

    def report(self, progress: Progress | None = None, result: Any = None) -> None:
        with self._lock:
            self._progress = self._progress if progress is None else progress
            self._result = self._result if result is None else result

    def take(self) -> tuple[Progress | None, Any]:
        with self._lock:
            found = self._progress, self._result
            self._progress = self._result = None
        return found


class StudyWorker(QObject):
    """Runs one study at a time on a thread of its own, which survives every exception of the study."""

    progressed = Signal(object)
    """How far it has come, a `Progress`."""
    found = Signal(object)
    """What it has found so far."""
    finished = Signal(object)
    """The result: at its end, or what had been found when it was stopped."""
    failed = Signal(str)
    """Why there is no result; why is also in the log."""

    def __init__(self, parent: QObject | None = None, subject: str = "study") -> None:
        super().__init__(parent)
        self._present: _Found | None = None
        self._looks = QTimer(self, interval=BETWEEN)
        self._looks.timeout.connect(self._look)
        self._task = LatestTask(self, subject)
        self._task.finished.connect(self._finish)
        self._task.failed.connect(self._fail)

    @property
    def busy(self) -> bool:
        """Whether a study is under way."""
        return self._present is not None

    @property
    def stopping(self) -> bool:
        """Whether the study under way has been asked to stop."""
        return self._present is not None and self._present.stopped.is_set()

    def spare(self, seconds: float) -> None:
        """Look less often at what is found where showing it takes `seconds`, so that the window has time for the user."""
        self._looks.setInterval(max(BETWEEN, round(1000 * SHARE * seconds)))

    def start(self, work: StudyWork) -> None:
        """Begin a study; the one before is dropped."""
        self._drop()
        self._present = _Found()
        self._task.run_stoppable(partial(_work, work, self._present))
        self._looks.start()

    def stop(self) -> None:
        """Ask the study under way to stop; it finishes with what it has."""
        if self._present is not None:
            self._present.stopped.set()

    def forget(self) -> None:
        """Drop the study under way, as when its window closes; waits for nothing."""
        self._drop()
        self._task.forget()

    def _drop(self) -> None:
        if self._present is not None:
            self._present.stopped.set()
        self._present = None
        self._looks.stop()

    def _look(self) -> None:
        if self._present is None:
            return
        progress, result = self._present.take()
        if result is not None:
            self.found.emit(result)
        if progress is not None:
            self.progressed.emit(progress)

    def _finish(self, result: Any) -> None:
        self._look()
        self._drop()
        self.finished.emit(result)

    def _fail(self, message: str) -> None:
        self._look()
        self._drop()
        self.failed.emit(message)


def _work(work: StudyWork, found: _Found, should_stop: ShouldStop) -> Any:
    def stops() -> bool:
        return found.stopped.is_set() or should_stop()

    return work(stops, found.report)
