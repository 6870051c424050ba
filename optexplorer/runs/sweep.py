"""Sweeps: descents for every combination of optimizers, settings, starts and seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.catalogue import nearest
from optexplorer.engine.batch_descent import batch_descent
from optexplorer.engine.declaration import hyperparameters
from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.varied import Varied
from optexplorer.runs.tasks import ShouldStop, Task, TaskError, never, run_tasks

Array = NDArray[np.float64]
Scale = Literal["log", "linear"]

TOLERANCE = 1e-3
"""How far above the lowest known loss usually counts as reached."""
MOST_CELLS = 10_000_000
"""Cells of the largest sweep: its results take about a gigabyte."""
MOST_SEED = 2**63 - 1
BLOCK_STEPS = 4_000_000
"""Steps of all descents of one block at most: long enough to be sent to another process, short enough to be waited for."""
BLOCK_PRODUCTS = 1e9
"""The same where there are data: products of examples and parameters in those steps. It takes about a second."""
LEAST_PRODUCTS = 100_000
"""Fewer in one step take no less time."""
BLOCK_CELLS = 4_096
"""Cells of one block at most: what is finished is seen soon."""


@dataclass(frozen=True)
class Axis:
    """The values of a setting that a sweep goes through.

    Attributes
    ----------
    name : a hyperparameter of every optimizer of the sweep, such as `lr`
    low, high : the first and the last value
    count : how many values; a single one is `low`
    scale : whether the values are evenly spaced themselves, or their logarithms
    """

    name: str
    low: float
    high: float
    count: int
    scale: Scale = "log"

    def __post_init__(self) -> None:
        if not np.isfinite([self.low, self.high]).all():
            raise ValueError(f"{self.name}: the ends of a range are finite numbers")
        if self.count < 1:
            raise ValueError(f"{self.name}: a range has at least 1 value, not {self.count}")
        if self.count > 1 and not self.low < self.high:
            raise ValueError(f"{self.name}: a range needs low < high, not {self.low:g} and {self.high:g}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"{self.name}: a logarithmic range begins above 0, not at {self.low:g}")

    @property
    def values(self) -> Array:
        """The values, shape (count,); the ends are exact."""
        space = np.geomspace if self.scale == "log" else np.linspace
        values: Array = space(self.low, self.high if self.count > 1 else self.low, self.count)
        return values


@dataclass(frozen=True)
class ListedAxis:
    """Values of a setting that are named one by one; `name` as of `Axis`."""

    name: str
    listed: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.listed:
            raise ValueError(f"{self.name}: a list has at least 1 value")
        if not np.isfinite(self.listed).all():
            raise ValueError(f"{self.name}: values are finite numbers")
        if len(set(self.listed)) < len(self.listed):
            raise ValueError(f"{self.name}: a value is listed twice; once is right")

    @property
    def count(self) -> int:
        """How many values there are."""
        return len(self.listed)

    @property
    def values(self) -> Array:
        """The values, shape (count,)."""
        return np.array(self.listed, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class SweepSpec:
    """What a sweep computes: a descent for every cell.

    A cell is a combination of run, values of the axes, start and seed; cells are numbered in this order, the seed
    changing fastest.

    Attributes
    ----------
    runs : one for each optimizer, all on the same landscape
    axes : settings of every optimizer
    starts : shape (starts, n)
    seeds : of the random numbers
    steps : the greatest number of steps
    target : the loss that counts as reached
    end : when a descent ends before its last step
    """

    runs: tuple[RunSpec, ...]
    axes: tuple[Axis | ListedAxis, ...]
    starts: Array
    seeds: tuple[int, ...] = (0,)
    steps: int = 200
    target: float = -np.inf
    end: StoppingCriteria = StoppingCriteria()

    @property
    def shape(self) -> tuple[int, ...]:
        """How many there are of each: runs, values of every axis, starts, seeds."""
        return len(self.runs), *(axis.count for axis in self.axes), len(self.starts), len(self.seeds)

    @property
    def cells(self) -> int:
        """The number of cells."""
        return prod(self.shape)

    def check(self) -> None:
        """Refuse what cannot be computed, before anything is.

        Raises
        ------
        ValueError
            If there are no cells or too many, or an axis does not suit an optimizer; the message says what would be
            right.
        """
        repeated = [axis.name for axis in self.axes]
        if name := next((name for name in repeated if repeated.count(name) > 1), None):
            raise ValueError(f"there are two ranges of '{name}'; one is right")
        if self.cells > MOST_CELLS:
            parts = " × ".join(f"{count:,}" for count in self.shape if count > 1)
            raise ValueError(f"{parts} are {self.cells:,} cells; at most {MOST_CELLS:,} are allowed")
        if self.cells < 1:
            raise ValueError("a sweep needs at least one optimizer, one start and one seed")
        if not 0 <= min(self.seeds) <= max(self.seeds) <= MOST_SEED:
            raise ValueError(
                f"seeds go from 0 to {MOST_SEED}, not from {min(self.seeds)} to {max(self.seeds)}"
            )
        for run in self.runs:
            for axis in self.axes:
                _check_axis(run.optimizer, axis)

    def blocks(self) -> list[range]:
        """Return the cells in blocks that are computed together; each is of one run."""
        per_run = self.cells // max(len(self.runs), 1)
        landscape = self.runs[0].landscape
        most = BLOCK_STEPS
        if landscape.examples:
            most = int(BLOCK_PRODUCTS / max(landscape.examples * landscape.dimension, LEAST_PRODUCTS))
        size = max(1, min(BLOCK_CELLS, most // max(self.steps, 1)))
        return [
            range(low, min(low + size, (run + 1) * per_run))
            for run in range(len(self.runs))
            for low in range(run * per_run, (run + 1) * per_run, size)
        ]

    def settings_of(self, cells: range) -> dict[str, Array]:
        """Return the values of the axes in these cells, by name, each of shape (cells,)."""
        places = np.unravel_index(np.arange(cells.start, cells.stop), self.shape)
        return {axis.name: axis.values[places[1 + k]] for k, axis in enumerate(self.axes)}

    def start_of(self, cells: range) -> NDArray[np.intp]:
        """Return the numbers of the starts of these cells, shape (cells,)."""
        return np.unravel_index(np.arange(cells.start, cells.stop), self.shape)[-2]

    def seeds_of(self, cells: range) -> NDArray[np.int64]:
        """Return the seeds of these cells, shape (cells,)."""
        places = np.unravel_index(np.arange(cells.start, cells.stop), self.shape)[-1]
        return np.array(self.seeds, dtype=np.int64)[places]

    def run_of(self, cells: range) -> int:
        """Return the number of the run of a block of cells."""
        return cells.start // (self.cells // len(self.runs))


def _check_axis(optimizer: Optimizer, axis: Axis | ListedAxis) -> None:
    """Refuse values that a setting of an optimizer does not take."""
    values = axis.values
    known = {setting.name: setting for setting in hyperparameters(type(optimizer))}
    if axis.name not in known and (closest := nearest(axis.name, known)):
        raise ValueError(f"{optimizer.id} has no setting '{axis.name}'; did you mean '{closest}'?")
    if axis.name in known and known[axis.name].kind == "int" and (wrong := values[values % 1 != 0]).size:
        raise ValueError(
            f"{optimizer.id}: {axis.name} is a whole number, not {wrong[0]:g}; list its values, such as "
            f"{axis.name}=1,2,5"
        )
    Varied({axis.name: values}).checked(optimizer, axis.count)


@dataclass(frozen=True, eq=False)
class SweepCells:
    """The results of some consecutive cells of a sweep.

    Attributes
    ----------
    cells : their numbers
    position : shape (n, cells), the last finite position
    loss : shape (cells,), the loss there
    steps : shape (cells,), the steps taken
    ending : shape (cells,), the values of `TerminationReason`
    reached : shape (cells,), the steps until the target was reached; −1 if it was not
    evaluations : shape (3, cells), how many losses, gradients and Hessians the steps have asked for
    """

    cells: range
    position: Array
    loss: Array
    steps: NDArray[np.int64]
    ending: NDArray[np.int8]
    reached: NDArray[np.int64]
    evaluations: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SweepTask:
    """Computes the cells of one block; it holds only what it needs, for it may be sent far.

    Attributes
    ----------
    run, steps, target, end : as of the sweep
    starts : shape (points, n), the different starts of the cells
    start, settings, seeds : of each cell: the place of its start among `starts`, its settings by name, its seed
    """

    cells: range
    run: RunSpec
    starts: Array
    start: NDArray[np.intp]
    settings: Mapping[str, Array]
    seeds: NDArray[np.int64]
    steps: int
    target: float
    end: StoppingCriteria

    def __call__(self, should_stop: ShouldStop) -> SweepCells:
        """Return the results; where it is stopped, those that were on their way are cancelled."""
        ends = batch_descent(
            self.run,
            np.ascontiguousarray(self.starts[self.start].T),
            self.steps,
            end=self.end,
            should_stop=should_stop,
            varied=Varied(self.settings, self.seeds),
            target=self.target,
        )
        return SweepCells(
            self.cells, ends.position, ends.loss, ends.steps, ends.ending, ends.reached, ends.evaluations
        )


def target_loss_of(landscape: Landscape, tolerance: float) -> float:
    """Return the lowest known loss plus a tolerance; −∞ if none is known.

    Raises
    ------
    ValueError
        If the tolerance is no number of at least 0.
    """
    if not (np.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f"tolerance = {tolerance:g} is not allowed; it is a finite number of at least 0")
    lowest = landscape.global_minimum
    return -np.inf if lowest is None else lowest + tolerance


class SweepTasks(Sequence[Task[SweepCells]]):
    """The tasks that compute blocks of a sweep, each made when it is asked for."""

    def __init__(self, spec: SweepSpec, blocks: Sequence[range]) -> None:
        self._spec, self._blocks = spec, blocks

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, place: Any) -> Any:
        spec, cells = self._spec, self._blocks[place]
        different, start = np.unique(spec.start_of(cells), return_inverse=True)
        return SweepTask(
            cells,
            spec.runs[spec.run_of(cells)],
            spec.starts[different],
            start,
            spec.settings_of(cells),
            spec.seeds_of(cells),
            spec.steps,
            spec.target,
            spec.end,
        )


def run_sweep(
    spec: SweepSpec,
    executor: Executor | None = None,
    should_stop: ShouldStop = never,
    blocks: Sequence[range] | None = None,
) -> Iterator[SweepCells]:
    """Run a sweep, yielding the results of its blocks as they finish; parameters as of `run_tasks`.

    `blocks` are those that are still missing of `SweepSpec.blocks`; None for all.

    Raises
    ------
    optexplorer.runs.tasks.TaskError
        If a descent cannot be run, as where a value is out of the bounds of its setting.
    """
    blocks = spec.blocks() if blocks is None else blocks
    try:
        for _, cells in run_tasks(SweepTasks(spec, blocks), executor, should_stop):
            yield cells
    except TaskError as error:
        cells_of_task = blocks[error.place]
        where = f" (in the cells {cells_of_task.start:,} to {cells_of_task.stop - 1:,})"
        raise TaskError(error.place, error.__cause__ or error, f"{error}{where}") from error
