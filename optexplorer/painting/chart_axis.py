"""The quantities that the chart shows, and its vertical axis."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.experiment.appearance import Quantity
from optexplorer.painting.axes import LOSS
from optexplorer.scene.chart_lines import chart_lines, charted_quantity
from optexplorer.scene.geometry.ticks import linear_ticks, log_ticks, power_labels, tick_labels
from optexplorer.scene.scene import Scene
from optexplorer.scene.series import Extent
from optexplorer.text import Text

Array = NDArray[np.float64]

NAMES: dict[Quantity, Text] = {
    "loss": LOSS,
    "lr": Text("learning rate", "学習率"),
    "gradient": Text("‖gradient‖", "‖勾配‖"),
    "stability": Text("largest curvature", "最大曲率"),
    "accuracy": Text("accuracy", "正解率"),
}
ABOVE_MINIMUM = Text("loss − minimum", "損失 − 最小値")
HEADROOM = 10.0
"""Values above this many times the highest of landscape and starts leave the chart at its top."""
DEPTH = 1e-13
"""Values below this part of the highest are shown at the bottom of a logarithmic axis."""
FLAT = 1.5
"""Losses whose highest is less than this many times their lowest stand on an offset, which is taken off."""
SMALLEST, LARGEST = 1e-300, 1e300
"""Logarithmic axes reach no further; values beyond lie at their ends."""
WIDE = 12.0
"""Highest values of lines, curvatures and limits, that differ by more than this factor share no linear axis."""
DEEP = 1e-3
"""Curvatures further below zero than this part of the highest have room on the axis."""
LONGEST_FALL = 1e4
"""How far below the highest curvature of the flattest path others are still shown, on a logarithmic axis."""
LEAST = 1.6
"""What keeps its value stands in the middle of an axis that reaches this many times further up and down."""


@dataclass(frozen=True)
class ChartAxis:
    """The vertical axis.

    `log` shows value − `base` by its logarithm. `asinh` shows values of both signs: evenly up to about
    ±`knee`, and by their logarithm beyond. `low` and `high` are its ends, after `base` has been taken off. Values below
    `floor` stand there on a logarithmic axis; it is `low` unless the ends have been `chosen`.
    """

    kind: Literal["linear", "log", "asinh"]
    low: float
    high: float
    base: float = 0.0
    knee: float = 1.0
    floor: float | None = None
    chosen: bool = False

    def _even(self, value: Array) -> Array:
        if self.kind == "log":
            return np.log10(np.maximum(value, SMALLEST))
        return np.arcsinh(value / self.knee) if self.kind == "asinh" else value

    def at(self, values: Array) -> Array:
        """Return where values of any shape stand: 0 at the bottom of the axis, 1 at its top."""
        low, high = self._even(np.array([self.low, self.high])).tolist()
        with np.errstate(all="ignore"):
            value = self._even(np.asarray(values, dtype=np.float64) - self.base)
            if self.kind == "log":
                value = np.maximum(value, math.log10(self._floor))
            return np.asarray((value - low) / (high - low))

    @property
    def _floor(self) -> float:
        return self.low if self.floor is None else self.floor

    def part_at(self, value: float) -> float:
        """Return where a value above `base` stands, as `at` does, also below the floor."""
        low, high, even = self._even(np.array([self.low, self.high, value])).tolist()
        return float((even - low) / (high - low))

    def back(self, part: float) -> float:
        """Return the value, above `base`, that stands at `part` of the way from bottom to top."""
        low, high = self._even(np.array([self.low, self.high])).tolist()
        even = low + part * (high - low)
        if self.kind == "log":
            return float(10 ** min(max(even, -300), 300))
        return float(self.knee * math.sinh(min(max(even, -690), 690))) if self.kind == "asinh" else even

    def between(self, low: float, high: float) -> ChartAxis:
        """Return the axis of which only values from `low` to `high`, above `base`, are seen."""
        if self.kind == "log":
            low, high = max(low, SMALLEST), min(high, LARGEST)
        if not low < high:
            return self
        return replace(self, low=low, high=high, floor=min(self._floor, low), chosen=True)

    def resolution(self, value: float) -> float:
        """Return the difference, about `value`, that can just be seen on the axis."""
        if self.kind == "linear":
            return (self.high - self.low) / 500
        return 5e-3 * max(abs(value - self.base), self.low if self.kind == "log" else self.knee)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Return places in [0, 1] and labels of at most about `most` ticks."""
        if self.kind == "log":
            values = log_ticks(self.low, self.high, most)
            labels = power_labels(values)
        elif self.kind == "asinh":
            values = self._signed_powers(most)
            if len(values) < 2:
                values = linear_ticks(self.low, self.high, most)
            labels = power_labels(values)
        else:
            values = linear_ticks(self.low, self.high, most)
            labels = tick_labels(values)
        places = self.at(np.array(values) + self.base)
        return list(zip(places.tolist(), labels, strict=True))

    def _signed_powers(self, most: int) -> list[float]:
        first = math.ceil(math.log10(self.knee))
        last = math.floor(math.log10(max(abs(self.low), self.high, 10 * self.knee)))
        stride = max(1, math.ceil(2 * (last - first + 1) / max(most - 1, 1)))
        powers = [10.0**k for k in range(first, last + 1, stride)]
        return [v for v in (*(-p for p in reversed(powers)), 0.0, *powers) if self.low <= v <= self.high]


def chart_axis(scene: Scene) -> ChartAxis:
    """Return the axis of the scene's chart: the part that has been chosen of the whole one."""
    axis, chosen = whole_axis(scene), scene.appearance.chart_values
    return axis if chosen is None else axis.between(*chosen)


def whole_axis(scene: Scene) -> ChartAxis:
    """Return the axis that suits what the scene's chart shows of its paths, whole."""
    quantity = charted_quantity(scene)
    if quantity == "loss":
        return _loss_axis(scene)
    if quantity == "accuracy":
        return ChartAxis("linear", -0.02, 1.02)
    return _sharpness_axis(scene) if quantity == "stability" else _positive_axis(scene)


def _sharpness_axis(scene: Scene) -> ChartAxis:
    """The axis of the largest curvatures and of the limits beside them.

    Linear, so that one sees how curvatures rise to a limit and hover there; logarithmic where that would make lines
    flat, `asinh` if there are curvatures of both signs then.
    """
    extents = _extents(scene)
    if not extents:
        return ChartAxis("linear", 0.0, 1.0)
    # Curvatures may explode where a path does.
    high = min(max(found.high for found in extents), HEADROOM * max(abs(found.first) for found in extents))
    low = min(found.low for found in extents)
    high = max(high, low)
    positive = [found.high for found in extents if found.high > 0]
    if not positive or high <= WIDE * min(positive):
        return _even_axis(min(low, 0.0), high)
    if low < -DEEP * high:
        return ChartAxis("asinh", 1.5 * low, 1.5 * high, knee=min(positive) / 10)
    above = _extents(scene, above=DEPTH * high)
    low = max(min(found.low for found in above), min(found.high for found in above) / LONGEST_FALL)
    return _log_axis(low, high, max((high / low) ** 0.06, LEAST if high < LEAST * low else 1.2))


def _positive_axis(scene: Scene) -> ChartAxis:
    """A logarithmic axis of what cannot be negative."""
    extents = _extents(scene, above=0.0)
    if not extents:
        return ChartAxis("log", 0.1, 10.0)
    high = max(values.high for values in extents)
    if charted_quantity(scene) == "gradient":
        # Gradients may explode; a rate is seen whole, however low a warm-up begins.
        high = min(high, HEADROOM * max(values.first for values in extents))
    low = min(max(min(values.low for values in extents), DEPTH * high), high)
    room = max((high / low) ** 0.08, LEAST if high < LEAST * low else 1.2)
    return _log_axis(low, high, room)


def _extents(scene: Scene, above: float = -math.inf) -> list[Extent]:
    """Return between which values above a bound the lines of the chart lie, where there are any.

    What scatters around a line counts for nothing: it may go out of sight.
    """
    extents = (
        line.extent(above)
        for racer_path in scene.racer_paths
        for line in chart_lines(racer_path.trajectory, charted_quantity(scene), racer_path.sharpness)
        if line.stroke != "faint"
    )
    return [found for found in extents if found is not None]


def _loss_axis(scene: Scene) -> ChartAxis:
    """The axis that suits all losses of the scene's paths.

    Logarithmic if no loss lies below zero; else logarithmic above the landscape's known lowest value; else, where
    losses fall without end, linear, or `asinh` if they fall far.
    """
    losses = _extents(scene)
    scale = None if scene.samples is None else scene.samples.scale
    if not losses:
        if scale is None or scale.low >= 0:
            return ChartAxis("log", 0.1, 10.0)
        return ChartAxis("linear", scale.low, scale.high)
    # Not before there are losses: of a landscape that is still waited for, it is not derived yet.
    minimum = scene.landscape.global_minimum
    lowest, highest = min(loss.low for loss in losses), max(loss.high for loss in losses)
    starts = [loss.first for loss in losses]
    usual = max(starts if scale is None else [scale.high, *starts])
    slack = 1e-6 * abs(usual)
    if lowest >= 0 and (minimum is None or minimum >= -slack):
        base = 0.0
        if highest < FLAT * lowest:
            # All losses lie on an offset, which a logarithm of the whole loss would flatten.
            if minimum is None or not lowest >= minimum - slack:
                return _even_axis(lowest, highest)
            base = minimum
    elif minimum is not None and lowest >= minimum - slack:
        base = minimum
    else:
        return _signed_axis(lowest, highest, usual)
    high = min(highest - base, HEADROOM * (usual - base))
    positive = _extents(scene, above=base)
    if not positive or not high > 0:
        return _even_axis(lowest, highest)
    low = min(max(min(loss.low for loss in positive) - base, DEPTH * high), high)
    room = max((high / low) ** 0.04, 1.02)
    return _log_axis(low, high, room, base)


def _log_axis(low: float, high: float, room: float, base: float = 0.0) -> ChartAxis:
    """A logarithmic axis with room around its ends, as far as there are numbers."""
    return ChartAxis("log", max(low / room, SMALLEST), min(high * room, LARGEST), base)


def _even_axis(lowest: float, highest: float) -> ChartAxis:
    """A linear axis with a little room around the values; around a single value, room that can be told apart."""
    span = highest - lowest
    if not span > 1e-14 * max(abs(lowest), abs(highest)):
        return ChartAxis(
            "linear", lowest - max(0.5, 0.05 * abs(lowest)), highest + max(0.5, 0.05 * abs(lowest))
        )
    return ChartAxis("linear", lowest - 0.04 * span, highest + 0.04 * span)


def _signed_axis(lowest: float, highest: float, usual: float) -> ChartAxis:
    high = max(min(highest, HEADROOM * abs(usual)), lowest)
    knee = abs(usual) or max(abs(lowest), abs(highest)) or 1.0
    if lowest > -30 * knee:
        return _even_axis(lowest, high)
    return ChartAxis("asinh", 1.5 * lowest, 1.5 * high if high > 0 else 0.5 * knee, knee=knee)
