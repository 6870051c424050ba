"""Turns SIGINT, SIGTERM and SIGHUP into a Qt signal."""

from __future__ import annotations

import contextlib
import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class QuitSignals(QObject):
    """Emits `received` from the event loop, between two events and never within one, such as a paint event.

    Python runs a signal handler wherever the interpreter happens to be. The one here does nothing: the number of the
    signal goes through a socket that the event loop watches. A second signal ends the process at once.
    """

    received = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading, self._writing = socket.socketpair()
        for end in (self._reading, self._writing):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)
        self._before = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        # One that is ignored, as SIGHUP is under nohup, stays so.
        known = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        self._numbers = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
        for number in self._numbers:
            signal.signal(number, lambda *_: None)

    def stop(self) -> None:
        """Give the signals their usual effect again."""
        self._notifier.setEnabled(False)
        for number in self._numbers:
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(self._before)
        self._reading.close()
        self._writing.close()

    def _on_readable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            if any(number in self._numbers for number in self._reading.recv(64)):
                for number in self._numbers:
                    signal.signal(number, signal.SIG_DFL)
                self.received.emit()
