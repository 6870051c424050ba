"""Line searches: backtracking, strong Wolfe, exact.

The searches for strong Wolfe steps and for exact ones are written for one point, as generators that ask for the loss
and the slope at a length; a batch runs one generator per point and evaluates all their questions at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import Any, Literal

import numpy as np

from optexplorer.engine.optimizers.base import Array, Probe
from optexplorer.engine.optimizers.linear_algebra import dot

LineSearch = Literal["none", "backtracking", "strong-wolfe", "exact"]

Search = Generator[float, tuple[float, float], float]
"""Yields lengths, is sent the loss and the slope along the direction there, and returns the length found."""

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
        length = first
        for _ in range(MOST_TRIALS):
            if probe.value(x + length * direction) <= loss + c1 * length * slope:
                return length
            length = length * shrink
        return 0.0
    n, shape = len(x), x.shape[1:]
    x, direction, loss, slope = x.reshape(n, -1), direction.reshape(n, -1), loss.ravel(), slope.ravel()
    lengths = np.array(np.broadcast_to(first, shape), dtype=np.float64).ravel()
    trying = np.arange(lengths.size)
    for _ in range(MOST_TRIALS):
        length = lengths[trying]
        reached = probe.value(np.ascontiguousarray(x[:, trying] + length * direction[:, trying]))
        trying = trying[~(reached <= loss[trying] + c1 * length * slope[trying])]
        if not trying.size:
            break
        lengths[trying] = lengths[trying] * shrink
    lengths[trying] = 0.0
    return lengths.reshape(shape)


def strong_wolfe(
    probe: Probe, x: Array, direction: Array, slope: Any, first: Any, c1: float = 1e-4, c2: float = 0.9
) -> Any:
    """Return lengths with a sufficient decrease and a slope of at most `c2` times the first one.

    Nocedal & Wright (2006), Numerical Optimization, algorithms 3.5 and 3.6, with the cubic interpolation and the
    safeguards of PyTorch's `LBFGS(line_search_fn="strong_wolfe")`. Parameters and result as in `backtracking`.
    """
    largest = np.abs(direction).max(axis=0)

    def begin(loss: float, slope: float, first: float, largest: float) -> Search:
        return _strong_wolfe(loss, slope, first, largest, c1, c2)

    return _searched(begin, probe, x, direction, probe.value(x), slope, first, largest)


def exact(probe: Probe, x: Array, direction: Array, slope: Any, first: Any) -> Any:
    """Return lengths at which the loss along the direction has a minimum.

    `first` is doubled until the loss no longer falls, then the slope's zero is enclosed (Illinois method, Dowell &
    Jarratt 1971); one of the minima, if there are several. Parameters and result as in `backtracking`.
    """

    def begin(loss: float, slope: float, first: float, largest: float) -> Search:
        return _exact(slope, first)

    return _searched(begin, probe, x, direction, slope, slope, first, slope)


def _searched(
    begin: Callable[[float, float, float, float], Search],
    probe: Probe,
    x: Array,
    direction: Array,
    *arguments: Any,
) -> Any:
    if x.ndim == 1:
        search = begin(*map(float, arguments))
        try:
            length = next(search)
            while True:
                at = x + length * direction
                reached, slope = probe.value(at), dot(probe.gradient(at), direction)
                length = search.send((float(reached), float(slope)))
        except StopIteration as stop:
            return float(stop.value)
    n, shape = len(x), x.shape[1:]
    x, direction = x.reshape(n, -1), direction.reshape(n, -1)
    columns = [np.broadcast_to(argument, shape).ravel().tolist() for argument in arguments]
    searches = [begin(*values) for values in zip(*columns, strict=True)]
    lengths = np.zeros(len(searches))
    answers: list[tuple[float, float] | None] = [None] * len(searches)
    asking = list(range(len(searches)))
    while True:
        still = []
        for i in asking:
            answer = answers[i]
            try:
                lengths[i] = next(searches[i]) if answer is None else searches[i].send(answer)
                still.append(i)
            except StopIteration as stop:
                lengths[i] = stop.value
        if not still:
            return lengths.reshape(shape)
        asking = still
        along = direction[:, asking]
        at = np.ascontiguousarray(x[:, asking] + lengths[asking] * along)
        pairs = zip(probe.value(at).tolist(), dot(probe.gradient(at), along).tolist(), strict=True)
        for i, pair in zip(asking, pairs, strict=True):
            answers[i] = pair


def _strong_wolfe(loss: float, slope: float, t: float, largest: float, c1: float, c2: float) -> Search:
    """Search as PyTorch does; `largest` is the direction's largest coordinate."""
    before = (0.0, loss, slope)
    now = (t, *(yield t))
    trials = 0
    while trials < WOLFE_TRIALS:
        t, reached, bend = now
        if reached > loss + c1 * t * slope or (trials > 1 and reached >= before[1]):
            break
        if abs(bend) <= -c2 * slope:
            return t
        if bend >= 0:
            break
        t = _cubic_minimum(before, now, (t + 0.01 * (t - before[0]), t * 10))
        before, now = now, (t, *(yield t))
        trials += 1
    else:
        before = (0.0, loss, slope)
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
        now = (t, *(yield t))
        trials += 1
        if now[1] > loss + c1 * t * slope or now[1] >= low[1]:
            high = now
            if high[1] < low[1]:
                low, high = high, low
        else:
            if abs(now[2]) <= -c2 * slope:
                return t
            if now[2] * (high[0] - low[0]) >= 0:
                high = low
            low = now
    return low[0]


def _cubic_minimum(
    a: tuple[float, float, float], b: tuple[float, float, float], bounds: tuple[float, float]
) -> float:
    """Return the minimum, within bounds, of the cubic through two (length, loss, slope), the shorter first."""
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
    return min(max(x2 - (x2 - x1) * ((g2 + d2 - d1) / divisor), left), right)


def _exact(slope: float, first: float) -> Search:
    """Enclose a zero of the slope, by doubling, and close in on it."""
    low, low_slope = 0.0, slope
    high = first
    for _ in range(MOST_TRIALS):
        _, high_slope = yield high
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
        t = (low * weighted_high - high * weighted_low) / (weighted_high - weighted_low)
        # Every fourth time halve, where the slope jumps and the secant would crawl.
        if k % 4 == 3 or not low < t < high:
            t = (low + high) / 2
        _, new = yield t
        if new < 0:
            low, low_slope, weighted_low = t, new, new
            weighted_high = weighted_high / 2 if side == -1 else high_slope
            side = -1
        else:
            high, high_slope, weighted_high = t, new, new
            weighted_low = weighted_low / 2 if side == 1 else low_slope
            side = 1
    return low
