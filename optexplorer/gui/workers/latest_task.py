"""Runs one function off the GUI thread and brings its result back; the newest request wins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot


class _Messenger(QObject):
    finished = Signal(int, object)
    failed = Signal(int, str)


class _Task(QRunnable):
    def __init__(self, number: int, work: Callable[[], Any], messenger: _Messenger) -> None:
        super().__init__()
        self._number, self._work, self._messenger = number, work, messenger

    def run(self) -> None:
        try:
            result = self._work()
        except (OSError, ValueError, ArithmeticError, MemoryError) as error:
            self._messenger.failed.emit(self._number, _words(error))
        else:
            self._messenger.finished.emit(self._number, result)


def _words(error: Exception) -> str:
    """Return what went wrong without the number and the whole path, which mean nothing to the person."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


class LatestTask(QObject):
    """One place from which work is sent away; results of overtaken work are dropped."""

    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._messenger = _Messenger(self)
        self._messenger.finished.connect(self._finish)
        self._messenger.failed.connect(self._fail)

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return self._pool.activeThreadCount() > 0

    def run(self, work: Callable[[], Any]) -> None:
        """Run `work` on another thread; work that has not begun yet is dropped."""
        self._newest += 1
        self._pool.clear()
        self._pool.start(_Task(self._newest, work, self._messenger))

    def forget(self) -> None:
        """Drop the results of what has been asked for: they are no longer wanted."""
        self._newest += 1
        self._pool.clear()

    def wait(self) -> None:
        """Wait until the work under way has ended."""
        self._pool.clear()
        self._pool.waitForDone()

    @Slot(int, object)
    def _finish(self, number: int, result: object) -> None:
        if number == self._newest:
            self.finished.emit(result)

    @Slot(int, str)
    def _fail(self, number: int, message: str) -> None:
        if number == self._newest:
            self.failed.emit(message)
