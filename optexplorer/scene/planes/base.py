"""What all kinds of planes are found from: the landscape, the rule, and the paths of the race."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.plane_rule import PathPoint, PlaneRule
from optexplorer.text import Text

Array = NDArray[np.float64]

MOST_ROWS = 1200
"""Positions of all paths together that are looked at; of longer paths, evenly spaced ones."""
FAR = 1e9
"""Coordinates farther from zero than this are those of a path that has diverged."""
TIMES_HIGHER = 10.0
"""A path that has diverged counts up to where its loss lies this many times as far above its lowest as at its start."""
SAME = 1e-6
"""Entries of a vector whose sizes differ by less than this part of the largest count as equally large."""


class PlaneError(ValueError):
    """Why a rule finds no plane, as `Text`."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def _never() -> bool:
    return False


@dataclass(frozen=True, eq=False)
class PlaneSources:
    """What a plane is found from.

    Attributes
    ----------
    trajectories : one per racer; None where there is none
    start : the common start, shape (n,)
    should_stop : asked now and then by what takes long
    """

    landscape: Landscape
    rule: PlaneRule
    trajectories: Sequence[Trajectory | None]
    start: Array
    should_stop: Callable[[], bool] = _never

    @cached_property
    def paths(self) -> tuple[Array | None, ...]:
        """The positions of each racer that count, shape (k, n), the first and the last among them."""
        most = max(MOST_ROWS // max(len(self.trajectories), 1), 2)
        return tuple(None if path is None else usable_positions(path, most) for path in self.trajectories)

    @cached_property
    def points(self) -> tuple[Array, ...]:
        """The points that the rule names, or those that its kind usually has, each of shape (n,)."""
        return tuple(self._position(point) for point in self.rule.points_for(len(self.trajectories)))

    def _position(self, point: PathPoint) -> Array:
        if point.racer is None:
            return self.start
        path = self.trajectories[point.racer] if point.racer < len(self.trajectories) else None
        if path is None:
            raise PlaneError(
                Text(
                    f"The plane goes through a point on the path of racer {point.racer + 1}, which has none.",
                    f"平面は走者{point.racer + 1}の経路の点を通るが、その経路がない。",
                )
            )
        step = {"start": 0, "end": path.steps}.get(str(point.step), point.step)
        found = path.position_at(min(int(step), path.steps))
        if not np.isfinite(found).all() or np.abs(found).max() > FAR:
            raise PlaneError(
                Text(
                    f"Racer {point.racer + 1} has diverged: its end lies too far away for a plane through it. "
                    "Choose another point, or a smaller learning rate.",
                    f"走者{point.racer + 1}は発散した。終点が遠すぎて、そこを通る平面は描けない。"
                    "別の点を選ぶか、学習率を下げる。",
                )
            )
        return found

    def extent(
        self,
        origin: Array,
        directions: Array,
        least: Sequence[tuple[float, float]] = (),
        margin: float = 0.15,
    ) -> tuple[tuple[float, float], ...]:
        """Return the part of a plane, (low, high) along each direction, that all paths are seen in, with a margin.

        `directions` has shape (k, n). At least `least` is in it, and no side is shorter than a quarter of the other.
        """
        inverse = np.linalg.pinv(directions)
        rows = [path for path in self.paths if path is not None]
        seen = (
            np.concatenate([(path - origin) @ inverse for path in rows])
            if rows
            else np.zeros((1, len(directions)))
        )
        low, high = seen.min(axis=0), seen.max(axis=0)
        pad = margin * (high - low)
        low, high = low - pad, high + pad
        for k, (least_low, least_high) in enumerate(least):
            low[k], high[k] = min(low[k], least_low), max(high[k], least_high)
        lengths = np.linalg.norm(directions, axis=1)
        half, middle = (high - low) / 2, (high + low) / 2
        fewest = (half * lengths).max() / 4 / lengths
        half = np.maximum(half, fewest)
        half = np.where(half > 1e-9 * (1 + np.abs(middle)), half, 1.0)
        return tuple(zip((middle - half).tolist(), (middle + half).tolist(), strict=True))


def usable_positions(path: Trajectory, most: int) -> Array | None:
    """Return at most `most` positions of a path, shape (k, n), up to where it is lost; None if there is none."""
    kept = path.kept_steps
    steps = kept[np.unique(np.linspace(0, len(kept) - 1, min(len(kept), most)).astype(int))]
    if path.ending is TerminationReason.DIVERGED:
        loss = path.loss
        low = float(np.min(loss[np.isfinite(loss)], initial=np.inf))
        above = loss - low > TIMES_HIGHER * (loss[0] - low)
        lost = np.flatnonzero(above | ~np.isfinite(loss))
        # What diverges at once leaves its first step.
        last = max(int(lost[0]) - 1, 1) if lost.size else path.steps
        steps = steps[steps <= last]
    positions = path.positions(steps.tolist())
    sound = np.isfinite(positions).all(axis=1) & (np.abs(positions) <= FAR).all(axis=1)
    return positions[sound] if sound.any() else None


def oriented(direction: Array) -> Array:
    """Return a direction or its opposite: its largest entry, the first of them if several are as large, is positive."""
    sizes = np.abs(direction)
    first = int(np.flatnonzero(sizes >= (1 - SAME) * sizes.max())[0])
    return -direction if direction[first] < 0 else direction


def made_plane(
    origin: Array,
    directions: Array,
    extent: tuple[tuple[float, float], ...] | None,
    axes: tuple[str, ...] = (),
) -> Plane:
    """Return the plane of these arrays, shapes (n,) and (k, n)."""
    return Plane(
        origin=tuple(origin.tolist()),
        directions=tuple(tuple(direction.tolist()) for direction in directions),
        extent=extent,
        axes=axes,
    )


def orthonormal(first: Array, second: Array) -> Array | None:
    """Return two directions of length 1 at right angles in the plane of two vectors, shape (2, n); None if it has none."""
    length = float(np.linalg.norm(first))
    if not length > 0:
        return None
    unit = first / length
    rest = second - unit * (unit @ second)
    rest = rest - unit * (unit @ rest)
    left = float(np.linalg.norm(rest))
    if not left > 1e-8 * max(float(np.linalg.norm(second)), 1e-300):
        return None
    return np.array([unit, rest / left])
