"""The marks that show the curvature at a racer's head on map and surface."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.diagnostics import Curvature
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.samples.surface_samples import SurfaceSamples

Array = NDArray[np.float64]

REACH = 0.15
"""How far the marks reach from the head, as a part of the window's sides."""
PATCH = 11
"""Lines along each side of the quadratic model's net on the surface."""
FINE = 41
"""Points along each side of the grid on which the model's contour lines are found."""
FEWEST, EVEN = 3, 6
"""With fewer of the map's own levels than this in reach, the model has as many evenly spaced ones as this."""
LEAST, MOST = -0.02, 1.1
"""The heights between which the net of the model is drawn."""


@dataclass(frozen=True, eq=False)
class CurvatureMarks:
    """The curvature at the head of one racer, and its picture.

    Attributes
    ----------
    number : the racer's place in the experiment
    colour : of the racer
    curvature : the numbers
    level_set : the curves, each of shape (k, 2), along which the second-order part of the model has one size: an
        ellipse, or the four branches of two hyperbolas, or two parallel lines
    axes : the principal directions as lines through the head, shape (2, 2) each, as long as `REACH`; the first
        belongs to the smaller eigenvalue
    """

    number: int
    colour: str
    surface: SurfaceSamples
    curvature: Curvature
    level_set: tuple[Array, ...]
    axes: tuple[Array, ...]

    @cached_property
    def contours(self) -> tuple[Array, ...]:
        """The contour lines of the model around the head, each of shape (k, 2), at the map's levels."""
        from contourpy import contour_generator

        x, y, away = _around(self.surface, self.curvature.point, FINE)
        loss = self.curvature.model(np.stack(np.meshgrid(x, y)))
        loss = np.where(away <= 1, loss, np.nan)
        low, high = float(np.nanmin(loss)), float(np.nanmax(loss))
        levels = [line.loss for line in self.surface.lines if low < line.loss < high]
        if len(levels) < FEWEST:
            scale = self.surface.scale
            bottom, top = scale.height(np.array([low, high])).tolist()
            levels = [scale.loss(h) for h in np.linspace(bottom, top, EVEN + 2)[1:-1].tolist()]
        generator = contour_generator(x, y, np.ma.masked_invalid(loss))
        return tuple(np.asarray(curve) for level in levels for curve in generator.lines(level))

    @cached_property
    def patch(self) -> Array:
        """The model as a net in the box, shape (rows, columns, 3); NaN where it leaves the box."""
        x, y, _ = _around(self.surface, self.curvature.point, PATCH)
        plane = np.stack(np.meshgrid(x, y))
        loss = self.curvature.model(plane)
        height = self.surface.scale.height_below_too(loss)
        flat = to_box(self.surface, plane.reshape(2, -1).T, height.ravel())
        seen = (
            (height.ravel() >= LEAST)
            & (height.ravel() <= MOST)
            & (np.abs(flat[:, :2]) <= 1 + 1e-9).all(axis=1)
        )
        return np.where(seen[:, None], flat, np.nan).reshape(PATCH, PATCH, 3)


def _around(surface: SurfaceSamples, point: Array, count: int) -> tuple[Array, Array, Array]:
    """Return a grid around a point, and how far from it, shape (count, count), its places are in units of the reach."""
    x0, x1, y0, y1 = surface.window
    at = np.linspace(-1, 1, count)
    away: Array = np.hypot(*np.meshgrid(at, at))
    return point[0] + REACH * (x1 - x0) * at, point[1] + REACH * (y1 - y0) * at, away


def curvature_marks(
    surface: SurfaceSamples, number: int, colour: str, curvature: Curvature
) -> CurvatureMarks:
    """Return the picture of the curvature at a point of the window of `surface`."""
    x0, x1, y0, y1 = surface.window
    sides = np.array([x1 - x0, y1 - y0])
    directions = curvature.eigenvectors.T
    # How far along each principal direction the reach goes.
    reach = REACH / np.linalg.norm(directions / sides, axis=1)
    axes = tuple(
        curvature.point + np.array([[-1.0], [1.0]]) * length * direction
        for direction, length in zip(directions, reach, strict=True)
    )
    curves = _level_set(curvature.eigenvalues, reach)
    level_set = tuple(curvature.point + curve @ directions for curve in curves)
    return CurvatureMarks(number, colour, surface, curvature, level_set, axes)


def _level_set(eigenvalues: Array, reach: Array) -> list[Array]:
    """Return curves, in principal coordinates, on which ½ Σ λ d² is ±c; c is as large as the reach allows."""
    sizes = np.abs(eigenvalues)
    if not sizes.max() > 0:
        return []
    curved = sizes > 1e-9 * sizes.max()
    # The half axes are √(2c/|λ|).
    level = min(0.5 * size * far**2 for size, far, here in zip(sizes, reach, curved, strict=True) if here)
    half = np.sqrt(2 * level / np.where(curved, sizes, 1.0))
    if not curved.all():
        flat = int(np.flatnonzero(~curved)[0])
        line = np.zeros((2, 2))
        line[:, flat] = -reach[flat], reach[flat]
        aside = np.zeros(2)
        aside[1 - flat] = half[1 - flat]
        return [line + aside, line - aside]
    turn = np.linspace(0, 2 * math.pi, 73)
    if eigenvalues[0] * eigenvalues[1] > 0:
        return [np.stack([half[0] * np.cos(turn), half[1] * np.sin(turn)], axis=1)]
    # Half as large, so that there is room for the branches.
    half = half / 2
    far = float(np.arccosh(np.max(reach / half).clip(1.5, 8.0)))
    spread = np.linspace(-far, far, 41)
    branches = []
    for sign in (1, -1):
        branches.append(np.stack([sign * half[0] * np.cosh(spread), half[1] * np.sinh(spread)], axis=1))
        branches.append(np.stack([half[0] * np.sinh(spread), sign * half[1] * np.cosh(spread)], axis=1))
    return [branch[(np.abs(branch) <= reach * 1.0001).all(axis=1)] for branch in branches]
