"""Line searches of many points at once: backtracking, strong Wolfe, exact.

Each point is led by the decisions that `line_search` takes for it alone, to the bit: what is a branch or a loop there
is a mask here, and points whose search has ended are left out of the arrays. All arrays have the points along their
last axis.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.optimizers.base import Array, Probe
from optexplorer.engine.optimizers.linear_algebra import dot, select

Mask = NDArray[np.bool_]
Index = NDArray[np.intp]

_HALVED = 0.5 ** np.arange(64)
_HALVED.setflags(write=False)


def asking_about(probe: Probe, points: Index) -> AbstractContextManager[None]:
    """Return a context in which the probe is asked about these points of its batch only, so that they are counted."""
    among = getattr(probe, "among", None)
    return nullcontext() if among is None else among(points)


def backtracking(
    probe: Probe,
    x: Array,
    direction: Array,
    loss: Array,
    slope: Array,
    first: Any,
    c1: Any,
    shrink: Any,
    trials: int,
) -> Array:
    """Search as `line_search.backtracking`, from losses with room for their rounding; shapes (n, ...) and (...)."""
    shape = x.shape[1:]
    x, direction, loss, decrease, length = _flat(x, direction, loss, c1 * slope, first)
    lengths, points = np.zeros(length.size), np.arange(length.size)
    for _ in range(trials):
        with asking_about(probe, points):
            reached = probe.value(x + length * direction)
        rest = np.flatnonzero(~(reached <= loss + length * decrease))
        if rest.size < points.size:
            lengths[points] = length
            if not rest.size:
                return lengths.reshape(shape)
            points, x, direction, loss, decrease, length, shrink = columns_of(
                rest, points, x, direction, loss, decrease, length, shrink
            )
        length = length * shrink
    lengths[points] = 0.0
    return lengths.reshape(shape)


def strong_wolfe(
    probe: Probe,
    x: Array,
    direction: Array,
    loss: Array,
    slope: Array,
    first: Any,
    c1: Any,
    c2: Any,
    trials: int,
) -> Array:
    """Search as `line_search.strong_wolfe`; shapes (n, ...) and (...)."""
    shape = x.shape[1:]
    x, direction, loss, slope, t = _flat(x, direction, loss, slope, first)
    decrease, flattest = c1 * slope, -c2 * slope
    lengths, points = np.zeros(loss.size), np.arange(loss.size)
    fixed = (x, direction, loss, decrease, flattest)
    where, along, start, promise, steepest = fixed
    before: tuple[Array, Array, Array] = np.zeros(loss.size), loss, slope
    now: tuple[Array, Array, Array] = (t, *_loss_and_slope(probe, points, where, along, t))
    enclosed = []
    for trial in range(trials):
        t, reached, bend = now
        over = reached > start + t * promise
        if trial > 1:
            over |= reached >= before[1]
        flat = np.abs(bend) <= steepest
        flat &= ~over
        over |= bend >= 0
        rest = np.flatnonzero(~(flat | over))
        if rest.size < points.size:
            found = np.flatnonzero(flat)
            lengths[points[found]] = t[found]
            found = np.flatnonzero(over & ~flat)
            if found.size:
                enclosed.append((*columns_of(found, points, *before, *now), np.full(found.size, trial)))
            if not rest.size:
                break
            points, where, along, start, promise, steepest = columns_of(
                rest, points, where, along, start, promise, steepest
            )
            before, now = columns_of(rest, *before), columns_of(rest, *now)
            t = now[0]
        further = _cubic_minimum(*before, *now, t + 0.01 * (t - before[0]), t * 10)
        before, now = now, (further, *_loss_and_slope(probe, points, where, along, further))
    else:
        lengths[points] = np.where(start <= now[1], 0.0, now[0])
    if enclosed:
        points, *numbers, used = map(np.concatenate, zip(*enclosed, strict=True))
        columns = fixed if points.size == loss.size and len(enclosed) == 1 else columns_of(points, *fixed)
        _narrow(probe, lengths, points, columns, np.stack(numbers[:3]), np.stack(numbers[3:]), used, trials)
    return lengths.reshape(shape)


def _narrow(
    probe: Probe,
    lengths: Array,
    points: Index,
    columns: tuple[Array, ...],
    before: Array,
    now: Array,
    used: NDArray[np.intp],
    trials: int,
) -> None:
    """Close in on lengths that fulfil the conditions, within intervals that hold some, and write them to `lengths`.

    `before` and `now` are the ends of the intervals, shape (3, points): lengths, losses and slopes there.
    """
    x, direction, loss, decrease, flattest = columns
    largest = np.abs(direction).max(axis=0)
    earlier = before[1] <= now[1]
    low, high = select(earlier, before, now), select(earlier, now, before)
    stalled = flat = np.zeros(points.size, dtype=bool)
    while True:
        ended = (used >= trials) | ~(np.abs(high[0] - low[0]) * largest >= 1e-9) | flat
        rest = np.flatnonzero(~ended)
        if rest.size < points.size:
            lengths[points] = np.where(flat, now[0], low[0])
            if not rest.size:
                return
            points, x, direction, loss, decrease, flattest, largest, used, low, high, stalled = columns_of(
                rest, points, x, direction, loss, decrease, flattest, largest, used, low, high, stalled
            )
        t, stalled = _within(low, high, stalled)
        now = np.stack((t, *_loss_and_slope(probe, points, x, direction, t)))
        used = used + 1
        _, reached, bend = now
        beyond = reached > loss + t * decrease
        beyond |= reached >= low[1]
        flat = ~beyond & (np.abs(bend) <= flattest)
        turned = ~beyond & (bend * (high[0] - low[0]) >= 0)
        # Beyond the conditions, and yet lower than the lowest: the ends of the interval change places.
        lower = ~beyond | (reached < low[1])
        high = select(beyond & ~lower, now, select((beyond & lower) | turned, low, high))
        low = select(lower, now, low)


def _within(low: Array, high: Array, stalled: Mask) -> tuple[Array, Mask]:
    """Return lengths inside of intervals, and where one is near an end, which it may be only once in a row."""
    left, right = np.minimum(low[0], high[0]), np.maximum(low[0], high[0])
    rising = low[0] <= high[0]
    left_slope, right_slope = select(rising, low[2], high[2]), select(rising, high[2], low[2])
    # The difference quotient is the same whichever end comes first.
    t = _cubic_minimum(left, low[1], left_slope, right, high[1], right_slope, left, right, low[0] - high[0])
    margin = 0.1 * (right - left)
    near = np.minimum(right - t, t - left) < margin
    moved = near & (stalled | (t >= right) | (t <= left))
    inward = np.where(np.abs(t - right) < np.abs(t - left), right - margin, left + margin)
    return np.where(moved, inward, t), near & ~moved


def _cubic_minimum(
    x1: Array,
    f1: Array,
    g1: Array,
    x2: Array,
    f2: Array,
    g2: Array,
    left: Array,
    right: Array,
    between: Array | None = None,
) -> Array:
    """Return the minima, within bounds, as `line_search._cubic_minimum` does; `between` goes with f1 - f2."""
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2 if between is None else between)
    square = d1 * d1 - g1 * g2
    d2 = np.sqrt(square)
    divisor = g2 - g1 + 2 * d2
    t = x2 - (x2 - x1) * ((g2 + d2 - d1) / divisor)
    known = (t == t) & (x1 != x2) & (square >= 0) & (divisor != 0)
    return np.where(known, np.minimum(np.maximum(t, left), right), (left + right) / 2)


def exact(probe: Probe, x: Array, direction: Array, slope: Array, first: Any, trials: int) -> Array:
    """Search as `line_search.exact`; shapes (n, ...) and (...)."""
    shape = x.shape[1:]
    x, direction, slope, high = _flat(x, direction, slope, first)
    lengths, points = np.zeros(slope.size), np.arange(slope.size)
    where, along = x, direction
    low, low_slope = np.zeros(slope.size), slope
    enclosed = []
    for _ in range(trials):
        high_slope = _slope(probe, points, where, along, high)
        falling = high_slope < 0
        rest = np.flatnonzero(falling)
        if rest.size < points.size:
            enclosed.append(columns_of(np.flatnonzero(~falling), points, low, low_slope, high, high_slope))
            if not rest.size:
                break
            points, where, along, high, high_slope = columns_of(rest, points, where, along, high, high_slope)
        low, low_slope, high = high, high_slope, high * 2
    else:
        lengths[points] = low
    if enclosed:
        points, *ends = map(np.concatenate, zip(*enclosed, strict=True))
        _close_in(probe, lengths, points, columns_of(points, x, direction, slope), np.stack(ends), trials)
    return lengths.reshape(shape)


def _close_in(
    probe: Probe,
    lengths: Array,
    points: Index,
    columns: tuple[Array, ...],
    ends: Array,
    trials: int,
) -> None:
    """Close in on the zeros of the slope within intervals, and write them to `lengths`.

    `ends` are those of the intervals, shape (4, points): the lower length, the slope there, and the same of the higher.
    Of the two ends the one that was found last is called the new one. The slope at the old one is halved for the secant
    as often as that end is kept: by powers of two, so that nothing is rounded.
    """
    x, direction, slope = columns
    old, old_slope, new, new_slope = ends
    enough = 1e-13 * np.abs(slope)
    weighted = old_slope
    falls = np.zeros(points.size, dtype=bool)
    halvings = np.full(points.size, -1)
    ended = np.abs(old_slope) <= enough
    for k in range(trials):
        flat = np.abs(new_slope) <= enough
        ended = ended | flat | (np.abs(new - old) <= 4e-16 * np.maximum(new, old))
        rest = np.flatnonzero(~ended)
        if rest.size < points.size:
            lengths[points] = np.where(flat, new, np.minimum(new, old))
            if not rest.size:
                return
            points, x, direction, enough, new, new_slope, old, old_slope, weighted, falls, halvings = (
                columns_of(
                    rest,
                    points,
                    x,
                    direction,
                    enough,
                    new,
                    new_slope,
                    old,
                    old_slope,
                    weighted,
                    falls,
                    halvings,
                )
            )
        ended = np.zeros(points.size, dtype=bool)
        t = (new + old) / 2
        # Every fourth time halve, where the slope jumps and the secant would crawl.
        if k % 4 != 3:
            secant = (new * weighted - old * new_slope) / (weighted - new_slope)
            inside = (np.minimum(new, old) < secant) & (secant < np.maximum(new, old))
            t = np.where(inside, secant, t)
        here = _slope(probe, points, x, direction, t)
        falling = here < 0
        same = falling == falls
        old, old_slope = select(same, old, new), select(same, old_slope, new_slope)
        halvings = (halvings + 1) * same
        weighted = old_slope * _HALVED.take(halvings)
        new, new_slope, falls = t, here, falling
    lengths[points] = np.minimum(new, old)


def _loss_and_slope(
    probe: Probe, points: Index, x: Array, direction: Array, length: Array
) -> tuple[Array, Array]:
    """Return the loss and the slope along the direction at these lengths."""
    at = x + length * direction
    both = getattr(probe, "value_and_gradient", None)
    with asking_about(probe, points):
        loss, gradient = (probe.value(at), probe.gradient(at)) if both is None else both(at)
    return loss, dot(gradient, direction)


def _slope(probe: Probe, points: Index, x: Array, direction: Array, length: Array) -> Array:
    """Return the slope along the direction at these lengths."""
    with asking_about(probe, points):
        slope: Array = dot(probe.gradient(x + length * direction), direction)
    return slope


def _flat(x: Array, direction: Array, *others: Any) -> tuple[Array, ...]:
    """Return points and directions as shape (n, points), all else as (points,)."""
    n, shape = len(x), x.shape[1:]
    flat = (np.ascontiguousarray(np.broadcast_to(other, shape)).reshape(-1) for other in others)
    return x.reshape(n, -1), direction.reshape(n, -1), *flat


def columns_of(index: Index, *columns: Any) -> tuple[Any, ...]:
    """Return the columns of these points only; numbers that all points share stay."""
    return tuple(column.take(index, axis=-1) if np.ndim(column) else column for column in columns)
