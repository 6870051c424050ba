"""Sweeps for scripts and notebooks: `optexplorer.sweep`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.real_numbers import real_numbers
from optexplorer.engine.schedules.base import Schedule
from optexplorer.experiment.script_arguments import run_spec_of, source_of, steps_of, whole_number
from optexplorer.export.results.result_file import write_file
from optexplorer.export.results.results import CELL, Results, Values
from optexplorer.export.results.sweep_plan import EVALUATED, cell_results, sweep_plan
from optexplorer.export.results.writing import result_form, stored
from optexplorer.runs.executors import open_executor
from optexplorer.runs.starts import spread_starts
from optexplorer.runs.sweep import MOST_CELLS, TOLERANCE, ListedAxis, SweepSpec, run_sweep, target_loss_of
from optexplorer.runs.tasks import Meter, Progress

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sweep:
    """The results of a sweep. Its arrays have an axis for each name in `axes`: their shape is `shape`."""

    spec: SweepSpec
    _results: Results

    @property
    def axes(self) -> dict[str, Values]:
        """What varies along each axis, by name: `optimizer` (ids), the settings of the grid, `start` (points), `seed`."""
        optimizers = np.array([run.optimizer.id for run in self.spec.runs])
        settings = {axis.name: axis.values for axis in self.spec.axes}
        return {
            "optimizer": optimizers,
            **settings,
            "start": self.spec.starts,
            "seed": np.array(self.spec.seeds),
        }

    @property
    def shape(self) -> tuple[int, ...]:
        """How many there are of each: optimizers, values of every setting, starts, seeds."""
        return self.spec.shape

    @property
    def loss(self) -> Array:
        """The losses where the descents end."""
        return self._shaped("loss")

    @property
    def steps(self) -> Values:
        """The steps that were taken."""
        return self._shaped("steps")

    @property
    def ending(self) -> Values:
        """How the descents end: "converged", "diverged" or "step limit"."""
        return self._shaped("ending")

    @property
    def steps_to_tolerance(self) -> Values:
        """The steps until the loss was low enough for the first time; −1 if it never was."""
        return self._shaped("steps_to_tolerance")

    @property
    def evaluations(self) -> Values:
        """The losses, gradients and Hessians that the steps asked for, shape (3, …)."""
        return np.array([self._shaped(f"{kind}_evaluations") for kind in EVALUATED])

    def columns(self) -> dict[str, Values]:
        """Return a row for each cell, by column, as the table has them: `pandas.DataFrame(sweep.columns())`."""
        return dict(self._columns)

    def save(self, path: str | Path) -> None:
        """Write the table, as `optexplorer sweep` does: to a .csv, .npz or .parquet file.

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
        return f"Sweep({', '.join(f'{n} {name}' for n, name in zip(self.shape, self.axes, strict=True))})"

    def _shaped(self, name: str) -> Values:
        return self._columns[name].reshape(self.shape)

    @cached_property
    def _columns(self) -> dict[str, Values]:
        rows = self._results.rows(np.arange(self.spec.cells))
        columns = self._results.plan.columns
        return {name: stored(rows[name], columns[name]) for name in columns if name != CELL}


def sweep(
    landscape: str | Landscape,
    optimizers: str | Optimizer | Sequence[str | Optimizer],
    grid: Mapping[str, ArrayLike] | None = None,
    *,
    starts: int | ArrayLike | None = None,
    seeds: int | Iterable[int] = 1,
    steps: int | None = None,
    epochs: int | None = None,
    schedule: str | Schedule | None = None,
    source: str | GradientSource | None = None,
    batch_size: int | None = None,
    tolerance: float = TOLERANCE,
    target_loss: float | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Sweep:
    """Descend with every combination of optimizers, settings, starts and seeds, and return what came of it.

    `ox.sweep("himmelblau", ["adam", "momentum"], {"lr": np.geomspace(1e-5, 1, 200)}, starts=64)`

    Parameters
    ----------
    landscape, schedule, source, batch_size : as of `run`
    optimizers : one or several, ids or values; settings that are not in the grid stay as they are
    grid : the values of settings that every optimizer has, by name
    starts : how many are spread over the domain (of a network, so many initial weights), or points of shape
        (starts, n); None for the landscape's own
    seeds : how many, from 0, or which
    steps, epochs : as of `run`
    tolerance : how far above the lowest known loss counts as reached; `target_loss` is a loss in place of it
    workers : computes in so many processes, in place of threads. A script then needs `if __name__ == "__main__":`
    cluster : computes with the workers of a Dask scheduler, such as "tcp://localhost:8786"
    progress : is called after each part, with what has been `done` of the `total` and the seconds `remaining`

    Raises
    ------
    ValueError
        If something is wrong with what is asked for, or the cluster does not answer; the message says what would be
        right.
    TypeError
        If a part is neither an id nor a value of the right class.
    """
    several = [optimizers] if isinstance(optimizers, str | Optimizer) else list(optimizers)
    where = source_of(source, batch_size)
    runs = tuple(run_spec_of(landscape, optimizer, schedule, where, 0) for optimizer in several)
    if not runs:
        raise ValueError(
            'there is no optimizer; one is named by its id, such as "adam", or is a value such as Adam()'
        )
    ground = runs[0].landscape
    spec = SweepSpec(
        runs=runs,
        axes=tuple(_axis(name, values) for name, values in (grid or {}).items()),
        starts=_starts(ground, starts),
        seeds=tuple(range(_number("seeds", seeds))) if isinstance(seeds, int) else _seeds(seeds),
        steps=max(steps_of(run, steps, epochs) for run in runs),
        target=target_loss_of(ground, tolerance) if target_loss is None else float(target_loss),
    )
    spec.check()
    results = Results(sweep_plan(spec))
    stop, meter = threading.Event(), Meter(spec.cells)
    with open_executor(workers, cluster) as executor:
        try:
            for part in run_sweep(spec, executor, stop.is_set):
                made = meter.add(results.put(part.cells, cell_results(spec, part)))
                if progress is not None:
                    progress(made)
        finally:
            # Threads that are under way end soon when something is raised here, such as by Ctrl+C.
            stop.set()
    return Sweep(spec, results)


def _axis(name: str, values: ArrayLike) -> ListedAxis:
    found = real_numbers(f"the values of {name}", values, "such as [0.01, 0.1]")
    return ListedAxis(name, tuple(np.atleast_1d(found).ravel().tolist()))


def _starts(landscape: Landscape, starts: Any) -> Array:
    if starts is None or isinstance(starts, int):
        return spread_starts(landscape, 1 if starts is None else _number("starts", starts))
    n = landscape.dimension
    found = real_numbers("starts", starts, f"of shape (starts, {n})")
    if found.ndim != 2 or found.shape[1] != n or not len(found) or not np.isfinite(found).all():
        raise ValueError(
            f"starts: points of shape (starts, {n}) are needed, finite numbers, not {found.shape}"
        )
    return np.ascontiguousarray(found)


def _number(name: str, given: int) -> int:
    number = whole_number(name, given)
    if not 1 <= number <= MOST_CELLS:
        raise ValueError(f"{name} = {number} is not allowed; 1 <= {name} <= {MOST_CELLS:,}")
    return number


def _seeds(given: Iterable[int]) -> tuple[int, ...]:
    return tuple(whole_number("a seed", seed) for seed in given)
