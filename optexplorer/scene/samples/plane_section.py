"""A landscape seen on a plane or line through parameter space: itself a landscape, of one or two coordinates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape, Minimum, Sample
from optexplorer.engine.trajectory import row_norms
from optexplorer.experiment.plane import Plane

Array = NDArray[np.float64]

AXES = ("u", "v")
"""Names of the plane's coordinates where a direction is none of the landscape's own axes."""
ROUNDING = 1e-13
"""Distances from the plane smaller than this part of that from its origin are rounding."""
ON_PLANE = 1e-9
"""Minima nearer to the plane than this part of the domain's size lie on it."""


def _by_row(rows: NDArray[Any], matrix: NDArray[Any]) -> Array:
    """Return rows @ matrix such that each row depends on itself only, to the bit; a product by BLAS does not."""
    product: Array = np.einsum("kn,nm->km", rows, matrix)
    return product


class PlaneSection(Landscape):
    """The losses of `landscape` at origin + Σ u_k · direction_k, as a function of u.

    Raises
    ------
    ValueError
        If the plane lies in a space of another number of coordinates than the landscape.
    """

    def __init__(self, landscape: Landscape, plane: Plane) -> None:
        if len(plane.origin) != landscape.dimension:
            raise ValueError(
                f"plane: {landscape.id} has {landscape.dimension} coordinate(s), "
                f"but the plane's origin has {len(plane.origin)}"
            )
        self.landscape, self.plane = landscape, plane
        self.id, self.name, self.group = landscape.id, landscape.name, landscape.group
        self.lesson, self.source = landscape.lesson, landscape.source
        # On a line barriers are compared with straight lines between losses.
        self.height_scale = landscape.height_scale if len(plane.directions) > 1 else "linear"
        self._origin = np.array(plane.origin, dtype=np.float64)
        self._directions = np.array(plane.directions, dtype=np.float64)
        self._inverse = np.linalg.pinv(self._directions)
        self.variables = tuple(self._axis_name(k) for k in range(len(plane.directions)))
        self.domain = plane.extent or tuple(self._side(direction) for direction in self._directions)
        self.minima = tuple(self._minima())
        self.start = self.coordinates(np.array(landscape.start))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PlaneSection):
            return NotImplemented
        return (self.landscape, self.plane) == (other.landscape, other.plane)

    def __hash__(self) -> int:
        return hash((self.landscape, self.plane))

    @property
    def latex(self) -> str:
        """The formula of the whole landscape."""
        return self.landscape.latex

    def point(self, u: tuple[float, ...]) -> tuple[float, ...]:
        """Return the point of parameter space at coordinates `u` of the plane."""
        return tuple((self._origin + np.array(u) @ self._directions).tolist())

    def coordinates(self, point: Array) -> tuple[float, ...]:
        """Return the coordinates of the point of the plane that is nearest to `point`, shape (n,)."""
        return tuple(((point - self._origin) @ self._inverse).tolist())

    def nearest(self, points: Array) -> Array:
        """Return the coordinates, shape (k, 2) or (k, 1), of the points of the plane nearest to those of shape (k, n)."""
        with np.errstate(all="ignore"):
            return _by_row(points - self._origin, self._inverse)

    def slopes(self, gradients: Array) -> Array:
        """Return the slopes along the plane's directions, one row each, of gradients of shape (k, n)."""
        with np.errstate(all="ignore"):
            return _by_row(gradients, self._directions.T)

    @property
    def gram(self) -> Array:
        """The products of the directions with each other, shape (k, k)."""
        return _by_row(self._directions, self._directions.T)

    @property
    def reach(self) -> float:
        """A quarter of the mean length of the sides of what is looked at, in units of parameter space."""
        lengths: list[float] = row_norms(self._directions).tolist()
        sides = [length * (high - low) for length, (low, high) in zip(lengths, self.domain, strict=True)]
        return float(sum(sides)) / len(sides) / 4

    def distances(self, points: Array, nearest: Array) -> Array:
        """Return how far points of shape (k, n) are from the plane, shape (k,), of which `nearest` are coordinates."""
        with np.errstate(all="ignore"):
            away = points - self._origin
            found = row_norms(away - _by_row(nearest, self._directions))
            # What rounding leaves of a point on the plane is no distance.
            return np.where(found < ROUNDING * row_norms(away), 0.0, found)

    def value(self, x: Array) -> Array:
        return self.landscape.value(self._points(x))

    def gradient(self, x: Array) -> Array:
        slopes: Array = np.tensordot(self._directions, self.landscape.gradient(self._points(x)), axes=1)
        return slopes

    @property
    def has_hessian(self) -> bool:
        """Whether the Hessian of the whole landscape is known."""
        return self.landscape.has_hessian

    def hessian(self, x: Array) -> Array:
        whole = self.landscape.hessian(self._points(x))
        bends: Array = np.einsum("in,nm...,jm->ij...", self._directions, whole, self._directions)
        return bends

    @property
    def examples(self) -> int:
        """The number of training examples of the whole landscape."""
        return self.landscape.examples

    def sample_value(self, x: Array, sample: Sample) -> Array:
        return self.landscape.sample_value(self._points(x), sample)

    def _points(self, u: Array) -> Array:
        """Return points of parameter space, shape (n, ...), at coordinates of shape (k, ...)."""
        origin = self._origin.reshape(-1, *[1] * (np.ndim(u) - 1))
        points: Array = origin + np.tensordot(self._directions.T, u, axes=1)
        return np.ascontiguousarray(points)

    def _axis_name(self, k: int) -> str:
        """Return the plane's name for direction `k`, or that of the landscape's axis, if it goes along one from 0."""
        if self.plane.axes:
            return self.plane.axes[k]
        direction = self._directions[k]
        along = np.flatnonzero(direction)
        if len(along) == 1 and direction[along[0]] == 1 and self._origin[along[0]] == 0:
            return self.landscape.variables[int(along[0])]
        return AXES[k]

    def _side(self, direction: Array) -> tuple[float, float]:
        """Return the part of the line through the origin along `direction` that lies in the landscape's domain."""
        bounds = np.array(self.landscape.domain, dtype=np.float64)
        moves = direction != 0
        ends = (bounds[moves] - self._origin[moves, None]) / direction[moves, None]
        low, high = float(ends.min(axis=1).max()), float(ends.max(axis=1).min())
        if low < high:
            return low, high
        # The line misses the domain: as far around the origin as the domain is wide.
        half = float(((bounds[moves, 1] - bounds[moves, 0]) / 2 / np.abs(direction[moves])).min())
        return -half, half

    def _minima(self) -> list[Minimum]:
        size = math.hypot(*(high - low for low, high in self.landscape.domain))
        found = []
        for minimum in self.landscape.minima:
            u = self.coordinates(np.array(minimum.position))
            if math.dist(self.point(u), minimum.position) <= ON_PLANE * size:
                found.append(Minimum(u, minimum.value))
        return found
