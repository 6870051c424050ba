"""The GUI thread's turn with the interpreter: while it has much to do, work on another thread waits.

Python runs one thread at a time. Two that both want to run hand the interpreter over every few milliseconds, and each
call into Qt or NumPy may cost the GUI thread its turn: a frame of 15 ms then takes 30.
"""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QTimer


class GuiTurn(QObject):
    """Knows when the GUI thread has begun something that leads to a new picture, and when only painting is left of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._over = threading.Event()
        self._over.set()
        # A timer of no interval fires when input and signals have been handled; what they changed is painted next.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._end)
        self._handed_over = False

    def begin(self) -> None:
        """Begin a turn, on the GUI thread; it ends by itself when nothing is left to do but to paint."""
        self._handed_over = False
        self._over.clear()
        self._timer.start()

    def _end(self) -> None:
        if not self._handed_over:
            self._over.set()

    def hand_over(self) -> None:
        """Tell from another thread that the GUI thread is about to `begin` its turn, as by a signal on its way."""
        self._handed_over = True
        self._over.clear()

    def wait_until_over(self, most: float) -> None:
        """Wait on another thread until the turn is over, but at most `most` seconds."""
        self._over.wait(most)
