"""Results of a long computation, cell by cell: what was asked for, the columns, and which cells are finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from optexplorer.text import Text
from optexplorer.version import __version__

Values = NDArray[Any]
Places = NDArray[np.int64]

CELL = "cell"
"""The column with the number of the cell that a row belongs to."""
CHUNK = 65_536
"""Rows that are written or read at once."""


@dataclass(frozen=True)
class ResultColumn:
    """What a column of results holds.

    Attributes
    ----------
    dtype : of its values as they are kept
    unit : "1" for plain numbers, "" for words
    meaning : in words
    words : what files hold in place of values 0, 1, 2, …; () if the values themselves
    none : the value that says that there is none, which CSV files leave empty and Parquet files know as null
    """

    dtype: DTypeLike
    unit: str
    meaning: Text
    words: tuple[str, ...] = ()
    none: int | None = None


_CELL_COLUMN = ResultColumn(
    np.int64,
    "1",
    Text(
        "number of the cell; those that are missing are not finished",
        "セルの番号。ないものは計算が終わっていない",
    ),
)


@dataclass(frozen=True, eq=False)
class ResultPlan:
    """What is to be computed: a number of cells, each with keys that say what it is, and with results.

    Attributes
    ----------
    kind : of the computation, such as "sweep"
    asked : everything that the results depend on, as JSON can hold it
    cells : how many there are
    keys : columns that say what each cell is
    key_values : returns the keys of cells, each of shape (places,), as `keys` describes them
    results : columns of what is computed
    """

    kind: str
    asked: Mapping[str, Any]
    cells: int
    keys: Mapping[str, ResultColumn]
    key_values: Callable[[Places], Mapping[str, Values]]
    results: Mapping[str, ResultColumn]

    @property
    def columns(self) -> dict[str, ResultColumn]:
        """All columns of a file, in their order."""
        return {CELL: _CELL_COLUMN, **self.keys, **self.results}

    def about(self) -> dict[str, Any]:
        """Return what a file says about itself: the same while it grows, and when all is finished."""
        return {
            "made by": f"optexplorer {__version__}",
            self.kind: self.asked,
            "cells": self.cells,
            "columns": {
                name: {"unit": column.unit, "meaning": column.meaning.en}
                for name, column in self.columns.items()
            },
        }


@dataclass(eq=False)
class Results:
    """The results of the cells that are finished so far.

    Attributes
    ----------
    finished : shape (cells,)
    values : of the result columns, each of shape (cells,); what is not finished means nothing
    """

    plan: ResultPlan
    finished: NDArray[np.bool_] = field(init=False)
    values: dict[str, Values] = field(init=False)

    def __post_init__(self) -> None:
        cells = self.plan.cells
        self.finished = np.zeros(cells, dtype=bool)
        # Memory that is not written to is not taken.
        self.values = {
            name: np.zeros(cells, dtype=column.dtype) for name, column in self.plan.results.items()
        }

    @property
    def count(self) -> int:
        """How many cells are finished."""
        return int(np.count_nonzero(self.finished))

    @property
    def complete(self) -> bool:
        """Whether all cells are finished."""
        return bool(self.finished.all())

    def put(self, cells: range | Places, values: Mapping[str, Values]) -> int:
        """Take the results of some cells, each column of shape (cells,); return how many had not been finished."""
        places: Any = slice(cells.start, cells.stop) if isinstance(cells, range) else cells
        new = len(cells) - int(np.count_nonzero(self.finished[places]))
        for name, column in self.values.items():
            column[places] = values[name]
        self.finished[places] = True
        return new

    def missing(self, blocks: Sequence[range]) -> list[range]:
        """Return the blocks of cells that are not finished: those that lack a cell are computed as a whole."""
        return [cells for cells in blocks if not self.finished[cells.start : cells.stop].all()]

    def rows(self, places: Places) -> dict[str, Values]:
        """Return all columns of some cells."""
        results = {name: column[places] for name, column in self.values.items()}
        return {CELL: places, **self.plan.key_values(places), **results}

    def chunks(self) -> Iterator[dict[str, Values]]:
        """Yield all columns of the finished cells in their order, at most `CHUNK` rows at once; at least once."""
        places = np.flatnonzero(self.finished).astype(np.int64)
        for low in range(0, max(len(places), 1), CHUNK):
            yield self.rows(places[low : low + CHUNK])
