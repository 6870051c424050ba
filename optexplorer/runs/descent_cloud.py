"""Clouds: one racer from many starts, or with many seeds, and how its descents are spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_record import BatchRecord, batch_record
from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import Varied
from optexplorer.experiment.appearance import CloudOf
from optexplorer.runs.starts import initial_weights

Array = NDArray[np.float64]

MOST_NUMBERS = 8_000_000
"""Numbers of all positions together: of longer descents, and of more parameters, there are fewer."""
MOST_ROWS = 1_000
"""Steps, evenly spaced, at which a cloud is known; and its last."""
SEEDS = 2**63
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_STARTS_STREAM = 1
"""Tells the random numbers of starts from those of the descents."""


@dataclass(frozen=True)
class CloudSpec:
    """What a cloud depends on.

    Attributes
    ----------
    run : how the racer descends
    start : of its own path
    steps : the greatest number of steps
    of : whether the descents differ in their starts or in their seeds
    count : how many there are
    spread : the standard deviation of the starts around the racer's own, in half widths of the domain; of a model
        whose initial weights are random, the starts are those of other seeds
    end : when a descent ends before its last step
    """

    run: RunSpec
    start: tuple[float, ...]
    steps: int
    of: CloudOf
    count: int
    spread: float
    end: StoppingCriteria = StoppingCriteria()

    @property
    def affordable(self) -> int:
        """How many descents fit into memory, at most `count`."""
        each = (self.steps + 1) * (len(self.start) + 1)
        return max(min(self.count, MOST_NUMBERS // each), 2)

    def starts(self, count: int) -> Array:
        """Return where the descents start, shape (n, count); the first is the racer's own start."""
        own = np.array(self.start, dtype=np.float64)
        if self.of == "seeds":
            return np.repeat(own[:, np.newaxis], count, axis=1)
        landscape = self.run.landscape
        weights = initial_weights(landscape, count) if isinstance(landscape, ModelLandscape) else None
        if weights is not None:
            return np.concatenate([own[:, np.newaxis], weights[1:].T], axis=1)
        low, high = np.array(landscape.domain, dtype=np.float64).T
        random = np.random.default_rng(
            np.random.SeedSequence(self.run.seed, spawn_key=(self.run.stream, _STARTS_STREAM))
        )
        away = random.standard_normal((count, len(own))).T * (self.spread * (high - low) / 2)[:, np.newaxis]
        away[:, 0] = 0.0
        starts: Array = own[:, np.newaxis] + away
        return starts


@dataclass(frozen=True, eq=False)
class DescentCloud:
    """Many descents of one racer. Those that have ended stay where they are.

    Attributes
    ----------
    rows : the steps at which it is known, rising, shape (rows,)
    position : shape (rows, n, count)
    loss : shape (rows, count); infinite from where a descent diverged on
    ending : shape (count,), the values of `TerminationReason`
    exact : the racer's own path with the exact gradient, shape (rows, n); None where the gradient is exact anyway
    """

    spec: CloudSpec
    rows: NDArray[np.intp]
    position: Array
    loss: Array
    ending: NDArray[np.int8]
    exact: Array | None

    @property
    def count(self) -> int:
        """How many descents there are."""
        return int(self.loss.shape[1])

    @cached_property
    def quantiles(self) -> Array:
        """The `QUANTILES` of the losses, shape (5, rows): each a loss that was found, infinite where so many diverged."""
        ordered = np.sort(self.loss, axis=1)
        places = [round(share * (self.count - 1)) for share in QUANTILES]
        found: Array = ordered[:, places].T
        return found

    @cached_property
    def median(self) -> Array:
        """The median of each coordinate by itself, shape (rows, n)."""
        found: Array = np.median(self.position, axis=2)
        return found

    @cached_property
    def mean(self) -> Array:
        """The mean position of those that do not diverge, shape (rows, n); NaN where all do."""
        kept = self.ending != TerminationReason.DIVERGED.value
        if not kept.any():
            return np.full(self.position.shape[:2], np.nan)
        found: Array = self.position[..., kept].mean(axis=2)
        return found

    def row_at(self, step: int) -> int:
        """Return the number of the last known row up to a step."""
        return max(int(np.searchsorted(self.rows, step, side="right")) - 1, 0)


def descent_cloud(
    spec: CloudSpec, count: int | None = None, should_stop: Callable[[], bool] = lambda: False
) -> DescentCloud:
    """Run the descents of a cloud.

    Parameters
    ----------
    count : how many; None for as many as there are to be. The first ones are the same, however many there are
    should_stop : asked now and then; the result is then of no use

    Raises
    ------
    ValueError
        If the racer cannot descend.
    """
    count = min(count or spec.count, spec.affordable)
    starts = spec.starts(count)
    own = spec.run.seed
    seeds = np.array([(own + k) % SEEDS if spec.of == "seeds" else own for k in range(count)], dtype=np.int64)
    record = batch_record(
        spec.run, starts, spec.steps, end=spec.end, should_stop=should_stop, varied=Varied(seeds=seeds)
    )
    rows = np.unique(np.linspace(0, spec.steps, min(spec.steps, MOST_ROWS) + 1).round().astype(np.intp))
    exact = None
    if spec.run.gradient_source.is_random and not should_stop():
        run = replace(spec.run, source=Exact())
        alone = batch_record(run, starts[:, :1], spec.steps, end=spec.end, should_stop=should_stop)
        exact = alone.position[rows, :, 0]
    return DescentCloud(spec, rows, record.position[rows], _losses(record, rows), record.ending, exact)


def _losses(record: BatchRecord, rows: NDArray[np.intp]) -> Array:
    """Return the losses at some rows; infinite behind the end of those that diverged."""
    lost = record.ending == TerminationReason.DIVERGED.value
    gone = (rows[:, np.newaxis] > record.steps) & lost
    losses: Array = np.where(gone, inf, record.loss[rows])
    return losses
