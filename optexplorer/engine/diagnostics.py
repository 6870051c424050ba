"""Local properties of a landscape at a point: curvature, largest stable learning rate, quadratic model."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.trajectory import Trajectory
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

FLAT = 1e-12
"""Eigenvalues smaller than this part of the largest one are rounding, not curvature."""
MOST_NUMBERS = 1 << 16
"""Most entries of all Hessians in which the strictest rate of a path is looked for."""
MOST_LEARNING_STEPS, LEARNING_STEPS_AT_ONCE = 256, 8
"""The same of models of data, whose Hessians take long: steps, and how many of them are looked at together."""


class StableRate(NamedTuple):
    """A largest stable learning rate, and where it holds: 2/λmax is that of one point, not of a landscape."""

    rate: float
    step: int
    position: tuple[float, ...]


class Stability(NamedTuple):
    """The largest stable rate where a descent stands, and the smallest of those along its whole path, if known."""

    here: StableRate
    strictest: StableRate | None


def stable_rate(sharpness: float, weight_decay: float = 0.0) -> float | None:
    """Return the largest stable rate where the largest curvature is `sharpness`; see `Curvature.stable_rate`."""
    sharpest = sharpness + weight_decay
    return 2.0 / sharpest if sharpest > 0 and math.isfinite(2.0 / sharpest) else None


@dataclass(frozen=True, eq=False)
class Curvature:
    """The second-order picture of a loss at one point.

    Attributes
    ----------
    point, gradient : shape (n,)
    loss : the loss at the point
    hessian : shape (n, n), symmetric
    eigenvalues : shape (n,), in rising order: the curvatures along the principal directions
    eigenvectors : shape (n, n), of length 1, in columns in the order of the eigenvalues
    """

    point: Array
    loss: float
    gradient: Array
    hessian: Array
    eigenvalues: Array
    eigenvectors: Array

    @property
    def largest(self) -> float:
        """The largest eigenvalue, λmax: the sharpest upward curvature, in units of loss per square of length."""
        return float(self.eigenvalues[-1])

    @cached_property
    def condition_number(self) -> float:
        """The largest eigenvalue by size over the smallest by size; infinite where a direction is flat."""
        sizes = np.abs(self.eigenvalues)
        smallest, largest = float(sizes.min()), float(sizes.max())
        return largest / smallest if smallest > FLAT * largest else math.inf

    def stable_rate(self, weight_decay: float = 0.0) -> float | None:
        """Return the largest learning rate with which gradient descent does not swing out here, or None.

        It holds at `point` only: on the way to other curvatures the limit is another (see `strictest_rate`).
        On a quadratic with Hessian H a step multiplies the distance along an eigenvector by 1 − lr·λ, which stays
        within [−1, 1] up to lr = 2/λmax. Weight decay adds its factor to every λ. None where λmax is not positive:
        no rate makes it swing.

        References
        ----------
        Nesterov (2018), Lectures on Convex Optimization, section 2.1.5; Cohen et al. (2021), Gradient Descent on
        Neural Networks Typically Occurs at the Edge of Stability.
        """
        return stable_rate(self.largest, weight_decay)

    def model(self, points: Array) -> Array:
        """Return the quadratic (Taylor) model of the loss, shape (...), at points of shape (n, ...)."""
        away = points - self.point.reshape(-1, *[1] * (points.ndim - 1))
        slope = np.tensordot(self.gradient, away, axes=1)
        bend = 0.5 * (away * np.tensordot(self.hessian, away, axes=1)).sum(axis=0)
        value: Array = self.loss + slope + bend
        return value


def curvature_at(landscape: Landscape, point: Array) -> Curvature | None:
    """Return the curvature of `landscape` at `point`, shape (n,), or None where it is not finite.

    Where the landscape does not know its Hessian, from central differences of its gradient, whose error is of the
    order of ε^(2/3) (Dennis & Schnabel 1983, section 5.4).
    """
    with np.errstate(all="ignore"):
        if not np.isfinite(point).all():
            return None
        loss = float(landscape.value(point))
        gradient = landscape.gradient(point)
        hessian = landscape.hessian(point) if landscape.has_hessian else _differences(landscape, point)
        hessian = (hessian + hessian.T) / 2
    if not (math.isfinite(loss) and np.isfinite(gradient).all() and np.isfinite(hessian).all()):
        return None
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    return Curvature(point, loss, gradient, hessian, eigenvalues, eigenvectors)


def _differences(landscape: Landscape, point: Array) -> Array:
    """Return the derivatives of the gradient, shape (n, n): of its component i along coordinate j."""
    away = np.diag(np.finfo(np.float64).eps ** (1 / 3) * np.maximum(np.abs(point), 1.0))
    ahead, behind = point[:, None] + away, point[:, None] - away
    # Divided by what the coordinates really move by, after rounding.
    result: Array = (landscape.gradient(ahead) - landscape.gradient(behind)) / np.diagonal(ahead - behind)
    return result


def strictest_rate(
    trajectory: Trajectory, weight_decay: float = 0.0, should_stop: Callable[[], bool] = lambda: False
) -> StableRate | None:
    """Return the smallest of the largest stable rates along a path, and where it holds.

    None where the landscape is not known, does not know its Hessian, or curves upward nowhere on the path, and once
    `should_stop` says so; what has been computed until then is remembered. Of long paths, evenly spaced steps are
    looked at.
    """
    landscape = trajectory.landscape
    if landscape is None or not landscape.has_hessian:
        return None
    steps = _looked_at(trajectory)
    at_once = LEARNING_STEPS_AT_ONCE if landscape.examples else len(steps)
    parts = []
    for first in range(0, len(steps), at_once):
        if should_stop():
            return None
        parts.append(_largest_curvatures(trajectory, first, first + at_once))
    sharpness = np.concatenate(parts)
    if np.isnan(sharpness).all():
        return None
    sharpest = int(np.nanargmax(sharpness))
    rate = stable_rate(float(sharpness[sharpest]), weight_decay)
    if rate is None:
        return None
    step = int(steps[sharpest])
    return StableRate(rate, step, tuple(trajectory.position_at(step).tolist()))


def _looked_at(trajectory: Trajectory) -> NDArray[np.int64]:
    """Return the steps of a path at which the strictest rate is looked for."""
    landscape = trajectory.landscape
    assert landscape is not None
    most = max(1, MOST_NUMBERS // landscape.dimension**2)
    if landscape.examples:
        most = min(most, MOST_LEARNING_STEPS)
    return np.unique(np.linspace(0, trajectory.steps, min(trajectory.steps + 1, most)).astype(np.int64))


def largest_eigenvalues(matrices: Array) -> Array:
    """Return the largest eigenvalue of each symmetric matrix, shape (k,), of those of shape (k, n, n); NaN where one is not finite."""
    found = np.full(len(matrices), np.nan)
    sound = np.isfinite(matrices).all(axis=(1, 2))
    if sound.any():
        found[sound] = np.linalg.eigvalsh(matrices[sound])[:, -1]
    return found


@cached_with_first(MOST_LEARNING_STEPS // LEARNING_STEPS_AT_ONCE)
def _largest_curvatures(trajectory: Trajectory, first: int, end: int) -> Array:
    """Return the largest eigenvalues of the Hessian at some of the steps that are looked at; NaN where not finite."""
    assert trajectory.landscape is not None
    positions = trajectory.positions(_looked_at(trajectory)[first:end].tolist())
    with np.errstate(all="ignore"):
        hessians = np.moveaxis(trajectory.landscape.hessian(np.ascontiguousarray(positions.T)), -1, 0)
        halves = hessians / 2
        return largest_eigenvalues(halves + halves.swapaxes(1, 2))
