"""The floating-horizon algorithm: which vertices of the surface are visible, from the nearest row to the farthest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optexplorer.experiment.appearance import Camera
from optexplorer.scene.geometry.camera import BOX_HEIGHT, FLOOR, Projection
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

COLUMNS = 1400
"""Columns into which the picture is divided."""
SLACK = 1e-3
"""What a vertex may lie below the horizon and still count as seen, in heights of the picture."""
AROUND = 2
"""Cells around a place that must agree for its answer to be sure."""
LOWEST = 4.0
"""Degrees above the horizon below which the eye may see the block from underneath."""


@cached_with_first(2, objects=4)
def visibility_masks(
    surface: SurfaceSamples, camera: Camera
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    """Return where the mesh is certainly visible, and certainly hidden, shape (rows, columns) each; None if not known.

    Rows that lie across the line of sight hide each other only from front to back (Wright 1973), so one pass over
    them is enough. Vertices near a change from seen to hidden are neither.
    """
    projection = Projection(camera, 1.0, 1.0)
    eye = projection.eye
    along_y = abs(eye[1]) >= abs(eye[0])
    if camera.elevation < LOWEST or max(abs(eye[0]), abs(eye[1])) < 1.5:
        return None
    height = FLOOR + BOX_HEIGHT * surface.filled_height
    rows, columns = height.shape
    vertices = np.stack([*np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows)), height], axis=2)
    seen: NDArray[np.bool_] = np.zeros((rows, columns), dtype=bool)
    places = projection.project(vertices.reshape(-1, 3))[0].reshape(rows, columns, 2)
    if not along_y:
        places, seen = places.swapaxes(0, 1), seen.swapaxes(0, 1)
    nearest_first = range(len(places)) if eye[1 if along_y else 0] < 0 else range(len(places) - 1, -1, -1)
    low, high = float(places[..., 0].min()), float(places[..., 0].max())
    grid = np.linspace(low, high, COLUMNS)
    horizon = np.full(COLUMNS, np.inf)
    for row in nearest_first:
        x, y = places[row, :, 0], places[row, :, 1]
        if x[0] > x[-1]:
            x, y = x[::-1], y[::-1]
        at = np.rint((places[row, :, 0] - low) / max(high - low, 1e-9) * (COLUMNS - 1)).astype(np.int64)
        seen[row] = places[row, :, 1] <= horizon[at] + SLACK
        line = np.interp(grid, x, y, left=np.inf, right=np.inf)
        np.minimum(horizon, line, out=horizon)
    if not along_y:
        seen = seen.swapaxes(0, 1)
    return _agreeing(seen), _agreeing(~seen)


def _agreeing(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where `mask` holds for all vertices around too."""
    for axis in (0, 1):
        padded = np.pad(mask, [(AROUND, AROUND) if k == axis else (0, 0) for k in (0, 1)], mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1, axis)
        mask = np.logical_and.reduce(windows, axis=-1)
    return mask


def visible_points(
    surface: SurfaceSamples, camera: Camera, points: Array
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which box points, shape (k, 3), on the surface or just above it, are certainly visible, and certainly hidden."""
    known = visibility_masks(surface, camera)
    if known is None:
        nothing = np.zeros(len(points), dtype=bool)
        return nothing, nothing
    shape = known[0].shape
    with np.errstate(invalid="ignore"):
        inside = np.logical_and.reduce(np.abs(points[:, :2]) <= 1 + 1e-9, axis=1)
    columns, rows = (
        np.rint((np.where(inside, points[:, k], 0.0) + 1) / 2 * (shape[1 - k] - 1)).astype(np.int64)
        for k in (0, 1)
    )
    return known[0][rows, columns] & inside, known[1][rows, columns] & inside
