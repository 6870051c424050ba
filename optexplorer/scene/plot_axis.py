"""An axis of a plot: its range, its scale, and where values stand on it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.scene.geometry.ticks import linear_ticks, log_ticks, power_labels, tick_labels
from optexplorer.text import Language, Text

Array = NDArray[np.float64]
Scale = Literal["linear", "log"]

LONG = 1e-4
"""Of an axis shorter than this part of its values, ticks are labelled by their distance from a place on it."""
SMALLEST, LARGEST = 1e-300, 1e300
"""Logarithmic axes reach no further."""


@dataclass(frozen=True)
class PlotAxis:
    """An axis from `low` to `high`.

    Attributes
    ----------
    base : is taken off values before they are shown, as a known lowest loss on a logarithmic axis; `low` and `high` are
        the ends after that
    names : places that have words in place of ticks with numbers: (value, words)
    last_tick : there are no ticks above this value, as where the part above it has another meaning

    Raises
    ------
    ValueError
        If `low` is not below `high`, or an end of a logarithmic axis is not positive.
    """

    label: Text
    low: float
    high: float
    scale: Scale = "linear"
    base: float = 0.0
    names: tuple[tuple[float, Text], ...] = ()
    last_tick: float = math.inf

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"an axis from {self.low} to {self.high} is not allowed; low < high")
        if self.scale == "log" and not self.low > 0:
            raise ValueError(f"a logarithmic axis from {self.low} is not allowed; low > 0")

    def _even(self, values: Array) -> Array:
        return np.log10(values) if self.scale == "log" else values

    @property
    def _ends(self) -> tuple[float, float]:
        low, high = self._even(np.array([self.low, self.high])).tolist()
        return low, high

    def at(self, values: Array) -> Array:
        """Return where values of any shape stand: 0 at the low end, 1 at the high end.

        NaN where there is no place: NaN itself, and on a logarithmic axis what is below its base. What equals the base
        is infinitely far below.
        """
        low, high = self._ends
        with np.errstate(all="ignore"):
            return np.asarray(
                (self._even(np.asarray(values, dtype=np.float64) - self.base) - low) / (high - low)
            )

    def place(self, value: float) -> float:
        """Return where one value stands, as `at` does."""
        return float(self.at(np.array([value]))[0])

    def back(self, part: float) -> float:
        """Return the value that stands at `part` of the way from the low end to the high one."""
        low, high = self._ends
        even = low + part * (high - low)
        return self.base + (float(10 ** min(max(even, -300.0), 300.0)) if self.scale == "log" else even)

    def between(self, first: float, last: float) -> PlotAxis:
        """Return the axis of which only the part between two values, `base` included in them, is seen."""
        low, high = sorted((first - self.base, last - self.base))
        if self.scale == "log":
            low, high = max(low, SMALLEST), min(high, LARGEST)
        return replace(self, low=low, high=high) if low < high else self

    @property
    def shift(self) -> float:
        """What is taken off the labels of ticks and said beside the axis' name: 0 unless they would be too long."""
        width, size = self.high - self.low, max(abs(self.low), abs(self.high))
        if self.scale == "log" or not width < LONG * size:
            return 0.0
        return round((self.low + self.high) / 2, 1 - math.floor(math.log10(width)))

    def name(self, language: Language) -> str:
        """Return the axis' name, and what has been taken off the labels of its ticks."""
        words, shift = self.label.in_language(language), self.shift
        return f"{words} − {shift!r}" if shift else words

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Return places in [0, 1] and labels of at most about `most` ticks; not of an axis with `names`."""
        if shift := self.shift:
            shifted = linear_ticks(self.low - shift, self.high - shift, most)
            parts = [(value - (self.low - shift)) / (self.high - self.low) for value in shifted]
            return list(zip(parts, tick_labels(shifted), strict=True))
        high = min(self.high, self.last_tick - self.base)
        if self.scale == "log":
            values = log_ticks(self.low, high, most)
            labels = power_labels(values)
        else:
            values = linear_ticks(self.low, high, most)
            labels = tick_labels(values)
        places = self.at(np.array(values) + self.base)
        return list(zip(places.tolist(), labels, strict=True))

    def resolution(self, value: float) -> float:
        """Return the difference, about `value`, that can just be seen on the axis."""
        share = (self.high - self.low) / 1000
        if self.scale == "linear":
            return share
        return abs(value - self.base) * min(math.log(self.high / self.low) / 1000, 5e-3)


def axis_around(
    label: Text,
    values: Array,
    scale: Scale = "linear",
    *,
    base: float = 0.0,
    room: float = 0.04,
    decades: float = 16.0,
) -> PlotAxis:
    """Return an axis that suits values of any shape, with `room` (a part of its length) at both ends.

    Parameters
    ----------
    base : is taken off; on a logarithmic axis only what is above it counts
    decades : a logarithmic axis reaches at most so far down from its highest value
    """
    seen = np.asarray(values, dtype=np.float64).ravel() - base
    seen = seen[np.isfinite(seen)]
    if scale == "log":
        seen = seen[(seen >= SMALLEST) & (seen <= LARGEST)]
        if not seen.size:
            return PlotAxis(label, 0.1, 10.0, "log", base)
        low, high = math.log10(float(seen.min())), math.log10(float(seen.max()))
        low = max(low, high - decades)
        gap = room * (high - low) if high - low > 1e-9 else 0.3
        return PlotAxis(
            label, max(10 ** (low - gap), SMALLEST), min(10 ** (high + gap), LARGEST), "log", base
        )
    if not seen.size:
        return PlotAxis(label, 0.0, 1.0, "linear", base)
    low, high = float(seen.min()), float(seen.max())
    gap = room * (high - low) if high - low > 1e-12 * max(abs(low), abs(high)) else max(0.5, 0.05 * abs(high))
    return PlotAxis(label, low - gap, high + gap, "linear", base)
