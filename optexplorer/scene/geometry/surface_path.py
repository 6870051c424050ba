"""Trajectories on the surface: their points in the box in which it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import Trajectory
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.geometry.thinning import GrowingThinning, changes_of_cell
from optexplorer.scene.growing_array import GrowingArray
from optexplorer.scene.samples.surface_samples import SurfaceSamples

Array = NDArray[np.float64]
MOST_PIECES = 64
"""Pieces into which one long step is divided to follow the surface."""
DOT_DISTANCE = 0.05
"""Steps at least this long in the box show a dot where they land."""
AT_ONCE = 8192
"""Steps that are divided together: all of a long path at once would take a hundred times the memory of the path."""
FINEST = 2.0**-13
"""Parts of the window that can be told apart however near the camera comes."""
MOST_GRAINS = 4
"""Grids on which the points of a path are kept thinned."""


class SurfaceLine:
    """What the surface paths of one growing trajectory have in common: each shorter one begins the longer ones."""

    def __init__(self) -> None:
        self.thinning = lru_cache(MOST_GRAINS)(GrowingThinning)


@dataclass(frozen=True, eq=False)
class SurfacePath:
    """A trajectory on the surface, in box coordinates.

    Attributes
    ----------
    points : shape (m, 3), the path divided into pieces short enough to follow the mesh; steps that no picture can tell
        from the one before add none
    index : shape (steps + 1,), where in `points` each step lies
    dots : in rising order, the steps that were long enough for a dot where they landed
    line : the same object for all paths of one trajectory while it grows
    """

    points: Array
    index: NDArray[np.int64]
    dots: NDArray[np.int64]
    line: SurfaceLine

    def thinned(self, grain: float) -> NDArray[np.int64]:
        """Return the indices, in rising order, of the points that differ from the one before on a grid of `grain`.

        `grain` is a length in the box. What is kept of the beginning does not change when the path grows.
        """
        return self.line.thinning(grain).of(self.points)


class GrowingSurfacePath:
    """Lays a growing trajectory on the surface; only its new steps are computed."""

    def __init__(self, surface: SurfaceSamples) -> None:
        self._surface, self._line = surface, SurfaceLine()
        x0, x1, y0, y1 = surface.window
        self._corner, self._extent = np.array([x0, y0]), np.array([x1 - x0, y1 - y0])
        self._laid = np.full(2, np.nan)
        """The last position that has a point of its own."""
        self._points: GrowingArray[np.float64] = GrowingArray(np.float64, (3,))
        self._index: GrowingArray[np.int64] = GrowingArray(np.int64)
        self._dots: GrowingArray[np.int64] = GrowingArray(np.int64)

    def of(self, trajectory: Trajectory) -> SurfacePath:
        """Return a trajectory on the surface, its long steps divided so that they follow the hills.

        Steps that cross the edge of the window are also divided there: the surface ends at it.

        Parameters
        ----------
        trajectory : of two coordinates, those of the surface; of the same descent as those before

        Raises
        ------
        ValueError
            If the trajectory has another number of coordinates.
        """
        positions = trajectory.position
        if positions.shape[1] != 2:
            raise ValueError(f"only paths of two coordinates lie on a surface, not of {positions.shape[1]}")
        if not len(self._index):
            self._index.append(np.zeros(1, dtype=np.int64))
            self._append_points(positions[:1])
            self._laid = positions[0]
        for done in range(len(self._index), len(positions), AT_ONCE):
            self._append_steps(positions[done - 1 : done + AT_ONCE])
        index = self._index.rows(len(positions))
        dots = self._dots.rows()
        return SurfacePath(
            self._points.rows(int(index[-1]) + 1),
            index,
            dots[: int(np.searchsorted(dots, len(positions)))],
            self._line,
        )

    def _append_points(self, places: Array) -> None:
        with np.errstate(all="ignore"):
            self._points.append(to_box(self._surface, places, self._surface.height_at(places)))

    def _append_steps(self, positions: Array) -> None:
        """Append the steps between these positions, the first of which is the last one laid."""
        done, last = len(self._index), int(self._index.rows()[-1])
        new = changes_of_cell((positions - self._corner) / self._extent, FINEST)
        placed, ends = divided_steps(self._surface, np.concatenate([self._laid[None], positions[new]]))
        if len(new):
            self._laid = positions[new[-1]]
        self._append_points(placed)
        reached = np.concatenate([[last], ends + last + 1])
        self._index.append(reached[np.searchsorted(new, np.arange(1, len(positions)), side="right")])
        landed = self._points.rows()[self._index.rows()[done - 1 :]]
        with np.errstate(all="ignore"):
            long = np.linalg.norm(np.diff(landed, axis=0), axis=1) >= DOT_DISTANCE
        self._dots.append(np.flatnonzero(long) + done)


def project_to_surface(surface: SurfaceSamples, trajectory: Trajectory) -> SurfacePath:
    """Return a trajectory on the surface; see `GrowingSurfacePath.of`."""
    return GrowingSurfacePath(surface).of(trajectory)


def divided_steps(surface: SurfaceSamples, positions: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return the steps between positions as pieces that follow the surface, and which of them end a step.

    Parameters
    ----------
    positions : shape (k + 1, 2)

    Returns
    -------
    tuple
        The points at the ends of the pieces, shape (m, 2), and the k indices of those where the steps end.
    """
    x0, x1, y0, y1 = surface.window
    cell = np.array([surface.x[1] - surface.x[0], surface.y[1] - surface.y[0]])
    with np.errstate(all="ignore"):
        begin, step = positions[:-1], np.diff(positions, axis=0)
        low, high = (np.array([x0, y0]) - begin) / step, (np.array([x1, y1]) - begin) / step
        still = (step == 0) & (begin >= (x0, y0)) & (begin <= (x1, y1))
        enter = np.where(still, 0.0, np.minimum(low, high)).max(axis=1, initial=0.0)
        leave = np.where(still, 1.0, np.maximum(low, high)).min(axis=1, initial=1.0)
        crosses = enter < leave
        enter, leave = np.where(crosses, enter, 0.0), np.where(crosses, leave, 1.0)
        spans = (np.abs(step) / cell).max(axis=1) * (leave - enter)
    pieces = np.where(crosses, np.clip(np.nan_to_num(spans, nan=1.0), 1, MOST_PIECES), 1).astype(np.int64)
    lead, rest = (enter > 0).astype(np.int64), (leave < 1).astype(np.int64)
    counts = lead + pieces + rest
    after = np.cumsum(counts)
    step_of = np.repeat(np.arange(len(step)), counts)
    number = np.arange(len(step_of)) - (after - counts)[step_of] + 1
    part = ((number - lead[step_of]) / pieces[step_of]).clip(0.0, 1.0)
    at = enter[step_of] + part * (leave - enter)[step_of]
    with np.errstate(all="ignore"):
        placed = begin[step_of] + at[:, None] * step[step_of]
    ends = number == counts[step_of]
    placed[ends] = positions[1:]
    edge = (
        ((number == 1) & (lead[step_of] == 1)) | ((number == counts[step_of] - 1) & (rest[step_of] == 1))
    ) & ~ends
    placed[edge] = placed[edge].clip((x0, y0), (x1, y1))
    return placed, after - 1
