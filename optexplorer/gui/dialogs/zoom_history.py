"""The parts of a plane that have been looked at, to go back and forward between."""

from __future__ import annotations

import math
from typing import NamedTuple

from optexplorer.runs.setting_map import Range


class Part(NamedTuple):
    """Two ranges, across and up."""

    x: Range
    y: Range


class ZoomHistory:
    """A list of parts, of which one is looked at. Zooms that follow each other fast count as one."""

    def __init__(self, whole: Part) -> None:
        self._parts = [whole]
        self._place = 0
        self._merges = False

    @property
    def part(self) -> Part:
        """What is looked at."""
        return self._parts[self._place]

    @property
    def can_go_back(self) -> bool:
        """Whether there is a part before."""
        return self._place > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether one has gone back from a part."""
        return self._place < len(self._parts) - 1

    def look_at(self, part: Part, *, merge: bool = False) -> None:
        """Look at another part; with `merge` it takes the place of the one before, if that came with `merge` too."""
        if part == self.part:
            return
        keep = self._place + (0 if merge and self._merges and self._place else 1)
        self._parts = [*self._parts[:keep], part]
        self._place = keep
        self._merges = merge

    def end_merge(self) -> None:
        """Let the next zoom be one of its own."""
        self._merges = False

    def go(self, by: int) -> None:
        """Go back or forward, as far as there is something."""
        self._place = min(max(self._place + by, 0), len(self._parts) - 1)
        self._merges = False

    def begin(self, whole: Part) -> None:
        """Begin anew with another whole."""
        self._parts, self._place, self._merges = [whole], 0, False


def zoomed(side: Range, factor: float, about: float) -> Range:
    """Return the range `factor` times as wide, in which `about` keeps its place."""
    if side.scale == "log" and side.division == "log":
        low, high = (about * (end / about) ** factor for end in (side.low, side.high))
    else:
        low, high = (about + (end - about) * factor for end in (side.low, side.high))
        if side.scale == "log" and low <= 0:
            low = side.low / (1 + factor)
    return side._replace(low=low, high=high) if low < high and math.isfinite(high - low) else side


def within(side: Range, low: float | None, high: float | None) -> Range:
    """Return the part of a range that bounds allow; bounds may be its edges, as only what lies between is computed."""
    first = side.low if low is None else max(side.low, low)
    last = side.high if high is None else min(side.high, high)
    return side._replace(low=first, high=last) if first < last else side
