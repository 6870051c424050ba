"""Compares solvers over many problems: data and performance profiles, ranks with intervals.

J. J. Moré & S. M. Wild (2009), Benchmarking derivative-free optimization algorithms, SIAM J. Optim. 20(1); performance
profiles: E. D. Dolan & J. J. Moré (2002), Math. Program. 91.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RESAMPLES = 1_000
"""Samples of the problems from which the interval of a median rank is found."""
INTERVAL = 0.95
"""How often, of such samples, the median rank lies within its interval."""


@dataclass(frozen=True, eq=False)
class Profile:
    """The share of problems that one solver has solved, as stairs; `x` and `share` of shape (points,), rising."""

    x: Array
    share: Array

    def at(self, x: float) -> float:
        """Return the share at `x`."""
        place = int(np.searchsorted(self.x, x, side="right")) - 1
        return 0.0 if place < 0 else float(self.share[place])


@dataclass(frozen=True)
class MedianRank:
    """The median rank of a solver over all problems, 1 being the best, and the interval in which it lies."""

    median: float
    low: float
    high: float


def convergence_target(first: Array, best: Array, tolerance: float) -> Array:
    """Return the loss at which a problem counts as solved (Moré & Wild 2009, equation 2.2).

    That is f_L + tolerance * (f_0 - f_L): all but a share `tolerance` of the decrease that any solver achieved.

    Parameters
    ----------
    first : f_0, the loss at the start, shape (problems,)
    best : f_L, the lowest loss that any solver found within the budget, shape (problems,)
    """
    target: Array = best + tolerance * (first - best)
    return target


def data_profiles(costs: Array) -> list[Profile]:
    """Return the data profile of each solver: the share of problems solved within a cost.

    Parameters
    ----------
    costs : shape (problems, solvers), what solving cost, in the same units for all; infinite where it was not solved
    """
    return [_stairs(costs[:, solver]) for solver in range(costs.shape[1])]


def performance_profiles(costs: Array) -> list[Profile]:
    """Return the performance profile of each solver: the share of problems solved within a ratio of the least cost.

    A problem that nobody solved counts as unsolved by all; `costs` as of `data_profiles`, above 0.
    """
    least = costs.min(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        ratios = np.where(np.isfinite(costs), costs / least, inf)
    return [_stairs(ratios[:, solver]) for solver in range(costs.shape[1])]


def _stairs(values: Array) -> Profile:
    solved = np.sort(values[np.isfinite(values)])
    x, last = np.unique(solved[::-1], return_index=True)
    if not len(x):
        return Profile(np.empty(0), np.empty(0))
    # `last` counts from the end, so it is the number of larger values.
    return Profile(x, (len(solved) - last) / max(len(values), 1))


def ranks(losses: Array) -> Array:
    """Return the rank of each solver on each problem, shape (problems, solvers): 1 is the lowest loss, ties share.

    Parameters
    ----------
    losses : shape (problems, solvers); infinite where the descent diverged
    """
    lower = (losses[:, np.newaxis, :] < losses[:, :, np.newaxis]).sum(axis=2)
    equal = (losses[:, np.newaxis, :] == losses[:, :, np.newaxis]).sum(axis=2)
    found: Array = lower + (equal + 1) / 2
    return found


def median_ranks(losses: Array, seed: int = 0) -> list[MedianRank]:
    """Return the median rank of each solver, with an interval by the bootstrap over problems (Efron 1979).

    Parameters
    ----------
    losses : as of `ranks`; at least one problem
    seed : of the samples
    """
    found = ranks(losses)
    random = np.random.default_rng(seed)
    medians = np.array(
        [np.median(found[random.integers(len(found), size=len(found))], axis=0) for _ in range(RESAMPLES)]
    )
    low, high = np.quantile(medians, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2], axis=0)
    middle = np.median(found, axis=0)
    return [MedianRank(*values) for values in zip(middle.tolist(), low.tolist(), high.tolist(), strict=True)]
