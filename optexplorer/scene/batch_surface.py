"""The losses of one mini-batch over those of all examples: heights, contour lines and minimum on the same scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Sample
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.samples.cost import is_costly
from optexplorer.scene.samples.surface_samples import (
    ContourLine,
    SurfaceSamples,
    between,
    contour_lines,
    smooth_lines,
)

Array = NDArray[np.float64]

GRID = 61
"""Points along each side of the grid on which the losses of a mini-batch are computed, where they cost little."""
MOVING, RESTING = 31, 51
"""The same where they are costly: while the playhead moves, and when it rests."""
ROWS_AT_ONCE = 4
"""Rows of the costly grid that are computed together."""
PARTS = 3
"""Parts into which the cells of a costly grid are divided for smooth contour lines."""
CELLS = 20
"""Cells, at most, along each side of the net that is drawn over the surface."""
LEAST, MOST = -0.08, 1.12
"""The lowest height, at the bottom of the block, and the highest that are drawn."""
FLAT = 1e-4
"""Of two curvatures, in cells of the grid, the smaller is as good as none below this part of the larger."""


@dataclass(frozen=True, eq=False)
class BatchSurface:
    """The mean loss over the examples of one mini-batch, in the window of the surface of all examples.

    Attributes
    ----------
    surface : that of all examples, over which it lies
    x, y : shape (columns,), (rows,)
    loss : shape (rows, columns), as training sees it but without dropout
    lines : the contour lines, at the losses of the surface's own
    minimum : its lowest point, where that lies within the window and is told apart from the points around it
    """

    surface: SurfaceSamples
    x: Array
    y: Array
    loss: Array
    lines: tuple[ContourLine, ...]
    minimum: tuple[float, float] | None

    @cached_property
    def net(self) -> Array:
        """Some of its points in the box, shape (rows, columns, 3); NaN where it leaves the box."""
        every = -(-(len(self.x) - 1) // CELLS)
        x, y = np.meshgrid(self.x[::every], self.y[::every])
        height = self.surface.scale.height_below_too(self.loss[::every, ::every])
        height = np.where(height <= MOST, np.maximum(height, LEAST), np.nan)
        flat = to_box(self.surface, np.column_stack([x.ravel(), y.ravel()]), height.ravel())
        return np.where(np.isnan(height.reshape(-1, 1)), np.nan, flat).reshape(*x.shape, 3)


def batch_surface(
    surface: SurfaceSamples,
    sample: Sample,
    should_stop: Callable[[], bool] = lambda: False,
    costly_side: int = RESTING,
) -> BatchSurface | None:
    """Return the surface of the examples of `sample`; None if `should_stop`, asked now and then, says so.

    `costly_side` is the number of points along each side of the grid where losses are costly.
    """
    costly = is_costly(surface.landscape)
    side = costly_side if costly else GRID
    x0, x1, y0, y1 = surface.window
    x, y = np.linspace(x0, x1, side), np.linspace(y0, y1, side)
    loss = np.empty((side, side))
    at_once = ROWS_AT_ONCE if costly else side
    for row in range(0, side, at_once):
        if should_stop():
            return None
        places = np.stack(np.meshgrid(x, y[row : row + at_once]))
        with np.errstate(all="ignore"):
            loss[row : row + at_once] = surface.landscape.sample_value(places, sample)
    scale, levels = surface.scale, [line.loss for line in surface.lines]
    if not costly:
        lines = contour_lines(x, y, loss, scale, levels)
    else:
        height = np.where(np.isfinite(loss), scale.height_below_too(np.nan_to_num(loss)), np.nan)
        fine = (side - 1) * PARTS + 1
        axes = np.linspace(x0, x1, fine), np.linspace(y0, y1, fine)
        lines = smooth_lines(*axes, between(height, fine, fine), scale, levels)
    return BatchSurface(surface, x, y, loss, lines, _minimum(surface, sample, x, y, loss))


def _minimum(
    surface: SurfaceSamples, sample: Sample, x: Array, y: Array, loss: Array
) -> tuple[float, float] | None:
    """Return the lowest point of the parabola through the grid's lowest point and its eight neighbours.

    None if it is no minimum, lies outside the window, or higher than the grid's own lowest point: then the grid does
    not tell where the minimum is, as along the bottom of a flat valley.
    """
    if not np.isfinite(loss).all():
        return None
    row, column = (int(k) for k in np.unravel_index(int(loss.argmin()), loss.shape))
    if not (0 < row < len(y) - 1 and 0 < column < len(x) - 1):
        return None
    lowest = float(loss[row, column])
    near = loss[row - 1 : row + 2, column - 1 : column + 2]
    across, up = (k.ravel() for k in np.meshgrid([-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]))
    terms = np.stack([np.ones(9), across, up, across**2 / 2, across * up, up**2 / 2], axis=1)
    _, bx, by, xx, xy, yy = np.linalg.lstsq(terms, near.ravel() - lowest, rcond=None)[0].tolist()
    bend = np.array([[xx, xy], [xy, yy]])
    least, most = np.linalg.eigvalsh(bend).tolist()
    if not least > FLAT * most:
        return None
    away = -np.linalg.solve(bend, np.array([bx, by]))
    found = np.array([x[column] + away[0] * (x[1] - x[0]), y[row] + away[1] * (y[1] - y[0])])
    x0, x1, y0, y1 = surface.window
    if not (x0 <= found[0] <= x1 and y0 <= found[1] <= y1):
        return None
    with np.errstate(all="ignore"):
        there = float(surface.landscape.sample_value(found[:, np.newaxis], sample)[0])
    return (float(found[0]), float(found[1])) if there <= lowest else None
