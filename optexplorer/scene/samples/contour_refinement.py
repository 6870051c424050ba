"""Contour lines and fills for large pictures: sampled as finely as the picture shows them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from optexplorer.scene.samples.cost import is_costly
from optexplorer.scene.samples.surface_samples import (
    GRID,
    MOST_CROSSINGS,
    SurfaceSamples,
    between,
    contour_bands,
    contour_lines,
    crossings,
    heights_of,
    loss_on_grid,
    smooth_lines,
)
from optexplorer.weak_cache import cached_with_first

CELL = 6.0
"""Pixels that a cell of the grid may be wide."""
FINEST = 5 * (GRID - 1)
"""Cells, at most, along a side of the finer grid."""


def refined_contours(surface: SurfaceSamples, pixels: float) -> SurfaceSamples:
    """Return `surface` with contour lines and fills for a map whose sides are about `pixels` pixels long.

    Between the points of a costly landscape heights are interpolated, of others new losses are computed.
    Mesh, heights and scale stay as they are. Small maps get `surface` itself, and equal arguments the same value.
    """
    cells = len(surface.x) - 1
    parts = min(math.ceil(pixels / (CELL * cells)), FINEST // cells) if pixels > 0 else 1
    if parts < 2 or surface.tangled:
        return surface
    return _refined(surface, parts) or surface


@cached_with_first(2, objects=4)
def _refined(surface: SurfaceSamples, parts: int) -> SurfaceSamples | None:
    """Return the samples on a grid of so many parts; None if they vary more than can be shown."""
    x, y = (np.linspace(axis[0], axis[-1], (len(axis) - 1) * parts + 1) for axis in (surface.x, surface.y))
    scale = surface.scale
    # The same lines and shades as those of the usual grid, though a finer one may find more.
    losses = [line.loss for line in surface.lines]
    levels = [band.height for band in surface.bands]
    if is_costly(surface.landscape):
        height = between(surface.height, len(y), len(x))
        lines = smooth_lines(x, y, height, scale, losses)
    else:
        loss = loss_on_grid(surface.landscape, x, y)
        height = heights_of(loss, scale)
        if crossings(height, len(surface.bands)) > parts * MOST_CROSSINGS:
            return None
        lines = contour_lines(x, y, loss, scale, losses)
    return replace(surface, lines=lines, bands=contour_bands(x, y, height, levels))
