"""Contour lines and fills for large pictures: sampled as finely as the picture shows them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from optexplorer.scene.samples.surface_samples import (
    GRID,
    MOST_CROSSINGS,
    SurfaceSamples,
    contour_bands,
    contour_lines,
    crossings,
    loss_on_grid,
)
from optexplorer.weak_cache import cached_with_first

CELL = 6.0
"""Pixels that a cell of the grid may be wide."""
FINEST = 5
"""Parts, at most, into which a side of a usual cell is divided."""


def refined_contours(surface: SurfaceSamples, pixels: float) -> SurfaceSamples:
    """Return `surface` with contour lines and fills for a map whose sides are about `pixels` pixels long.

    Mesh, heights and scale stay as they are. Small maps get `surface` itself, and equal arguments the same value.
    """
    parts = min(math.ceil(pixels / (CELL * (GRID - 1))), FINEST) if pixels > 0 else 1
    if parts < 2 or surface.tangled:
        return surface
    return _refined(surface, parts) or surface


@cached_with_first(2, objects=4)
def _refined(surface: SurfaceSamples, parts: int) -> SurfaceSamples | None:
    """Return the samples on a grid of so many parts; None if they vary more than can be shown."""
    x, y = (np.linspace(axis[0], axis[-1], (len(axis) - 1) * parts + 1) for axis in (surface.x, surface.y))
    loss, scale = loss_on_grid(surface.landscape, x, y), surface.scale
    height = np.where(np.isfinite(loss), scale.height(np.nan_to_num(loss, posinf=scale.high)), np.nan)
    if crossings(height, len(surface.bands)) > parts * MOST_CROSSINGS:
        return None
    # The same lines and shades as those of the usual grid, though a finer one may find more.
    losses = [line.loss for line in surface.lines]
    levels = [band.height for band in surface.bands]
    return replace(
        surface, lines=contour_lines(x, y, loss, scale, losses), bands=contour_bands(x, y, height, levels)
    )
