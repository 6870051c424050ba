"""Tournaments: optimizers on landscapes, with equal budgets, from many starts and with many seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_record import batch_record
from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import Varied, with_settings
from optexplorer.runs.profiles import convergence_target
from optexplorer.runs.starts import spread_starts
from optexplorer.runs.tasks import ShouldStop, Task, never, run_tasks
from optexplorer.runs.tuning.trials import Trials, run_trials
from optexplorer.text import Text

Array = NDArray[np.float64]

TOLERANCES = (1e-1, 1e-3, 1e-5)
"""Shares of the decrease that may be missing where a problem counts as solved, as Moré & Wild take them."""
RATES = 13
"""Learning rates that are tried where each optimizer gets the best of some, from a thousandth of its default up."""
RATE_STARTS = 8
"""Starts on which they are tried; the problems have others."""
MOST_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class TournamentSpec:
    """What a tournament computes.

    A problem is a landscape with a start and a seed; a cell is a problem and an optimizer. Problems are numbered by
    landscape, start and seed, the seed changing fastest, and cells by problem and optimizer.

    Attributes
    ----------
    optimizers : with their settings
    landscapes : on which they descend
    starts : how many starts on each landscape, spread over its domain
    seeds : of the random numbers; where there are none, all seeds give the same
    budget : gradients that each descent may evaluate, other evaluations priced
    tolerances : when a problem counts as solved
    tunes_rate : whether each optimizer gets, on every landscape, the best of some learning rates, found with equal
        effort from starts that are not those of the problems
    end : when a descent ends before its budget is spent
    """

    optimizers: tuple[Optimizer, ...]
    landscapes: tuple[Landscape, ...]
    starts: int = 16
    seeds: tuple[int, ...] = (0,)
    budget: int = 200
    tolerances: tuple[float, ...] = TOLERANCES
    tunes_rate: bool = False
    end: StoppingCriteria = StoppingCriteria()

    @property
    def problems(self) -> int:
        """How many problems there are."""
        return len(self.landscapes) * self.problems_each

    @property
    def problems_each(self) -> int:
        """How many problems each landscape has."""
        return self.starts * len(self.seeds)

    @property
    def cells(self) -> int:
        """How many descents there are."""
        return self.problems * len(self.optimizers)

    def check(self) -> None:
        """Refuse what cannot be computed.

        Raises
        ------
        ValueError
            The message says what would be right.
        """
        if len(self.optimizers) < 2:
            raise ValueError(
                Text(
                    "a tournament needs at least two optimizers", "トーナメントには最適化手法が2つ以上必要。"
                )
            )
        if not self.landscapes:
            raise ValueError(
                Text("a tournament needs at least one landscape", "トーナメントには地形が1つ以上必要。")
            )
        if self.starts < 1 or not self.seeds:
            raise ValueError("a tournament needs at least one start and one seed")
        if self.budget < 1:
            raise ValueError(f"a budget is at least 1 gradient, not {self.budget}")
        for tolerance in self.tolerances:
            if not 0 < tolerance < 1:
                raise ValueError(f"a tolerance lies between 0 and 1, not at {tolerance:g}")
        if self.cells > MOST_CELLS:
            raise ValueError(
                Text(
                    f"{self.cells:,} descents are too many; at most {MOST_CELLS:,} are allowed",
                    f"降下{self.cells:,}回は多すぎる。最大で{MOST_CELLS:,}回。",
                )
            )
        for optimizer in self.optimizers:
            for landscape in self.landscapes:
                _check_needs(optimizer, landscape)

    def blocks(self) -> list[range]:
        """Return the cells in blocks that are computed together: those of each landscape."""
        size = self.problems_each * len(self.optimizers)
        return [range(low, low + size) for low in range(0, self.cells, size)]


def _check_needs(optimizer: Optimizer, landscape: Landscape) -> None:
    for need in optimizer.needs:
        known = (
            landscape.has_hessian
            if need == "hessian"
            else landscape.residuals(np.array(landscape.start)) is not None
        )
        if not known:
            words = (
                Text("second derivatives", "2階微分")
                if need == "hessian"
                else Text("a sum of squares", "2乗和の形の損失")
            )
            raise ValueError(
                Text(
                    f"{optimizer.id} needs {words.en}, which '{landscape.id}' does not have; leave one of them out",
                    f"{optimizer.title.ja}には{words.ja}が必要だが、「{landscape.name.ja or landscape.id}」にはない。どちらかを外す。",
                )
            )


@dataclass(frozen=True, eq=False)
class TournamentCells:
    """The results of all optimizers on the problems of one landscape; arrays of shape (problems, optimizers).

    Attributes
    ----------
    cells : their numbers
    first : the loss at the start
    best : the lowest loss on the way
    loss : at the end; infinite where the descent diverged
    steps : taken
    ending : the values of `TerminationReason`
    rate : the learning rate
    costs : shape (tolerances, problems, optimizers), the priced evaluations until the problem was solved; infinite
        where it was not
    """

    cells: range
    first: Array
    best: Array
    loss: Array
    steps: NDArray[np.int64]
    ending: NDArray[np.int8]
    rate: Array
    costs: Array


@dataclass(frozen=True, eq=False)
class TournamentTask:
    """Computes all problems of one landscape."""

    spec: TournamentSpec
    number: int

    def __call__(self, should_stop: ShouldStop) -> TournamentCells:
        """Return the results."""
        spec, landscape = self.spec, self.spec.landscapes[self.number]
        starts = spread_starts(landscape, spec.starts + (RATE_STARTS if spec.tunes_rate else 0))
        histories = []
        for optimizer in spec.optimizers:
            tuned = optimizer
            if spec.tunes_rate:
                tuned = best_rate(optimizer, landscape, starts[spec.starts :], spec, should_stop)
            histories.append(_histories(RunSpec(landscape, tuned), starts[: spec.starts], spec, should_stop))
        first = np.array([history.losses[0] for history in histories]).T
        best = np.array([history.lowest[-1] for history in histories]).T
        lowest = best.min(axis=1)
        costs = np.array(
            [
                np.array(
                    [
                        history.cost_to(convergence_target(first[:, 0], lowest, tolerance))
                        for history in histories
                    ]
                ).T
                for tolerance in spec.tolerances
            ]
        )
        # Where nobody got any further, there was nothing to solve.
        costs[:, ~(lowest < first[:, 0])] = inf
        size = spec.problems_each * len(spec.optimizers)
        return TournamentCells(
            range(self.number * size, (self.number + 1) * size),
            first,
            best,
            np.array([history.last for history in histories]).T,
            np.array([history.steps for history in histories]).T,
            np.array([history.ending for history in histories]).T,
            np.broadcast_to([history.rate for history in histories], first.shape),
            costs,
        )


@dataclass(frozen=True, eq=False)
class _Histories:
    """Losses of one optimizer on all problems of a landscape, row by row.

    `losses` and `costs` are of shape (rows, problems): the losses, and the priced evaluations made until each.
    """

    losses: Array
    costs: Array
    steps: NDArray[np.int64]
    ending: NDArray[np.int8]
    rate: float

    @property
    def lowest(self) -> Array:
        """The lowest losses so far, shape (rows, problems)."""
        found: Array = np.fmin.accumulate(self.losses, axis=0)
        return found

    @property
    def last(self) -> Array:
        """The losses at the end, infinite where it diverged, shape (problems,)."""
        return np.where(self.ending == TerminationReason.DIVERGED.value, inf, self.losses[-1])

    def cost_to(self, target: Array) -> Array:
        """Return the cost until the losses are at most `target`, both of shape (problems,); infinite if they never are."""
        solved = self.losses <= target
        row = solved.argmax(axis=0)
        columns = np.arange(len(target))
        return np.where(solved[row, columns], self.costs[row, columns], inf)


def _histories(run: RunSpec, starts: Array, spec: TournamentSpec, should_stop: ShouldStop) -> _Histories:
    """Run one optimizer from all starts with all seeds."""
    seeds = np.array(spec.seeds, dtype=np.int64)
    source = run.gradient_source
    drawn = seeds if source.is_random else seeds[:1]
    points = np.ascontiguousarray(np.repeat(starts, len(drawn), axis=0).T)
    each = np.tile(drawn, len(starts))
    record = batch_record(
        run,
        points,
        spec.budget,
        end=replace(spec.end, budget=float(spec.budget)),
        should_stop=should_stop,
        varied=Varied(seeds=each),
        positions=False,
    )
    found = _Histories(record.loss, record.cost, record.steps, record.ending, run.optimizer.lr)
    if len(drawn) == len(seeds):
        return found
    # Nothing is random, so every seed gives the same.
    copies = np.repeat(np.arange(len(starts)), len(seeds))
    return _Histories(
        found.losses[:, copies], found.costs[:, copies], found.steps[copies], found.ending[copies], found.rate
    )


def best_rate(
    optimizer: Optimizer,
    landscape: Landscape,
    starts: Array,
    spec: TournamentSpec,
    should_stop: ShouldStop = never,
) -> Optimizer:
    """Return the optimizer with the best of `RATES` learning rates on a landscape, its own default among them.

    Parameters
    ----------
    starts : shape (starts, n), on which they are tried
    """
    default = optimizer.lr
    rates = np.unique([*np.geomspace(default * 1e-3, default * 1e3, RATES - 1), default])
    allowed = [rate for rate in rates.tolist() if _is_allowed(optimizer, rate)]
    trials = Trials(RunSpec(landscape, optimizer), starts, spec.seeds[:1], end=spec.end)
    best: tuple[object, float] | None = None
    for part, results in run_trials(
        trials, [{"lr": rate} for rate in allowed], spec.budget, None, should_stop
    ):
        for place, score in zip(part, results.scores("loss"), strict=True):
            if best is None or score < best[0]:  # type: ignore[operator]
                best = score, allowed[place]
    return optimizer if best is None else with_settings(optimizer, {"lr": best[1]})


def _is_allowed(optimizer: Optimizer, rate: float) -> bool:
    try:
        with_settings(optimizer, {"lr": rate})
    except ValueError:
        return False
    return True


def run_tournament(
    spec: TournamentSpec,
    executor: Executor | None = None,
    should_stop: ShouldStop = never,
    blocks: Sequence[range] | None = None,
) -> Iterator[TournamentCells]:
    """Run a tournament, yielding the results of each landscape as they finish; what comes is the same whoever computes it.

    `blocks` are those that are still missing of `TournamentSpec.blocks`; None for all.

    Raises
    ------
    optexplorer.runs.tasks.TaskError
        If a descent cannot be run.
    """
    size = spec.problems_each * len(spec.optimizers)
    wanted = spec.blocks() if blocks is None else blocks
    tasks: list[Task[TournamentCells]] = [TournamentTask(spec, cells.start // size) for cells in wanted]
    for _, cells in run_tasks(tasks, executor, should_stop):
        yield cells
