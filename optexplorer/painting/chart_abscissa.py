"""The horizontal axis of the chart: over steps, their logarithm, evaluations priced in gradients, or epochs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.appearance import Abscissa
from optexplorer.painting.axes import STEP
from optexplorer.scene.chart_lines import charted_abscissa, epoch_length
from optexplorer.scene.geometry.ticks import linear_ticks, log_ticks, tick_labels
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

NAMES: dict[Abscissa, Text] = {
    "steps": STEP,
    "log-steps": STEP,
    "evaluations": Text("evaluations", "評価回数"),
    "epochs": Text("epoch", "エポック"),
}
ROUNDING = 1e-12
"""The part of a cost that thirds may be off by."""
FIRST = math.log10(2)
"""The room of the first step on a logarithmic axis, in decades: that between 1 and 2."""


def coordinates(trajectory: Trajectory, kind: Abscissa) -> Array:
    """Return where the rows of a trajectory stand on the abscissa, rising, shape (steps + 1,)."""
    if kind == "evaluations" and trajectory.cost is not None:
        return trajectory.cost
    rows = np.arange(trajectory.steps + 1, dtype=np.float64)
    return rows / (epoch_length(trajectory) or 1) if kind == "epochs" else rows


def coordinate(trajectory: Trajectory, kind: Abscissa, step: float) -> float:
    """Return where `step` stands on the abscissa; of evaluations, where the last row does if it comes before."""
    if kind == "evaluations" and trajectory.cost is not None:
        return float(trajectory.cost[min(int(step), trajectory.steps)])
    return step / (epoch_length(trajectory) or 1) if kind == "epochs" else step


def step_at(trajectory: Trajectory, kind: Abscissa, place: float) -> int:
    """Return the step that stands nearest to a place on the abscissa; at most the last."""
    if kind == "evaluations" and trajectory.cost is not None:
        costs = trajectory.cost
        after = int(np.searchsorted(costs, place))
        if after and (after > trajectory.steps or place - costs[after - 1] < costs[after] - place):
            after -= 1
        return after
    length = (epoch_length(trajectory) or 1) if kind == "epochs" else 1
    return min(max(round(place * length), 0), trajectory.steps)


@dataclass(frozen=True)
class ChartAbscissa:
    """The horizontal axis from `low` to `high`, out of 0 to `last`, in steps, gradients or epochs."""

    kind: Abscissa
    last: float
    low: float
    high: float

    def even(self, place: Any) -> Any:
        """Return places so that equal distances look equal."""
        if self.kind != "log-steps":
            return place
        with np.errstate(all="ignore"):
            # Evenly up to the first step, by the logarithm from there on.
            return np.where(place <= 1, FIRST * place, FIRST + np.log10(np.maximum(place, 1)))

    def uneven(self, even: float) -> float:
        """Return the place that `even` turns into this."""
        if self.kind != "log-steps":
            return even
        return even / FIRST if even <= FIRST else float(10 ** min(even - FIRST, 300))

    def at(self, places: Any) -> Any:
        """Return where places stand: 0 at the left end, 1 at the right."""
        low, high = float(self.even(self.low)), float(self.even(self.high))
        return (self.even(places) - low) / (high - low)

    def back(self, part: float) -> float:
        """Return the place that stands at `part` of the way from left to right."""
        low, high = float(self.even(self.low)), float(self.even(self.high))
        return self.uneven(low + part * (high - low))

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Return places in [0, 1] and labels of at most about `most` ticks: whole numbers where there are two."""
        if self.kind == "log-steps" and self.high > 10 * max(self.low, 1):
            values = [0.0] if self.low <= 0 else []
            values += log_ticks(max(self.low, 1.0), self.high, most)
        else:
            values = linear_ticks(self.low, self.high, most)
        whole = [value for value in values if value == round(value)]
        if len(whole) > 1 or self.kind != "epochs":
            values = whole or [float(math.ceil(self.low))]
        inside = [value for value in values if self.low <= value <= self.high]
        labels = tick_labels(inside) if inside != whole else [f"{value:.0f}" for value in inside]
        places = np.atleast_1d(self.at(np.array(inside, dtype=np.float64))).tolist()
        return list(zip(places, labels, strict=True))


def chart_abscissa(scene: Scene) -> ChartAbscissa:
    """Return the horizontal axis of the scene's chart."""
    kind = charted_abscissa(scene)
    ends = [
        coordinate(racer_path.trajectory, kind, racer_path.trajectory.steps)
        for racer_path in scene.racer_paths
    ]
    last = max(scene.length if kind in ("steps", "log-steps") else max(ends, default=0), 1)
    if kind == "epochs":
        last = max([end for end in ends if end > 0], default=1.0)
    low, high = scene.appearance.chart_span or (0.0, float(last))
    # What is seen has been chosen of another path, perhaps a longer one.
    low, high = max(low, 0.0), min(high, float(last))
    return ChartAbscissa(kind, float(last), *((low, high) if low < high else (0.0, float(last))))


@cached_with_first(1)
def places_per_step(trajectory: Trajectory, kind: Abscissa) -> float | None:
    """Return how much further a step leads on the abscissa; None where steps lead differently far."""
    if kind == "epochs":
        return 1 / (epoch_length(trajectory) or 1)
    if kind != "evaluations" or trajectory.cost is None or not trajectory.steps:
        return 1.0
    each = np.diff(trajectory.cost)
    even = each[0] > 0 and np.abs(each - each[0]).max() < ROUNDING * trajectory.cost[-1]
    return round(float(each[0]), 12) if even else None


def common_places_per_step(scene: Scene) -> float | None:
    """Return how much further a step leads all racers, so that one line shows the playhead; None if it does not."""
    kind = charted_abscissa(scene)
    found = {places_per_step(path.trajectory, kind) for path in scene.racer_paths if path.trajectory.steps}
    return found.pop() if len(found) == 1 else None if found else 1.0


def reference_of(scene: Scene) -> PathAtPlayhead | None:
    """Return the racer whose steps are meant where each has its own: that in the spotlight, or the first."""
    lit = scene.appearance.spotlight
    ordered = sorted(scene.racer_paths, key=lambda racer_path: racer_path.number != lit)
    return ordered[0] if ordered else None
