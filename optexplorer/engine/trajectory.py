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


_TAKEN = ("step", "loss", "lr", "racer", "ending")
"""Columns and keys of tables that are no coordinates."""


def coordinate_columns(variables: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return, by variable, what the columns of its coordinate and of its derivative are called in tables.

    These are `x` and `grad_x`, but a variable whose name another column has, such as `lr`, gets `position_lr`.
    """
    gradients = [f"grad_{name}" for name in variables]
    taken = {*_TAKEN, *gradients}
    columns = {}
    for name, gradient in zip(variables, gradients, strict=True):
        column = name
        while column in taken or (column != name and column in variables):
            column = f"position_{column}"
        columns[name] = (column, gradient)
    return columns


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
        """Return the columns of the table of this trajectory by name, each of shape (steps + 1,).

        `coordinate_columns` says what the coordinates and derivatives are called.
        """
        names = coordinate_columns(self.variables).values()
        return {
            "step": np.arange(self.steps + 1),
            **{position: self.position[:, i] for i, (position, _) in enumerate(names)},
            "loss": self.loss,
            **{gradient: self.gradient[:, i] for i, (_, gradient) in enumerate(names)},
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
