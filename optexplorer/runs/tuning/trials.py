"""Trials of candidates: each descends from several starts and with several seeds, all of them in one batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_descent import batch_descent
from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import Varied
from optexplorer.runs.tasks import ShouldStop, Task, never, run_tasks

Array = NDArray[np.float64]
Settings = Mapping[str, float]
Criterion = Literal["loss", "target"]
"""What counts: the loss at the end of the budget, or the steps until a target is reached."""

HELD_OUT = "held_out_loss"
ROBUST = 0.75
"""The share of trials that are at least as good as a candidate's score: one lucky trial does not make a winner."""
BLOCK_STEPS = 4_000_000
"""Steps of all trials of one task at most."""


@dataclass(frozen=True, eq=False)
class Trials:
    """What is run for every candidate.

    Attributes
    ----------
    run : how it descends, with the settings that are not searched
    starts : shape (starts, n)
    seeds : of the random numbers; every start is tried with each
    criterion : what counts
    target : the loss to be reached; lower losses count as no better, so that then the steps to it decide
    end : when a descent ends before its last step
    """

    run: RunSpec
    starts: Array
    seeds: tuple[int, ...] = (0,)
    criterion: Criterion = "loss"
    target: float = -inf
    end: StoppingCriteria = StoppingCriteria()

    @property
    def count(self) -> int:
        """How many trials each candidate has."""
        return len(self.starts) * len(self.seeds)

    @property
    def judges_held_out(self) -> bool:
        """Whether the loss on held-out examples counts rather than that on the examples that are learnt from."""
        return HELD_OUT in self.run.landscape.measures


@dataclass(frozen=True, eq=False)
class TrialResults:
    """How the trials of some candidates ended; all arrays of shape (candidates, trials).

    Attributes
    ----------
    loss : at the end, of held-out examples where there are some; infinite where the descent diverged
    steps : until the end
    reached : the steps until the target was reached; infinite where it was not
    diverged : whether it did
    """

    loss: Array
    steps: NDArray[np.int64]
    reached: Array
    diverged: NDArray[np.bool_]

    def scores(self, criterion: Criterion, target: float = -inf) -> list[Score]:
        """Return the score of each candidate; criterion and target as of `Trials`."""
        by_loss, by_reach = _robust(np.maximum(self.loss, target)), _robust(self.reached)
        first, second = (by_loss, by_reach) if criterion == "loss" else (by_reach, by_loss)
        failed = self.diverged.sum(axis=1)
        return [
            Score(*values) for values in zip(first.tolist(), failed.tolist(), second.tolist(), strict=True)
        ]

    @classmethod
    def joined(cls, parts: Sequence[TrialResults]) -> TrialResults:
        """Return the results of the candidates of several parts, one after the other."""
        return cls(
            np.concatenate([part.loss for part in parts]),
            np.concatenate([part.steps for part in parts]),
            np.concatenate([part.reached for part in parts]),
            np.concatenate([part.diverged for part in parts]),
        )


@dataclass(frozen=True, order=True)
class Score:
    """How good a candidate is; the smaller, the better.

    Attributes
    ----------
    value : what `ROBUST` of its trials stay at or below: the loss, or the steps to the target
    diverged : how many of its trials diverged; decides between equal values
    other : the same of what does not count; decides then
    """

    value: float
    diverged: int
    other: float


def _robust(values: Array) -> Array:
    """Return of each row the smallest value that at least `ROBUST` of the row do not exceed."""
    place = max(ceil(ROBUST * values.shape[1]) - 1, 0)
    found: Array = np.sort(values, axis=1)[:, place]
    return found


@dataclass(frozen=True, eq=False)
class TrialTask:
    """Runs the trials of some candidates."""

    trials: Trials
    candidates: tuple[Settings, ...]
    steps: int

    def __call__(self, should_stop: ShouldStop) -> TrialResults:
        """Return the results."""
        trials, count = self.trials, len(self.candidates)
        starts = np.repeat(trials.starts, len(trials.seeds), axis=0)
        names = self.candidates[0].keys() if self.candidates else ()
        settings = {
            name: np.repeat([float(candidate[name]) for candidate in self.candidates], trials.count)
            for name in names
        }
        seeds = np.tile(np.array(trials.seeds, dtype=np.int64), len(trials.starts))
        ends = batch_descent(
            trials.run,
            np.ascontiguousarray(np.tile(starts.T, (1, count))),
            self.steps,
            end=trials.end,
            should_stop=should_stop,
            varied=Varied(settings, np.tile(seeds, count)),
            target=trials.target,
        )
        loss = ends.loss
        landscape = trials.run.landscape
        if trials.judges_held_out:
            with np.errstate(all="ignore"):
                loss = landscape.measure(ends.position)[landscape.measures.index(HELD_OUT)]
        diverged = ends.ending == TerminationReason.DIVERGED.value
        shape = (count, trials.count)
        return TrialResults(
            np.where(diverged | ~np.isfinite(loss), inf, loss).reshape(shape),
            ends.steps.reshape(shape),
            np.where(ends.reached < 0, inf, ends.reached).reshape(shape),
            diverged.reshape(shape),
        )


def run_trials(
    trials: Trials,
    candidates: Sequence[Settings],
    steps: int,
    executor: Executor | None = None,
    should_stop: ShouldStop = never,
) -> Iterator[tuple[range, TrialResults]]:
    """Run the trials of candidates; yield which of them are done, and their results, as they finish.

    Candidates are computed in the same blocks whoever computes them.
    """
    block = max(1, BLOCK_STEPS // max(trials.count * steps, 1))
    blocks = [range(low, min(low + block, len(candidates))) for low in range(0, len(candidates), block)]
    tasks: list[Task[TrialResults]] = [
        TrialTask(trials, tuple(candidates[part.start : part.stop]), steps) for part in blocks
    ]
    for place, results in run_tasks(tasks, executor, should_stop):
        yield blocks[place], results
