"""Worker processes for export jobs, and how they handle Ctrl+C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from multiprocessing.context import SpawnContext, SpawnProcess
from types import FrameType


class _Process(SpawnProcess):
    """A process that only remembers Ctrl+C, which would interrupt imports and waiting with a traceback."""

    def start(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            super().start()
            return
        # A process starts with the signals ignored that its parent ignores.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            super().start()
        finally:
            signal.signal(signal.SIGINT, before)

    def run(self) -> None:
        signal.signal(signal.SIGINT, _remember)
        super().run()


class WorkerContext(SpawnContext):
    """Starts processes clean, because a fork would take half of Qt along."""

    Process = _Process


def run_interruptibly(work: Callable[[], None]) -> None:
    """Run `work` in a worker process; Ctrl+C, now or before, ends it quietly: the parent process reports it."""
    if _interrupted.is_set():
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        work()
    except KeyboardInterrupt:
        _interrupted.set()
    finally:
        signal.signal(signal.SIGINT, _remember)


_interrupted = threading.Event()


def _remember(number: int, frame: FrameType | None) -> None:
    _interrupted.set()
