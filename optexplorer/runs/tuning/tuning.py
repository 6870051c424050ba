"""Finds good settings of an optimizer and checks what they bring on descents that the search has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from optexplorer.engine.optimizers.base import Optimizer, hyperparameters
from optexplorer.engine.varied import with_settings
from optexplorer.runs.tasks import ShouldStop, Task, never, run_tasks
from optexplorer.runs.tuning.halving import Halving
from optexplorer.runs.tuning.loss_curves import CurveTask, LossCurves
from optexplorer.runs.tuning.ranges import SearchRange
from optexplorer.runs.tuning.search import Search, SearchState
from optexplorer.runs.tuning.trials import Array, Settings, TrialResults, Trials, run_trials

RATE_FACTORS = (0.5, 2.0)
"""By how much the winner's learning rate is changed, to see how much depends on it."""
FINALISTS = 8
"""How many of the best candidates are tried once more, from other starts."""
HALVING = Halving()
MOST_LENGTH = 20_000_000_000
"""Length of all trials of a search at most."""


@dataclass(frozen=True, eq=False)
class TuningSpec:
    """What a search for good settings depends on.

    Attributes
    ----------
    trials : what every candidate is tried on
    ranges : of the settings that are searched
    length : of the trials that decide, in the unit of `trials`
    check_starts : shape (starts, n), other starts, on which the winner is compared with the default settings
    check_seeds : other seeds, for the same
    last_starts : shape (starts, n), still others, from which the best of the search are tried once more, so that none
        wins by luck; None leaves that out
    last_seeds : other seeds, for the same
    search : how it searches
    """

    trials: Trials
    ranges: tuple[SearchRange, ...]
    length: int
    check_starts: Array
    check_seeds: tuple[int, ...] = (1,)
    last_starts: Array | None = None
    last_seeds: tuple[int, ...] = (1,)
    search: Search = HALVING

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer with the settings that it has now."""
        return self.trials.run.optimizer

    @property
    def present(self) -> Settings:
        """The present values of the settings that are searched."""
        return {axis.name: float(getattr(self.optimizer, axis.name)) for axis in self.ranges}

    @property
    def default(self) -> Settings:
        """Their default values."""
        defaults = {setting.name: setting.default for setting in hyperparameters(type(self.optimizer))}
        return {axis.name: float(defaults[axis.name]) for axis in self.ranges}

    @property
    def known(self) -> tuple[Settings, ...]:
        """The settings that the search is to beat: the default ones, and the present ones where they differ."""
        return (self.default,) if self.default == self.present else (self.default, self.present)

    @property
    def total(self) -> int:
        """The length of all trials together, those of the check included."""
        known, last = len(self.known), self.last_trials
        search = self.search.total(self.length, self.trials.count, known)
        if last is not None:
            search += self.length * last.count * (known + FINALISTS)
        return search + self.length * self.check_trials.count * (1 + known + len(RATE_FACTORS))

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
        if self.total > MOST_LENGTH:
            raise ValueError(
                f"{self.total:,} steps are too many; at most {MOST_LENGTH:,} are allowed: take fewer candidates, starts, "
                "seeds or steps"
            )

    @property
    def criterion_needs_target(self) -> bool:
        """Whether the time to a target counts."""
        return self.trials.criterion == "target"

    @property
    def check_trials(self) -> Trials:
        """What the winner is compared with the default settings on."""
        return replace(self.trials, starts=self.check_starts, seeds=self.check_seeds)

    @property
    def last_trials(self) -> Trials | None:
        """What the best of the search are tried on once more."""
        if self.last_starts is None:
            return None
        return replace(self.trials, starts=self.last_starts, seeds=self.last_seeds)


@dataclass(frozen=True, eq=False)
class TuningCheck:
    """The winner beside the settings that it had to beat, on starts and seeds that the search has not seen.

    Attributes
    ----------
    winner, default : settings
    present : those of the racer; None where they are the default ones
    curves : how losses fall with the winner, with the default settings, and with the present ones if there are any
    varied : how they fall with the winner and its rate times each of `factors`
    factors : those of `RATE_FACTORS` that the bounds of the rate allow
    improved : whether the winner is better than the default and the present settings there, too
    """

    winner: Settings
    default: Settings
    present: Settings | None
    curves: tuple[LossCurves, ...]
    varied: tuple[LossCurves, ...]
    factors: tuple[float, ...]
    improved: bool


@dataclass(frozen=True, eq=False)
class TuningState:
    """How far a search for good settings has come.

    Attributes
    ----------
    search : its candidates
    done, total : the length of all trials, those of the check included
    check : there when it is done
    """

    search: SearchState
    done: int
    total: int
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

    def evaluate(candidates: Sequence[Settings], length: int) -> Iterator[tuple[range, TrialResults]]:
        return run_trials(spec.trials, candidates, length, executor, should_stop)

    state: SearchState | None = None
    total = spec.total
    for state in spec.search.run(
        spec.ranges,
        spec.known,
        spec.length,
        spec.trials.count,
        evaluate,
        lambda found: found.scores(spec.trials.criterion, spec.trials.target),
    ):
        yield TuningState(state, state.done, total)
    if state is None or state.done < state.total or should_stop() or state.best is None:
        return
    if spec.last_trials is not None:
        yield TuningState(state, state.done, total)
        state = _confirmed(spec, state, spec.last_trials, executor, should_stop)
        if state is None:
            return
        yield TuningState(state, total - spec.length * spec.check_trials.count, total)
    winner = state.best
    assert winner is not None
    check = _checked(spec, winner.settings, executor, should_stop)
    if check is not None:
        yield TuningState(state, total, total, check)


def _confirmed(
    spec: TuningSpec, state: SearchState, trials: Trials, executor: Executor | None, should_stop: ShouldStop
) -> SearchState | None:
    """Return the search with new scores of its best candidates, from more starts; None if it was stopped."""
    known = set(range(len(spec.known)))
    best = [each for each in state.leaders() if each.number not in known][:FINALISTS]
    finalists = sorted(known | {each.number for each in best})
    candidates = list(state.candidates)
    for number, each in enumerate(candidates):
        candidates[number] = replace(each, alive=number in finalists)
    settings = [candidates[number].settings for number in finalists]
    done = 0
    for part, results in run_trials(trials, settings, spec.length, executor, should_stop):
        scores = results.scores(trials.criterion, trials.target)
        for place, score, loss in zip(part, scores, results.robust_loss, strict=True):
            number = finalists[place]
            candidates[number] = replace(candidates[number], score=score, loss=loss, confirmed=True)
        done += len(part)
    return None if done < len(finalists) else replace(state, candidates=tuple(candidates))


def _checked(
    spec: TuningSpec, winner: Settings, executor: Executor | None, should_stop: ShouldStop
) -> TuningCheck | None:
    """Return the comparison of the winner with the settings that it had to beat; None if it was stopped."""
    compared = [winner, *spec.known]
    candidates, factors = list(compared), []
    for factor in RATE_FACTORS if "lr" in winner else ():
        changed = {**winner, "lr": winner["lr"] * factor}
        try:
            with_settings(spec.optimizer, changed)
        except ValueError:
            continue
        factors.append(factor)
        candidates.append(changed)
    trials = spec.check_trials
    tasks: list[Task[LossCurves]] = [
        CurveTask(trials, with_settings(spec.optimizer, settings), spec.length) for settings in candidates
    ]
    curves = dict(run_tasks(tasks, executor, should_stop))
    if len(curves) < len(tasks):
        return None
    found = tuple(curves[place] for place in range(len(tasks)))
    first, *others = (
        each.score(spec.trials.criterion, spec.trials.target) for each in found[: len(compared)]
    )
    return TuningCheck(
        winner,
        spec.default,
        spec.present if len(spec.known) > 1 else None,
        found[: len(compared)],
        found[len(compared) :],
        tuple(factors),
        all(first < other for other in others),
    )
