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
    places = projection.project(vertices.reshape(-1, 3))[0].reshape(rows, columns, 2)
    if not along_y:
        places = places.swapaxes(0, 1)
    # From the nearest row to the farthest.
    x, y = (places[..., k] if eye[1 if along_y else 0] < 0 else places[::-1, :, k] for k in (0, 1))
    low, high = float(x.min()), float(x.max())
    grid = np.linspace(low, high, COLUMNS)
    horizon = np.full(COLUMNS, np.inf)
    at = np.rint((x - low) / max(high - low, 1e-9) * (COLUMNS - 1)).astype(np.int64)
    seen: NDArray[np.bool_] = np.empty(x.shape, dtype=bool)
    for row, (across, up) in enumerate(zip(x, y, strict=True)):
        seen[row] = up <= horizon[at[row]] + SLACK
        turn = -1 if across[0] > across[-1] else 1
        line = np.interp(grid, across[::turn], up[::turn], left=np.inf, right=np.inf)
        np.minimum(horizon, line, out=horizon)
    if eye[1 if along_y else 0] >= 0:
        seen = seen[::-1]
    if not along_y:
        seen = seen.swapaxes(0, 1)
    return _agreeing(seen), _agreeing(~seen)


def _agreeing(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where `mask` holds for all vertices around too."""
    rows, columns = mask.shape
    padded = np.pad(mask, AROUND, mode="edge")
    down = padded[:rows].copy()
    for shift in range(1, 2 * AROUND + 1):
        down &= padded[shift : shift + rows]
    around = down[:, :columns].copy()
    for shift in range(1, 2 * AROUND + 1):
        around &= down[:, shift : shift + columns]
    return around


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
