"""The layout of a picture of the chart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from optexplorer.painting.axes import Tick, room_above, room_after, room_below, room_beside
from optexplorer.painting.chart_abscissa import (
    NAMES,
    ChartAbscissa,
    chart_abscissa,
    common_places_per_step,
    coordinates,
    reference_of,
)
from optexplorer.painting.chart_axis import ChartAxis, chart_axis
from optexplorer.painting.style import Style
from optexplorer.scene.geometry.ticks import round_stride
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]

LEAST_BETWEEN_EPOCHS = 16.0
"""The room between two lines at epochs, in units of the style, at least."""


@dataclass(frozen=True, eq=False)
class ChartFrame:
    """The layout of a picture of the chart, in pixels."""

    outer: QRectF
    plot: QRectF
    axis: ChartAxis
    abscissa: ChartAbscissa
    length: int
    """The last step of all racers."""
    unit: float
    common: bool = True
    """Whether a step stands at one place for all racers."""
    per_step: float = 1.0
    """How much further on the abscissa a step leads, where that is common."""
    counts: Array | None = None
    """Where the steps stand, of the racer whose steps are meant; None where that is common."""

    def x_at(self, places: Any) -> Any:
        """Return the horizontal places in the picture of places on the abscissa."""
        return self.plot.left() + self.abscissa.at(places) * self.plot.width()

    def _places(self, steps: NDArray[Any]) -> Array:
        """Return where steps stand on the abscissa."""
        if self.counts is None:
            return np.asarray(steps * self.per_step, dtype=np.float64)
        return np.asarray(np.interp(steps, np.arange(len(self.counts)), self.counts))

    def x(self, step: float) -> float:
        """Return the horizontal place of a step."""
        return float(self.x_at(self._places(np.array(step, dtype=np.float64))))

    def to_pixels(self, steps: NDArray[Any], values: Array) -> Array:
        """Return places in the picture, shape (k, 2), of values after these steps."""
        return self.points(self._places(np.asarray(steps)), values)

    def points(self, places: Array, values: Array) -> Array:
        """Return places in the picture, shape (k, 2), of values at places on the abscissa."""
        return np.stack(
            [self.x_at(places), self.plot.bottom() - self.axis.at(values) * self.plot.height()], axis=1
        )

    def place_at(self, x: float) -> float:
        """Return the place on the abscissa at a horizontal place."""
        place: float = self.abscissa.back((x - self.plot.left()) / self.plot.width())
        return place

    def step_at(self, x: float) -> int:
        """Return the step nearest to a horizontal place; at most `length`."""
        place: float = min(max(self.place_at(x), 0.0), self.abscissa.last)
        if self.counts is not None:
            return int(np.abs(self.counts - place).argmin())
        return int(min(max(round(place / self.per_step), 0), self.length))

    def x_ticks(self) -> list[Tick]:
        """Return the ticks of the horizontal axis."""
        most = max(2, int(self.plot.width() / (80 * self.unit)))
        return [
            Tick(self.plot.left() + at * self.plot.width(), label) for at, label in self.abscissa.ticks(most)
        ]

    def y_ticks(self) -> list[Tick]:
        """Return the ticks of the vertical axis."""
        ticks = self.axis.ticks(max(2, int(self.plot.height() / (28 * self.unit))))
        return [
            Tick(self.plot.bottom() - at * self.plot.height(), label) for at, label in ticks if 0 <= at <= 1
        ]

    def epochs(self, steps_per_epoch: int | None) -> list[float]:
        """Return the horizontal places of the epochs' beginnings that have room; none where they are on the axis."""
        if not steps_per_epoch or steps_per_epoch < 2 or self.abscissa.kind in ("epochs", "evaluations"):
            return []
        room = LEAST_BETWEEN_EPOCHS * self.unit
        low, high = self.abscissa.low, self.abscissa.high
        if self.abscissa.kind == "log-steps":
            return self._epochs_apart(steps_per_epoch, room)
        width = steps_per_epoch / (high - low) * self.plot.width()
        stride = round_stride(room / width) * steps_per_epoch
        first = max(math.ceil(low / stride), 1) * stride
        return [self.x(step) for step in np.arange(first, high, stride).tolist()]

    def _epochs_apart(self, steps_per_epoch: int, room: float) -> list[float]:
        """The epochs on a logarithmic axis, where they crowd to the right."""
        steps = np.unique(np.geomspace(1, max(self.abscissa.high / steps_per_epoch, 1), 256).round()) * float(
            steps_per_epoch
        )
        found: list[float] = []
        for step in steps[(steps > self.abscissa.low) & (steps < self.abscissa.high)].tolist():
            x = self.x(step)
            if not found or x - found[-1] >= room:
                found.append(x)
        return found


def chart_frame(rect: QRectF, scene: Scene, style: Style) -> ChartFrame:
    """Return the layout of the chart painted in `rect`."""
    unit = style.unit
    axis, abscissa, length = chart_axis(scene), chart_abscissa(scene), max(scene.length, 1)
    reference = reference_of(scene)
    counts, per_step = None, common_places_per_step(scene)
    if per_step is None and reference is not None:
        counts = coordinates(reference.trajectory, abscissa.kind)
    top = room_above(style) + 4 * unit
    right = room_after(style, style.words(NAMES[abscissa.kind]), [f"{abscissa.high:.0f}"]) + 8 * unit
    height = max(rect.height() - top - room_below(style) - 4 * unit, 8.0)
    left = 40 * unit
    for _ in range(2):
        width = max(rect.width() - left - right, 8.0)
        plot = QRectF(
            round(rect.left() + left) + 0.5, round(rect.top() + top) + 0.5, round(width), round(height)
        )
        frame = ChartFrame(
            QRectF(rect), plot, axis, abscissa, length, unit, per_step is not None, per_step or 1.0, counts
        )
        left = max(room_beside(style, [tick.label for tick in frame.y_ticks()]) + 8 * unit, 30 * unit)
    return frame
