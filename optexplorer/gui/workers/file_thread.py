"""Reads and writes files off the GUI thread, so that a slow disk never holds up the window or its closing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from optexplorer.gui.desktop.system_errors import system_error_words
from optexplorer.gui.desktop.window_style import localized
from optexplorer.text import words_of

_log = logging.getLogger(__name__)


class _Messenger(QObject):
    """Carries a call to the GUI thread. It has no parent: a task that outlives the window can still use it."""

    sent = Signal(object)


def reason(error: Exception) -> str:
    """Return what went wrong without the error's number and the whole path, which mean nothing to the user."""
    if isinstance(error, OSError) and error.strerror:
        return system_error_words(error.strerror)
    return localized(words_of(error))


class FileThread(QObject):
    """Runs tasks off the GUI thread, each on a thread of its own; what they return comes back to the GUI thread.

    Parameters
    ----------
    writes
        True: tasks follow one another in the order in which they were given, none is dropped, and the process
        ends only after the last of them, although the window may be gone by then.
        False: tasks do not wait for earlier ones, and the end of the process does not wait for them.
    """

    def __init__(self, writes: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writes = writes
        self._newest: threading.Thread | None = None
        self._messenger = _Messenger()
        self._messenger.sent.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object] = lambda result: None,
        failed: Callable[[Exception], object] = lambda error: None,
    ) -> None:
        """Run `work` on another thread; then, on the GUI thread, `done` with its result or `failed` with its error."""
        previous = self._newest if self._writes else None
        messenger = self._messenger

        def task() -> None:
            if previous is not None:
                previous.join()
            try:
                call = partial(done, work())
            except (OSError, ValueError) as error:
                call = partial(failed, error)
            except Exception as error:  # noqa: BLE001 - reported by `failed`, and kept in the log
                _log.exception("unexpected while reading or writing a file")
                call = partial(failed, error)
            messenger.sent.emit(call)

        self._newest = threading.Thread(target=task, name="files", daemon=not self._writes)
        self._newest.start()

    @property
    def busy(self) -> bool:
        """Whether the newest task is still running."""
        return self._newest is not None and self._newest.is_alive()

    def wait(self, seconds: float) -> bool:
        """Wait until all tasks have ended, but at most `seconds`; return whether they have."""
        if self._newest is not None:
            self._newest.join(seconds)
        return not self.busy

    def _call(self, call: Callable[[], object]) -> None:
        call()
