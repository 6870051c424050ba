"""Runs functions off the GUI thread and brings their results back; the newest request wins."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from PySide6.QtCore import QMetaMethod, QObject, Signal, Slot

from optexplorer.gui.desktop.gui_turn import GuiTurn
from optexplorer.runs.failure import Failure, failure_of, log_failure

ShouldStop = Callable[[], bool]
PATIENCE = 0.01
"""Seconds that work waits for a GUI thread that is busy."""
LAST_WAIT = 0.4
"""Seconds that closing waits for work under way, such as the writing of a file."""


@dataclass(eq=False)
class _Request:
    number: int
    work: Callable[[ShouldStop], Any]
    stopped: threading.Event = field(default_factory=threading.Event)


def _should_stop(stopped: threading.Event) -> ShouldStop:
    """Return what work asks now and then; while the GUI thread has a picture to make, it waits there."""
    turn = LatestTask.gui_turn
    if turn is None:
        return stopped.is_set

    def asked() -> bool:
        turn.wait_until_over(PATIENCE)
        return stopped.is_set()

    return asked


class _Messenger(QObject):
    """Carries results to the GUI thread. Has no parent: it lives as long as a thread may still emit from it."""

    finished = Signal(int, object)
    failed = Signal(int, object)


class LatestTask(QObject):
    """One place from which work is sent to a thread of its own; results of overtaken work are dropped.

    The thread survives every `Exception` of the work. It is a daemon: work that does not end keeps neither the window
    nor the program open.
    """

    gui_turn: ClassVar[GuiTurn | None] = None
    """The turn of the window's GUI thread, for which work waits; None without a window."""
    finished = Signal(object)
    """The result of the newest work."""
    failed = Signal(str)
    """Why the newest work has no result. An error that nobody is connected to, and one that is the fault of a program
    rather than of the input, also goes to the log, and so to the window's notice bar."""

    def __init__(self, parent: QObject | None = None, subject: str = "") -> None:
        """`subject` says in messages what could not be done."""
        super().__init__(parent)
        self._subject = subject
        self._newest = 0
        self._lock = threading.Lock()
        self._waiting: _Request | None = None
        self._running: _Request | None = None
        self._thread: threading.Thread | None = None
        self._messenger = _Messenger()
        self._messenger.finished.connect(self._finish)
        self._messenger.failed.connect(self._fail)

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        with self._lock:
            return self._running is not None or self._waiting is not None

    def run(self, work: Callable[[], Any]) -> None:
        """Run `work` on another thread; work that has not begun yet is dropped."""
        self.run_stoppable(lambda _: work())

    def run_stoppable(self, work: Callable[[ShouldStop], Any]) -> None:
        """Run `work` on another thread; it is given a function that says when its result is no longer wanted."""
        with self._lock:
            self._newest += 1
            self._waiting = _Request(self._newest, work)
            if self._running is not None:
                self._running.stopped.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name(), daemon=True)
                self._thread.start()

    def forget(self) -> None:
        """Drop the results of what has been asked for, and tell the work under way to stop; waits for nothing."""
        with self._lock:
            self._newest += 1
            self._waiting = None
            if self._running is not None:
                self._running.stopped.set()

    def wait(self, seconds: float = LAST_WAIT) -> bool:
        """Wait at most `seconds` until all work that was asked for is done; return whether it is."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout=seconds)
        return thread is None or not thread.is_alive()

    def _name(self) -> str:
        return f"latest task {self._subject}".rstrip()

    def _work(self) -> None:
        # Not through self: Qt may delete this object while the work goes on.
        messenger = self._messenger
        while True:
            with self._lock:
                request, self._waiting = self._waiting, None
                self._running = request
                if request is None:
                    self._thread = None
                    return
            try:
                result = request.work(_should_stop(request.stopped))
            except Exception as error:  # noqa: BLE001 - reported
                messenger.failed.emit(request.number, failure_of(error, self._subject))
            else:
                messenger.finished.emit(request.number, result)
            # Else the last result lives on until the next request.
            result = None

    @Slot(int, object)
    def _finish(self, number: int, result: object) -> None:
        if number == self._newest:
            self.finished.emit(result)

    @Slot(int, object)
    def _fail(self, number: int, failure: Failure) -> None:
        if number != self._newest:
            # Nobody waits for it any more, but the log keeps it.
            log_failure(failure, logging.WARNING)
            return
        told = self.isSignalConnected(QMetaMethod.fromSignal(self.failed))
        log_failure(failure, logging.WARNING if told and failure.expected else logging.ERROR)
        self.failed.emit(failure.message)
