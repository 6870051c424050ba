"""Fair races: every racer gets good settings by the same effort, then all descend from the same fresh starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.evaluation import EvaluationPrices
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.varied import with_settings
from optexplorer.runs.tasks import ShouldStop, never, run_tasks
from optexplorer.runs.tuning.loss_curves import LossCurves
from optexplorer.runs.tuning.ranges import SearchRange
from optexplorer.runs.tuning.trials import Array, Criterion, Score, TrialTask
from optexplorer.runs.tuning.tuning import TuningSpec, TuningState, tune
from optexplorer.runs.tuning.usual import Effort, search_starts, tuning_spec, usual_effort, usual_tolerance

MOST_CANDIDATES = 128
"""Settings that are usually tried of each racer."""


@dataclass(frozen=True, eq=False)
class FairRaceSpec:
    """What a fair race depends on: the same trials for all racers, beside their optimizers, schedules and ranges."""

    racers: tuple[TuningSpec, ...]

    @property
    def budget(self) -> int:
        """What the evaluations of a descent may cost, in gradients."""
        return self.racers[0].length

    @property
    def prices(self) -> EvaluationPrices:
        """What evaluations cost."""
        return self.racers[0].trials.end.prices

    @property
    def total(self) -> int:
        """The length of all trials together."""
        return sum(spec.total for spec in self.racers)

    def check(self) -> None:
        """Refuse what cannot be raced.

        Raises
        ------
        ValueError
            The message says what would be right.
        """
        if not self.racers:
            raise ValueError("a race needs at least one racer")
        for spec in self.racers:
            spec.check()


def usual_race_effort(runs: Sequence[RunSpec], budget: int) -> Effort:
    """Return how much is usually tried of every racer: what is affordable for the dearest of them."""
    least = min((usual_effort(run, budget) for run in runs), key=lambda effort: effort.candidates)
    seeds = max(usual_effort(run, budget).seeds for run in runs)
    candidates = least.candidates if runs[0].landscape.examples else MOST_CANDIDATES
    return replace(least, candidates=candidates, seeds=seeds)


def fair_race_spec(
    runs: Sequence[RunSpec],
    start: Array | tuple[float, ...],
    budget: int,
    *,
    ranges: Sequence[tuple[SearchRange, ...] | None] | None = None,
    effort: Effort | None = None,
    criterion: Criterion | None = None,
    tolerance: float | None = None,
    end: StoppingCriteria = StoppingCriteria(),
    method: str = "halving",
) -> FairRaceSpec:
    """Return a race of racers on one landscape, from one start and others that are spread; arguments as of `tuning_spec`.

    Parameters
    ----------
    budget : what the evaluations of each descent may cost, in gradients
    ranges : for each racer, None for the usual ones
    """
    effort = usual_race_effort(runs, budget) if effort is None else effort
    if tolerance is None:
        tolerance = usual_tolerance(
            runs[0].landscape, search_starts(runs[0].landscape, start, effort.starts, effort.fresh)[0]
        )
    return FairRaceSpec(
        tuple(
            tuning_spec(
                run, start, budget, ranges=own, effort=effort, criterion=criterion, tolerance=tolerance,
                unit="evaluations", end=end, method=method,
            )
            for run, own in zip(runs, ranges or [None] * len(runs), strict=True)
        )
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Finish:
    """How a racer has done on the fresh starts, with the settings that were found for it.

    Attributes
    ----------
    number : its place in the spec
    optimizer : with these settings; with those that it had where none are better on fresh starts
    curves : how its losses fall over what is evaluated
    evaluations : losses, gradients and Hessians of a descent until its end, the median of each
    score : by the criterion of the race
    """

    number: int
    optimizer: Optimizer
    curves: LossCurves
    evaluations: tuple[float, float, float]
    score: Score


@dataclass(frozen=True, eq=False)
class FairRaceState:
    """How far a fair race has come.

    Attributes
    ----------
    searches : of every racer how far the search for its settings has come, None where it has not begun
    finishes : of the racers that have been checked, in their order
    done, total : the length of all trials
    """

    searches: tuple[TuningState | None, ...]
    finishes: tuple[Finish, ...]
    done: int
    total: int

    @property
    def ranking(self) -> tuple[Finish, ...]:
        """The racers that have been checked, the best first; of equals, the one that is listed first."""
        return tuple(sorted(self.finishes, key=lambda finish: (finish.score, finish.number)))

    @property
    def is_done(self) -> bool:
        """Whether all racers have been checked."""
        return len(self.finishes) == len(self.searches)


def run_fair_race(
    spec: FairRaceSpec, executor: Executor | None = None, should_stop: ShouldStop = never
) -> Iterator[FairRaceState]:
    """Tune all racers, one after the other, yielding how far the race has come; the same whoever computes it.

    Raises
    ------
    ValueError
        If the race makes no sense.
    optexplorer.runs.tasks.TaskError
        If a descent cannot be run.
    """
    spec.check()
    searches: list[TuningState | None] = [None] * len(spec.racers)
    finishes: list[Finish] = []
    before, total = 0, spec.total
    for number, racer in enumerate(spec.racers):
        state = None
        for state in tune(racer, executor, should_stop):
            searches[number] = state
            if state.check is None:
                yield FairRaceState(tuple(searches), tuple(finishes), before + state.done, total)
        if state is None or state.check is None:
            return
        finish = _finish(number, racer, state, executor, should_stop)
        if finish is None:
            return
        finishes.append(finish)
        before += racer.total
        yield FairRaceState(tuple(searches), tuple(finishes), before, total)


def _finish(
    number: int, racer: TuningSpec, state: TuningState, executor: Executor | None, should_stop: ShouldStop
) -> Finish | None:
    """Return how a racer has done with the settings that were found; None if it was stopped."""
    check = state.check
    assert check is not None
    trials = racer.check_trials
    # Its evaluations by kind; the curves know only what they cost.
    task = TrialTask(trials, (check.winner,), racer.length)
    for _, results in run_tasks([task], executor, should_stop):
        counts = np.median(results.evaluations[:, 0], axis=1).tolist()
        return Finish(
            number,
            with_settings(racer.optimizer, check.winner),
            check.curves[0],
            (counts[0], counts[1], counts[2]),
            check.curves[0].score(trials.criterion, trials.target),
        )
    return None
