"""The surface as a solid block: its mesh, its light, and which points of it are hidden behind hills."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.experiment.appearance import Camera
from optexplorer.scene.geometry import floating_horizon
from optexplorer.scene.geometry.camera import BOX_HEIGHT, FLOOR, Projection, surface_height, to_box
from optexplorer.scene.palette import Theme, colour_map, rgb
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

BASE = FLOOR - 0.07
"""Height of the block's bottom, below its lowest point, so that it looks solid there too."""
LIGHT_ASIDE, LIGHT_ELEVATION = -58.0, 47.0
"""Where the light stands, in degrees: left of the user who looks, and above the horizon."""
AMBIENT, DIFFUSE = 0.58, 0.42
SIGHT, SIGHT_STEP = 112, 14
"""Places along the longest line of sight at which the height of the surface is compared; others have a multiple of the step."""
FARTHEST = 3.0
"""How far a line of sight is followed at most, in units of the box: no point of the block lies farther from another."""
AT_ONCE = 4096
"""Lines of sight that are looked along together: all of a picture at once would take gigabytes."""

TRAIL_LIFT, CONTOUR_LIFT = 0.024, 0.02
"""How much nearer to the eye than the surface paths and contour lines are drawn, so that they lie on it."""


@dataclass(frozen=True, eq=False)
class SurfaceMesh:
    """The top of the block.

    Attributes
    ----------
    vertices, normals : shape (rows, columns, 3), in the units of the box
    solid : shape (rows − 1, columns − 1), which cells are part of the surface; the others are holes
    """

    vertices: Array
    normals: Array
    solid: NDArray[np.bool_]


@cached_with_first(1, objects=4)
def surface_mesh(surface: SurfaceSamples) -> SurfaceMesh:
    """Return the mesh of a surface; its cells are split from their lower left to their upper right corner."""
    height = FLOOR + BOX_HEIGHT * surface.filled_height
    rows, columns = height.shape
    x, y = np.linspace(-1, 1, columns), np.linspace(-1, 1, rows)
    vertices = np.stack([*np.meshgrid(x, y), height], axis=2)
    down, across = np.gradient(height, y, x)
    normals = np.stack([-across, -down, np.ones_like(height)], axis=2)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    known = np.isfinite(surface.height)
    solid = known[:-1, :-1] & known[:-1, 1:] & known[1:, :-1] & known[1:, 1:]
    return SurfaceMesh(vertices, normals, solid)


def coarse_indices(surface: SurfaceSamples, stride: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the indices of every `stride`-th vertex of the mesh and of the last, and those of the cells between."""
    rows, columns = (np.unique(np.append(np.arange(0, n, stride), n - 1)) for n in surface.height.shape)
    return np.ix_(rows, columns), np.ix_(rows[:-1], columns[:-1])


@dataclass(frozen=True, eq=False)
class Wall:
    """One side of the block: its upper edge, shape (k, 3), the normal, and which of its pieces are there."""

    edge: Array
    normal: tuple[float, float, float]
    solid: NDArray[np.bool_]

    @property
    def light_normal(self) -> Array:
        """The normal with which light falls on it, shape (3,): leaning back, for a softer contrast of sides."""
        x, y, _ = self.normal
        return np.array([x, y, 1.0]) / math.sqrt(2)


@cached_with_first(1, objects=4)
def walls(surface: SurfaceSamples) -> tuple[Wall, ...]:
    """Return the four sides of the block, each seen from outside from left to right."""
    mesh = surface_mesh(surface)
    v, s = mesh.vertices, mesh.solid
    return (
        Wall(v[0], (0.0, -1.0, 0.0), s[0]),
        Wall(v[:, -1], (1.0, 0.0, 0.0), s[:, -1]),
        Wall(v[-1, ::-1], (0.0, 1.0, 0.0), s[-1, ::-1]),
        Wall(v[::-1, 0], (-1.0, 0.0, 0.0), s[::-1, 0]),
    )


def vertex_colours(surface: SurfaceSamples, name: str, theme: Theme) -> NDArray[np.uint8]:
    """Return the unlit colour of each vertex, shape (rows, columns, 3): the colours of the map."""
    colours = colour_map(name, theme.name)
    shades: NDArray[np.uint8] = colours[np.rint(surface.filled_height.clip(0, 1) * 255).astype(np.int64)]
    return shades


def wall_colour(theme: Theme) -> tuple[int, int, int]:
    """Return the unlit colour of the block's sides."""
    if theme.name == "dark":
        return rgb(theme.grid)
    r, g, b = (round(0.9 * part) for part in rgb(theme.border))
    return r, g, b


def light(camera: Camera) -> Array:
    """Return the direction towards the light, shape (3,); it goes along with the user who looks."""
    aside, up = math.radians(camera.azimuth + LIGHT_ASIDE), math.radians(LIGHT_ELEVATION)
    return np.array([math.cos(up) * math.cos(aside), math.cos(up) * math.sin(aside), math.sin(up)])


def brightness(normals: Array, towards: Array) -> Array:
    """Return the factors, shape (…), that light makes of colours at normals of shape (…, 3).

    Level parts keep their colour, so that surface and map agree.
    """
    level = AMBIENT + DIFFUSE * towards[2]
    factors: Array = (AMBIENT + DIFFUSE * np.maximum(normals @ towards, 0.0)) / level
    return factors


def in_view(surface: SurfaceSamples, camera: Camera, points: Array, lift: float = 0.012) -> NDArray[np.bool_]:
    """Return which points of the box, shape (k, 3), are not hidden behind hills; those not finite are.

    Looks along the line from each point to the eye, beginning `lift` away from it, where the horizon does not
    already tell.
    """
    seen, hidden = floating_horizon.visible_points(surface, camera, points)
    shown: NDArray[np.bool_] = seen & np.logical_and.reduce(np.isfinite(points), axis=1)
    open_ = ~seen & ~hidden
    shown[open_] = _clear(surface, camera, points[open_], lift)
    return shown


@cached_with_first(2, objects=4)
def contours_in_view(surface: SurfaceSamples, camera: Camera) -> NDArray[np.bool_]:
    """Return which points of `contours` are in view; of a rippled surface that takes a quarter of a second."""
    return in_view(surface, camera, contours(surface))


def _clear(surface: SurfaceSamples, camera: Camera, points: Array, lift: float) -> NDArray[np.bool_]:
    """Return for which points, shape (k, 3), no part of the surface lies on the line to the eye."""
    shown: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(points), axis=1)
    eye = Projection(camera, 1.0, 1.0).eye
    with np.errstate(all="ignore"):
        to_eye = eye - points
        far = np.linalg.norm(to_eye, axis=1)
        to_eye = to_eye / far[:, None]
        above = np.where(to_eye[:, 2] > 1e-9, (FLOOR + BOX_HEIGHT - points[:, 2]) / to_eye[:, 2], FARTHEST)
        reach = np.clip(np.minimum(above, far), lift, FARTHEST)
        # What rises above the block soon needs to be looked at in fewer places.
        places = np.ceil(reach / FARTHEST * SIGHT / SIGHT_STEP)
    for count in range(1, SIGHT // SIGHT_STEP + 1):
        alike = np.flatnonzero(shown & (places == count))
        for block in np.split(alike, range(AT_ONCE, len(alike), AT_ONCE)):
            if len(block):
                along = np.linspace(lift, reach[block], count * SIGHT_STEP, axis=1)
                shown[block] = _clear_along(surface, points[block], to_eye[block], along)
    return shown


def _clear_along(surface: SurfaceSamples, points: Array, to_eye: Array, along: Array) -> NDArray[np.bool_]:
    """Return for which points, shape (k, 3), nothing lies `along`, shape (k, m), the direction `to_eye`, shape (k, 3)."""
    places = points[:, None] + along[..., None] * to_eye[:, None]
    flat = places.reshape(-1, 3)
    inside = (np.abs(flat[:, :2]) <= 1 + 1e-9).all(axis=1)
    under = np.zeros(len(flat), dtype=bool)
    under[inside] = flat[inside, 2] < surface_height(surface, flat[inside]) - 2e-3
    clear: NDArray[np.bool_] = ~np.logical_or.reduce(under.reshape(along.shape), axis=1)
    return clear


def within_window(points: Array) -> Array:
    """Return box points, shape (k, 3), with those beyond the window, where there is no surface, as NaN."""
    with np.errstate(invalid="ignore"):
        inside = np.logical_and.reduce(np.abs(points) <= 1 + 1e-9, axis=1)
    return np.where(inside[:, None], points, np.nan)


@cached_with_first(1, objects=4)
def contours(surface: SurfaceSamples) -> Array:
    """Return the contour lines on the surface, shape (k, 3), with rows of NaN between them."""
    piecewise: list[Array] = []
    gap = np.full((1, 3), np.nan)
    for line in surface.lines:
        for curve in line.curves:
            piecewise += [to_box(surface, curve, surface.height_at(curve)), gap]
    return np.concatenate(piecewise) if piecewise else np.empty((0, 3))
