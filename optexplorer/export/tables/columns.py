"""Trajectories and landscapes as tables with described columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.trajectory import Trajectory, coordinate_columns
from optexplorer.text import Text
from optexplorer.version import __version__

Array = NDArray[np.float64]

MOST_POINTS = 4_000_000
"""Points of the largest grid."""


@dataclass(frozen=True)
class Column:
    """One column: its values, shape (rows,), their unit ("1" for plain numbers), and what they mean."""

    values: NDArray[Any]
    unit: str
    meaning: Text


@dataclass(frozen=True)
class Table:
    """Columns of equal length by name, and facts about the whole, which JSON can hold."""

    columns: Mapping[str, Column]
    facts: Mapping[str, Any]

    def about(self) -> dict[str, Any]:
        """Return what the table and each column is, as JSON can hold it."""
        return {
            "made by": f"optexplorer {__version__}",
            **self.facts,
            "columns": {
                name: {"unit": column.unit, "meaning": column.meaning.en}
                for name, column in self.columns.items()
            },
        }


def race_table(landscape: Landscape, names: Sequence[str], trajectories: Sequence[Trajectory]) -> Table:
    """Return one table of several racers: the column `racer`, then those of `Trajectory.columns`.

    Parameters
    ----------
    names : what each racer is called; the same name twice gets a number
    """
    unique = [
        f"{name} ({names[: place + 1].count(name)})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]
    parts = [trajectory.columns() for trajectory in trajectories]
    lengths = [trajectory.steps + 1 for trajectory in trajectories]
    whose = Text("the racer that the row belongs to", "この行の走者")
    columns = {"racer": Column(np.repeat(np.array(unique), lengths), "", whose)}
    for name in _all_names(parts):
        unit, meaning = _meaning(name, landscape.variables)
        # What a racer does not have, such as the loss of mini-batches.
        rows = [part.get(name, np.full(length, np.nan)) for part, length in zip(parts, lengths, strict=True)]
        columns[name] = Column(np.concatenate(rows), unit, meaning)
    endings = {name: trajectory.outcome().en for name, trajectory in zip(unique, trajectories, strict=True)}
    return Table(columns, {**_facts(landscape), "endings": endings})


def _all_names(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of all columns in the order in which they stand; of different parts, the longest first."""
    found: list[str] = []
    for part in sorted(parts, key=len, reverse=True):
        found += [name for name in part if name not in found]
    return found


def _meaning(name: str, variables: tuple[str, ...]) -> tuple[str, Text]:
    """Return unit and meaning of a column of a trajectory."""
    for variable, (position, gradient) in coordinate_columns(variables).items():
        if name == position:
            return "1", Text(
                f"coordinate {variable} of the position after `step` steps",
                f"`step` ステップ後の位置の{variable}座標",
            )
        if name == gradient:
            return "1", Text(
                f"derivative of the loss by {variable} at the position, as the optimizer saw it",
                f"その位置での損失の{variable}による偏微分(最適化手法に渡された値)",
            )
    return {
        "step": (
            "steps",
            Text("how many steps have been taken; row 0 is the start", "進んだステップ数。0行目は初期点"),
        ),
        "loss": ("1", Text("loss at the position", "その位置での損失")),
        "epoch": (
            "epochs",
            Text(
                "how often each example has been seen, in the mean; without mini-batches a step sees all",
                "各データを平均して何回使ったか。ミニバッチでなければ1ステップで全データを使う",
            ),
        ),
        "batch_loss": (
            "1",
            Text(
                "loss of the examples that the step leaving the position sees",
                "その位置から進むステップで使うデータの損失",
            ),
        ),
        "held_out_loss": (
            "1",
            Text("loss of the held-out examples", "検証データの損失"),
        ),
        "accuracy": (
            "1",
            Text("share of training examples that are classified rightly", "訓練データの正解率"),
        ),
        "grad_norm": (
            "1",
            Text(
                "Euclidean norm of the gradient, as the optimizer saw it",
                "最適化手法に渡された勾配のノルム",
            ),
        ),
        "lr": (
            "1",
            Text("learning rate of the step that leaves the position", "その位置から進むステップの学習率"),
        ),
    }[name]


def grid_table(
    landscape: Landscape, points: int, domain: Sequence[tuple[float, float]] | None = None
) -> Table:
    """Return the losses of a landscape of one or two coordinates on an even grid, the last coordinate fastest.

    Parameters
    ----------
    points : along each side
    domain : (low, high) per coordinate; None for the landscape's own

    Raises
    ------
    ValueError
        If the grid would be too large, or the landscape has more than two coordinates.
    """
    n = landscape.dimension
    if n > 2:
        raise ValueError(f"a grid is of landscapes of one or two coordinates; {landscape.id} has {n}")
    if points < 2 or points**n > MOST_POINTS:
        most = int(MOST_POINTS ** (1 / n) + 1e-9)
        raise ValueError(f"points = {points} is not allowed; 2 <= points <= {most}")
    axes = [np.linspace(low, high, points) for low, high in domain or landscape.domain]
    grid = np.stack([side.ravel() for side in np.meshgrid(*axes, indexing="ij")])
    with np.errstate(all="ignore"):
        loss = landscape.value(grid)
    names = coordinate_columns(landscape.variables)
    columns = {
        names[name][0]: Column(
            side, "1", Text(f"coordinate {name}; the grid is even", f"{name}座標(等間隔の格子)")
        )
        for name, side in zip(landscape.variables, grid, strict=True)
    }
    columns["loss"] = Column(loss, "1", Text("loss there", "その点での損失"))
    return Table(columns, {**_facts(landscape), "grid": [points] * n})


def _facts(landscape: Landscape) -> dict[str, Any]:
    facts: dict[str, Any] = {"landscape": landscape.id}
    definition = landscape.definition
    if isinstance(definition, FormulaDefinition):
        facts["formula"] = definition.formula
        if definition.parameters:
            facts["parameters"] = {name: parameter.value for name, parameter in definition.parameters.items()}
    return facts
