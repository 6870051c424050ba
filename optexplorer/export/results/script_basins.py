"""Basin maps for scripts and notebooks: `optexplorer.basins`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optexplorer.atomic_write import write_atomically
from optexplorer.engine.attractors import Attractor
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.real_numbers import real_numbers
from optexplorer.engine.schedules.base import Schedule
from optexplorer.experiment.experiment import MOST_STEPS, Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.experiment.script_arguments import run_spec_of, source_of, steps_of, whole_number
from optexplorer.export.results.basin_plan import basin_plan, basin_results, map_of, results_of
from optexplorer.export.results.result_file import write_file
from optexplorer.export.results.results import CELL, Results, Values
from optexplorer.export.results.writing import RESULT_FORMS, result_form, stored
from optexplorer.runs.basins import BasinMap, BasinTask, basin_blocks
from optexplorer.runs.executors import open_executor
from optexplorer.runs.tasks import Meter, Progress, run_tasks
from optexplorer.scene.basins import shares_in_words, spec_on
from optexplorer.scene.samples.landscape_samples import LandscapeSamples, sample_landscape
from optexplorer.scene.samples.surface_samples import SurfaceSamples

if TYPE_CHECKING:
    from optexplorer.export.metadata import PictureFormat

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Basins:
    """Which minimum is reached from every point of a map. Arrays have the shape (rows, columns), the lowest row first."""

    experiment: Experiment = field(repr=False)
    map: BasinMap = field(repr=False)
    samples: LandscapeSamples = field(repr=False)

    @property
    def minima(self) -> tuple[Attractor, ...]:
        """The minima: position, value, and whether each is a global one (`lowest`)."""
        return self.map.minima

    @property
    def labels(self) -> NDArray[np.int16]:
        """The places of the minima that are reached in `minima`; negative where none is (see `outcomes`)."""
        return self.map.labels

    @property
    def outcomes(self) -> Values:
        """What is reached: "minimum", "other minimum", "diverged", "steps used up" or "no minimum"."""
        return self._columns["outcome"].reshape(self.map.labels.shape)

    @property
    def steps(self) -> NDArray[np.int32]:
        """The steps that were taken."""
        return self.map.steps

    @property
    def position(self) -> Array:
        """Where the descents have ended, shape (n, rows, columns)."""
        return self.map.position

    @property
    def shares(self) -> dict[int, float]:
        """The share of the map of each label."""
        return self.map.shares

    @property
    def global_share(self) -> float:
        """The share of the map from which a global minimum is found."""
        return self.map.lowest_share

    def columns(self) -> dict[str, Values]:
        """Return a row for each start, by column, as the table has them: `pandas.DataFrame(basins.columns())`."""
        return dict(self._columns)

    def save(self, path: str | Path) -> None:
        """Write the table (.npz, .csv, .parquet) or a picture (.png, .svg, .pdf), as `optexplorer basins` does.

        Raises
        ------
        ValueError
            If the name ends in something else, a library is missing, or there is no picture.
        OSError
            If it cannot be written.
        """
        path = Path(path)
        if path.suffix.lower().lstrip(".") in RESULT_FORMS:
            write_file(results_of(self.map), path, result_form(path))
            return
        from optexplorer.export.pictures import kind_of

        write_atomically(path, self._picture(kind_of(path)))

    def _repr_png_(self) -> bytes | None:
        return self._picture("png", small=True) if isinstance(self.samples, SurfaceSamples) else None

    def _picture(self, kind: PictureFormat, *, small: bool = False) -> bytes:
        from optexplorer.export.basin_pictures import SMALL, USUAL, basin_file
        from optexplorer.export.notebook import painting

        if not isinstance(self.samples, SurfaceSamples):
            raise ValueError(
                "a picture of basins shows two coordinates, here there is one; save a table, such as basins.csv"
            )
        with painting() as possible:
            if not possible:
                raise ValueError("Qt cannot paint here: an application without a display is running")
            return basin_file(self.experiment, self.samples, self.map, kind, SMALL if small else USUAL)

    @property
    def _columns(self) -> dict[str, Values]:
        results = results_of(self.map)
        rows, columns = results.rows(np.arange(self.map.spec.cells)), results.plan.columns
        return {name: stored(rows[name], columns[name]) for name in columns if name != CELL}

    def __repr__(self) -> str:
        return f"Basins({self.map.spec.columns} × {self.map.spec.rows} starts, {len(self.minima)} minima)"

    def __str__(self) -> str:
        return "\n".join(shares_in_words(self.map))


def basins(
    landscape: str | Landscape,
    optimizer: str | Optimizer,
    *,
    size: int | tuple[int, int] = 256,
    window: Sequence[float] | None = None,
    steps: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    schedule: str | Schedule | None = None,
    source: str | GradientSource | None = None,
    batch_size: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Basins:
    """Descend from every point of a map, and return which minimum is reached from where.

    `print(ox.basins("himmelblau", ox.Momentum(lr=0.01)))`

    Parameters
    ----------
    landscape, optimizer, steps, epochs, seed, schedule, source, batch_size : as of `run`; the landscape has one or two
        coordinates
    size : how many starts there are along the longer side, or columns and rows
    window : the part of the map, (x low, x high, y low, y high); None for the domain
    workers, cluster, progress : as of `sweep`

    Raises
    ------
    ValueError
        If something is wrong with what is asked for, or the cluster does not answer; the message says what would be
        right.
    TypeError
        If a part is neither an id nor a value of the right class.
    """
    run_spec = run_spec_of(
        landscape, optimizer, schedule, source_of(source, batch_size), whole_number("seed", seed)
    )
    ground, most = run_spec.landscape, steps_of(run_spec, steps, epochs)
    if ground.dimension > 2:
        raise ValueError(
            f"{ground.id} has {ground.dimension} coordinates; a basin map has two. `optexplorer basins --plane` shows "
            "a plane through them"
        )
    if most > MOST_STEPS:
        raise ValueError(f"steps = {most} is not allowed here; at most {MOST_STEPS:,} steps are")
    racer = Racer(optimizer=run_spec.optimizer, schedule=run_spec.schedule, source=run_spec.source, stream=0)
    experiment = Experiment(landscape=ground, racers=(racer,), steps=most, seed=run_spec.seed)
    if window is not None:
        part_ends = tuple(real_numbers("window", window, "such as (-2, 2, -1, 3)").ravel().tolist())
        part = {"window": part_ends} if ground.dimension > 1 else {"interval": part_ends}
        experiment = experiment.evolve(view=experiment.view.evolve(**part))
    samples = sample_landscape(ground, experiment.view)
    assert samples is not None
    spec = spec_on(experiment, 0, samples, (size, None) if isinstance(size, int) else (size[0], size[1]))
    results, blocks = Results(basin_plan(spec)), basin_blocks(spec)
    stop, meter = threading.Event(), Meter(spec.cells)
    tasks = [BasinTask(spec, np.arange(cells.start, cells.stop)) for cells in blocks]
    with open_executor(workers, cluster) as executor:
        try:
            for place, ends in run_tasks(tasks, executor, stop.is_set):
                made = meter.add(results.put(blocks[place], basin_results(spec, ends)))
                if progress is not None:
                    progress(made)
        finally:
            stop.set()
    return Basins(experiment, map_of(spec, results), samples)
