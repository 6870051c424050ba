"""The barrier between two points: how far the loss on the line between them rises above that of its ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.scene.geometry.ticks import tick_label
from optexplorer.scene.samples.curve_samples import CurveSamples
from optexplorer.scene.samples.landscape_samples import LandscapeSamples
from optexplorer.text import Text


@dataclass(frozen=True)
class Barrier:
    """The barrier on a line from t = 0 to t = 1.

    Attributes
    ----------
    first, second : the losses at the ends
    place, loss : where between them the loss is farthest above the straight line from one to the other, and its value
    """

    first: float
    second: float
    place: float
    loss: float

    @property
    def foot(self) -> float:
        """The height of the straight line between the ends, where the barrier is."""
        return self.first + self.place * (self.second - self.first)

    @property
    def height(self) -> float:
        """How far the loss is above that: 0 where it is nowhere above it."""
        return self.loss - self.foot

    def words(self) -> Text:
        """Return its height in words."""
        if self.height <= 0:
            return Text("no barrier", "障壁なし")
        number = tick_label(float(f"{self.height:.3g}"))
        return Text(f"barrier {number}", f"障壁の高さ {number}")


def barrier_of(samples: LandscapeSamples | None, rule: object) -> Barrier | None:
    """Return the barrier between the points that a rule draws a line through; None of another picture.

    From the losses that are sampled: max over t of f(t) − ((1 − t) f(0) + t f(1)) (Frankle et al. 2020, section 2).
    None too where the ends are not in the picture, or a loss between them is not finite.
    """
    is_line = isinstance(rule, PlaneRule) and rule.kind == "line"
    if not is_line or not isinstance(samples, CurveSamples):
        return None
    t, loss = samples.x, samples.loss
    if t[0] > 0 or t[-1] < 1:
        return None
    first, second = (float(np.interp(end, t, loss)) for end in (0.0, 1.0))
    between = (t > 0) & (t < 1)
    above = loss[between] - (first + t[between] * (second - first))
    if not np.isfinite(above).all() or not len(above):
        return None
    highest = int(above.argmax())
    if above[highest] <= 0:
        return Barrier(first, second, 0.0, first)
    return Barrier(first, second, float(t[between][highest]), float(loss[between][highest]))
