"""Tournaments for scripts and notebooks: `optexplorer.tournament`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.experiment.script_arguments import run_spec_of, whole_number
from optexplorer.export.results.result_file import write_file
from optexplorer.export.results.results import CELL, Results, Values
from optexplorer.export.results.tournament_plan import (
    cost_column,
    optimizer_names,
    problems_of,
    tournament_plan,
    tournament_results,
)
from optexplorer.export.results.writing import result_form, stored
from optexplorer.runs.executors import open_executor
from optexplorer.runs.profiles import MedianRank, Profile, data_profiles, median_ranks, performance_profiles
from optexplorer.runs.tasks import Meter, Progress
from optexplorer.runs.tournament import TOLERANCES, TournamentSpec, run_tournament

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tournament:
    """The results of a tournament."""

    spec: TournamentSpec
    _results: Results

    @property
    def optimizers(self) -> tuple[str, ...]:
        """Who took part."""
        return optimizer_names(self.spec)

    @property
    def loss(self) -> Array:
        """The losses at the end, shape (problems, optimizers); infinite where a descent diverged."""
        return problems_of(self._results, self.spec, "loss")

    def costs(self, tolerance: float | None = None) -> Array:
        """Return the priced evaluations until each problem was solved, shape (problems, optimizers).

        They are infinite where it was not; `tolerance` is one of the tournament's, the middle one unless given.
        """
        known = self.spec.tolerances
        if tolerance is None:
            tolerance = known[len(known) // 2]
        if tolerance not in known:
            raise ValueError(f"tolerance: the tournament has {', '.join(f'{each:g}' for each in known)}")
        return problems_of(self._results, self.spec, cost_column(tolerance))

    def ranks(self) -> dict[str, MedianRank]:
        """Return the median rank of each optimizer by its last loss, with a 95 % interval."""
        return dict(zip(self.optimizers, median_ranks(self.loss), strict=True))

    def data_profiles(self, tolerance: float | None = None) -> dict[str, Profile]:
        """Return of each optimizer the share of problems solved within a cost; `tolerance` as of `costs`."""
        return dict(zip(self.optimizers, data_profiles(self.costs(tolerance)), strict=True))

    def performance_profiles(self, tolerance: float | None = None) -> dict[str, Profile]:
        """Return of each optimizer the share solved within a ratio of the least cost; `tolerance` as of `costs`."""
        return dict(zip(self.optimizers, performance_profiles(self.costs(tolerance)), strict=True))

    def columns(self) -> dict[str, Values]:
        """Return a row for each descent, by column: `pandas.DataFrame(tournament.columns())`."""
        rows = self._results.rows(np.arange(self.spec.cells))
        columns = self._results.plan.columns
        return {name: stored(rows[name], columns[name]) for name in columns if name != CELL}

    def save(self, path: str | Path) -> None:
        """Write the table of descents, as `optexplorer tournament` does: to a .csv, .npz or .parquet file.

        Raises
        ------
        ValueError
            If the name ends in something else, or a library is missing.
        OSError
            If it cannot be written.
        """
        path = Path(path)
        write_file(self._results, path, result_form(path))

    def __repr__(self) -> str:
        return f"Tournament({len(self.optimizers)} optimizers, {self.spec.problems} problems)"


def tournament(
    landscapes: Sequence[str | Landscape],
    optimizers: Sequence[str | Optimizer],
    *,
    starts: int = 16,
    seeds: int = 1,
    budget: int = 200,
    tolerances: Sequence[float] = TOLERANCES,
    tune_rates: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Tournament:
    """Let optimizers compete on landscapes, and return what came of it.

    `ox.tournament(["himmelblau", "rosenbrock"], ["momentum", "adam"], tune_rates=True).ranks()`

    Parameters
    ----------
    landscapes, optimizers : ids or values
    starts : how many on each landscape, spread over its domain
    seeds : how many, from 0
    budget : gradients that each descent may evaluate; a loss counts as a third of a gradient, a Hessian as one for each coordinate
    tolerances : a problem counts as solved when all but this share of the best decrease is achieved
    tune_rates : whether each optimizer gets, on each landscape, the best of some learning rates, found from other starts
    workers, cluster, progress : as of `sweep`

    Raises
    ------
    ValueError
        If something is wrong with what is asked for; the message says what would be right.
    TypeError
        If a part is neither an id nor a value of the right class.
    """
    if isinstance(landscapes, str | Landscape) or isinstance(optimizers, str | Optimizer):
        raise TypeError('landscapes and optimizers are lists, such as ["himmelblau", "rosenbrock"]')
    first = next(iter(landscapes), "himmelblau")
    spec = TournamentSpec(
        optimizers=tuple(run_spec_of(first, optimizer, None, None, 0).optimizer for optimizer in optimizers),
        landscapes=tuple(run_spec_of(landscape, "gd", None, None, 0).landscape for landscape in landscapes),
        starts=whole_number("starts", starts),
        seeds=tuple(range(min(whole_number("seeds", seeds), 100_000))),
        budget=whole_number("budget", budget),
        tolerances=tuple(float(tolerance) for tolerance in tolerances),
        tunes_rate=tune_rates,
    )
    spec.check()
    results = Results(tournament_plan(spec))
    stop, meter = threading.Event(), Meter(spec.cells)
    with open_executor(workers, cluster) as executor:
        try:
            for part in run_tournament(spec, executor, stop.is_set):
                made = meter.add(results.put(part.cells, tournament_results(spec, part)))
                if progress is not None:
                    progress(made)
        finally:
            # Threads that are under way end soon when something is raised here, such as by Ctrl+C.
            stop.set()
    return Tournament(spec, results)
