"""A slider between two bounds: linear, or logarithmic if they are decades apart."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from optexplorer.gui.fields.slider import JumpSlider

TICKS = 400
DECADES = 2.0
"""Positive bounds at least this many decades apart make the slider logarithmic."""


class RangeSlider(JumpSlider):
    """A slider whose value is a number from `low` to `high`, rounded to what its place can tell apart."""

    valueDragged = Signal(float)

    def __init__(self, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, TICKS)
        self.setSingleStep(TICKS // 100)
        self.setPageStep(TICKS // 10)
        self._low, self._high = low, high
        self.valueChanged.connect(lambda at: self.valueDragged.emit(self.value_at(at)))

    def set_bounds(self, low: float, high: float) -> None:
        """Set the bounds."""
        self._low, self._high = low, high

    @property
    def _logarithmic(self) -> bool:
        return self._low > 0 and math.log10(self._high / self._low) >= DECADES

    def value_at(self, position: int) -> float:
        """Return the value that the handle has at `position`."""
        low, high, share = self._low, self._high, position / TICKS
        if position <= 0 or position >= TICKS:
            return low if position <= 0 else high
        value = low * (high / low) ** share if self._logarithmic else low + share * (high - low)
        size = value if self._logarithmic else high - low
        decimals = 2 - math.floor(math.log10(abs(size))) if size else 0
        return min(max(round(value, decimals), low), high)

    def show_value(self, value: float) -> None:
        """Move the handle to `value`; while it is dragged, once it is let go."""
        self.show_position(round(TICKS * min(max(self._share(value), 0.0), 1.0)))

    def _share(self, value: float) -> float:
        low, high = self._low, self._high
        if self._logarithmic:
            return math.log(max(value, low) / low) / math.log(high / low)
        return (value - low) / (high - low)
