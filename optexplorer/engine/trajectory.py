"""What a descent leaves behind."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.table_columns import position_columns
from optexplorer.notebook_repr import NotebookRepr
from optexplorer.text import Text

Array = NDArray[np.float64]


class TerminationReason(Enum):
    """How a descent ended; `RUNNING` while more steps are to come."""

    RUNNING = 0
    CONVERGED = 1
    DIVERGED = 2
    STEP_LIMIT = 3
    CANCELLED = 4

    def words(self, step: int) -> Text:
        """Return the ending in words, such as "converged at 132"."""
        return {
            TerminationReason.RUNNING: Text(f"running, step {step}", f"計算中 (ステップ {step})"),
            TerminationReason.CONVERGED: Text(f"converged at {step}", f"ステップ {step} で収束"),
            TerminationReason.DIVERGED: Text(f"diverged at {step}", f"ステップ {step} で発散"),
            TerminationReason.STEP_LIMIT: Text(f"all {step} steps taken", f"{step} ステップ完了"),
            TerminationReason.CANCELLED: Text(f"cancelled at {step}", f"ステップ {step} で中断"),
        }[self]


@dataclass(frozen=True, eq=False)
class Trajectory(NotebookRepr):
    """The way of one point, from its start to its last finite step. All arrays are read-only float64.

    Row k belongs to the position after k steps.

    Attributes
    ----------
    position : shape (steps + 1, n)
    loss : shape (steps + 1,)
    gradient : shape (steps + 1, n), the gradient that the optimizer saw there
    learning_rate : shape (steps + 1,), the rate that the step leaving this row uses
    ending : how it ended
    variables : the names of the n coordinates
    landscape : what was descended, where that is known; only pictures need it
    """

    position: Array
    loss: Array
    gradient: Array
    learning_rate: Array
    ending: TerminationReason
    variables: tuple[str, ...] = ("x", "y")
    landscape: Landscape | None = None

    def __post_init__(self) -> None:
        for array in (self.position, self.loss, self.gradient, self.learning_rate):
            array.flags.writeable = False

    @property
    def steps(self) -> int:
        """The number of steps taken."""
        return len(self.loss) - 1

    @property
    def gradient_norm(self) -> Array:
        """The Euclidean norm of the gradient at each row, shape (steps + 1,)."""
        norm: Array = np.sqrt((self.gradient**2).sum(axis=1))
        return norm

    @property
    def x(self) -> Array:
        """The first coordinate at each row, shape (steps + 1,)."""
        return self.position[:, 0]

    @property
    def y(self) -> Array:
        """The second coordinate at each row, shape (steps + 1,)."""
        return self.position[:, 1]

    def outcome(self) -> Text:
        """Return the ending in words, in both languages."""
        return self.ending.words(self.steps + 1 if self.ending is TerminationReason.DIVERGED else self.steps)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns of the table of this trajectory by name, each of shape (steps + 1,)."""
        return {
            "step": np.arange(self.steps + 1),
            **dict(zip(position_columns(self.variables), self.position.T, strict=True)),
            "loss": self.loss,
            **{f"grad_{name}": column for name, column in zip(self.variables, self.gradient.T, strict=True)},
            "lr": self.learning_rate,
        }

    def csv(self) -> str:
        """Return the table as CSV: a header, then a row per step; numbers round-trip float64."""
        columns = self.columns()
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
        return out.getvalue()

    def json(self) -> str:
        """Return the table and the ending as a JSON object, a list per column."""
        columns = {name: column.tolist() for name, column in self.columns().items()}
        return json.dumps({"ending": self.ending.name.lower().replace("_", " "), **columns}, indent=1)

    def to_csv(self, path: str | Path) -> None:
        """Write the table as CSV to `path`."""
        Path(path).write_text(self.csv(), encoding="utf-8", newline="\n")
