"""Line searches: backtracking, strong Wolfe, exact.

They are written here for one point; `line_search_of_many` takes the same decisions for many points at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from optexplorer.engine.optimizers import line_search_of_many as many
from optexplorer.engine.optimizers.base import Array, Probe
from optexplorer.engine.optimizers.linear_algebra import dot

LineSearch = Literal["none", "backtracking", "strong-wolfe", "exact"]

Trial = tuple[float, float, float]
"""A length, the loss there, and its slope along the direction."""

MOST_TRIALS = 60
"""Halvings after which a length is beyond the last bit of the first."""
WOLFE_TRIALS = 25


def backtracking(
    probe: Probe, x: Array, direction: Array, slope: Any, first: Any, c1: float, shrink: float = 0.5
) -> Any:
    """Return the longest of `first`, `first * shrink`, … that lowers the loss enough (Armijo 1966).

    Enough is `c1` times what the slope promises, less the rounding of the loss itself.

    Parameters
    ----------
    x, direction : shape (n, ...)
    slope, first : the slope along the direction, and the first length to try; a number or shape (...)

    Returns
    -------
    A number, or shape (...): zero where no length lowers the loss.
    """
    loss = probe.value(x)
    loss = loss + np.abs(loss) * 2.0**-52
    if x.ndim == 1:
        length, decrease = first, c1 * slope
        for _ in range(MOST_TRIALS):
            if probe.value(x + length * direction) <= loss + length * decrease:
                return length
            length = length * shrink
        return 0.0
    return many.backtracking(probe, x, direction, loss, slope, first, c1, shrink, MOST_TRIALS)


def strong_wolfe(
    probe: Probe, x: Array, direction: Array, slope: Any, first: Any, c1: float = 1e-4, c2: float = 0.9
) -> Any:
    """Return lengths with a sufficient decrease and a slope of at most `c2` times the first one.

    Nocedal & Wright (2006), Numerical Optimization, algorithms 3.5 and 3.6, with the cubic interpolation and the
    safeguards of PyTorch's `LBFGS(line_search_fn="strong_wolfe")`. Parameters and result as in `backtracking`.
    """
    loss = probe.value(x)
    if x.ndim > 1:
        return many.strong_wolfe(probe, x, direction, loss, slope, first, c1, c2, WOLFE_TRIALS)

    def tried(length: float) -> Trial:
        at = x + length * direction
        return length, float(probe.value(at)), float(dot(probe.gradient(at), direction))

    start = (0.0, float(loss), float(slope))
    return _strong_wolfe(tried, start, float(first), float(np.abs(direction).max()), c1, c2)


def exact(probe: Probe, x: Array, direction: Array, slope: Any, first: Any) -> Any:
    """Return lengths at which the loss along the direction has a minimum.

    `first` is doubled until the loss no longer falls, then the slope's zero is enclosed (Illinois method, Dowell &
    Jarratt 1971); one of the minima, if there are several. Parameters and result as in `backtracking`.
    """
    if x.ndim > 1:
        return many.exact(probe, x, direction, slope, first, MOST_TRIALS)

    def slope_at(length: float) -> float:
        return float(dot(probe.gradient(x + length * direction), direction))

    return _exact(slope_at, float(slope), float(first))


def _strong_wolfe(
    tried: Callable[[float], Trial], start: Trial, length: float, largest: float, c1: float, c2: float
) -> float:
    """Search as PyTorch does; `largest` is the direction's largest coordinate."""
    _, loss, slope = before = start
    decrease, flattest = c1 * slope, -c2 * slope
    now = tried(length)
    trials = 0
    while trials < WOLFE_TRIALS:
        t, reached, bend = now
        if reached > loss + t * decrease or (trials > 1 and reached >= before[1]):
            break
        if abs(bend) <= flattest:
            return t
        if bend >= 0:
            break
        t = _cubic_minimum(before, now, (t + 0.01 * (t - before[0]), t * 10))
        before, now = now, tried(t)
        trials += 1
    else:
        before = start
    low, high = (before, now) if before[1] <= now[1] else (now, before)
    stalled = False
    while trials < WOLFE_TRIALS and abs(high[0] - low[0]) * largest >= 1e-9:
        left, right = min(low[0], high[0]), max(low[0], high[0])
        t = (
            _cubic_minimum(low, high, (left, right))
            if low[0] <= high[0]
            else _cubic_minimum(high, low, (left, right))
        )
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:
            if stalled or t >= right or t <= left:
                t = right - margin if abs(t - right) < abs(t - left) else left + margin
                stalled = False
            else:
                stalled = True
        else:
            stalled = False
        now = tried(t)
        trials += 1
        if now[1] > loss + t * decrease or now[1] >= low[1]:
            high = now
            if high[1] < low[1]:
                low, high = high, low
        else:
            if abs(now[2]) <= flattest:
                return t
            if now[2] * (high[0] - low[0]) >= 0:
                high = low
            low = now
    return low[0]


def _cubic_minimum(a: Trial, b: Trial, bounds: tuple[float, float]) -> float:
    """Return the minimum, within bounds, of the cubic through two trials, the shorter first."""
    (x1, f1, g1), (x2, f2, g2) = a, b
    left, right = bounds
    if x1 == x2:
        return (left + right) / 2
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1 * d1 - g1 * g2
    if not square >= 0:
        return (left + right) / 2
    d2 = math.sqrt(square)
    divisor = g2 - g1 + 2 * d2
    if divisor == 0:
        return (left + right) / 2
    t = x2 - (x2 - x1) * ((g2 + d2 - d1) / divisor)
    # No number where a loss is infinite.
    return min(max(t, left), right) if t == t else (left + right) / 2


def _exact(slope_at: Callable[[float], float], slope: float, first: float) -> float:
    """Enclose a zero of the slope, by doubling, and close in on it."""
    low, low_slope = 0.0, slope
    high = first
    for _ in range(MOST_TRIALS):
        high_slope = slope_at(high)
        if not high_slope < 0:
            break
        low, low_slope, high = high, high_slope, high * 2
    else:
        return low
    enough = 1e-13 * abs(slope)
    weighted_low, weighted_high, side = low_slope, high_slope, 0
    for k in range(MOST_TRIALS):
        if not abs(high_slope) > enough and math.isfinite(high_slope):
            return high
        if abs(low_slope) <= enough or high - low <= 4e-16 * high:
            return low
        between = weighted_high - weighted_low
        t = (low * weighted_high - high * weighted_low) / between if between else low
        # Every fourth time halve, where the slope jumps and the secant would crawl.
        if k % 4 == 3 or not low < t < high:
            t = (low + high) / 2
        new = slope_at(t)
        if new < 0:
            low, low_slope, weighted_low = t, new, new
            weighted_high = weighted_high / 2 if side == -1 else high_slope
            side = -1
        else:
            high, high_slope, weighted_high = t, new, new
            weighted_low = weighted_low / 2 if side == 1 else low_slope
            side = 1
    return low
