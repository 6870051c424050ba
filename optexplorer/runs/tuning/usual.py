"""How a search for good settings is usually made: how much is tried, from where, and what counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.run_spec import RunSpec
from optexplorer.runs.starts import spread_starts
from optexplorer.runs.tuning.halving import Halving
from optexplorer.runs.tuning.optuna_search import OptunaSearch
from optexplorer.runs.tuning.ranges import SearchRange, usual_ranges
from optexplorer.runs.tuning.search import Search
from optexplorer.runs.tuning.trials import HELD_OUT, LEAST_PRODUCTS, Array, Criterion, Trials, Unit
from optexplorer.runs.tuning.tuning import TuningSpec

LOW = 1e-4
"""What part of the height of the starts above the lowest loss may be left where the target is reached."""
NEGLIGIBLE = 1e-12
"""Losses that are nearer to the lowest known one, as a part of that height, count as no better."""
WORK = 2e10
"""Products of examples and parameters that a search among networks should not much exceed: about a quarter of a minute."""
LEAST, MOST_OF_NETWORKS = 8, 64
SPARE = 4
"""Starts are chosen among so many times as many."""


@dataclass(frozen=True)
class Effort:
    """How much is tried.

    Attributes
    ----------
    candidates : settings
    starts, seeds : each of them is tried from so many starts with so many seeds
    fresh : the winner is checked from so many other starts, after the best were tried from as many again
    """

    candidates: int
    starts: int
    seeds: int
    fresh: int


def usual_effort(run: RunSpec, length: int) -> Effort:
    """Return how much is usually tried: less where a step takes long."""
    seeds = 2 if run.gradient_source.is_random else 1
    landscape = run.landscape
    if landscape.examples:
        step = max(landscape.examples * landscape.dimension, LEAST_PRODUCTS)
        starts = 2
        # As many rounds as the first takes, and the check.
        affordable = int(WORK / (step * max(length, 1) * starts / 4))
        return Effort(min(max(affordable, LEAST), MOST_OF_NETWORKS), starts, 1, 6)
    return Effort(64 if run.optimizer.evaluation_period is None else 256, 8, seeds, 32)


def usual_criterion(landscape: Landscape) -> Criterion:
    """Return what counts: how soon a target is reached where the lowest loss is known, else the loss at the end."""
    known = landscape.global_minimum is not None and HELD_OUT not in landscape.measures
    return "target" if known else "loss"


def height_of(landscape: Landscape, starts: Array) -> float:
    """Return how high starts, shape (starts, n), lie above the lowest known loss, the median of them; 1 where none is known."""
    lowest = landscape.global_minimum
    if lowest is None:
        return 1.0
    with np.errstate(all="ignore"):
        losses = np.asarray(landscape.value(np.ascontiguousarray(starts.T)))
    losses = losses[np.isfinite(losses)]
    height = float(np.median(losses)) - lowest if losses.size else 0.0
    return height if height > 0 else 1.0


def usual_tolerance(landscape: Landscape, starts: Array) -> float:
    """Return how far above the lowest known loss the target usually lies: a power of ten."""
    return float(10.0 ** math.floor(math.log10(LOW * height_of(landscape, starts))))


def search_starts(
    landscape: Landscape, own: Array | tuple[float, ...], count: int, fresh: int
) -> tuple[Array, Array]:
    """Return the starts of a search and other starts for its check, shapes (count, n) and (fresh, n).

    The first is the racer's own; the others are spread over the domain, where the loss is defined. Of a network they are
    other initial weights.
    """
    first = np.array(own, dtype=np.float64)
    wanted = count + fresh - 1
    if landscape.examples:
        others = spread_starts(landscape, wanted + 1)
        usable = others[(others != first).any(axis=1)]
    else:
        others = spread_starts(landscape, SPARE * wanted + 1)
        others = others[(others != first).any(axis=1)]
        with np.errstate(all="ignore"):
            defined = np.isfinite(landscape.value(np.ascontiguousarray(others.T)))
        # Where it is defined nearly nowhere, others will do.
        usable = others[defined] if defined.sum() >= wanted else others
    starts = np.concatenate([first[np.newaxis], usable[: count - 1]])
    return starts, usable[count - 1 : count - 1 + fresh]


def usual_search(method: str, candidates: int, seed: int = 0) -> Search:
    """Return the search of a method, "halving" or "optuna"."""
    return OptunaSearch(candidates, seed=seed) if method == "optuna" else Halving(candidates, seed=seed)


def tuning_spec(
    run: RunSpec,
    own: Array | tuple[float, ...],
    length: int,
    *,
    ranges: tuple[SearchRange, ...] | None = None,
    effort: Effort | None = None,
    criterion: Criterion | None = None,
    tolerance: float | None = None,
    unit: Unit = "steps",
    end: StoppingCriteria = StoppingCriteria(),
    method: str = "halving",
) -> TuningSpec:
    """Return how good settings of a racer are searched.

    Parameters
    ----------
    run, own : how it descends, and its start
    length : of the trials, in `unit`
    ranges, effort, criterion, tolerance : None for the usual ones; the tolerance is how far above the lowest known loss
        the target lies, and is not looked at where none is known
    """
    landscape = run.landscape
    effort = usual_effort(run, length) if effort is None else effort
    criterion = usual_criterion(landscape) if criterion is None else criterion
    # Alternately, so that both are spread evenly.
    starts, others = search_starts(landscape, own, effort.starts, 2 * effort.fresh)
    target = -math.inf
    if (lowest := landscape.global_minimum) is not None and HELD_OUT not in landscape.measures:
        if criterion == "loss":
            target = lowest + NEGLIGIBLE * height_of(landscape, starts)
        else:
            target = lowest + (usual_tolerance(landscape, starts) if tolerance is None else tolerance)
    random = run.gradient_source.is_random
    seeds = effort.seeds if random else 1
    return TuningSpec(
        Trials(run, starts, _seeds(run.seed, seeds), criterion, target, end, unit),
        usual_ranges(run.optimizer) if ranges is None else ranges,
        length,
        others[1::2],
        _seeds(run.seed + seeds, seeds) if random else (run.seed,),
        others[::2],
        _seeds(run.seed + 2 * seeds, seeds) if random else (run.seed,),
        usual_search(method, effort.candidates),
    )


def _seeds(first: int, count: int) -> tuple[int, ...]:
    return tuple((first + k) % 2**63 for k in range(count))
