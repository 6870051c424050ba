"""The largest learning rate that is stable by the curvature at a point."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.descent import trajectory
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Constant
from optexplorer.engine.sharpness import GrowingSharpness

Array = NDArray[np.float64]

DECADES = 12.0
"""Limits from 10^−12 to 10^12 are looked for."""
HALVINGS = 60
PATIENCE = 2.0
"""Seconds for which the curvature of a large model is looked for."""


def largest_stable_rate(run_spec: RunSpec, position: Array) -> float | None:
    """Return the rate up to which a racer's steps do not swing out on the quadratic about `position`, shape (n,).

    That is 2/λ for gradient descent, 2 (1 + μ)/λ with momentum μ, λ being the largest eigenvalue of the Hessian (see
    `optimizers.stability_limit`). It holds near this point, of the loss that all examples have, at a constant rate.
    None where no such limit is known: of rules that scale coordinates by what they have seen, of other schedules, and
    where the loss does not curve upwards.
    """
    optimizer = run_spec.optimizer
    tried = optimizer.stability(optimizer.lr)
    if tried is None or tried.preconditioner is not None or run_spec.schedule != Constant():
        return None
    exact = replace(run_spec, source=Exact())
    with np.errstate(all="ignore"):
        path = trajectory(exact, position, 0)
        found = GrowingSharpness(exact, 0).of(path, seconds=PATIENCE)
    curvature = float(found.eigenvalue[0]) if found.is_known else math.nan
    if not curvature > 0:
        return None

    def stable(power: float) -> bool:
        limit = optimizer.stability(10.0**power)
        return limit is not None and limit.threshold > curvature

    low, high = -DECADES, DECADES
    if not stable(low) or stable(high):
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    return float(10.0**low)
