"""Ctrl+C in commands that keep what they have finished."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from optexplorer.cli.run import say

INTERRUPTED = 130
"""What a shell reports of a program that Ctrl+C has ended: 128 and the number of the signal."""


class Interruption:
    """Whether the user has asked for an end, by Ctrl+C or with `kill`."""

    def __init__(self) -> None:
        self._times = 0

    def asked(self) -> bool:
        """Return whether to finish what has been begun and end."""
        return self._times > 0

    def ask(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Ask for an end; the second time raise KeyboardInterrupt, the third time leave."""
        self._times += 1
        if self._times == 1:
            say("stopping; what is finished is kept (again: leave at once)")
        elif self._times == 2:
            raise KeyboardInterrupt
        else:
            os._exit(INTERRUPTED)


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Let Ctrl+C and SIGTERM ask for an end while the block runs, in place of ending it at once."""
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    before = {number: signal.signal(number, interruption.ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
