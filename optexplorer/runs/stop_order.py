"""Whether this process, a worker, has been told to stop. Imports nothing that a window would have to wait for."""

from __future__ import annotations

import threading

STOPPING = threading.Event()
"""Set when nobody waits any more for what this process computes."""


def should_stop() -> bool:
    """Return whether what this process computes is no longer wanted; never in the process that was started first."""
    return STOPPING.is_set()
