"""The colours of basin maps: a hue for each minimum, darker where it took more steps, stripes where none is reached."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.attractors import DIVERGED, MISSING, NO_MINIMUM, OTHER, RAN_OUT
from optexplorer.scene.basins import BasinPicture
from optexplorer.scene.geometry.surface_shading import ColourOverlay
from optexplorer.scene.palette import Theme, rgb
from optexplorer.scene.samples.surface_samples import SurfaceSamples

Array = NDArray[np.float64]

BASIN_COLOURS = (
    "#77AADD", "#EE8866", "#EEDD88", "#44BB99", "#FFAABB", "#99DDFF", "#BBCC33", "#B58BD6", "#C9A27A", "#AAAA00",
)  # fmt: skip
"""Of the minima in their order: Tol (2021), "light", told apart by colour-blind people, and two more."""
PLAIN = {
    "light": {DIVERGED: "#8E95A0", RAN_OUT: "#E4E7EC", NO_MINIMUM: "#C3C8D0", OTHER: "#D8D2C4"},
    "dark": {DIVERGED: "#5B6470", RAN_OUT: "#2A313B", NO_MINIMUM: "#454D59", OTHER: "#6B665B"},
}
"""Where none of the minima is reached, by the theme's name."""
INK = {"light": "#20262F", "dark": "#E8ECF2"}
"""Of the stripes over these."""
DARKER = {"light": 0.42, "dark": 0.55}
"""How much darker the most steps are than the fewest."""
DIMMED = {"light": 1.0, "dark": 0.80}
"""Colours of the dark theme are so much darker."""
STALE = 0.3
"""The part of its opacity that a map of another setting has."""

VERTEX_STRIPES = (8, 3)
"""Points of a surface from one stripe to the next, and those of a stripe."""

Hatch = NDArray[np.uint8]
NONE, RISING, FALLING, DOTS = 0, 1, 2, 3
"""How a cell is hatched: not at all, with stripes that rise or fall to the right, with dots."""
HATCHES = {DIVERGED: RISING, RAN_OUT: FALLING, NO_MINIMUM: DOTS}


@lru_cache(maxsize=512)
def basin_colour(label: int | None, theme: str, darkness: float = 0.0) -> tuple[float, float, float]:
    """Return the colour, from 0 to 255, of a label; None stands for further minima together.

    `darkness`, from 0 to 1, is that of the steps.
    """
    if label is None or label < 0:
        return tuple(map(float, rgb(PLAIN[theme][OTHER if label is None else label])))  # type: ignore[return-value]
    factor = DIMMED[theme] * (1 - DARKER[theme] * darkness)
    # Beyond as many as there are hues, the next round is paler.
    round_ = label // len(BASIN_COLOURS)
    pale = 0.0 if round_ % 2 == 0 else 0.35
    base = rgb(BASIN_COLOURS[label % len(BASIN_COLOURS)])
    r, g, b = (factor * (part + pale * (235 - part)) for part in base)
    return r, g, b


def cell_colours(picture: BasinPicture, theme: Theme) -> tuple[Array, Hatch]:
    """Return the colours of the cells that are computed, shape (rows, columns, 3), from 0 to 255, and their hatching.

    The first row is the lowest.
    """
    labels, steps = picture.map.blocks
    known = np.unique(labels)
    base = np.zeros((known.size, 3))
    hatch = np.zeros(known.size, dtype=np.uint8)
    for place, label in enumerate(known.tolist()):
        if label != MISSING:
            base[place] = basin_colour(label, theme.name)
            hatch[place] = HATCHES.get(label, NONE)
    number = np.searchsorted(known, labels)
    darkness = np.where(labels >= 0, step_darkness(labels, steps), 0.0)
    colours: Array = base[number] * (1 - DARKER[theme.name] * darkness)[..., np.newaxis]
    return colours, hatch[number]


def step_darkness(labels: NDArray[np.int16], steps: NDArray[np.int32]) -> Array:
    """Return how dark the steps of cells that reach a minimum are, from 0 to 1, of the shape of both."""
    told = steps[labels >= 0]
    if not told.size:
        return np.zeros(steps.shape)
    low, high = np.quantile(told, (0.02, 0.98)).tolist()
    darkness: Array = np.clip((steps - low) / max(high - low, 1.0), 0.0, 1.0)
    return darkness


def surface_overlay(
    picture: BasinPicture | None, surface: SurfaceSamples, theme: Theme, opacity: float
) -> ColourOverlay | None:
    """Return the colours of a map at the vertices of a surface; None without a map. Stripes are made of the vertices."""
    if picture is None:
        return None
    colours, hatch = cell_colours(picture, theme)
    rows, columns = picture.map.places_of(surface.y, 1), picture.map.places_of(surface.x, 0)
    grid = np.ix_(np.maximum(rows, 0), np.maximum(columns, 0))
    shown = (picture.map.blocks[0][grid] != MISSING) & (rows >= 0)[:, np.newaxis] & (columns >= 0)
    mixed = colours[grid]
    down, across = np.arange(len(rows))[:, np.newaxis], np.arange(len(columns))
    striped = is_striped(hatch[grid], down, across, *VERTEX_STRIPES)
    mixed[striped] = 0.45 * mixed[striped] + 0.55 * np.array(rgb(INK[theme.name]), dtype=np.float64)
    return ColourOverlay(mixed, shown * (opacity * (STALE if picture.stale else 1.0)))


def is_striped(
    hatch: Hatch,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    period: float,
    width: float,
) -> NDArray[np.bool_]:
    """Return which points of hatched areas are inked.

    `rows` and `columns`, counted downwards and to the right, are broadcast to the shape of `hatch`.
    """
    rising = np.mod(rows + columns, period) < width
    falling = np.mod(rows - columns, period) < width
    dots = (np.mod(rows, period) < 1.4 * width) & (np.mod(columns, period) < 1.4 * width)
    inked: NDArray[np.bool_] = np.choose(hatch, [np.zeros_like(rising), rising, falling, dots])
    return inked
