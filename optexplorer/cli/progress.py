"""Tells on standard error how far a long computation has come, where that is a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from optexplorer.runs.tasks import Progress

SHOWN_EVERY = 0.2
"""Seconds between two changes of the line."""


class ProgressLine:
    """A line that is written anew while the block runs, and removed at its end; nothing where nobody would see it.

    Parameters
    ----------
    what : is counted, such as "cells"
    stream : where it is written; None for standard error
    """

    def __init__(self, what: str, stream: TextIO | None = None) -> None:
        self._what = what
        self._stream = sys.stderr if stream is None else stream
        self._seen = self._stream is not None and self._stream.isatty()
        self._length = 0
        self._shown = 0.0

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, progress: Progress) -> None:
        """Show how far it has come, if the last time was a moment ago."""
        now = time.monotonic()
        if not self._seen or (now - self._shown < SHOWN_EVERY and progress.done < progress.total):
            return
        self._shown = now
        width = shutil.get_terminal_size().columns - 1
        self._write(progress_words(progress, self._what)[:width])

    def clear(self) -> None:
        """Remove the line, so that something else can be written."""
        if self._length:
            self._write("")
            self._shown = 0.0

    def _write(self, line: str) -> None:
        # What is computed does not depend on whether this can be said.
        with suppress(OSError):
            self._stream.write("\r" + line.ljust(self._length) + ("" if line else "\r"))
            self._stream.flush()
        self._length = len(line)


def progress_words(progress: Progress, what: str) -> str:
    """Return how far something has come, such as "1,200/10,000 cells, 12 %, 340/s, 26 s left"."""
    # Not 100 % before all is done.
    share = 100 * progress.done // max(progress.total, 1)
    parts = [f"{progress.done:,}/{progress.total:,} {what}", f"{share} %"]
    made = progress.done - progress.begun
    if made > 0 and progress.seconds > 0:
        rate = made / progress.seconds
        parts.append(f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.2g}/s")
    if progress.remaining is not None and progress.done < progress.total:
        parts.append(f"{duration_words(progress.remaining)} left")
    return ", ".join(parts)


def duration_words(seconds: float) -> str:
    """Return a time in words, such as "2 h 05 min"."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours < 48 else f"{hours / 24:.0f} days"
