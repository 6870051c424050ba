"""How costly the losses of a landscape are, and so on how fine a grid they are sampled."""

from __future__ import annotations

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.scene.samples.plane_section import PlaneSection

MOST_TERMS = 2_000
"""Examples times parameters of a landscape whose losses cost little: 161 × 161 of them take about a tenth of a second."""


def is_costly(landscape: Landscape) -> bool:
    """Return whether losses of this landscape, or of that of which it is a section, are sampled coarse to fine."""
    whole = landscape.landscape if isinstance(landscape, PlaneSection) else landscape
    return whole.examples * whole.dimension > MOST_TERMS
