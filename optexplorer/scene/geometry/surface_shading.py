"""The shaded colours of the surface, shared by OpenGL and the painter."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.experiment.appearance import Camera
from optexplorer.scene.geometry.surface_mesh import (
    Wall,
    brightness,
    light,
    surface_mesh,
    vertex_colours,
    wall_colour,
)
from optexplorer.scene.palette import Theme, rgb
from optexplorer.scene.samples.surface_samples import SurfaceSamples

Array = NDArray[np.float64]


class ColourOverlay(NamedTuple):
    """Colours of vertices, shape (rows, columns, 3), from 0 to 255, and their opacities, shape (rows, columns)."""

    colours: Array
    opacity: Array


def top_colours(
    surface: SurfaceSamples,
    colour_map: str,
    theme: Theme,
    camera: Camera,
    seen: Array | None = None,
    overlay: ColourOverlay | None = None,
) -> Array:
    """Return the colour of each vertex of the block's top, shape (rows, columns, 3), from 0 to 255.

    Parameters
    ----------
    camera : the light goes along with it
    seen : in fog, how clearly each vertex is seen, from 0 to 1; the rest of its colour is that of the canvas
    overlay : other colours over those of the heights
    """
    factors = brightness(surface_mesh(surface).normals, light(camera))
    unlit: Array = vertex_colours(surface, colour_map, theme).astype(np.float64)
    if overlay is not None:
        unlit += overlay.opacity[..., None] * (overlay.colours - unlit)
    colours: Array = np.minimum(unlit * factors[..., None], 255.0)
    if seen is not None:
        colours = colours * seen[..., None] + np.array(rgb(theme.canvas)) * (1 - seen)[..., None]
    return colours


def side_colour(wall: Wall, theme: Theme, camera: Camera) -> Array:
    """Return the colour of one side of the block, shape (3,), from 0 to 255."""
    factor = float(brightness(wall.light_normal, light(camera)))
    return np.minimum(factor * np.array(wall_colour(theme), dtype=np.float64), 255.0)
