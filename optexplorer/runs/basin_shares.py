"""Shares of the basins over the values of one setting, from coarse to fine: where a valley is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.attractors import Attractor, Attractors, Labels, attractors_of
from optexplorer.engine.batch_descent import BatchEndpoints, batch_descent
from optexplorer.engine.varied import Varied
from optexplorer.runs.basins import BasinSpec
from optexplorer.runs.sweep import Axis, Scale
from optexplorer.runs.tasks import Meter, Progress, ShouldStop, never, run_tasks

Array = NDArray[np.float64]
Places = NDArray[np.intp]

COARSEST, FINER = 9, 2
"""Values of the first sweep, about, and how many times as many gaps each has between its values as the one before."""
BLOCK_STEPS = 1 << 22
"""Steps of all descents that are computed together, at most, times examples and parameters where there are data."""
MOST_DESCENTS = 1 << 24
"""Descents of all values, at most."""


@dataclass(frozen=True, eq=False)
class ShareSweep:
    """What is to be swept.

    Attributes
    ----------
    map : the starts, all cells of a map, and how the racer descends but for the setting
    setting : the name of a hyperparameter, such as `lr`
    low, high, count, scale : its values

    Raises
    ------
    ValueError
        If there would be too many descents.
    """

    map: BasinSpec
    setting: str
    low: float
    high: float
    count: int
    scale: Scale = "log"

    def __post_init__(self) -> None:
        if self.map.cells * self.count > MOST_DESCENTS:
            raise ValueError(
                f"{self.count} values with {self.map.cells:,} starts each are too many; "
                f"at most {MOST_DESCENTS:,} descents are allowed"
            )

    @property
    def values(self) -> Array:
        """The values, rising, shape (count,)."""
        return Axis(self.setting, self.low, self.high, self.count, self.scale).values

    def levels(self) -> list[Places]:
        """Return the places of the values that each sweep adds, from coarse to fine."""
        strides = [1]
        while (self.count - 1) // (strides[0] * FINER) + 1 >= COARSEST:
            strides.insert(0, strides[0] * FINER)
        seen = np.zeros(self.count, dtype=bool)
        found = []
        for stride in strides:
            wanted = np.unique(np.append(np.arange(0, self.count, stride), self.count - 1))
            found.append(wanted[~seen[wanted]])
            seen[wanted] = True
        return found


@dataclass(frozen=True, eq=False)
class ShareCurves:
    """The shares found so far.

    Attributes
    ----------
    values : shape (values,), rising
    labels : shape (values, cells), as of `Attractors.labels`
    attractors : the minima
    done : whether no finer ones are to come
    """

    sweep: ShareSweep
    values: Array
    labels: Labels
    attractors: Attractors
    done: bool = False

    @property
    def minima(self) -> tuple[Attractor, ...]:
        """The minima by their labels."""
        return self.attractors.minima

    @cached_property
    def shares(self) -> dict[int, Array]:
        """The share of the starts of each label that occurs, over the values: shape (values,) each."""
        return {int(label): (self.labels == label).mean(axis=1) for label in np.unique(self.labels)}

    @cached_property
    def lowest_share(self) -> Array:
        """The share of the starts from which a lowest minimum is reached, shape (values,)."""
        total = np.zeros(len(self.values))
        for label, share in self.shares.items():
            if label >= 0 and self.minima[label].lowest:
                total = total + share
        return total


@dataclass(frozen=True, eq=False)
class ShareTask:
    """Computes the descents from all starts at some values of the setting."""

    sweep: ShareSweep
    values: Array

    def __call__(self, should_stop: ShouldStop) -> BatchEndpoints:
        """Return where they end, value by value; where it is stopped, those that were on their way are cancelled."""
        spec = self.sweep.map
        starts = np.tile(spec.starts(np.arange(spec.cells)), len(self.values))
        return batch_descent(
            spec.run_spec,
            starts,
            spec.steps,
            end=spec.end,
            should_stop=should_stop,
            varied=Varied({self.sweep.setting: np.repeat(self.values, spec.cells)}),
        )


def sweep_shares(
    sweep: ShareSweep, should_stop: ShouldStop = never
) -> Iterator[tuple[Progress, ShareCurves | None]]:
    """Sweep from coarse to fine; yield after each block of descents how far it has come, and the last whole curves.

    Raises
    ------
    optexplorer.runs.tasks.TaskError
        If a descent cannot be run, as where a value is out of the bounds of its setting.
    """
    spec, values = sweep.map, sweep.values
    landscape = spec.run_spec.landscape
    attractors = attractors_of(landscape)
    position = np.full((landscape.dimension, sweep.count, spec.cells), np.nan)
    ending = np.zeros((sweep.count, spec.cells), dtype=np.int8)
    known = np.zeros(sweep.count, dtype=bool)
    work = spec.steps * spec.cells * max(1, landscape.examples * landscape.dimension)
    together = max(1, BLOCK_STEPS // work)
    meter, found = Meter(sweep.count), None
    for places in sweep.levels():
        blocks = [places[low : low + together] for low in range(0, len(places), together)]
        tasks = [ShareTask(sweep, values[block]) for block in blocks]
        left = len(tasks)
        for number, ends in run_tasks(tasks, should_stop=should_stop):
            block = blocks[number]
            position[:, block] = ends.position.reshape(len(position), len(block), spec.cells)
            ending[block] = ends.ending.reshape(len(block), spec.cells)
            left -= 1
            if left:
                yield meter.add(len(block)), found
                continue
            known[places] = True
            flat = position[:, known].reshape(len(position), -1)
            attractors = attractors.with_ends(flat, ending[known].ravel())
            labels = attractors.labels(flat, ending[known].ravel()).reshape(-1, spec.cells)
            found = ShareCurves(sweep, values[known], labels, attractors, bool(known.all()))
            yield meter.add(len(block)), found
        if left:
            return
