"""Finds good settings of an optimizer and checks what they bring on descents that the search has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.varied import with_settings
from optexplorer.runs.tasks import ShouldStop, never
from optexplorer.runs.tuning.halving import Halving
from optexplorer.runs.tuning.ranges import SearchRange
from optexplorer.runs.tuning.search import Search, SearchState
from optexplorer.runs.tuning.trials import Array, Score, Settings, TrialResults, Trials, run_trials

RATE_FACTORS = (0.25, 0.5, 2.0, 4.0)
"""By how much the winner's learning rate is changed, to see how much depends on it."""
HALVING = Halving()


@dataclass(frozen=True, eq=False)
class TuningSpec:
    """What a search for good settings depends on.

    Attributes
    ----------
    trials : what every candidate is tried on
    ranges : of the settings that are searched
    steps : of the trials that decide
    check_starts : shape (starts, n), other starts, on which the winner is compared with the present settings
    check_seeds : other seeds, for the same
    search : how it searches
    """

    trials: Trials
    ranges: tuple[SearchRange, ...]
    steps: int
    check_starts: Array
    check_seeds: tuple[int, ...] = (1,)
    search: Search = HALVING

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer with the settings that it has now."""
        return self.trials.run.optimizer

    @property
    def present(self) -> Settings:
        """The present values of the settings that are searched."""
        return {axis.name: float(getattr(self.optimizer, axis.name)) for axis in self.ranges}

    def scores(self, results: TrialResults) -> list[Score]:
        """Return the score of each candidate."""
        return results.scores(self.trials.criterion, self.trials.target)

    def check(self) -> None:
        """Refuse what cannot be searched, before anything is computed.

        Raises
        ------
        ValueError
            The message says what would be right.
        """
        if not self.ranges:
            raise ValueError("a search needs the range of at least one setting")
        names = [axis.name for axis in self.ranges]
        if name := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"there are two ranges of '{name}'; one is right")
        for axis in self.ranges:
            axis.check(self.optimizer)
        if not self.trials.count or not len(self.check_starts) or not self.check_seeds:
            raise ValueError("a search needs at least one start and one seed")
        if self.criterion_needs_target and not np.isfinite(self.trials.target):
            raise ValueError("a search for the fewest steps needs a finite target")

    @property
    def criterion_needs_target(self) -> bool:
        """Whether the steps to a target count."""
        return self.trials.criterion == "target"

    @property
    def check_trials(self) -> Trials:
        """What the winner is compared with the present settings on."""
        return replace(self.trials, starts=self.check_starts, seeds=self.check_seeds)


@dataclass(frozen=True, eq=False)
class TuningCheck:
    """The winner beside the present settings, on starts and seeds that the search has not seen.

    Attributes
    ----------
    winner, present : settings
    results : of the winner, of the present settings, and of the winner with its rate times each of `RATE_FACTORS`
        that its bounds allow
    factors : these factors
    improved : whether the winner is better there, too
    """

    winner: Settings
    present: Settings
    results: TrialResults
    factors: tuple[float, ...]
    improved: bool


@dataclass(frozen=True, eq=False)
class TuningState:
    """How far a search for good settings has come; `check` is there when it is done."""

    search: SearchState
    check: TuningCheck | None = None


def tune(
    spec: TuningSpec, executor: Executor | None = None, should_stop: ShouldStop = never
) -> Iterator[TuningState]:
    """Search good settings, yielding how far the search has come; the last state has the check, unless it was stopped.

    What is found is the same whoever computes it.

    Raises
    ------
    ValueError
        If the spec cannot be searched.
    optexplorer.runs.tasks.TaskError
        If a descent cannot be run.
    """
    spec.check()

    def evaluate(candidates: Sequence[Settings], steps: int) -> Iterator[tuple[range, TrialResults]]:
        return run_trials(spec.trials, candidates, steps, executor, should_stop)

    state: SearchState | None = None
    for state in spec.search.run(
        spec.ranges,
        spec.present,
        spec.steps,
        spec.trials.count,
        evaluate,
        spec.scores,
    ):
        yield TuningState(state)
    if state is None or state.done < state.total or should_stop() or state.best is None:
        return
    check = _checked(spec, state.best.settings, executor, should_stop)
    if check is not None:
        yield TuningState(state, check)


def _checked(
    spec: TuningSpec, winner: Settings, executor: Executor | None, should_stop: ShouldStop
) -> TuningCheck | None:
    """Return the comparison of the winner with the present settings; None if it was stopped."""
    candidates: list[Settings] = [winner, spec.present]
    factors = []
    for factor in RATE_FACTORS if "lr" in winner else ():
        changed = {**winner, "lr": winner["lr"] * factor}
        try:
            with_settings(spec.optimizer, changed)
        except ValueError:
            continue
        factors.append(factor)
        candidates.append(changed)
    parts = {
        part.start: results
        for part, results in run_trials(spec.check_trials, candidates, spec.steps, executor, should_stop)
    }
    results = [parts[start] for start in sorted(parts)]
    if sum(len(part.loss) for part in results) < len(candidates):
        return None
    joined = TrialResults.joined(results)
    scores = spec.scores(joined)
    return TuningCheck(winner, spec.present, joined, tuple(factors), scores[0] < scores[1])
