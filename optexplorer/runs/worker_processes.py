"""Worker processes, and how they handle Ctrl+C and the end of the process that started them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from types import FrameType

from optexplorer.runs.stop_order import STOPPING

MATRIX_THREADS = tuple(f"{library}_NUM_THREADS" for library in ("OPENBLAS", "MKL", "VECLIB", "OMP"))
"""Variables that libraries for matrices read when NumPy is imported. Several processes use all cores without them."""


class _Process(SpawnProcess):
    """A process that only remembers Ctrl+C, which would interrupt imports and waiting with a traceback."""

    def start(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            super().start()
            return
        # A process starts with the signals ignored that its parent ignores.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        missing = [name for name in MATRIX_THREADS if name not in os.environ]
        os.environ.update(dict.fromkeys(missing, "1"))
        try:
            super().start()
        finally:
            for name in missing:
                os.environ.pop(name, None)
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


def obey(orders: Connection) -> None:
    """Stop, in this worker process, when the other end of `orders` is closed; end when the parent has ended.

    A process that is killed closes all that it holds, so no worker outlives it.
    """

    def wait() -> None:
        with suppress(EOFError, OSError):
            orders.recv_bytes()
        STOPPING.set()
        parent = parent_process()
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, name="orders of the parent process", daemon=True).start()
