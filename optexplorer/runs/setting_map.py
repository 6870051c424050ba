"""Maps of two settings: how a racer's descent ends for each pair of values, from coarse to fine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.runs.lowest_loss import lowest_loss
from optexplorer.runs.sweep import Axis, Scale, SweepSpec, run_sweep
from optexplorer.runs.tasks import Meter, Progress, ShouldStop, never
from optexplorer.text import Text

Array = NDArray[np.float64]

COARSEST = 16
"""Cells along each side of the first, coarse map."""
FINER = 4
"""Each map has so many times the cells of the one before along each side."""
EVEN = 2.0
"""A logarithmic range whose ends differ by less than this factor is divided evenly: logarithms lose digits."""
LEAST_SPACINGS = 4
"""Distances of neighbouring numbers in double precision that a cell is wide, at least."""


class Range(NamedTuple):
    """The values of a setting along one side of a map: its name, the edges, and how they are divided."""

    setting: str
    low: float
    high: float
    scale: Scale = "linear"

    @property
    def division(self) -> Scale:
        """How the range is divided into cells; see `EVEN`."""
        return "log" if self.scale == "log" and self.high > EVEN * self.low else "linear"

    def edges(self, count: int) -> Array:
        """Return the edges of so many cells, shape (count + 1,)."""
        space = np.geomspace if self.division == "log" else np.linspace
        edges: Array = space(self.low, self.high, count + 1)
        return edges

    def centres(self, count: int) -> Axis:
        """Return the values in the middle of so many cells, which are those that are computed."""
        if self.division == "log":
            half = (self.high / self.low) ** (0.5 / count)
            return Axis(self.setting, self.low * half, self.high / half, count, "log")
        half = (self.high - self.low) / (2 * count)
        return Axis(self.setting, self.low + half, self.high - half, count, "linear")

    def check(self, count: int) -> None:
        """Raise ValueError if double precision does not tell the values of so many cells apart."""
        spacing = float(np.spacing(max(abs(self.low), abs(self.high))))
        if self.high - self.low < LEAST_SPACINGS * count * spacing:
            raise ValueError(
                Text(
                    f"{self.setting}: {count} cells from {self.low!r} to {self.high!r} would be finer than numbers in "
                    "double precision; zoom out, or choose fewer cells.",
                    f"{self.setting}: {self.low!r} から {self.high!r} までを{count}個に分けると、"
                    "倍精度の数の間隔より細かくなる。縮小するか、セルの数を減らす。",
                )
            )


@dataclass(frozen=True, eq=False)
class SettingMap:
    """What is to be computed.

    Attributes
    ----------
    number, run_spec, start : the racer, by its number in the experiment, how it descends, and from where, shape (n,)
    x, y : two settings of its optimizer
    side : cells along each side of the finest map
    tolerance : reached is a loss that has come down to this part of the height of the start above the lowest known loss
    """

    number: int
    run_spec: RunSpec
    start: Array
    x: Range
    y: Range
    side: int
    steps: int
    tolerance: float = 1e-3
    end: StoppingCriteria = StoppingCriteria()

    def levels(self) -> list[int]:
        """Return how many cells the maps have along each side, from coarse to fine."""
        found = [self.side]
        while found[0] // FINER >= COARSEST:
            found.insert(0, found[0] // FINER)
        return found


@dataclass(frozen=True, eq=False)
class MapCells:
    """The cells of one map, as far as they have been computed.

    Attributes
    ----------
    x_edges, y_edges : shape (side + 1,)
    x, y : shape (side,), the values that were computed
    loss, steps, ending, reached : shape (side, side), the lowest row first, as of `SweepCells`
    known : of the same shape, whether the cell has been computed
    """

    x_edges: Array
    y_edges: Array
    x: Array
    y: Array
    loss: Array
    steps: NDArray[np.int64]
    ending: NDArray[np.int8]
    reached: NDArray[np.int64]
    known: NDArray[np.bool_]

    @property
    def diverged(self) -> NDArray[np.bool_]:
        """Where the descent diverged, shape (side, side)."""
        lost: NDArray[np.bool_] = (self.ending == TerminationReason.DIVERGED.value) | ~np.isfinite(self.loss)
        return self.known & lost

    @property
    def converged(self) -> NDArray[np.bool_]:
        """Where the descent converged, shape (side, side)."""
        arrived: NDArray[np.bool_] = self.ending == TerminationReason.CONVERGED.value
        return self.known & arrived


@dataclass(frozen=True, eq=False)
class MapSoFar:
    """What has been found: the coarser maps that are still seen, and the finest; and what losses are measured by.

    Attributes
    ----------
    base : the lowest known loss; zero, or that of the start, where none is known
    height : how high the start lies above it
    """

    asked: SettingMap
    maps: tuple[MapCells, ...]
    base: float
    height: float
    done: bool = False

    @property
    def target(self) -> float:
        """The loss that counts as reached."""
        return self.base + self.asked.tolerance * self.height

    def cell_at(self, x: float, y: float) -> tuple[MapCells, int, int] | None:
        """Return the finest cell that has been computed at a place, with its row and column."""
        for cells in reversed(self.maps):
            column = int(np.searchsorted(cells.x_edges, x, side="right")) - 1
            row = int(np.searchsorted(cells.y_edges, y, side="right")) - 1
            if 0 <= row < len(cells.y) and 0 <= column < len(cells.x) and cells.known[row, column]:
                return cells, row, column
        return None


def map_settings(asked: SettingMap, should_stop: ShouldStop = never) -> Iterator[tuple[Progress, MapSoFar]]:
    """Compute the map from coarse to fine; yield after each block of cells how far it has come, and what there is.

    Raises
    ------
    ValueError
        If the map is finer than numbers are.
    optexplorer.runs.tasks.TaskError
        If a descent cannot be run, as where a value is out of the bounds of its setting.
    """
    for side in (asked.x, asked.y):
        side.check(asked.side)
    levels = asked.levels()
    meter = Meter(sum(count * count for count in levels))
    base, height = lowest_loss(asked.run_spec.landscape, asked.start[np.newaxis])
    coarser: tuple[MapCells, ...] = ()
    for count in levels:
        spec = _spec(asked, count, base + asked.tolerance * height)
        cells = _nothing(asked, count)
        for part in run_sweep(spec, should_stop=should_stop):
            cells = _with_part(cells, part.cells, part.loss, part.steps, part.ending, part.reached)
            whole = bool(cells.known.all())
            maps = (cells,) if whole else (*coarser, cells)
            yield (
                meter.add(len(part.cells)),
                MapSoFar(asked, maps, base, height, whole and count == levels[-1]),
            )
        if not cells.known.all():
            return
        coarser = (cells,)


def _spec(asked: SettingMap, side: int, target: float) -> SweepSpec:
    axes = asked.y.centres(side), asked.x.centres(side)
    seeds = (asked.run_spec.seed,)
    return SweepSpec((asked.run_spec,), axes, asked.start[np.newaxis], seeds, asked.steps, target, asked.end)


def _nothing(asked: SettingMap, side: int) -> MapCells:
    shape = side, side
    return MapCells(
        asked.x.edges(side),
        asked.y.edges(side),
        asked.x.centres(side).values,
        asked.y.centres(side).values,
        np.full(shape, np.nan),
        np.zeros(shape, dtype=np.int64),
        np.zeros(shape, dtype=np.int8),
        np.full(shape, -1, dtype=np.int64),
        np.zeros(shape, dtype=bool),
    )


def _with_part(cells: MapCells, places: range, *parts: NDArray[Any]) -> MapCells:
    """The cells with those at some places, in the order of rows, filled in."""
    columns: list[NDArray[Any]] = [cells.loss, cells.steps, cells.ending, cells.reached, cells.known]
    filled = []
    for before, part in zip(columns, (*parts, np.ones(len(places), dtype=bool)), strict=True):
        column = before.copy()
        column.reshape(-1)[places.start : places.stop] = part
        filled.append(column)
    return MapCells(cells.x_edges, cells.y_edges, cells.x, cells.y, *filled)
