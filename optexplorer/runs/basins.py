"""Computes which minimum is reached from every point of a map, coarse to fine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.attractors import MISSING, Attractor, Attractors, Labels, attractors_of
from optexplorer.engine.batch_arrival import CACHED_NUMBERS
from optexplorer.engine.batch_descent import BatchEndpoints, batch_descent
from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.kernels import KernelUse
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.experiment.plane import Plane
from optexplorer.runs.tasks import ShouldStop, never, run_tasks

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Window = tuple[tuple[float, float], ...]
"""The ends of what is looked at along each coordinate that is drawn."""

MOST_CELLS = 4096**2
"""Cells of a map, at most."""
MOST_NUMBERS = 1 << 27
"""Coordinates of all its ends, at most: a gigabyte."""
BLOCK_NUMBERS = CACHED_NUMBERS
"""Coordinates of the descents of one task, at most: so many run in one thread."""
BLOCK_WORK = 1 << 28
"""Steps of all descents of one task, at most, times examples and parameters where there are data."""
FIRST_SIDE = 32
"""Cells along the longer side of the first stage, about."""
_MIDDLE = 0x5555
"""Its lowest bits tell which cell of a block is computed first: one near the middle, and the same in all finer blocks."""


@dataclass(frozen=True)
class BasinSpec:
    """What a basin map depends on. Two maps of equal specs are the same.

    Attributes
    ----------
    run_spec : how the racer descends
    steps : the greatest number of steps
    window : the part of the map along each coordinate that is drawn, one or two
    rows, columns : how many cells the map has; one row in one coordinate
    plane : the plane or line on which the starts lie; None for the coordinates themselves
    end : when a descent ends before its last step

    Raises
    ------
    ValueError
        If the window does not suit landscape and plane, or there are no cells or too many.
    """

    run_spec: RunSpec
    steps: int
    window: Window
    rows: int
    columns: int
    plane: Plane | None = None
    end: StoppingCriteria = StoppingCriteria()

    def __post_init__(self) -> None:
        landscape = self.run_spec.landscape
        if self.plane is not None and self.plane.dimension != landscape.dimension:
            raise ValueError(
                f"plane: {landscape.id} has {landscape.dimension} coordinate(s), "
                f"but the plane's origin has {self.plane.dimension}"
            )
        drawn = landscape.dimension if self.plane is None else len(self.plane.directions)
        if drawn > 2:
            raise ValueError(
                f"{landscape.id} has {drawn} coordinates; a basin map has two, so it needs a plane through them"
            )
        if len(self.window) != drawn:
            raise ValueError(f"window: {drawn} pair(s) of ends are needed, not {len(self.window)}")
        for low, high in self.window:
            if not low < high:
                raise ValueError(f"window: it needs low < high, not {low:g} and {high:g}")
        if self.rows < 1 or self.columns < 1 or (drawn == 1 and self.rows != 1):
            raise ValueError(f"a basin map cannot have {self.rows} × {self.columns} cells")
        if self.rows * self.columns > MOST_CELLS:
            raise ValueError(
                f"a basin map of {self.rows} × {self.columns} cells is too large; "
                f"at most {MOST_CELLS:,} cells are allowed"
            )
        if self.rows * self.columns * landscape.dimension > MOST_NUMBERS:
            raise ValueError(
                f"a basin map of {self.rows} × {self.columns} cells is too large for {landscape.dimension} "
                f"coordinates; at most {MOST_NUMBERS // landscape.dimension:,} cells are allowed"
            )

    @property
    def cells(self) -> int:
        """How many cells the map has."""
        return self.rows * self.columns

    def middles(self, places: Places) -> Array:
        """Return the middles of cells in the coordinates that are drawn, shape (1 or 2, k).

        Cells are numbered row by row; the first row is the lowest.
        """
        sides = (self.columns, self.rows)[: len(self.window)]
        cells = (places % self.columns, places // self.columns)
        ends = zip(self.window, sides, cells, strict=False)
        return np.array([low + (cell + 0.5) * ((high - low) / side) for (low, high), side, cell in ends])

    def starts(self, places: Places) -> Array:
        """Return where the descents of cells begin, shape (n, k)."""
        middles = self.middles(places)
        return middles if self.plane is None else self.plane.points(middles)

    def stage(self, stride: int) -> Places:
        """Return the cells of a stage, shape (rows, columns): one of each block of `stride` × `stride` cells.

        Those of a stage are among those of all finer ones whose stride is a power of two.
        """
        first = _MIDDLE % stride
        rows = np.arange(first if len(self.window) > 1 else 0, self.rows, stride)
        columns = np.arange(first, self.columns, stride)
        places: Places = rows[:, np.newaxis] * self.columns + columns
        return places


@dataclass(frozen=True, eq=False)
class BasinMap:
    """Which minimum the descents from the cells of a map have reached.

    Attributes
    ----------
    spec : what was computed
    stride : of each block of so many cells along each side one is computed
    labels : shape (rows, columns), numbers of `minima`, or negative codes as of `Attractors.labels`
    steps : shape (rows, columns), the steps taken; 0 where nothing is computed
    arrived : shape (rows, columns), the steps after which the loss was at most `level` for the first time; −1 if it
        never was
    level : shape (rows, columns), the loss that is as low as near the minimum that is reached (`Attractors.levels`)
    ending : shape (rows, columns), the values of `TerminationReason`
    position : shape (n, rows, columns), where the descents have ended; NaN where nothing is computed
    attractors : the minima
    """

    spec: BasinSpec
    stride: int
    labels: Labels
    steps: NDArray[np.int32]
    arrived: NDArray[np.int32]
    level: Array
    ending: NDArray[np.int8]
    position: Array
    attractors: Attractors

    @cached_property
    def minima(self) -> tuple[Attractor, ...]:
        """The minima by their labels."""
        return self.attractors.minima

    @property
    def complete(self) -> bool:
        """Whether all cells are computed."""
        return self.stride == 1

    @cached_property
    def blocks(self) -> tuple[Labels, NDArray[np.int32]]:
        """Labels of the cells that are computed, in their places, and the steps until they were told by.

        Shapes (rows, columns) of the stage. Of a minimum they are those until the descent arrived there, else all
        that it took.
        """
        places = self.spec.stage(self.stride)
        labels = self.labels.ravel()[places]
        steps, arrived = self.steps.ravel()[places], self.arrived.ravel()[places]
        told: NDArray[np.int32] = np.where((labels >= 0) & (arrived >= 0), arrived, steps)
        return labels, told

    @cached_property
    def shares(self) -> dict[int, float]:
        """The share of the map of each label that occurs."""
        labels, counts = np.unique(self.blocks[0], return_counts=True)
        whole = self.blocks[0].size
        return {int(label): int(count) / whole for label, count in zip(labels, counts, strict=True)}

    @property
    def lowest_share(self) -> float:
        """The share of the map from which a lowest minimum is reached."""
        return sum(share for label, share in self.shares.items() if label >= 0 and self.minima[label].lowest)

    @cached_property
    def typical_steps(self) -> dict[int, int]:
        """The median of the steps of each label that occurs."""
        labels, steps = self.blocks
        return {label: int(np.median(steps[labels == label])) for label in self.shares}

    def places_of(self, x: Array, axis: int) -> NDArray[np.int64]:
        """Return in which columns (axis 0) or rows (axis 1) of `blocks` coordinates of shape (k,) lie; −1 outside."""
        (low, high), side = self.spec.window[axis], (self.spec.columns, self.spec.rows)[axis]
        count = self.blocks[0].shape[1 - axis]
        block = np.floor((x - low) / (high - low) * side / self.stride)
        # The last block may be cut off, or what is left behind it.
        block = np.where((x >= low) & (x <= high), np.minimum(block, count - 1), -1)
        return block.astype(np.int64)

    def at(self, point: Sequence[float]) -> tuple[int, int] | None:
        """Return label and steps of the block in which a point of the map lies; None outside or where nothing is known."""
        places = [int(self.places_of(np.array([x]), axis)[0]) for axis, x in enumerate(point)]
        if min(places) < 0 or not self.blocks[0].size:
            return None
        column, row = places if len(places) > 1 else (places[0], 0)
        label = int(self.blocks[0][row, column])
        return None if label == MISSING else (label, int(self.blocks[1][row, column]))


@dataclass(frozen=True, eq=False)
class BasinTask:
    """Computes the descents of some cells, and when each was for the first time as low as near a minimum.

    `level` is the loss there that is expected; None for that of the minimum which each reaches: those that reach another
    than most descend twice.
    """

    spec: BasinSpec
    places: Places
    level: float | None = None
    kernels: KernelUse = "wait"

    def __call__(self, should_stop: ShouldStop) -> BatchEndpoints:
        """Return where they end; where it is stopped, those that were on their way are cancelled."""
        if self.level is not None:
            return self._descended(self.places, self.level, should_stop)
        attractors = attractors_of(self.spec.run_spec.landscape)
        found = self._descended(self.places, attractors.levels[0], should_stop)
        levels = _levels(attractors, attractors.labels(found.position, found.ending))
        found.reached[levels == -np.inf] = -1
        for level in np.unique(levels[(levels > -np.inf) & (levels != attractors.levels[0])]).tolist():
            others = np.flatnonzero(levels == level)
            again = self._descended(self.places[others], level, should_stop)
            found.reached[others] = again.reached
        return found

    def _descended(self, places: Places, level: float, should_stop: ShouldStop) -> BatchEndpoints:
        spec = self.spec
        return batch_descent(
            spec.run_spec,
            spec.starts(places),
            spec.steps,
            end=spec.end,
            should_stop=should_stop,
            target=level,
            kernels=self.kernels,
        )


def basin_blocks(spec: BasinSpec) -> list[range]:
    """Return all cells in blocks that are computed together: the same ones whoever computes them."""
    size = _block_size(spec)
    return [range(low, min(low + size, spec.cells)) for low in range(0, spec.cells, size)]


def _block_size(spec: BasinSpec) -> int:
    """Return how many cells are computed together."""
    landscape = spec.run_spec.landscape
    work = spec.steps * max(1, landscape.examples * landscape.dimension)
    return max(1, min(BLOCK_NUMBERS // landscape.dimension, BLOCK_WORK // work))


def empty_map(spec: BasinSpec) -> BasinMap:
    """Return the map before anything is computed; its minima are searched here."""
    shape = (spec.rows, spec.columns)
    return BasinMap(
        spec,
        1 << (max(shape).bit_length() + 2),
        np.full(shape, MISSING, dtype=np.int16),
        np.zeros(shape, dtype=np.int32),
        np.full(shape, -1, dtype=np.int32),
        np.full(shape, -np.inf),
        np.full(shape, TerminationReason.CANCELLED.value, dtype=np.int8),
        np.full((spec.run_spec.landscape.dimension, *shape), np.nan),
        attractors_of(spec.run_spec.landscape),
    )


def strides(spec: BasinSpec, first_side: int = FIRST_SIDE) -> tuple[int, ...]:
    """Return the strides of the stages of a map, coarse to fine; the first has about `first_side` cells a side."""
    side = max(spec.rows, spec.columns)
    first = max(0, (side // max(first_side, 1)).bit_length() - 1)
    return tuple(1 << power for power in range(first, -1, -1))


def refined(
    before: BasinMap,
    stride: int,
    should_stop: ShouldStop = never,
    executor: Executor | None = None,
    kernels: KernelUse = "wait",
) -> BasinMap:
    """Return a map of which one cell of each block of `stride` cells is computed.

    If `should_stop` says so, its stride is the one before; it holds what has been computed, so that it can go on later.
    What is known already is not computed again. Minima that are found on the way are numbered in the order of the
    cells, whoever computes them.

    Parameters
    ----------
    stride : a power of two, smaller than before
    executor : as of `run_tasks`
    kernels : as of `batch_descent`
    """
    spec, growing = before.spec, _Growing(before)
    wanted = spec.stage(stride).ravel()
    places = wanted[growing.ending[wanted] == TerminationReason.CANCELLED.value]

    def compute(cells: Places, levels: Array) -> bool:
        """Compute cells with the levels at which they are expected to have arrived; return whether all are done."""
        tasks = _tasks(spec, cells, levels, kernels)
        done = 0
        for number, ends in run_tasks(tasks, executor, should_stop):
            done += 1
            task = tasks[number]
            growing.put(task.places, -np.inf if task.level is None else task.level, ends)
        return done == len(tasks)

    if not compute(places, _expected_levels(before, places)):
        return growing.map(before)
    attractors = before.attractors.with_ends(growing.position[:, wanted], growing.ending[wanted])
    labels = attractors.labels(growing.position[:, wanted], growing.ending[wanted])
    levels = _levels(attractors, labels)
    # Where another minimum is reached than was expected, it is another loss that tells of the arrival there.
    wrong = (labels >= 0) & (levels != growing.level[wanted])
    if not compute(wanted[wrong], levels[wrong]):
        return growing.map(before)
    growing.labels[wanted] = labels
    return replace(growing.map(before), stride=stride, attractors=attractors)


def _levels(attractors: Attractors, labels: Labels) -> Array:
    """Return the losses that tell of the arrival at the minima of these labels, shape (k,); −∞ of other labels."""
    levels: Array = attractors.levels[np.where(labels >= 0, labels, -1)]
    return levels


def _expected_levels(before: BasinMap, places: Places) -> Array:
    """Return the losses that tell of the arrival at the minima that cells will probably reach, shape (k,).

    They are those of the block in which a cell lies; before there are any, that of the first minimum.
    """
    known = before.blocks[0]
    if not known.size:
        return np.full(len(places), before.attractors.levels[0])
    block = [
        np.minimum(cells // before.stride, side - 1)
        for cells, side in zip(np.divmod(places, before.spec.columns), known.shape, strict=True)
    ]
    return _levels(before.attractors, known[tuple(block)])


class _Growing:
    """The arrays of a map, flat, to which results are added."""

    def __init__(self, before: BasinMap) -> None:
        self.labels, self.level = before.labels.ravel().copy(), before.level.ravel().copy()
        self.steps, self.arrived = before.steps.ravel().copy(), before.arrived.ravel().copy()
        self.ending = before.ending.ravel().copy()
        self.position = before.position.reshape(len(before.position), -1).copy()

    def put(self, cells: Places, level: float, ends: BatchEndpoints) -> None:
        """Take over where the descents of some cells have ended, and when they were as low as `level`."""
        self.steps[cells], self.ending[cells], self.position[:, cells] = (
            ends.steps,
            ends.ending,
            ends.position,
        )
        self.arrived[cells], self.level[cells] = ends.reached, level

    def map(self, before: BasinMap) -> BasinMap:
        """Return the map with what has been added."""
        shape = before.labels.shape
        return replace(
            before,
            labels=self.labels.reshape(shape),
            steps=self.steps.reshape(shape),
            arrived=self.arrived.reshape(shape),
            level=self.level.reshape(shape),
            ending=self.ending.reshape(shape),
            position=self.position.reshape(-1, *shape),
        )


def _tasks(spec: BasinSpec, places: Places, levels: Array, kernels: KernelUse) -> list[BasinTask]:
    """Return the tasks that compute cells with their levels, both of shape (k,)."""
    size = _block_size(spec)
    tasks = []
    for level in np.unique(levels).tolist():
        cells = places[levels == level]
        tasks += [
            BasinTask(spec, cells[low : low + size], level, kernels) for low in range(0, len(cells), size)
        ]
    return tasks


def basin_stages(
    spec: BasinSpec,
    executor: Executor | None = None,
    should_stop: ShouldStop = never,
    begin: BasinMap | None = None,
) -> Iterator[BasinMap]:
    """Yield the map coarse to fine; the last one is complete, or holds what there is when `should_stop` says so.

    Parameters as of `refined`; `begin` holds what is known already.
    """
    found = begin or empty_map(spec)
    for stride in strides(spec):
        if stride >= found.stride:
            continue
        found = refined(found, stride, should_stop, executor)
        yield found
        if found.stride != stride:
            return


def basin_map(spec: BasinSpec, executor: Executor | None = None, should_stop: ShouldStop = never) -> BasinMap:
    """Return the whole map, or what there is of it when `should_stop` says so; parameters as of `refined`."""
    *_, last = basin_stages(spec, executor, should_stop)
    return last
