"""The camera: the box in which the surface is drawn, and its projection onto a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from optexplorer.experiment.appearance import Camera
from optexplorer.scene.samples.surface_samples import SurfaceSamples

Array = NDArray[np.float64]

BOX_HEIGHT = 0.84
"""Height of the box; its floor is a square from −1 to 1."""
FLOOR = -BOX_HEIGHT / 2
FIELD_OF_VIEW = 40.0
"""Horizontal field of view in degrees for a picture that is at least as wide as it is high."""


def to_box(surface: SurfaceSamples, points: Array, heights: Array) -> Array:
    """Return box coordinates, shape (k, 3), of points of shape (k, 2) at heights in [0, 1], shape (k,)."""
    x0, x1, y0, y1 = surface.window
    return np.stack(
        [
            2 * (points[:, 0] - x0) / (x1 - x0) - 1,
            2 * (points[:, 1] - y0) / (y1 - y0) - 1,
            FLOOR + BOX_HEIGHT * heights,
        ],
        axis=1,
    )


def from_box(surface: SurfaceSamples, x: float, y: float) -> tuple[float, float]:
    """Return the point of the landscape above which box coordinates (x, y) lie."""
    x0, x1, y0, y1 = surface.window
    return x0 + (x + 1) / 2 * (x1 - x0), y0 + (y + 1) / 2 * (y1 - y0)


@dataclass(frozen=True)
class Projection:
    """A camera looking at the box, and a picture of `width` × `height` units with room for labels at its `margin`."""

    camera: Camera
    width: float
    height: float
    margin: float = 0.0

    @property
    def eye(self) -> Array:
        """Where the eye is in the box, shape (3,)."""
        return self._axes()[3]

    def _axes(self) -> tuple[Array, Array, Array, Array]:
        return _axes(self.camera)

    @property
    def view_matrix(self) -> Array:
        """From the box to the eye's coordinates (right, up, backwards), shape (4, 4)."""
        right, up, back, eye = self._axes()
        matrix = np.eye(4)
        matrix[:3, :3] = right, up, back
        matrix[:3, 3] = -matrix[:3, :3] @ eye
        return matrix

    @property
    def focal(self) -> float:
        """Pixels per unit at distance one; the smaller side decides, so that the box always fits."""
        width, height = (max(side - 2 * self.margin, 0.4 * side) for side in (self.width, self.height))
        return min(width, height * 1.25) / 2 / math.tan(math.radians(FIELD_OF_VIEW) / 2)

    def project(self, points: Array) -> tuple[Array, Array]:
        """Return picture coordinates, shape (k, 2), y downwards, and depths, shape (k,), of box points (k, 3)."""
        right, up, back, eye = self._axes()
        relative = points - eye
        depth = -(relative @ back)
        factor = self.focal / np.maximum(depth, 1e-6)
        x = self.width / 2 + (relative @ right) * factor
        y = self.height / 2 - (relative @ up) * factor
        return np.stack([x, y], axis=1), depth

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        """Return picture coordinates of one box point, as `project` does of many."""
        right, up, back, eye = _axes_as_numbers(self.camera)
        x, y, z = point[0] - eye[0], point[1] - eye[1], point[2] - eye[2]
        depth = -(x * back[0] + y * back[1] + z * back[2])
        factor = self.focal / max(depth, 1e-6)
        return (
            self.width / 2 + (x * right[0] + y * right[1] + z * right[2]) * factor,
            self.height / 2 - (x * up[0] + y * up[1] + z * up[2]) * factor,
        )

    def ray(self, x: float, y: float) -> tuple[Array, Array]:
        """Return origin and direction, shape (3,) each, in the box, of the sight line through a picture point."""
        right, up, back, eye = self._axes()
        direction = (x - self.width / 2) / self.focal * right - (y - self.height / 2) / self.focal * up - back
        return eye, direction / np.linalg.norm(direction)


@lru_cache(maxsize=16)
def _axes(camera: Camera) -> tuple[Array, Array, Array, Array]:
    """Return in the box the directions right, up and backwards, and the place of the eye, shape (3,) each."""
    azimuth, elevation = math.radians(camera.azimuth), math.radians(camera.elevation)
    back = np.array(
        [
            math.cos(elevation) * math.cos(azimuth),
            math.cos(elevation) * math.sin(azimuth),
            math.sin(elevation),
        ]
    )
    right = np.array([-math.sin(azimuth), math.cos(azimuth), 0.0])
    up = np.cross(back, right)
    axes = (right, up, back, np.array(camera.centre) + camera.distance * back)
    for axis in axes:
        axis.setflags(write=False)
    return axes


@lru_cache(maxsize=16)
def _axes_as_numbers(camera: Camera) -> tuple[list[float], ...]:
    return tuple(axis.tolist() for axis in _axes(camera))


def surface_point(
    surface: SurfaceSamples, projection: Projection, x: float, y: float
) -> tuple[float, float] | None:
    """Return the point of the landscape that is seen at (x, y) of the picture, or None if there is none.

    Marches along the sight line until it dips below the surface, then bisects.
    """
    origin, direction = projection.ray(x, y)
    if direction[2] >= 0 and origin[2] > BOX_HEIGHT:
        return None
    reach = np.linspace(0, projection.camera.distance + 4, 1600)
    points = origin + reach[:, None] * direction
    inside = (np.abs(points[:, :2]) <= 1).all(axis=1)
    below = inside & (points[:, 2] <= surface_height(surface, points))
    if not below.any():
        return None
    first = int(below.argmax())
    low, high = reach[max(first - 1, 0)], reach[first]
    for _ in range(24):
        middle = (low + high) / 2
        point = origin + middle * direction
        if point[2] <= surface_height(surface, point[None])[0]:
            high = middle
        else:
            low = middle
    point = origin + high * direction
    return from_box(surface, float(np.clip(point[0], -1, 1)), float(np.clip(point[1], -1, 1)))


def surface_height(surface: SurfaceSamples, points: Array) -> Array:
    """Return the height in the box, shape (k,), of the surface at box coordinates (x, y, …) of shape (k, ≥ 2)."""
    x0, x1, y0, y1 = surface.window
    plane = np.stack(
        [x0 + (points[:, 0] + 1) / 2 * (x1 - x0), y0 + (points[:, 1] + 1) / 2 * (y1 - y0)], axis=1
    )
    return FLOOR + BOX_HEIGHT * surface.height_at(plane)
