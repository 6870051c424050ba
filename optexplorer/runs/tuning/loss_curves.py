"""How the losses of many descents with the same settings fall: against steps or against what was evaluated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_record import batch_record
from optexplorer.engine.descent import trajectory
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import Varied
from optexplorer.runs.tasks import ShouldStop
from optexplorer.runs.tuning.trials import HELD_OUT, Criterion, Score, Trials, scores

Array = NDArray[np.float64]

MOST_ROWS = 4_000_000
"""Losses of all steps of descents that are run together."""
MOST_PLACES = 400
"""Places at which the losses of a curve are kept."""


@dataclass(frozen=True, eq=False)
class LossCurves:
    """The losses of descents along the way.

    Attributes
    ----------
    at : shape (places,), rising from 0: steps, or what the evaluations until then cost
    loss : shape (places, trials), of held-out examples where there are some; of a descent that has ended its last, and
        infinite after it has diverged
    reached : shape (trials,), where the target was reached first, in the unit of `at`; infinite if it was not, or if the
        descent ends above it
    diverged : shape (trials,), whether the descent did
    """

    at: Array
    loss: Array
    reached: Array
    diverged: NDArray[np.bool_]

    def quantile(self, share: float) -> Array:
        """Return a quantile of the losses at each place, shape (places,); infinite where it is of one that diverged."""
        found: Array = np.quantile(self.loss, share, axis=1, method="inverted_cdf")
        return found

    @cached_property
    def final(self) -> Array:
        """The losses at the end, shape (trials,)."""
        last: Array = self.loss[-1]
        return last

    def score(self, criterion: Criterion, target: float) -> Score:
        """Return how good the settings are; criterion and target as of `Trials`."""
        (found,) = scores(
            self.final[np.newaxis], self.reached[np.newaxis], self.diverged[np.newaxis], criterion, target
        )
        return found


@dataclass(frozen=True, eq=False)
class CurveTask:
    """Runs the trials of one optimizer with given settings and keeps how their losses fall."""

    trials: Trials
    optimizer: Optimizer
    length: int

    def __call__(self, should_stop: ShouldStop) -> LossCurves:
        """Return the curves."""
        starts, seeds = self.trials.points()
        size = max(1, MOST_ROWS // (self.length + 1))
        parts = [
            self._part(starts[:, low : low + size], seeds[low : low + size], should_stop)
            for low in range(0, len(seeds), size)
        ]
        return LossCurves(
            parts[0].at,
            np.concatenate([part.loss for part in parts], axis=1),
            np.concatenate([part.reached for part in parts]),
            np.concatenate([part.diverged for part in parts]),
        )

    def _part(self, starts: Array, seeds: NDArray[np.int64], should_stop: ShouldStop) -> LossCurves:
        """Return the curves of some of the trials: of all rows of all at once there may be too many."""
        rows = self._one_by_one if self.trials.judges_held_out else self._together
        at, losses, lost = rows(np.ascontiguousarray(starts), seeds, should_stop)
        low = losses <= self.trials.target
        first = low.argmax(axis=0)
        columns = np.arange(losses.shape[1])
        there = low[first, columns] & low[-1] & ~np.isfinite(lost)
        reached = np.where(there, at[first, columns], inf)
        places = _places(self.length)
        kept = np.array(
            [
                # The last row that had been paid for until then.
                np.searchsorted(at[:, column], places, side="right") - 1
                for column in range(losses.shape[1])
            ]
        ).T
        found = losses[kept, columns]
        found[places[:, np.newaxis] >= lost] = inf
        return LossCurves(places, np.where(np.isfinite(found), found, inf), reached, np.isfinite(lost))

    def _together(
        self, starts: Array, seeds: NDArray[np.int64], should_stop: ShouldStop
    ) -> tuple[Array, Array, Array]:
        """Return where each row is on the axis, shape (rows, trials), its loss, and where a descent is lost, shape (trials,)."""
        record = batch_record(
            replace(self.trials.run, optimizer=self.optimizer),
            starts,
            self.length,
            end=self.trials.end_after(self.length),
            should_stop=should_stop,
            varied=Varied(seeds=seeds),
            positions=False,
        )
        steps = np.minimum(np.arange(self.length + 1.0)[:, np.newaxis], record.steps)
        at = record.cost if self.trials.unit == "evaluations" else steps
        lost = np.where(
            record.ending == TerminationReason.DIVERGED.value,
            np.take_along_axis(at, record.steps[np.newaxis], axis=0)[0] + 1.0,
            inf,
        )
        return at, record.loss, lost

    def _one_by_one(
        self, starts: Array, seeds: NDArray[np.int64], should_stop: ShouldStop
    ) -> tuple[Array, Array, Array]:
        """The same of a model that is judged by its held-out examples."""
        trials = self.trials
        shape = self.length + 1, len(seeds)
        at, losses, lost = np.full(shape, inf), np.full(shape, np.nan), np.full(len(seeds), inf)
        end = trials.end_after(self.length)
        for place, seed in enumerate(seeds.tolist()):
            run = replace(trials.run, optimizer=self.optimizer, seed=seed)
            path = trajectory(run, starts[:, place], self.length, end=end, should_stop=should_stop)
            rows = len(path.loss)
            if trials.unit == "evaluations":
                assert path.evaluations is not None
                at[:rows, place] = end.prices.cost(path.evaluations.T, run.landscape.dimension)
            else:
                at[:rows, place] = np.arange(rows)
            losses[:rows, place] = path.measures[HELD_OUT]
            losses[rows:, place] = losses[rows - 1, place]
            if path.ending is TerminationReason.DIVERGED:
                lost[place] = at[rows - 1, place] + 1.0
        return at, losses, lost


def _places(length: int) -> Array:
    """The places at which losses are kept: denser at the beginning, where they fall fastest."""
    if length < MOST_PLACES:
        return np.arange(length + 1.0)
    even = np.linspace(0.0, length, MOST_PLACES // 2)
    early = np.geomspace(1.0, length, MOST_PLACES // 2)
    places: Array = np.unique(np.rint(np.concatenate([even, early])))
    return places
