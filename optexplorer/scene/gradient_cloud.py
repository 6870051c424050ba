"""The gradients of single examples at a racer's head: as arrows, and as the ellipse of their mean and spread."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Sample
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.base import Examples
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.surface_samples import SurfaceSamples

Array = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_ARROWS = 100
"""Examples whose gradients are drawn, at most."""
MOST_EXAMPLES = 2_000
MOST_NUMBERS = 20_000_000
"""Examples whose gradients are computed, at most, and numbers in all of these gradients."""
NUMBERS_AT_ONCE = 1_000_000
"""Numbers that are computed together."""
REACH = 0.3
"""How far 95 % of the arrows reach at most, as a part of the window's sides."""
MOST_OF_THEM = 0.95
DEVIATIONS = (1.0, 2.0)
"""How many standard deviations from the mean the ellipses lie."""
TURN = np.linspace(0.0, 2 * math.pi, 73)


@dataclass(frozen=True, eq=False)
class GradientCloud:
    """Gradients of single examples along the coordinates that are drawn.

    Attributes
    ----------
    place : shape (2,), the head in these coordinates
    slopes : shape (m, 2), of all examples or of evenly spaced ones of them
    batch_slopes : shape (b, 2), of examples of the mini-batch; no rows without one
    full_slope : shape (2,), the gradient of the loss of all examples
    batch_slope : shape (2,), that of the loss of the whole mini-batch; None without one
    places : shape (m,), which of the training examples `slopes` belong to
    batch_places : shape (b,), the same of `batch_slopes`
    examples : how many training examples there are
    rate : the learning rate with which a step along one gradient would be as long as its arrow
    """

    place: Array
    slopes: Array
    batch_slopes: Array
    full_slope: Array
    batch_slope: Array | None
    places: Places
    batch_places: Places
    examples: int
    rate: float

    @property
    def mean(self) -> Array:
        """The mean of `slopes`, shape (2,)."""
        mean: Array = self.slopes.mean(axis=0)
        return mean

    @property
    def covariance(self) -> Array:
        """The covariance of `slopes` about their mean, shape (2, 2)."""
        away = self.slopes - self.mean
        spread: Array = away.T @ away / len(away)
        return spread

    def tips(self, slopes: Array) -> Array:
        """Return where the arrows of slopes of shape (..., 2) end: downhill of the head, all on the same scale."""
        with np.errstate(all="ignore"):
            tips: Array = self.place - self.rate * slopes
        return tips

    @cached_property
    def drawn(self) -> tuple[Array, Array]:
        """The slopes that are drawn as arrows: of examples of the mini-batch, and of others; `MOST_ARROWS` in all."""
        others = self.slopes[~np.isin(self.places, self.batch_places)]
        return self.batch_slopes, others[_evenly(len(others), MOST_ARROWS - len(self.batch_slopes))]

    @cached_property
    def ellipses(self) -> tuple[Array, ...]:
        """The ends of arrows one and two standard deviations from the mean, a closed curve of shape (k, 2) each."""
        covariance = self.covariance
        if not np.isfinite(covariance).all():
            return ()
        sizes, axes = np.linalg.eigh(covariance)
        circle = np.stack([np.cos(TURN), np.sin(TURN)], axis=1)
        around = (circle * np.sqrt(np.maximum(sizes, 0.0))) @ axes.T
        return tuple(self.tips(self.mean + k * around) for k in DEVIATIONS)


def gradient_cloud(
    surface: SurfaceSamples,
    landscape: ModelLandscape,
    head: Array,
    sample: Sample | None,
    should_stop: Callable[[], bool] = lambda: False,
) -> GradientCloud | None:
    """Return the gradients of the training examples at `head`, shape (n,), without dropout.

    `surface` is what is drawn: the landscape or its section by a plane. None if `should_stop` says so, or `head` is
    not finite.

    Raises
    ------
    ValueError
        If the loss of one example depends on the others.
    """
    if not np.isfinite(head).all():
        return None
    drawn = surface.landscape
    along = drawn.slopes if isinstance(drawn, PlaneSection) else (lambda gradients: gradients)
    place = np.array(drawn.coordinates(head)) if isinstance(drawn, PlaneSection) else head
    count = min(MOST_EXAMPLES, max(MOST_ARROWS, MOST_NUMBERS // len(head)))
    places, batch = _evenly(landscape.examples, count), np.zeros(0, dtype=np.intp)
    batch_slope = None
    if sample is not None:
        batch = sample.places[_evenly(len(sample.places), MOST_ARROWS // 2)]
        with np.errstate(all="ignore"):
            gradient = landscape.predictor.loss_and_gradient(head, landscape.examples_of(sample))[1]
        batch_slope = along(gradient[np.newaxis])[0]
    found = []
    for wanted in (places, batch):
        slopes = np.empty((len(wanted), 2))
        part = max(1, NUMBERS_AT_ONCE // len(head))
        for first in range(0, len(wanted), part):
            if should_stop():
                return None
            chosen = wanted[first : first + part]
            examples = Examples(landscape.training.inputs[chosen], landscape.training.targets[chosen])
            with np.errstate(all="ignore"):
                slopes[first : first + part] = along(landscape.predictor.example_gradients(head, examples))
        found.append(slopes)
    full = along(landscape.gradient(head)[np.newaxis])[0]
    rate = _rate(surface, np.concatenate([found[0], full[np.newaxis]]))
    return GradientCloud(
        place, found[0], found[1], full, batch_slope, places, batch, landscape.examples, rate
    )


def _evenly(count: int, most: int) -> Places:
    """Return the places of at most `most` of `count` things, evenly spaced."""
    return np.linspace(0, max(count - 1, 0), min(count, most)).round().astype(np.intp)


def _rate(surface: SurfaceSamples, slopes: Array) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten with which most arrows keep within the reach."""
    x0, x1, y0, y1 = surface.window
    lengths = np.hypot(slopes[:, 0] / (x1 - x0), slopes[:, 1] / (y1 - y0))
    lengths = lengths[np.isfinite(lengths)]
    longest = float(np.quantile(lengths, MOST_OF_THEM)) if lengths.size else 0.0
    if not 1e-290 < longest < 1e290:
        return 1.0
    exact = REACH / longest
    power = 10.0 ** math.floor(math.log10(exact))
    return max(digit * power for digit in (1.0, 2.0, 5.0) if digit * power <= exact * (1 + 1e-12))
