"""Trials of candidates: each descends from several starts and with several seeds, all of them in one batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import asinh, ceil, inf, isfinite
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
"""What counts: the loss at the end, or how soon a target is reached."""
Unit = Literal["steps", "evaluations"]
"""What the length of a trial is counted in: steps, or priced evaluations in units of a gradient."""

HELD_OUT = "held_out_loss"
ROBUST = 0.75
"""The share of trials that are at least as good as a candidate's score: one lucky trial does not make a winner."""
LOST = 0.1
"""The share of trials that may diverge: among those that stay within it, who is fast or low is better."""
BLOCK_STEPS = 1_000_000
"""Steps of all trials of one task at most."""
SEARCHED_STEPS = 50_000
"""The same of optimizers that search along lines or solve equations."""
BLOCK_PRODUCTS = 1e9
"""Products of examples and parameters in the trials of one task at most: about a second."""
APART = 1_000_003
"""How far the seeds of one start are from those of the next."""
MOST_SEED = 2**63 - 1
LEAST_PRODUCTS = 100_000
"""What the step of a small network takes at least, in such products."""


@dataclass(frozen=True, eq=False)
class Trials:
    """What is run for every candidate.

    Attributes
    ----------
    run : how it descends, with the settings that are not searched
    starts : shape (starts, n)
    seeds : of the random numbers; every start is tried with so many, the first with these
    criterion : what counts
    target : the loss to be reached, and not to be left again until the end; lower losses count as no better, so that
        then the time to it decides
    end : when a descent ends before its last step
    unit : what lengths are counted in
    """

    run: RunSpec
    starts: Array
    seeds: tuple[int, ...] = (0,)
    criterion: Criterion = "loss"
    target: float = -inf
    end: StoppingCriteria = StoppingCriteria()
    unit: Unit = "steps"

    @property
    def count(self) -> int:
        """How many trials each candidate has."""
        return len(self.starts) * len(self.seeds)

    @property
    def judges_held_out(self) -> bool:
        """Whether the loss on held-out examples counts rather than that on the examples that are learnt from."""
        return HELD_OUT in self.run.landscape.measures

    def end_after(self, length: int) -> StoppingCriteria:
        """Return when a descent of this length ends before its last step; it has as many steps as its length at most."""
        return replace(self.end, budget=float(length)) if self.unit == "evaluations" else self.end

    def points(self, count: int = 1) -> tuple[Array, NDArray[np.int64]]:
        """Return starts, shape (n, count * trials), and seeds of `count` candidates, one after the other.

        All candidates have the same; every start has seeds of its own, for with the same numbers all descents of one
        seed would be shaken alike where they arrive.
        """
        starts = np.repeat(self.starts, len(self.seeds), axis=0)
        seeds = np.tile(np.array(self.seeds, dtype=np.int64), len(self.starts))
        seeds = (seeds + APART * np.repeat(np.arange(len(self.starts)), len(self.seeds))) % MOST_SEED
        return np.ascontiguousarray(np.tile(starts.T, (1, count))), np.tile(seeds, count)


@dataclass(frozen=True, eq=False)
class TrialResults:
    """How the trials of some candidates ended; arrays of shape (candidates, trials).

    Attributes
    ----------
    loss : at the end, of held-out examples where there are some; infinite where the descent diverged
    steps : until the end
    reached : the steps until the target was reached; infinite where it was not, or the descent ends above it
    diverged : whether it did
    evaluations : shape (3, candidates, trials), the losses, gradients and Hessians until the end
    """

    loss: Array
    steps: NDArray[np.int64]
    reached: Array
    diverged: NDArray[np.bool_]
    evaluations: NDArray[np.int64]

    @property
    def robust_loss(self) -> list[float]:
        """What `ROBUST` of the losses of each candidate do not exceed."""
        found: list[float] = robust(self.loss).tolist()
        return found

    def scores(self, criterion: Criterion, target: float = -inf) -> list[Score]:
        """Return the score of each candidate; criterion and target as of `Trials`."""
        return scores(self.loss, self.reached, self.diverged, criterion, target)


@dataclass(frozen=True, order=True)
class Score:
    """How good a candidate is; the smaller, the better.

    Attributes
    ----------
    unsafe : whether more than `LOST` of its trials diverged; whoever is not, is better
    value : what `ROBUST` of its trials stay at or below: the loss, or the steps to the target
    other : the same of what does not count; decides between equal values, as where neither reaches the target
    mean : the mean of the steps to the target, of the trials that reach it; decides then
    diverged : how many of its trials diverged; decides at last
    """

    unsafe: bool
    value: float
    other: float
    mean: float
    diverged: int

    @property
    def number(self) -> float:
        """One number that says the same, for who can compare only numbers."""
        number = self.value
        if not isfinite(number):
            # Far above all that is finite, and in the order of the other, whatever its size.
            number = 2 + asinh(1e9 * self.other) / 1e3 if isfinite(self.other) else 4.0
            number *= FAR
        return FAR * (8 + number / (4 * FAR)) if self.unsafe else number


FAR = 1e300


def scores(
    loss: Array, reached: Array, diverged: NDArray[np.bool_], criterion: Criterion, target: float
) -> list[Score]:
    """Return the score of each candidate from how its trials ended, all of shape (candidates, trials)."""
    by_loss, by_reach = robust(np.maximum(loss, target)), robust(reached)
    first, second = (by_loss, by_reach) if criterion == "loss" else (by_reach, by_loss)
    hit = np.isfinite(reached)
    hits = hit.sum(axis=1)
    mean = np.where(hits > 0, np.where(hit, reached, 0.0).sum(axis=1) / np.maximum(hits, 1), inf)
    failed = diverged.sum(axis=1)
    columns = failed > LOST * diverged.shape[1], first, second, mean, failed
    return [Score(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]


def robust(values: Array) -> Array:
    """Return of each row the smallest value that at least `ROBUST` of the row do not exceed, shape (rows,)."""
    place = max(ceil(ROBUST * values.shape[1]) - 1, 0)
    found: Array = np.sort(values, axis=1)[:, place]
    return found


@dataclass(frozen=True, eq=False)
class TrialTask:
    """Runs the trials of some candidates."""

    trials: Trials
    candidates: tuple[Settings, ...]
    length: int

    def __call__(self, should_stop: ShouldStop) -> TrialResults:
        """Return the results."""
        trials, count = self.trials, len(self.candidates)
        starts, seeds = trials.points(count)
        names = self.candidates[0].keys() if self.candidates else ()
        settings = {
            name: np.repeat([float(candidate[name]) for candidate in self.candidates], trials.count)
            for name in names
        }
        ends = batch_descent(
            trials.run,
            starts,
            self.length,
            end=trials.end_after(self.length),
            should_stop=should_stop,
            varied=Varied(settings, seeds),
            target=trials.target,
        )
        loss = ends.loss
        landscape = trials.run.landscape
        if trials.judges_held_out:
            with np.errstate(all="ignore"):
                loss = landscape.measure(ends.position)[landscape.measures.index(HELD_OUT)]
        diverged = ends.ending == TerminationReason.DIVERGED.value
        shape = (count, trials.count)
        loss = np.where(diverged | ~np.isfinite(loss), inf, loss)
        there = (ends.reached >= 0) & (loss <= trials.target)
        return TrialResults(
            loss.reshape(shape),
            ends.steps.reshape(shape),
            np.where(there, ends.reached, inf).reshape(shape),
            diverged.reshape(shape),
            ends.evaluations.reshape(3, *shape),
        )


def run_trials(
    trials: Trials,
    candidates: Sequence[Settings],
    length: int,
    executor: Executor | None = None,
    should_stop: ShouldStop = never,
) -> Iterator[tuple[range, TrialResults]]:
    """Run the trials of candidates; yield which of them are done, and their results, as they finish.

    Candidates are computed in the same blocks whoever computes them.
    """
    block = max(1, _most_steps(trials.run) // max(trials.count * length, 1))
    blocks = [range(low, min(low + block, len(candidates))) for low in range(0, len(candidates), block)]
    tasks: list[Task[TrialResults]] = [
        TrialTask(trials, tuple(candidates[part.start : part.stop]), length) for part in blocks
    ]
    for place, results in run_tasks(tasks, executor, should_stop):
        yield blocks[place], results


def _most_steps(run: RunSpec) -> int:
    """The steps of one task: long enough to be sent to another process, short enough to be waited for."""
    most = SEARCHED_STEPS if run.optimizer.evaluation_period is None else BLOCK_STEPS
    landscape = run.landscape
    if landscape.examples:
        most = min(most, int(BLOCK_PRODUCTS / max(landscape.examples * landscape.dimension, LEAST_PRODUCTS)))
    return most
