"""Trajectories on the surface: their points in the box in which it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import Trajectory
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.samples.surface_samples import SurfaceSamples

Array = NDArray[np.float64]
MOST_PIECES = 64
"""Pieces into which one long step is divided to follow the surface."""


@dataclass(frozen=True, eq=False)
class SurfacePath:
    """A trajectory on the surface, in box coordinates.

    Attributes
    ----------
    points : shape (m, 3), the path divided into pieces short enough to follow the mesh
    index : shape (steps + 1,), where in `points` each step lies
    """

    points: Array
    index: NDArray[np.int64]


def project_to_surface(surface: SurfaceSamples, trajectory: Trajectory) -> SurfacePath:
    """Return a trajectory on the surface, its long steps divided so that they follow the hills.

    Steps that cross the edge of the window are also divided there: the surface ends at it.

    Parameters
    ----------
    trajectory : of two coordinates, those of the surface

    Raises
    ------
    ValueError
        If the trajectory has another number of coordinates.
    """
    points = trajectory.position
    if points.shape[1] != 2:
        raise ValueError(f"only paths of two coordinates lie on a surface, not of {points.shape[1]}")
    x0, x1, y0, y1 = surface.window
    cell = np.array([surface.x[1] - surface.x[0], surface.y[1] - surface.y[0]])
    begin, step = points[:-1], np.diff(points, axis=0)
    with np.errstate(all="ignore"):
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
    index = np.concatenate([[0], np.cumsum(counts)])
    step_of = np.repeat(np.arange(len(step)), counts)
    number = np.arange(index[-1]) - index[step_of] + 1
    part = ((number - lead[step_of]) / pieces[step_of]).clip(0.0, 1.0)
    at = enter[step_of] + part * (leave - enter)[step_of]
    with np.errstate(all="ignore"):
        placed = begin[step_of] + at[:, None] * step[step_of]
    ends = number == counts[step_of]
    placed[ends] = points[1:]
    edge = (
        ((number == 1) & (lead[step_of] == 1)) | ((number == counts[step_of] - 1) & (rest[step_of] == 1))
    ) & ~ends
    placed[edge] = placed[edge].clip((x0, y0), (x1, y1))
    placed = np.concatenate([points[:1], placed])
    with np.errstate(all="ignore"):
        return SurfacePath(to_box(surface, placed, surface.height_at(placed)), index)
