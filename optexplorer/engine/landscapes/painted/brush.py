"""Brush strokes on a grid of heights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optexplorer.engine.landscapes.base import Array
from optexplorer.engine.landscapes.painted.definition import HIGHEST

Tool = Literal["raise", "lower", "smooth", "level"]
INVERSE: dict[Tool, Tool] = {"raise": "lower", "lower": "raise", "smooth": "smooth", "level": "level"}

SPACING = 0.25
"""Distance between two dabs of a stroke, in radii."""
STEEPEST = 0.08
"""How much of the painting's height one dab at full strength raises."""
MOST_DABS = 400


@dataclass(frozen=True)
class Brush:
    """A round brush.

    Attributes
    ----------
    radius : in parts of the shorter side of the grid, over 0 to 1
    strength : over 0 to 1
    """

    tool: Tool = "raise"
    radius: float = 0.12
    strength: float = 0.5

    def inverted(self) -> Brush:
        """Return the brush that does the opposite, where there is one."""
        return Brush(INVERSE[self.tool], self.radius, self.strength)


class Stroke:
    """One stroke of a brush over a grid of heights, from pressing the button to letting it go.

    Places are (column, row) in cells of the grid, whose corner is (0, 0); fractions are allowed. `unit` is the height
    that counts as large: brushes that raise and lower work in parts of it.
    """

    def __init__(self, heights: Array, unit: float) -> None:
        self.heights = np.array(heights, dtype=np.float64)
        self._unit = unit
        self._place: tuple[float, float] | None = None
        self._level = 0.0

    def move(self, brush: Brush, place: tuple[float, float]) -> Array:
        """Draw the brush from where it is to `place`, and return the heights; the first time, put it down there.

        Dabs lie equally far apart, so that it does not matter how fast the hand moves.
        """
        if not all(map(math.isfinite, place)):
            return self.heights
        radius = max(brush.radius * (min(self.heights.shape) - 1), 0.75)
        if self._place is None:
            self._level = self._height_at(place)
            self._dab(brush, place, radius)
            self._place = place
            return self.heights
        (x, y), gap = self._place, SPACING * radius
        dx, dy = place[0] - x, place[1] - y
        count = min(int(math.hypot(dx, dy) / gap), MOST_DABS)
        for k in range(1, count + 1):
            share = k * gap / math.hypot(dx, dy)
            self._place = (x + share * dx, y + share * dy)
            self._dab(brush, self._place, radius)
        return self.heights

    def _height_at(self, place: tuple[float, float]) -> float:
        rows, columns = self.heights.shape
        column, row = (
            round(min(max(at, 0.0), count - 1.0)) for at, count in zip(place, (columns, rows), strict=True)
        )
        return float(self.heights[row, column])

    def _dab(self, brush: Brush, place: tuple[float, float], radius: float) -> None:
        rows, columns = self.heights.shape
        left, right = max(math.ceil(place[0] - radius), 0), min(math.floor(place[0] + radius) + 1, columns)
        low, high = max(math.ceil(place[1] - radius), 0), min(math.floor(place[1] + radius) + 1, rows)
        if left >= right or low >= high:
            return
        across = (np.arange(left, right) - place[0]) / radius
        along = (np.arange(low, high) - place[1]) / radius
        # (1 - d^2)^3 comes to its end with slope and curvature zero.
        weight = np.maximum(1.0 - across**2 - along[:, None] ** 2, 0.0) ** 3
        patch = self.heights[low:high, left:right]
        if brush.tool in ("raise", "lower"):
            sign = 1.0 if brush.tool == "raise" else -1.0
            patch += sign * STEEPEST * brush.strength * self._unit * weight
        else:
            goal = self._level if brush.tool == "level" else smoothed(self.heights)[low:high, left:right]
            patch += brush.strength * weight * (goal - patch)
        np.clip(patch, -HIGHEST, HIGHEST, out=patch)


def smoothed(heights: Array) -> Array:
    """Return the heights averaged with their neighbours, by 1 2 1 in both directions; edges count as continued."""
    wide = np.pad(heights, 1, mode="edge")
    down = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    result: Array = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 16
    return result
