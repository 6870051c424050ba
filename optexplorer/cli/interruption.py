"""Ctrl+C in commands that keep what they have finished."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from optexplorer.cli.run import say

INTERRUPTED = 130
"""What a shell reports of a program that Ctrl+C has ended: 128 and the number of the signal."""


class Interruption:
    """Whether the user has asked for an end, by Ctrl+C or with `kill`."""

    def __init__(self, before: Callable[[], None]) -> None:
        self._before = before
        self._times = 0
        self._told = False

    def asked(self) -> bool:
        """Return whether to finish what has been begun and end; the first time, say that it is so."""
        if not self._times:
            return False
        # Not where the signal is noticed, which may be while something else is being written.
        if not self._told and threading.current_thread() is threading.main_thread():
            self._told = True
            self._before()
            say("stopping; what is finished is kept (again: leave at once)")
        return True

    def ask(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Ask for an end; the second time raise KeyboardInterrupt, the third time leave."""
        self._times += 1
        if self._times == 2:
            raise KeyboardInterrupt
        if self._times > 2:
            os._exit(INTERRUPTED)


@contextmanager
def interruptible(before: Callable[[], None] = lambda: None) -> Iterator[Interruption]:
    """Let Ctrl+C, `kill` and the end of the terminal ask for an end while the block runs, in place of ending it at once.

    `before` is called before that is said, such as to remove a line of progress.
    """
    interruption = Interruption(before)
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    known = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # What is ignored stays ignored, as with `nohup`.
    heeded = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    handlers = {number: signal.signal(number, interruption.ask) for number in heeded}
    try:
        yield interruption
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
