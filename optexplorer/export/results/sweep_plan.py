"""The table of a sweep: what is asked for, and the columns of its cells."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
from pydantic import BaseModel

from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.results.results import Places, ResultColumn, ResultPlan, Values
from optexplorer.runs.sweep import SweepCells, SweepSpec
from optexplorer.runs.versions import numerical_versions
from optexplorer.text import Text

EVALUATED = {"loss": "損失", "gradient": "勾配", "hessian": "ヘッセ行列"}
"""What is evaluated and counted, in the order of `SweepCells.evaluations`."""
MOST_COORDINATES = 16
"""Coordinates up to which a table tells where descents start and end."""
ENDINGS = tuple(reason.name.lower().replace("_", " ") for reason in TerminationReason)
"""How descents end, in the words of tables, by the values of `TerminationReason`."""


def sweep_plan(spec: SweepSpec) -> ResultPlan:
    """Return what a sweep computes, as a table of all its cells."""
    variables = spec.runs[0].landscape.variables
    listed = variables if len(variables) <= MOST_COORDINATES else ()
    optimizers = [run.optimizer.id for run in spec.runs]
    keys = {
        "optimizer": ResultColumn(np.int64, "", Text("what descends", "最適化手法"), distinct(optimizers)),
        **{
            axis.name: ResultColumn(
                np.float64, "1", Text(f"its setting {axis.name}", f"その設定 {axis.name}")
            )
            for axis in spec.axes
        },
        "start": ResultColumn(np.int64, "1", Text("number of the start", "初期点の番号")),
        **{
            f"start_{name}": ResultColumn(
                np.float64, "1", Text(f"coordinate {name} of the start", f"初期点の{name}座標")
            )
            for name in listed
        },
        "seed": ResultColumn(np.int64, "1", Text("seed of the random numbers", "乱数シード")),
    }
    return ResultPlan(
        "sweep", asked_of(spec), spec.cells, keys, _key_values(spec, listed), _result_columns(listed)
    )


def cell_results(spec: SweepSpec, part: SweepCells) -> dict[str, Values]:
    """Return the results of some cells as the columns of the table hold them."""
    variables = spec.runs[0].landscape.variables
    found: dict[str, Values] = {
        "loss": part.loss,
        "steps": part.steps,
        "ending": part.ending,
        "steps_to_tolerance": part.reached,
        **{f"{kind}_evaluations": part.evaluations[k] for k, kind in enumerate(EVALUATED)},
    }
    if len(variables) <= MOST_COORDINATES:
        found |= {f"end_{name}": part.position[k] for k, name in enumerate(variables)}
    return found


def asked_of(spec: SweepSpec) -> dict[str, Any]:
    """Return everything that the results of a sweep depend on, as JSON can hold it."""
    starts = np.ascontiguousarray(spec.starts)
    return {
        "landscape": landscape_json(spec.runs[0].landscape),
        "optimizers": [
            {
                "optimizer": declared_json(run.optimizer),
                "schedule": declared_json(run.schedule),
                "source": declared_json(run.gradient_source),
                "stream": run.stream,
            }
            for run in spec.runs
        ],
        "grid": [asdict(axis) for axis in spec.axes],
        "starts": {"number": len(starts), "sha256": hashlib.sha256(starts.tobytes()).hexdigest()},
        "seeds": list(spec.seeds),
        "steps": spec.steps,
        "loss that counts as reached": spec.target if np.isfinite(spec.target) else None,
        "end": end_json(spec.end),
        "computed with": numerical_versions(),
    }


def end_json(end: StoppingCriteria) -> dict[str, Any]:
    """Return when descents end as JSON can hold it; what is infinite as null."""
    return {key: None if value == np.inf else value for key, value in asdict(end).items()}


def landscape_json(landscape: Landscape) -> Any:
    """Return a landscape as files hold it: its id if it is of the catalogue, else its definition."""
    if landscape.definition is None:
        return {"id": landscape.id, "class": f"{type(landscape).__module__}.{type(landscape).__qualname__}"}
    return Experiment(landscape=landscape).model_dump(mode="json", include={"landscape"})["landscape"]


def declared_json(part: BaseModel) -> dict[str, Any]:
    """Return an optimizer, schedule or gradient source as files hold it."""
    return {"id": getattr(part, "id"), **part.model_dump(mode="json")}  # noqa: B009


def distinct(names: list[str]) -> tuple[str, ...]:
    """Return names of which those that come several times are numbered."""
    return tuple(
        f"{name} ({names[: place + 1].count(name)})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    )


def _key_values(spec: SweepSpec, listed: tuple[str, ...]) -> Callable[[Places], dict[str, Values]]:
    """Return the function that gives the keys of cells."""
    axes = [axis.values for axis in spec.axes]
    starts, seeds = spec.starts, np.array(spec.seeds, dtype=np.int64)

    def keys(places: Places) -> dict[str, Values]:
        run, *settings, start, seed = np.unravel_index(places, spec.shape)
        found: dict[str, Values] = {"optimizer": run}
        found |= {axis.name: axes[k][settings[k]] for k, axis in enumerate(spec.axes)}
        found["start"] = start
        found |= {f"start_{name}": starts[start, k] for k, name in enumerate(listed)}
        found["seed"] = seeds[seed]
        return found

    return keys


def _result_columns(listed: tuple[str, ...]) -> dict[str, ResultColumn]:
    return {
        "loss": ResultColumn(np.float64, "1", Text("loss where the descent ends", "最後の損失")),
        "steps": ResultColumn(np.int64, "steps", Text("steps that were taken", "進んだステップ数")),
        "ending": ResultColumn(
            np.int8, "", Text(f"how it ends: {', '.join(ENDINGS[1:4])}", "終わり方"), ENDINGS
        ),
        "steps_to_tolerance": ResultColumn(
            np.int64,
            "steps",
            Text(
                "steps until the loss was low enough for the first time; empty (in NPZ −1) if it never was",
                "損失が初めて目標以下になるまでのステップ数。ならなければ空(NPZでは−1)",
            ),
            none=-1,
        ),
        **{
            f"{kind}_evaluations": ResultColumn(
                np.int64,
                "1",
                Text(f"{kind} evaluations that the steps asked for", f"各ステップでの{ja}の計算回数の合計"),
            )
            for kind, ja in EVALUATED.items()
        },
        **{
            f"end_{name}": ResultColumn(
                np.float64, "1", Text(f"coordinate {name} where it ends", f"最後の位置の{name}座標")
            )
            for name in listed
        },
    }
