"""Good settings and fair races for scripts and notebooks: `optexplorer.tune`, `optexplorer.fair_race`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.schedules.base import Schedule
from optexplorer.engine.varied import with_settings
from optexplorer.experiment.script_arguments import run_spec_of, source_of, start_of, steps_of, whole_number
from optexplorer.export.tables.columns import Table
from optexplorer.export.tables.files import form_of, write_table
from optexplorer.export.tables.tuning_tables import candidate_table, race_candidate_table
from optexplorer.runs.executors import open_executor
from optexplorer.runs.fair_race import (
    FairRaceSpec,
    FairRaceState,
    Finish,
    fair_race_spec,
    run_fair_race,
    usual_race_effort,
)
from optexplorer.runs.tasks import Meter, Progress
from optexplorer.runs.tuning.explanation import explanation
from optexplorer.runs.tuning.loss_curves import LossCurves
from optexplorer.runs.tuning.ranges import (
    SearchRange,
    searched_setting,
    usual_range,
    usual_ranges,
    usual_scale,
)
from optexplorer.runs.tuning.trials import Criterion
from optexplorer.runs.tuning.tuning import TuningCheck, TuningSpec, TuningState
from optexplorer.runs.tuning.tuning import tune as run_search
from optexplorer.runs.tuning.usual import Effort, tuning_spec, usual_effort

Search = Mapping[str, tuple[float, float] | tuple[float, float, str] | None] | Sequence[str] | None
"""What is searched: names of settings, or with their ranges, low and high, and the scale if it is not the usual one."""
Method = Literal["halving", "optuna"]
MOST = 1_000_000


@dataclass(frozen=True, eq=False)
class Tuning:
    """Good settings, and what they bring."""

    spec: TuningSpec
    state: TuningState

    @property
    def settings(self) -> dict[str, float]:
        """The best settings."""
        return dict(self.check.winner)

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer with the best settings."""
        return with_settings(self.spec.optimizer, self.settings)

    @property
    def check(self) -> TuningCheck:
        """The winner beside the default settings, on fresh starts."""
        assert self.state.check is not None
        return self.state.check

    @property
    def improved(self) -> bool:
        """Whether they are better on fresh starts than the default settings, and than those that the optimizer had."""
        return self.check.improved

    @property
    def explanation(self) -> list[str]:
        """What changes and what that brings, in sentences."""
        return [words.en for words in explanation(self.spec, self.check)]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a row for each candidate, by column: `pandas.DataFrame(found.columns())`."""
        return _columns(candidate_table(self.spec, self.state))

    def save(self, path: str | Path) -> None:
        """Write the table of candidates to a .csv, .json, .npz or .parquet file.

        Raises
        ------
        ValueError
            If the name ends in something else, or a library is missing.
        OSError
            If it cannot be written.
        """
        _write(candidate_table(self.spec, self.state), path)

    def __repr__(self) -> str:
        return f"Tuning({self.optimizer!r}, improved={self.improved})"


@dataclass(frozen=True, eq=False)
class FairRace:
    """Optimizers with good settings, and how they do under one budget."""

    spec: FairRaceSpec
    state: FairRaceState

    @property
    def ranking(self) -> tuple[Finish, ...]:
        """The racers, the best first."""
        return self.state.ranking

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizers with their settings, in the order in which they were given."""
        return [finish.optimizer for finish in self.state.finishes]

    @property
    def curves(self) -> list[LossCurves]:
        """How the losses of each fall over what is evaluated, in the order in which they were given."""
        return [finish.curves for finish in self.state.finishes]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a row for each candidate of each optimizer, by column."""
        return _columns(race_candidate_table(self.spec, self.state))

    def save(self, path: str | Path) -> None:
        """Write the table of all candidates to a .csv, .json, .npz or .parquet file; errors as of `Tuning.save`."""
        _write(race_candidate_table(self.spec, self.state), path)

    def __repr__(self) -> str:
        names = ", ".join(finish.optimizer.id for finish in self.ranking)
        return f"FairRace({names}; budget {self.spec.budget})"


def tune(
    landscape: str | Landscape,
    optimizer: str | Optimizer,
    search: Search = None,
    *,
    start: Sequence[float] | None = None,
    steps: int | None = None,
    epochs: int | None = None,
    budget: int | None = None,
    candidates: int | None = None,
    starts: int | None = None,
    seeds: int | None = None,
    fresh: int | None = None,
    criterion: Criterion | None = None,
    tolerance: float | None = None,
    method: Method = "halving",
    seed: int = 0,
    schedule: str | Schedule | None = None,
    source: str | GradientSource | None = None,
    batch_size: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Tuning:
    """Search good settings of an optimizer, and check what they bring on fresh starts.

    `ox.tune("himmelblau", "adam", {"lr": (1e-5, 1), "beta1": None}).optimizer`

    Parameters
    ----------
    landscape, optimizer, start, steps, epochs, seed, schedule, source, batch_size : as of `run`
    search : names of settings, or a mapping from names to ranges (low, high), with a scale if it is not the usual one
        ("log", "linear", "near one"); None for a usual range, and of all for the rate and the momentum
    budget : gradients that each descent may evaluate, other evaluations priced, in place of `steps`
    candidates, starts, seeds, fresh : how many settings are tried, from how many starts and with how many seeds each;
        and from how many others the winner is checked. None for what takes a moment
    criterion : "target": who is first at the target is best; "loss": whose loss is lowest at the end
    tolerance : how far above the lowest known loss the target lies
    method : "halving" (Sobol points, successive halving), or "optuna"
    workers, cluster, progress : as of `sweep`

    Raises
    ------
    ValueError
        If something is wrong with what is asked for; the message says what would be right.
    """
    run = run_spec_of(
        landscape, optimizer, schedule, source_of(source, batch_size), whole_number("seed", seed)
    )
    length = steps_of(run, steps, epochs) if budget is None else _number("budget", budget)
    spec = tuning_spec(
        run,
        start_of(run.landscape, start),
        length,
        ranges=_ranges(run.optimizer, search),
        effort=_effort(usual_effort(run, length), candidates, starts, seeds, fresh),
        criterion=_criterion(criterion),
        tolerance=tolerance,
        unit="steps" if budget is None else "evaluations",
        method=_method(method),
    )
    spec.check()
    stop, meter, state = threading.Event(), Meter(spec.total), None
    with _executor(workers, cluster, stop) as executor:
        for state in run_search(spec, executor, stop.is_set):
            _tell(progress, meter, state.done)
    assert state is not None
    return Tuning(spec, state)


def fair_race(
    landscape: str | Landscape,
    optimizers: Sequence[str | Optimizer],
    budget: int = 200,
    search: Search = None,
    *,
    start: Sequence[float] | None = None,
    candidates: int | None = None,
    starts: int | None = None,
    seeds: int | None = None,
    fresh: int | None = None,
    criterion: Criterion | None = None,
    tolerance: float | None = None,
    method: Method = "halving",
    seed: int = 0,
    schedule: str | Schedule | None = None,
    source: str | GradientSource | None = None,
    batch_size: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> FairRace:
    """Tune optimizers by the same effort, and rank them under one budget of evaluations.

    `ox.fair_race("rosenbrock", ["gd", "momentum", "adam"], budget=300).ranking`

    Parameters as of `tune`; `search` names settings of all optimizers.

    Raises
    ------
    ValueError
        If something is wrong with what is asked for; the message says what would be right.
    """
    where = source_of(source, batch_size)
    first = whole_number("seed", seed)
    runs = [run_spec_of(landscape, optimizer, schedule, where, first) for optimizer in optimizers]
    if not runs:
        raise ValueError('there is no optimizer; give several, such as ["momentum", "adam"]')
    length = _number("budget", budget)
    spec = fair_race_spec(
        runs,
        start_of(runs[0].landscape, start),
        length,
        ranges=[_ranges(run.optimizer, search) for run in runs],
        effort=_effort(usual_race_effort(runs, length), candidates, starts, seeds, fresh),
        criterion=_criterion(criterion),
        tolerance=tolerance,
        method=_method(method),
    )
    spec.check()
    stop, meter, state = threading.Event(), Meter(spec.total), None
    with _executor(workers, cluster, stop) as executor:
        for state in run_fair_race(spec, executor, stop.is_set):
            _tell(progress, meter, state.done)
    assert state is not None
    return FairRace(spec, state)


@contextmanager
def _executor(workers: int | None, cluster: str | None, stop: threading.Event) -> Iterator[Executor | None]:
    """Give the executor that was asked for; None for here. Whatever ends the block ends what is computed."""
    try:
        if workers is None and cluster is None:
            yield None
        else:
            with open_executor(workers, cluster) as executor:
                yield executor
    finally:
        stop.set()


def _tell(progress: Callable[[Progress], None] | None, meter: Meter, done: int) -> None:
    if progress is not None:
        progress(meter.add(done - meter.done))


def _ranges(optimizer: Optimizer, search: Search) -> tuple[SearchRange, ...]:
    if search is None:
        return usual_ranges(optimizer)
    asked = dict(search) if isinstance(search, Mapping) else dict.fromkeys(search)
    return tuple(_range(optimizer, name, ends) for name, ends in asked.items())


def _range(optimizer: Optimizer, name: str, ends: Any) -> SearchRange:
    if ends is None:
        return usual_range(optimizer, name)
    setting = searched_setting(optimizer, name)
    try:
        low, high, *scale = ends
        low, high = float(low), float(high)
        (found,) = scale or [usual_scale(setting)]
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name}: {ends!r} is no range; it should look like (1e-5, 1) or (1e-5, 1, 'log')"
        ) from error
    if found not in ("log", "linear", "near one"):
        raise ValueError(f"{name}: the scale {found!r} is unknown; it is 'log', 'linear' or 'near one'")
    return SearchRange(name, low, high, found)


def _effort(
    usual: Effort, candidates: int | None, starts: int | None, seeds: int | None, fresh: int | None
) -> Effort:
    given = {"candidates": candidates, "starts": starts, "seeds": seeds, "fresh": fresh}
    return Effort(
        *(getattr(usual, name) if value is None else _number(name, value) for name, value in given.items())
    )


def _number(name: str, given: int) -> int:
    number = whole_number(name, given)
    if not 1 <= number <= MOST:
        raise ValueError(f"{name} = {number} is not allowed; 1 <= {name} <= {MOST:,}")
    return number


def _criterion(given: Any) -> Criterion | None:
    if given not in (None, "target", "loss"):
        raise ValueError(f"the criterion {given!r} is unknown; it is 'target' or 'loss'")
    found: Criterion | None = given
    return found


def _method(given: Any) -> str:
    if given not in ("halving", "optuna"):
        raise ValueError(f"the method {given!r} is unknown; it is 'halving' or 'optuna'")
    return str(given)


def _columns(table: Table) -> dict[str, NDArray[Any]]:
    return {name: np.asarray(column.values) for name, column in table.columns.items()}


def _write(table: Table, path: str | Path) -> None:
    path = Path(path)
    write_table(table, path, form_of(path))
