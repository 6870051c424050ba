"""Has the C library give memory back to the system that pictures and paths have used for a while."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

# From glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_LARGE = 512 * 1024
"""Blocks from this size on, in bytes, are taken from the system one by one, and given back as soon as they are free."""


def give_memory_back() -> None:
    """Set up the memory of this process; does nothing where the C library is not glibc.

    Left to itself, glibc keeps a heap for each thread and puts pictures of several megabytes into it; freed, they leave
    holes between small blocks that stay: hundreds of megabytes in an afternoon.
    """
    set_option = _function("mallopt")
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, _LARGE)
        set_option(_TRIM_THRESHOLD, 2 * _LARGE)
        set_option(_ARENA_MAX, 2)


def trim() -> None:
    """Give the system what is free between blocks that are in use: half of the heap after an hour.

    It takes about 10 ms for each 100 MB, in which no thread gets memory.
    """
    function = _function("malloc_trim")
    if function is not None:
        function(ctypes.c_size_t(0))


def _function(name: str) -> Any:
    """Return a function of glibc; None where the C library has none of that name."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        return getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError):
        return None
