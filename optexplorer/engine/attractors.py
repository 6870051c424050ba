"""Sorts the ends of descents by the minimum that they have reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.minima_search import EQUAL, MinimumSet, are_minima, arrival_levels, minimum_sets
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]
Labels = NDArray[np.int16]
Endings = NDArray[np.int8]

TOLERANCE = 0.01
"""How far from a minimum a descent has reached it, along each axis, in widths of the domain."""
CELL = 0.0025
"""Width of the cells in which the minimum that is nearest is looked up, likewise."""
MOST = 256
"""Minima that are told apart; all others are `OTHER`."""
MOST_NEW = 32
"""Ends of one lot of descents among which more minima are looked for, at most."""
MOST_LEVELS = 6
"""Different losses of minima up to which the arrival at each is told."""
SAMPLES = 512
"""Points of the domain from which the range of losses is taken, in more than two coordinates."""

DIVERGED, RAN_OUT, NO_MINIMUM, OTHER, MISSING = -1, -2, -3, -4, -5
"""Labels of descents that have reached none of the minima: diverged, steps used up on the way, stopped where there is no
minimum, such as a saddle or level ground, at a minimum that is not told apart from others, and not computed."""


@dataclass(frozen=True)
class Attractor:
    """A minimum that descents may reach.

    Attributes
    ----------
    position : of a ring or valley of minima, one of them
    value : the loss there
    lowest : whether no minimum in the domain is known to be lower
    many : whether it is a ring or valley of minima
    """

    position: tuple[float, ...]
    value: float
    lowest: bool
    many: bool = False


@dataclass(frozen=True, eq=False)
class Attractors:
    """The minima of a landscape, numbered in an order that does not depend on any descent.

    In one and two coordinates they are searched (see `minima_search`), and an end belongs to the nearest within the
    tolerance. In more they are those that the landscape knows, and those at which descents have converged, of which all
    with the same loss count as one.
    """

    landscape: Landscape
    sets: tuple[MinimumSet, ...]
    span: float
    """The range of the losses in the domain."""
    table: _NearestTable | None
    """None in more than two coordinates."""

    @cached_property
    def minima(self) -> tuple[Attractor, ...]:
        """The minima by their labels, from 0."""
        inside = [one.value for one in self.sets if one.known is not None or self._in_domain(one)]
        best = min(inside, default=np.inf)
        return tuple(
            Attractor(
                tuple(one.position.tolist()),
                one.value,
                one.value <= best + EQUAL * self.span and (one.known is not None or self._in_domain(one)),
                one.points.shape[1] > 1,
            )
            for one in self.sets[:MOST]
        )

    @cached_property
    def levels(self) -> Array:
        """The losses at which descents to the minima have as good as arrived, and −∞ behind them, shape (minima + 1,).

        Minima of equal loss share the lowest of theirs. Where there are many different ones, all are −∞.
        """
        none = np.full(len(self.sets[:MOST]) + 1, -np.inf)
        values = np.array([one.value for one in self.sets[:MOST]])
        level = np.unique(
            np.round(values / (1e-6 * self.span if self.span > 0 else 1.0)), return_inverse=True
        )[1]
        if not len(values) or level.max() >= MOST_LEVELS:
            return none
        points = np.array([one.position for one in self.sets[:MOST]]).T
        own = arrival_levels(self.landscape, points)
        none[:-1] = [own[level == one].min() for one in level]
        return none

    def _in_domain(self, one: MinimumSet) -> bool:
        low, high = np.array(self.landscape.domain).T
        margin = 1e-6 * (high - low)
        return bool(((one.position >= low - margin) & (one.position <= high + margin)).all())

    def labels(self, position: Array, ending: Endings) -> Labels:
        """Return the number of the minimum that each descent has reached, shape (points,), or why it has reached none.

        Parameters
        ----------
        position : shape (n, points), where they have ended
        ending : shape (points,), the values of `TerminationReason`
        """
        labels = np.full(position.shape[1], RAN_OUT, dtype=np.int16)
        labels[ending == TerminationReason.CONVERGED.value] = NO_MINIMUM
        reached = self._reached(position, ending)
        at_minimum = reached != MISSING
        labels[at_minimum] = reached[at_minimum]
        labels[ending == TerminationReason.DIVERGED.value] = DIVERGED
        labels[ending == TerminationReason.CANCELLED.value] = MISSING
        return labels

    def _reached(self, position: Array, ending: Endings) -> Labels:
        """Return the number of the minimum at each position, or `MISSING`."""
        if self.table is not None:
            return self.table.at(position)
        found = np.full(position.shape[1], MISSING, dtype=np.int16)
        converged = np.flatnonzero(ending == TerminationReason.CONVERGED.value)
        with np.errstate(all="ignore"):
            loss = self.landscape.value(position[:, converged])
        widths = _widths(self.landscape)
        # From the last to the first: where two would do, the first stays.
        for number in reversed(range(len(self.sets))):
            one, label = self.sets[number], number if number < MOST else OTHER
            found[converged[np.abs(loss - one.value) <= EQUAL * self.span]] = label
            if one.known is not None:
                away = np.abs(position - one.position[:, np.newaxis]) / widths
                near = away.max(axis=0, initial=0.0) <= TOLERANCE
                found[near] = label
        return found

    def with_ends(self, position: Array, ending: Endings) -> Attractors:
        """Return these minima and, behind them, those at which descents have converged and that are not among them.

        Parameters as of `labels`. The same if there are none; all others keep their numbers.
        """
        labels = self.labels(position, ending)
        left = position[:, labels == NO_MINIMUM]
        chosen: list[Array] = []
        widths = _widths(self.landscape)
        while left.shape[1] and len(chosen) < MOST_NEW:
            chosen.append(left[:, 0])
            left = left[:, (np.abs(left - left[:, :1]) > TOLERANCE * widths).any(axis=0)]
        points = np.array(chosen).reshape(-1, len(widths)).T
        points = points[:, are_minima(self.landscape, points, self.span)]
        with np.errstate(all="ignore"):
            loss = self.landscape.value(points).tolist()
        new = [MinimumSet(points[:, k], loss[k], points[:, [k]], None) for k in range(points.shape[1])]
        if not new:
            return self
        if self.table is None:
            new = _of_different_loss(new, self.span)
        sets = (*self.sets, *new)
        return replace(
            self, sets=sets, table=None if self.table is None else _NearestTable.of(self.landscape, sets)
        )


def _of_different_loss(found: list[MinimumSet], span: float) -> list[MinimumSet]:
    """Return the first minimum of each loss, lowest first."""
    kept: list[MinimumSet] = []
    for one in sorted(found, key=lambda one: one.value):
        if not kept or one.value > kept[-1].value + EQUAL * span:
            kept.append(one)
    return kept


@cached_with_first(1, objects=8)
def _searched(landscape: Landscape) -> tuple[tuple[MinimumSet, ...], _NearestTable]:
    sets = minimum_sets(landscape)
    return sets, _NearestTable.of(landscape, sets)


def attractors_of(landscape: Landscape) -> Attractors:
    """Return the minima of a landscape: searched in one or two coordinates, in more those that it knows."""
    if landscape.dimension <= 2:
        sets, table = _searched(landscape)
        return Attractors(landscape, sets, _range(landscape), table)
    known = sorted(enumerate(landscape.minima), key=lambda one: (one[1].value, one[0]))
    sets = tuple(
        MinimumSet(np.array(m.position), m.value, np.array(m.position)[:, np.newaxis], k) for k, m in known
    )
    return Attractors(landscape, sets, _range(landscape), None)


@cached_with_first(1, objects=8)
def _range(landscape: Landscape) -> float:
    """Return the range of the losses at fixed points of the domain; 0 where none is finite."""
    low, high = np.array(landscape.domain, dtype=np.float64).T[..., np.newaxis]
    samples = SAMPLES if not landscape.examples else 8
    places = np.random.default_rng(0).random((len(low), samples))
    with np.errstate(all="ignore"):
        loss = landscape.value(low + places * (high - low))
    finite = loss[np.isfinite(loss)]
    return float(np.ptp(finite)) if finite.size else 0.0


def _widths(landscape: Landscape) -> Array:
    """Return the widths of the domain, shape (n, 1)."""
    domain = np.array(landscape.domain, dtype=np.float64)
    return domain[:, 1:] - domain[:, :1]


@dataclass(frozen=True, eq=False)
class _NearestTable:
    """Tells of any point which minimum is the nearest within the tolerance, from a table of small cells.

    Attributes
    ----------
    low : shape (n, 1), where the first cell begins
    cell : shape (n, 1), the sides of a cell
    numbers : one axis for each coordinate; `MISSING` where no minimum is near
    """

    low: Array
    cell: Array
    numbers: Labels

    @classmethod
    def of(cls, landscape: Landscape, sets: tuple[MinimumSet, ...]) -> _NearestTable:
        """Return the table of all minima, which covers the domain and whichever of them lie outside."""
        widths = _widths(landscape)
        domain = np.array(landscape.domain, dtype=np.float64)
        points = np.concatenate([domain, *(one.points for one in sets)], axis=1)
        owners = np.concatenate(
            [np.zeros(0, dtype=np.int64), *(np.full(one.points.shape[1], k) for k, one in enumerate(sets))]
        ).astype(np.int64)
        cell, margin = CELL * widths, 2 * TOLERANCE * widths
        low = points.min(axis=1, keepdims=True) - margin
        sides = np.ceil((points.max(axis=1, keepdims=True) + margin - low) / cell).astype(np.int64)
        sides = np.minimum(sides, MOST_CELLS)
        numbers = np.full(tuple(sides[:, 0]), MISSING, dtype=np.int16)
        nearest = np.full(numbers.shape, np.inf)
        reach = round(TOLERANCE / CELL)
        away = np.stack(np.meshgrid(*[np.arange(-reach, reach + 1)] * len(widths), indexing="ij"))
        away = away.reshape(len(widths), -1, 1)
        at = points[:, np.newaxis, 2:]
        cells = np.floor((at - low[:, :, np.newaxis]) / cell[:, :, np.newaxis]).astype(np.int64) + away
        middle = low[:, :, np.newaxis] + (cells + 0.5) * cell[:, :, np.newaxis]
        distance = np.abs((middle - at) / widths[:, :, np.newaxis]).max(axis=0)
        inside = ((cells >= 0) & (cells < sides[:, :, np.newaxis])).all(axis=0) & (distance <= TOLERANCE)
        for k, owner in enumerate(owners.tolist()):
            here = tuple(cells[:, inside[:, k], k])
            nearer = distance[inside[:, k], k] < nearest[here]
            here = tuple(axis[nearer] for axis in here)
            nearest[here] = distance[inside[:, k], k][nearer]
            numbers[here] = owner if owner < MOST else OTHER
        return cls(low, cell, numbers)

    def at(self, position: Array) -> Labels:
        """Return the numbers of the minima at positions of shape (n, points), `MISSING` where there is none."""
        with np.errstate(invalid="ignore"):
            cells = np.floor((position - self.low) / self.cell)
        sides = np.array(self.numbers.shape)[:, np.newaxis]
        inside = ((cells >= 0) & (cells < sides)).all(axis=0)
        found = np.full(position.shape[1], MISSING, dtype=np.int16)
        found[inside] = self.numbers[tuple(cells[:, inside].astype(np.int64))]
        return found


MOST_CELLS = 2_000
"""Cells along each side of the table, at most: minima farther outside the domain are not found."""
