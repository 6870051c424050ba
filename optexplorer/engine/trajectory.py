"""The trajectory of a descent: read-only arrays over its steps, and how it ended."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optexplorer.engine.checkpoints import Checkpoints
from optexplorer.engine.evaluation import USUAL_PRICES
from optexplorer.engine.landscapes.base import Landscape, Sample
from optexplorer.engine.real_numbers import real_numbers
from optexplorer.engine.thinned_rows import ThinnedRows
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
    BUDGET_SPENT = 5

    def words(self, step: int) -> Text:
        """Return the ending in words, such as "converged at 132"."""
        return {
            TerminationReason.RUNNING: Text(f"running, step {step}", f"計算中 (ステップ {step})"),
            TerminationReason.CONVERGED: Text(f"converged at {step}", f"ステップ {step} で収束"),
            TerminationReason.DIVERGED: Text(f"diverged at {step}", f"ステップ {step} で発散"),
            TerminationReason.STEP_LIMIT: Text(f"all {step} steps taken", f"{step} ステップ完了"),
            TerminationReason.CANCELLED: Text(f"cancelled at {step}", f"ステップ {step} で中断"),
            TerminationReason.BUDGET_SPENT: Text(
                f"budget spent at {step}", f"ステップ {step} で予算を使い切り"
            ),
        }[self]


NAMED = 6
"""Coordinates that a short description names."""
LEARNING_MEASURES = ("batch_loss", "held_out_loss", "accuracy")
"""What tables tell of models beside the loss on all training examples, in the order of the columns."""
_TAKEN = ("step", "loss", "lr", "racer", "ending", "about")
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


def row_norms(rows: Array) -> Array:
    """Return the Euclidean norms of rows of shape (k, n, ...), shape (k, ...); no square over- or underflows."""
    with np.errstate(all="ignore"):
        norm: Array = np.sqrt((rows * rows).sum(axis=1))
        extreme = ~((norm > 1e-140) & (norm < 1e140))
        if extreme.any():
            largest = np.abs(rows).max(axis=1)
            scaled = rows / np.where(largest > 0, largest, 1.0)[:, np.newaxis]
            norm = np.where(extreme, largest * np.sqrt((scaled * scaled).sum(axis=1)), norm)
    return norm


class Descent:
    """What all trajectories of one descent have in common: each shorter one is the beginning of the longer ones."""


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Trajectory(NotebookRepr):
    """The path of one point, from its start to its last finite step. All arrays are read-only float64.

    Row k belongs to the position after k steps. Of long ways of points with many coordinates not every position is
    kept: `position_at`, `positions` and their like for gradients find each of them all the same.

    Attributes
    ----------
    position : shape (steps + 1, n)
    loss : shape (steps + 1,)
    gradient : shape (steps + 1, n), the gradient that the optimizer saw there
    gradient_norm : shape (steps + 1,), its Euclidean norm
    learning_rate : shape (steps + 1,), the rate that the step leaving this row uses
    ending : how it ended
    variables : the names of the n coordinates
    landscape : what was descended, where that is known; only pictures need it
    evaluations : shape (steps + 1, 3), int64: how many values, gradients and Hessians the steps up to this row have
        asked for; None if it was not counted
    undefined : whether it diverged because the loss is not defined where the next step led
    measures : what is known at each row beside the loss, by name, each of shape (steps + 1,): `batch_loss`, that of the
        examples which the step leaving the row sees; `accuracy`, `held_out_loss`, `held_out_accuracy`
    measure_interval : how many rows lie from one whose loss and measures have been computed of all examples to the next;
        between them they lie on straight lines
    steps_per_epoch : in how many steps every example is seen once; None without mini-batches
    descent : the same object for all trajectories of one descent while it grows
    """

    position: Array
    loss: Array
    gradient: Array
    learning_rate: Array
    ending: TerminationReason
    variables: tuple[str, ...]
    landscape: Landscape | None
    evaluations: NDArray[np.int64] | None
    undefined: bool
    measures: Mapping[str, Array]
    measure_interval: int
    steps_per_epoch: int | None
    descent: Descent

    def __init__(
        self,
        position: Array | None,
        loss: Array,
        gradient: Array | None,
        learning_rate: Array,
        ending: TerminationReason,
        variables: tuple[str, ...] = ("x", "y"),
        landscape: Landscape | None = None,
        *,
        evaluations: NDArray[np.int64] | None = None,
        undefined: bool = False,
        checkpoints: Checkpoints | None = None,
        gradient_norm: Array | None = None,
        thinned: ThinnedRows | None = None,
        measures: Mapping[str, Array] | None = None,
        samples: Callable[[int], Sample] | None = None,
        steps_per_epoch: int | None = None,
        measure_interval: int = 1,
        descent: Descent | None = None,
    ) -> None:
        for array in (
            position,
            loss,
            gradient,
            learning_rate,
            evaluations,
            gradient_norm,
            *(measures or {}).values(),
        ):
            if array is not None:
                array.setflags(write=False)
        kept = {} if position is None or gradient is None else {"position": position, "gradient": gradient}
        self.__dict__.update(
            kept,
            loss=loss,
            learning_rate=learning_rate,
            ending=ending,
            variables=variables,
            landscape=landscape,
            evaluations=evaluations,
            undefined=undefined,
            descent=Descent() if descent is None else descent,
            _checkpoints=checkpoints,
            _gradient_norm=gradient_norm,
            _thinned=thinned,
            _samples=samples,
            measures=measures or {},
            steps_per_epoch=steps_per_epoch,
            measure_interval=measure_interval,
        )

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is not there.
        if name in ("position", "gradient"):
            raise AttributeError(
                f"of {len(self.variables)} coordinates and {self.steps} steps not every {name} is kept; "
                f"ask {name}_at(step) or {name}s(steps)"
            )
        if name in ("x", "y"):
            names = ", ".join(self.variables)
            raise AttributeError(
                f"a trajectory of {len(self.variables)} coordinate(s) ({names}) has no {name}; take position[:, i]"
            )
        raise AttributeError(f"a trajectory has no {name}")

    @property
    def steps(self) -> int:
        """The number of steps taken."""
        return len(self.loss) - 1

    def position_at(self, step: int) -> Array:
        """Return the position after `step` steps, shape (n,)."""
        self._check(step)
        position: Array = self.position[step] if self._keeps_all else self.positions([step])[0]
        return position

    def gradient_at(self, step: int) -> Array:
        """Return the gradient that the optimizer saw after `step` steps, shape (n,)."""
        self._check(step)
        gradient: Array = self.gradient[step] if self._keeps_all else self.gradients([step])[0]
        return gradient

    def positions(self, steps: Iterable[int]) -> Array:
        """Return the positions after these numbers of steps, shape (k, n)."""
        return self._rows(steps)[0]

    def gradients(self, steps: Iterable[int]) -> Array:
        """Return the gradients seen after these numbers of steps, shape (k, n)."""
        return self._rows(steps)[1]

    def _rows(self, steps: Iterable[int]) -> tuple[Array, Array]:
        wanted = list(steps)
        for step in wanted:
            self._check(step)
        if self._checkpoints is None:
            return self.position[wanted], self.gradient[wanted]
        thinned: ThinnedRows = self._thinned
        steps = np.array(wanted, dtype=np.int64)
        kept = steps % thinned.interval == 0
        positions = np.empty((len(steps), len(self.variables)))
        gradients = np.empty_like(positions)
        positions[kept] = thinned.positions[steps[kept] // thinned.interval]
        gradients[kept] = thinned.gradients[steps[kept] // thinned.interval]
        if not kept.all():
            positions[~kept], gradients[~kept] = self._checkpoints.rows(steps[~kept].tolist())
        return positions, gradients

    @property
    def kept_steps(self) -> NDArray[np.int64]:
        """The steps whose positions are kept: all, or evenly spaced ones; of a finished descent also the last."""
        interval = 1 if self._keeps_all else self._thinned.interval
        steps = np.arange(0, self.steps + 1, interval)
        if steps[-1] != self.steps and self.ending is not TerminationReason.RUNNING:
            steps = np.append(steps, self.steps)
        return steps

    @property
    def measured_steps(self) -> NDArray[np.int64]:
        """The steps whose loss has been computed of all examples: all, or evenly spaced ones and the last."""
        steps = np.arange(0, self.steps + 1, self.measure_interval)
        return steps if steps[-1] == self.steps else np.append(steps, self.steps)

    def sample_at(self, step: int) -> Sample | None:
        """Return the examples that the step leaving this row sees; None where it sees all of them."""
        self._check(step)
        return None if self._samples is None else self._samples(step)

    @property
    def _keeps_all(self) -> bool:
        return self._checkpoints is None

    def _check(self, step: int) -> None:
        if isinstance(step, bool) or not isinstance(step, Integral):
            raise TypeError(f"step {step!r} is no whole number")
        if not 0 <= step <= self.steps:
            raise IndexError(f"step {step} is not one of the {self.steps} steps of this trajectory")

    @property
    def gradient_norm(self) -> Array:
        """The Euclidean norm of the gradient at each row, shape (steps + 1,)."""
        norm: Array | None = self._gradient_norm
        return row_norms(self.gradient) if norm is None else norm

    @cached_property
    def cost(self) -> Array | None:
        """What the evaluations until each row cost, shape (steps + 1,), in gradients; None if they were not counted.

        A loss counts as a third of a gradient, a Hessian as one for each coordinate: see `EvaluationPrices`.
        """
        if self.evaluations is None:
            return None
        cost = USUAL_PRICES.cost(self.evaluations.T, len(self.variables))
        cost.setflags(write=False)
        return cost

    @property
    def has_stored_norms(self) -> bool:
        """Whether `gradient_norm` is there already, as of points with many coordinates."""
        return self._gradient_norm is not None

    @property
    def x(self) -> Array:
        """The first of one or two coordinates at each row, shape (steps + 1,)."""
        return self._coordinate("x", 0)

    @property
    def y(self) -> Array:
        """The second of two coordinates at each row, shape (steps + 1,)."""
        return self._coordinate("y", 1)

    def _coordinate(self, name: str, i: int) -> Array:
        if not i < len(self.variables) <= 2:
            raise AttributeError(name)
        return self.position[:, i]

    @cached_property
    def last_move(self) -> int:
        """The last row whose position is another than that of the row before; 0 if the point never moved."""
        if not self._keeps_all:
            return min(int(self._checkpoints.last_move), self.steps)
        moved = (self.position[1:] != self.position[:-1]).any(axis=1)
        return int(np.flatnonzero(moved)[-1]) + 1 if moved.any() else 0

    def __repr__(self) -> str:
        losses = f"loss {self.loss[0]:.6g} to {self.loss[-1]:.6g}"
        names = [*self.variables[:NAMED], *(["…"] if len(self.variables) > NAMED else [])]
        return f"<Trajectory of {', '.join(names)}: {self.outcome().en}, {losses}>"

    def outcome(self) -> Text:
        """Return the ending in words, in both languages.

        A point that an optimizer has left standing, as L-BFGS does by its own tolerances, is said to be at rest.
        """
        if self.ending is TerminationReason.DIVERGED:
            step = self.steps + 1
            if self.undefined:
                return Text(
                    f"left the region where the loss is defined at {step}",
                    f"ステップ {step} で損失の定義域を出た",
                )
            return self.ending.words(step)
        if self.ending is TerminationReason.STEP_LIMIT and self.last_move < self.steps:
            return Text(
                f"at rest since {self.last_move} (of {self.steps})",
                f"ステップ {self.last_move} から静止 (全 {self.steps})",
            )
        return self.ending.words(self.steps)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns of the table of this trajectory by name, each of shape (steps + 1,).

        `coordinate_columns` says what the coordinates and derivatives are called. Where there are data, the epoch, what is
        measured beside the loss and the norm of the gradient stand in place of coordinates and derivatives.
        """
        if self.landscape is not None and self.landscape.examples:
            return self._learning_columns()
        names = coordinate_columns(self.variables).values()
        positions, gradients = self._rows(range(self.steps + 1))
        return {
            "step": np.arange(self.steps + 1),
            **{position: positions[:, i] for i, (position, _) in enumerate(names)},
            "loss": self.loss,
            **{gradient: gradients[:, i] for i, (_, gradient) in enumerate(names)},
            "lr": self.learning_rate,
        }

    def _learning_columns(self) -> dict[str, NDArray[Any]]:
        step, known = np.arange(self.steps + 1), self.measures

        def computed(values: Array) -> Array:
            if self.measure_interval == 1:
                return values
            found = np.full_like(values, np.nan)
            found[self.measured_steps] = values[self.measured_steps]
            return found

        return {
            "step": step,
            "epoch": self.epochs,
            "loss": computed(self.loss),
            **{
                name: known[name] if name == "batch_loss" else computed(known[name])
                for name in LEARNING_MEASURES
                if name in known
            },
            "grad_norm": self.gradient_norm,
            "lr": self.learning_rate,
        }

    @property
    def epochs(self) -> Array:
        """How often each example has been seen at each row, in the mean, shape (steps + 1,).

        Without mini-batches each step sees all examples.
        """
        return np.arange(self.steps + 1) / (self.steps_per_epoch or 1)

    def predict(self, inputs: ArrayLike, step: int | None = None) -> Array:
        """Return what the model predicts with the parameters after `step` steps (None: the last).

        Parameters
        ----------
        inputs : shape (N, features), as in the data

        Returns
        -------
        Array
            Shape (N, 1), the numbers predicted; of classification (N, classes), the probabilities.

        Raises
        ------
        ValueError
            If what was descended is no model, or the inputs have another number of features than its data.
        """
        if self.landscape is None:
            raise ValueError("what was descended is not known, so nothing is predicted")
        position = self.position_at(self.steps if step is None else step)
        return self.landscape.predict(position, real_numbers("inputs", inputs, "of shape (N, features)"))

    def _cells(self, column: NDArray[Any], absent: Any = "") -> list[Any]:
        """Return the numbers of a column; `absent` where nothing has been computed, as between measured steps."""
        if self.measure_interval == 1:
            return list(column.tolist())
        return [absent if value != value else value for value in column.tolist()]

    def csv(self) -> str:
        """Return the table as CSV: a header, then a row per step; numbers round-trip float64."""
        columns = self.columns()
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*(self._cells(column) for column in columns.values()), strict=True))
        return out.getvalue()

    def json(self) -> str:
        """Return the table and the ending as a JSON object, a list per column."""
        columns = {name: self._cells(column, None) for name, column in self.columns().items()}
        return json.dumps({"ending": self.ending.name.lower().replace("_", " "), **columns}, indent=1)

    def to_csv(self, path: str | Path) -> None:
        """Write the table as CSV to `path`."""
        Path(path).write_text(self.csv(), encoding="utf-8", newline="\n")
