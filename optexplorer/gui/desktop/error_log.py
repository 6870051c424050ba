"""The log of all failures and uncaught exceptions: written to a file, and signalled to the window.

Workers log their failures themselves; uncaught exceptions of all threads come here through Python's
hooks.
"""

from __future__ import annotations

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from PySide6.QtCore import QObject, Signal

from optexplorer.runs.failure import Failure, failure_of, log_failure, logger

if TYPE_CHECKING:
    from types import TracebackType

MOST_BYTES, MOST_FILES = 500_000, 3
FORMAT = "%(asctime)s %(levelname)s [%(threadName)s] %(message)s"


def log_file() -> Path:
    """Return the file to which failures are written."""
    return platformdirs.user_state_path("optexplorer", appauthor=False) / "log" / "optexplorer.log"


class ErrorLog(QObject):
    """Passes on what is logged as an error, from any thread to the GUI thread."""

    reported = Signal(object)
    """A `Failure`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._teller = _Teller(self)
        self._file: logging.Handler | None = None
        self._hooks: tuple[Any, Any, Any] | None = None
        logger.addHandler(self._teller)

    def write_to(self, path: Path) -> None:
        """Write failures to a file from now on; without room or permission for it, only the window tells them."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(
                path, maxBytes=MOST_BYTES, backupCount=MOST_FILES, encoding="utf-8", delay=True
            )
        except OSError as error:
            log_failure(failure_of(error, "log"), logging.WARNING)
            return
        handler.setFormatter(logging.Formatter(FORMAT))
        handler.setLevel(logging.WARNING)
        # What cannot be written to the log cannot be logged either.
        handler.handleError = lambda record: None  # type: ignore[method-assign]
        self._file = handler
        logger.addHandler(handler)

    def catch_uncaught(self) -> None:
        """Log uncaught exceptions, and still print them as Python does."""
        if self._hooks is None:
            self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
            sys.excepthook = self._on_exception
            threading.excepthook = self._on_thread_exception
            sys.unraisablehook = self._on_unraisable

    def close(self) -> None:
        """Remove the handlers and hooks."""
        logger.removeHandler(self._teller)
        if self._file is not None:
            logger.removeHandler(self._file)
            self._file.close()
            self._file = None
        if self._hooks is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
            self._hooks = None

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            log_failure(failure_of(error))
        if self._hooks is not None:
            self._hooks[0](kind, error, traceback)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if isinstance(args.exc_value, Exception):
            log_failure(failure_of(args.exc_value, "" if args.thread is None else args.thread.name))
        if self._hooks is not None:
            self._hooks[1](args)

    def _on_unraisable(self, args: sys.UnraisableHookArgs) -> None:
        if isinstance(args.exc_value, Exception):
            log_failure(failure_of(args.exc_value))
        if self._hooks is not None:
            self._hooks[2](args)


class _Teller(logging.Handler):
    """Hands the failures of error records to an `ErrorLog`."""

    def __init__(self, log: ErrorLog) -> None:
        super().__init__(logging.ERROR)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        failure = getattr(record, "failure", None)
        self._log.reported.emit(failure if isinstance(failure, Failure) else Failure(record.getMessage()))
