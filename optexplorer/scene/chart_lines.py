"""The lines that a chart draws of one racer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.sharpness import Sharpness
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.appearance import Abscissa, Quantity
from optexplorer.scene.scene import Scene
from optexplorer.scene.series import Extent, extent, value_at, values_of

Array = NDArray[np.float64]
Stroke = Literal["bold", "dashed", "faint"]
"""How a line is drawn: what the chart is about, what it is compared with, and what scatters around it."""
SharpnessPart = Literal["eigenvalue", "limit"]

_BESIDE: dict[Quantity, tuple[tuple[str, Stroke], ...]] = {
    "loss": (("batch_loss", "faint"), ("loss", "bold"), ("held_out_loss", "dashed")),
    "accuracy": (("accuracy", "bold"), ("held_out_accuracy", "dashed")),
}


@dataclass(frozen=True)
class TrajectoryLine:
    """A line through a quantity at every row of a trajectory, called `name` as of `values_of`."""

    name: str
    stroke: Stroke
    trajectory: Trajectory

    def value_at(self, step: int) -> float:
        """Return the value after `step` steps."""
        return value_at(self.trajectory, self.name, step)

    def extent(self, above: float = -math.inf) -> Extent | None:
        """Return between which values above a bound it lies; None if there are none."""
        return extent(self.trajectory, self.name, above)

    def points(self) -> tuple[NDArray[np.int64] | None, Array]:
        """Return steps, or None for all of them, and values there, of the same shape (k,)."""
        return None, values_of(self.trajectory, self.name)


@dataclass(frozen=True)
class SharpnessLine:
    """A line through what is known of the sharpness along a trajectory, or of the limit beside it."""

    name: SharpnessPart
    stroke: Stroke
    trajectory: Trajectory
    sharpness: Sharpness

    def value_at(self, step: int) -> float:
        """Return the value after `step` steps; NaN if none is known."""
        known = self.sharpness
        return known.eigenvalue_at(step) if self.name == "eigenvalue" else known.limit_at(step)

    def extent(self, above: float = -math.inf) -> Extent | None:
        """Return between which values above a bound it lies; None if there are none."""
        _, values = self.points()
        values = values[np.isfinite(values) & (values > above)]
        return Extent(float(values[0]), float(values.min()), float(values.max())) if len(values) else None

    def points(self) -> tuple[NDArray[np.int64] | None, Array]:
        """Return steps and values there, of the same shape (k,)."""
        known = self.sharpness
        steps, values = (
            (known.steps, known.eigenvalue) if self.name == "eigenvalue" else (known.limit_steps, known.limit)
        )
        # It may be of the path before, which stands in for this one while a slider is dragged.
        inside = int(np.searchsorted(steps, self.trajectory.steps, side="right"))
        return steps[:inside], values[:inside]


ChartLine = TrajectoryLine | SharpnessLine


def charted_quantity(scene: Scene) -> Quantity:
    """Return what the chart of a scene shows: the loss where what was asked for is not known."""
    wanted = scene.appearance.chart
    if wanted != "accuracy":
        return wanted
    known = any("accuracy" in racer_path.trajectory.measures for racer_path in scene.racer_paths)
    return wanted if known else "loss"


def charted_abscissa(scene: Scene) -> Abscissa:
    """Return over what the chart of a scene shows it: over steps where there are no epochs."""
    wanted = scene.appearance.abscissa
    return "steps" if wanted == "epochs" and not scene.landscape.examples else wanted


def chart_lines(
    trajectory: Trajectory, quantity: Quantity, sharpness: Sharpness | None = None
) -> tuple[ChartLine, ...]:
    """Return the lines of one racer's chart, the lowest first; where something scatters, the bold one lies on top of it."""
    if quantity == "stability":
        if sharpness is None:
            return ()
        limit = SharpnessLine("limit", "dashed", trajectory, sharpness)
        value = SharpnessLine("eigenvalue", "bold", trajectory, sharpness)
        return (limit, value) if sharpness.has_limit else (value,)
    named = _BESIDE.get(quantity, ((quantity, "bold"),))
    return tuple(
        TrajectoryLine(name, stroke, trajectory)
        for name, stroke in named
        if name in ("loss", "lr", "gradient") or name in trajectory.measures
    )


def epoch_length(trajectory: Trajectory) -> int | None:
    """Return in how many steps all examples are seen once: of descents on all of them one; None without examples."""
    if trajectory.steps_per_epoch is not None:
        return trajectory.steps_per_epoch
    landscape = trajectory.landscape
    return 1 if landscape is not None and landscape.examples else None
