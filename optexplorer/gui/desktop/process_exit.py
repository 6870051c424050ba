"""Ends the process even if a background thread does not end."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time

from optexplorer.runs.failure import logger

LAST_WAIT = 0.3
"""Seconds that threads have, together, to notice that the program is ending."""


def wait_for_threads(code: int) -> int:
    """Return the exit code once the threads have ended; if they do not soon, end the process with it at once.

    A thread that is inside of Qt while Python and Qt are taken down would crash the process.
    """
    until = time.monotonic() + LAST_WAIT
    for thread in _at_work():
        thread.join(timeout=max(until - time.monotonic(), 0))
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            # Writes a file, which is not to be lost.
            thread.join()
    left = _at_work()
    if left:
        logger.warning("threads that did not end: %s", ", ".join(thread.name for thread in left))
        for thread in _writers():
            # Python itself waits for these at the end of a process: they write files.
            thread.join()
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(code)
    return code


def _writers() -> list[threading.Thread]:
    here = threading.current_thread()
    return [thread for thread in threading.enumerate() if not thread.daemon and thread is not here]


def _at_work() -> list[threading.Thread]:
    here = threading.current_thread()
    return [
        thread
        for thread in threading.enumerate()
        # Python keeps stand-ins for the threads of others, which cannot be waited for.
        if thread.daemon and thread is not here and not isinstance(thread, threading._DummyThread)
    ]
