"""Finds the minima of a landscape of one or two coordinates, isolated ones and rings or valleys of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape

Array = NDArray[np.float64]

SIDE, LINE, COSTLY_SIDE = 33, 257, 13
"""Starts along each side of the domain in two coordinates and in one, and where there are data, whose losses cost more."""
ITERATIONS = 40
HALVINGS = 10
"""Steps of the search, and how often each is shortened where it does not lead downhill."""
LONGEST = 0.1
"""Longest step along each axis, as all lengths here in widths of the domain."""
SHORTER = 0.25
STILL = 1e-9
"""A step so short changes nothing."""
DIFFERENCE = 1e-5
"""Distance of the points whose gradients are compared."""
LEAST_CURVATURE = 1e-8
"""Of two curvatures, the smaller counts as at least this part of the larger."""
DEGENERATE = 1e-6
"""Where the least curvature is at most this part of the largest, minima may lie beside each other without end."""
SAME, DENSE = 0.005, 0.012
"""Points nearer to each other than the first are one; along a ring or valley, points lie as far apart as the second."""
LINK = 0.04
"""Degenerate minima of equal loss that are nearer to each other than this belong together."""
EQUAL = 1e-9
"""Losses that differ by less than this part of their range are equal."""
FLAT = 1e-3
"""At a minimum the gradient's norm is at most this part of what is usual in the domain: a crease is none."""
NEAR, AROUND = 1e-3, 1e-2
"""Radii of the circles on which nothing is lower than a minimum, and on the second of which something is higher."""
DIRECTIONS, FEW_DIRECTIONS = 32, 8
"""Places on each circle, and where there are data."""
MOSTLY = 0.7
"""The share of the places around a minimum at which the loss is higher, at least."""
LEAST_RISE = 1e-4
"""Where the loss rises by less than this part of what it does in other directions, it is level."""
MOST_POINTS = 1_000
"""Points that are kept at most."""
MARGIN = 1e-6
"""How far outside the domain minima are looked for."""


@dataclass(frozen=True, eq=False)
class MinimumSet:
    """One minimum; or minima of equal loss that lie beside each other, such as a ring.

    Attributes
    ----------
    position : shape (n,), one of the points
    value : the loss there
    points : shape (n, k), so dense that none of the minima is far from one of them
    known : the place of the landscape's own minimum that belongs to it, None if there is none
    """

    position: Array
    value: float
    points: Array
    known: int | None


def minimum_sets(landscape: Landscape) -> tuple[MinimumSet, ...]:
    """Return the minima of a landscape of one or two coordinates in its domain, and its own, as far as they are found.

    First come those that the landscape knows, lowest first, then the others that are found, likewise; of equal loss
    they stand in the order of their coordinates. Minima at kinks are found only where they are known. The search takes
    damped Newton steps along the curvatures' absolute values, as the saddle-free Newton method does (Dauphin et al.
    2014), from a lattice of starts.
    """
    widths = _widths(landscape)
    with np.errstate(all="ignore"):
        starts = _lattice(landscape)
        loss = landscape.value(starts)
        finite = loss[np.isfinite(loss)]
        span = float(np.ptp(finite)) if finite.size else 0.0
        slope = np.linalg.norm(landscape.gradient(starts) * widths, axis=0)
        slope = slope[np.isfinite(slope)]
        usual = float(np.median(slope)) if slope.size else 0.0
        found = _distinct(_in_domain(landscape, _descended(landscape, starts)), widths)
        found = found[:, _are_minima(landscape, found, span, usual)]
        known = np.array([m.position for m in landscape.minima], dtype=np.float64).reshape(-1, len(widths)).T
        points = _distinct(np.concatenate([known, found], axis=1), widths, keep=known.shape[1])
        points = points[:, : max(MOST_POINTS, known.shape[1])]
        return _in_order(_linked(landscape, points, known.shape[1], span, usual), widths, span)


def _widths(landscape: Landscape) -> Array:
    """Return the widths of the domain, shape (n, 1)."""
    domain = np.array(landscape.domain, dtype=np.float64)
    return domain[:, 1:] - domain[:, :1]


def _lattice(landscape: Landscape) -> Array:
    """Return the starts, shape (n, k): the middles of equal cells of the domain where its loss is finite."""
    n = landscape.dimension
    side = COSTLY_SIDE if landscape.examples else SIDE if n > 1 else LINE
    middles = (np.arange(side) + 0.5) / side
    cells = np.stack(np.meshgrid(*[middles] * n)).reshape(n, -1)
    starts = np.array(landscape.domain)[:, :1] + _widths(landscape) * cells
    defined: Array = starts[:, np.isfinite(landscape.value(starts))]
    return defined


def _hessian(landscape: Landscape, x: Array, widths: Array) -> Array:
    """Return the second derivatives at points of shape (n, k), shape (n, n, k), of coordinates in widths of the domain.

    From differences of gradients: a formula's own may take a second to be derived.
    """
    n = len(x)
    bends = np.empty((n, n, x.shape[1]))
    for i in range(n):
        away = np.zeros((n, 1))
        away[i] = DIFFERENCE * widths[i]
        bends[i] = (landscape.gradient(x + away) - landscape.gradient(x - away)) * widths / (2 * DIFFERENCE)
    return (bends + bends.swapaxes(0, 1)) / 2


def _eigen(landscape: Landscape, x: Array, widths: Array) -> tuple[Array, Array]:
    """Return eigenvalues, shape (k, n), rising, and eigenvectors, shape (k, n, n), at points of shape (n, k)."""
    bends = np.nan_to_num(_hessian(landscape, x, widths), posinf=0.0, neginf=0.0)
    values, vectors = np.linalg.eigh(np.moveaxis(bends, -1, 0))
    return values, vectors


def _descended(landscape: Landscape, starts: Array) -> Array:
    """Return where the search from `starts`, shape (n, k), comes to; those without a loss there are dropped."""
    widths = _widths(landscape)
    x, moving = starts.copy(), np.arange(starts.shape[1])
    loss = landscape.value(x)
    for _ in range(ITERATIONS):
        if not moving.size:
            break
        at = x[:, moving]
        step = _step(landscape, at, widths)
        downhill, factor = np.zeros(moving.size, dtype=bool), 1.0
        rest = np.arange(moving.size)
        for _ in range(HALVINGS):
            tried = at[:, rest] + factor * step[:, rest]
            lower = landscape.value(tried) < loss[moving[rest]]
            x[:, moving[rest[lower]]] = tried[:, lower]
            downhill[rest[lower]] = True
            rest, factor = rest[~lower], SHORTER * factor
            if not rest.size:
                break
        loss[moving] = landscape.value(x[:, moving])
        moving = moving[downhill & (np.abs(step / widths).max(axis=0) > STILL)]
    kept: Array = x[:, np.isfinite(x).all(axis=0) & np.isfinite(loss)]
    return kept


def _in_domain(landscape: Landscape, points: Array) -> Array:
    """Return those of the points of shape (n, k) that lie in the domain, or hardly outside."""
    low, high = np.array(landscape.domain).T[..., np.newaxis]
    margin = MARGIN * (high - low)
    inside: Array = points[:, ((points > low - margin) & (points < high + margin)).all(axis=0)]
    return inside


def _step(landscape: Landscape, x: Array, widths: Array) -> Array:
    """Return a step downhill from points of shape (n, k), at most `LONGEST`: gradient over absolute curvature."""
    slope = np.nan_to_num((landscape.gradient(x) * widths).T, posinf=0.0, neginf=0.0)
    values, vectors = _eigen(landscape, x, widths)
    sizes = np.abs(values)
    sizes = np.maximum(sizes, LEAST_CURVATURE * sizes.max(axis=1, keepdims=True) + 1e-300)
    along = np.einsum("kij,ki->kj", vectors, slope) / sizes
    step = -np.nan_to_num(np.einsum("kij,kj->ki", vectors, along)).T
    size = np.abs(step).max(axis=0)
    step *= np.minimum(1.0, LONGEST / np.maximum(size, 1e-300))
    scaled: Array = step * widths
    return scaled


def _distinct(points: Array, widths: Array, keep: int = 0, apart: float = SAME) -> Array:
    """Return points of shape (n, k) without those nearer than `apart` to one before; the first `keep` all stay."""
    scaled, left = points / widths, np.ones(points.shape[1], dtype=bool)
    chosen = list(range(keep))
    for place in chosen:
        left &= np.abs(scaled - scaled[:, place : place + 1]).max(axis=0) > apart
    while left.any() and len(chosen) < MOST_POINTS:
        first = int(left.argmax())
        chosen.append(first)
        left &= np.abs(scaled - scaled[:, first : first + 1]).max(axis=0) > apart
    return np.ascontiguousarray(points[:, chosen])


def arrival_levels(landscape: Landscape, points: Array) -> Array:
    """Return the losses, shape (k,), at which descents to minima at `points`, shape (n, k), have as good as arrived.

    It is the lowest loss on a small circle around a minimum: from there no step downhill leads out of the circle. Where
    the loss does not rise in some directions, as along a valley, those in which it rises least of the others count.
    """
    if not points.shape[1]:
        return np.zeros(0)
    directions = _directions(len(points), FEW_DIRECTIONS if landscape.examples else DIRECTIONS)
    with np.errstate(all="ignore"):
        loss = landscape.value(points)
        circle = landscape.value(
            points[:, np.newaxis] + AROUND * directions[:, :, np.newaxis] * _widths(landscape)[:, np.newaxis]
        )
        rise = np.nan_to_num(circle - loss, nan=0.0, posinf=0.0)
        rise[rise <= LEAST_RISE * rise.max(axis=0)] = np.inf
        lowest = rise.min(axis=0)
        levels: Array = loss + np.where(np.isfinite(lowest), lowest, 0.0)
    return levels


def are_minima(landscape: Landscape, points: Array, span: float) -> NDArray[np.bool_]:
    """Return at which points, shape (n, k), nothing around is lower, and all or, in a valley, much around is higher.

    `span` is the range of losses that counts as large. In more than two coordinates, random directions are looked along.
    """
    widths = _widths(landscape)
    if not points.shape[1]:
        return np.zeros(0, dtype=bool)
    directions = _directions(len(points), FEW_DIRECTIONS if landscape.examples else DIRECTIONS)
    around = directions[:, :, np.newaxis] * widths[:, np.newaxis]
    with np.errstate(all="ignore"):
        loss = landscape.value(points)
        near, far = (landscape.value(points[:, np.newaxis] + radius * around) for radius in (NEAR, AROUND))
        rounding = 8 * np.spacing(np.abs(loss)) + 1e-13 * span
        # On the edge of a level step only some directions lead upwards; across a valley all but those along it do.
        higher = (far > loss + EQUAL * span).mean(axis=0)
        found: NDArray[np.bool_] = (near.min(axis=0) >= loss - rounding) & (higher > MOSTLY)
    return found


def _are_minima(landscape: Landscape, points: Array, span: float, usual: float) -> NDArray[np.bool_]:
    """Return which points, shape (n, k), are minima that are no creases."""
    slope = np.linalg.norm(landscape.gradient(points) * _widths(landscape), axis=0)
    found: NDArray[np.bool_] = slope <= FLAT * usual
    found[found] = are_minima(landscape, points[:, found], span)
    return found


@lru_cache(maxsize=8)
def _directions(n: int, count: int) -> Array:
    """Return unit vectors, shape (n, count): evenly spaced, or random ones in more than two coordinates."""
    if n == 1:
        return np.array([[-1.0, 1.0]])
    if n == 2:
        turn = 2 * np.pi * np.arange(count) / count
        return np.stack([np.cos(turn), np.sin(turn)])
    drawn = np.random.default_rng(0).standard_normal((n, count))
    directions: Array = drawn / np.linalg.norm(drawn, axis=0)
    return directions


def _linked(landscape: Landscape, points: Array, known: int, span: float, usual: float) -> list[MinimumSet]:
    """Return the minima at `points`, shape (n, k), of which the first `known` are the landscape's own.

    Degenerate ones of equal loss that are near each other are put together.
    """
    if not points.shape[1]:
        return []
    widths = _widths(landscape)
    values, _ = _eigen(landscape, points, widths)
    degenerate = (values[:, 0] <= DEGENERATE * np.abs(values).max(axis=1)) & (len(points) > 1)
    loss = landscape.value(points)
    alone = [
        MinimumSet(points[:, k], float(loss[k]), points[:, [k]], k if k < known else None)
        for k in np.flatnonzero(~degenerate).tolist()
    ]
    beside = np.flatnonzero(degenerate)
    own = [k if k < known else None for k in beside.tolist()]
    return alone + _valleys(landscape, points[:, beside], own, span, usual)


def _valleys(
    landscape: Landscape, points: Array, own: list[int | None], span: float, usual: float
) -> list[MinimumSet]:
    """Return degenerate minima at `points`, shape (n, k), put together; `own` are their places among those known.

    Valleys are followed from these points in the direction of no curvature, as far as they lie in the domain.
    """
    widths = _widths(landscape)
    known = sum(place is not None for place in own)
    points = front = _distinct(points, widths, keep=known, apart=DENSE)
    own = own[:known]
    while front.shape[1] and points.shape[1] < MOST_POINTS:
        _, vectors = _eigen(landscape, front, widths)
        along = DENSE * vectors[:, :, 0].T * widths
        ahead = _distinct(np.concatenate([front + along, front - along], axis=1), widths, apart=DENSE / 2)
        ahead = ahead[:, _distance(ahead, points, widths) > DENSE / 2]
        ahead = _in_domain(landscape, _descended(landscape, ahead))
        ahead = _distinct(ahead[:, _are_minima(landscape, ahead, span, usual)], widths, apart=DENSE / 2)
        ahead = ahead[:, _distance(ahead, points, widths) > DENSE / 2]
        # One that has slipped into a deeper minimum is none of this valley.
        front = ahead[:, _belong(landscape, ahead, points, span).any(axis=1)]
        points = np.concatenate([points, front], axis=1)
    own = own + [None] * (points.shape[1] - len(own))
    loss = landscape.value(points)
    group = _components(_belong(landscape, points, points, span))
    found = []
    for label in np.unique(group).tolist():
        members = np.flatnonzero(group == label)
        named = next((own[k] for k in members.tolist() if own[k] is not None), None)
        chosen = next(
            (k for k in members.tolist() if own[k] is not None), int(members[loss[members].argmin()])
        )
        found.append(MinimumSet(points[:, chosen], float(loss[chosen]), points[:, members], named))
    return found


def _belong(landscape: Landscape, points: Array, others: Array, span: float) -> NDArray[np.bool_]:
    """Return which of points of shape (n, k) and of others of shape (n, m) are near and equally low, shape (k, m)."""
    widths = _widths(landscape)
    near = np.ones((points.shape[1], others.shape[1]), dtype=bool)
    for here, there in zip(points / widths, others / widths, strict=True):
        near &= np.abs(here[:, np.newaxis] - there) <= LINK
    near &= np.abs(landscape.value(points)[:, np.newaxis] - landscape.value(others)) <= EQUAL * span
    return near


def _distance(points: Array, others: Array, widths: Array) -> Array:
    """Return how far each of points of shape (n, k) is from the nearest of others of shape (n, m), shape (k,)."""
    away = np.abs(points[:, :, np.newaxis] - others[:, np.newaxis]) / widths[:, :, np.newaxis]
    nearest: Array = away.max(axis=0).min(axis=1, initial=np.inf)
    return nearest


def _components(near: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return, of points that are linked as `near`, shape (k, k), says, the smallest number in the component of each."""
    group = np.arange(len(near))
    while True:
        lower = np.where(near, group, len(near)).min(axis=1, initial=len(near))
        lower = np.minimum(lower, group)
        # Each jumps to where its own number has come to, so that long chains take few rounds.
        lower = lower[lower]
        if (lower == group).all():
            return group
        group = lower


def _in_order(found: list[MinimumSet], widths: Array, span: float) -> tuple[MinimumSet, ...]:
    """Return the minima in their order: known ones first, each kind from the lowest."""

    def key(one: MinimumSet) -> tuple[object, ...]:
        # Losses that differ by rounding are equal: the order is the same on every machine.
        level = round(one.value / (span * 1e-6)) if span > 0 else 0
        where = tuple(np.round(one.position / widths[:, 0], 4).tolist())
        return one.known is None, level, -1 if one.known is None else one.known, where

    return tuple(sorted(found, key=key))
