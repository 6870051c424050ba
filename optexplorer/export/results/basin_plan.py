"""The table of a basin map: what is asked for, the columns of its cells, and the map that a table holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from optexplorer.engine.attractors import (
    DIVERGED,
    MISSING,
    NO_MINIMUM,
    OTHER,
    RAN_OUT,
    Attractors,
    Labels,
    attractors_of,
)
from optexplorer.engine.batch_descent import BatchEndpoints
from optexplorer.export.results.results import Places, ResultColumn, ResultPlan, Results, Values
from optexplorer.export.results.sweep_plan import (
    ENDINGS,
    MOST_COORDINATES,
    declared_json,
    end_json,
    landscape_json,
)
from optexplorer.runs.basins import BasinMap, BasinSpec
from optexplorer.runs.versions import numerical_versions
from optexplorer.text import Text

OUTCOMES = ("minimum", "other minimum", "diverged", "steps used up", "no minimum", "not computed")
"""What is reached, in the words of tables."""
_CODES = {OTHER: 1, DIVERGED: 2, RAN_OUT: 3, NO_MINIMUM: 4, MISSING: 5}
"""The places of negative labels among these words."""
DIGITS = 12
"""Digits of the minima in what a file says about itself: the last ones of a search depend on the processor."""


def basin_plan(spec: BasinSpec) -> ResultPlan:
    """Return what a basin map computes, as a table of all its cells."""
    listed = _listed(spec)
    keys = {
        "row": ResultColumn(np.int64, "1", Text("row of the map, the lowest is 0", "地図の行。最下行が0")),
        "column": ResultColumn(np.int64, "1", Text("column, the leftmost is 0", "列。左端が0")),
        **(
            {
                name: ResultColumn(np.float64, "1", Text(f"place along the plane: {name}", f"平面上の{name}"))
                for name in _axes(spec)
            }
            if spec.plane is not None
            else {}
        ),
        **{
            f"start_{name}": ResultColumn(
                np.float64, "1", Text(f"coordinate {name} of the start", f"初期点の{name}座標")
            )
            for name in listed
        },
    }
    return ResultPlan(
        "basins", _asked_of(spec), spec.cells, keys, _key_values(spec, listed), _columns(listed)
    )


def basin_results(
    spec: BasinSpec, ends: BatchEndpoints, attractors: Attractors | None = None
) -> dict[str, Values]:
    """Return where the descents of some cells have ended, as the columns of the table hold it."""
    attractors = attractors or attractors_of(spec.run_spec.landscape)
    labels = attractors.labels(ends.position, ends.ending)
    found: dict[str, Values] = {
        **_told(labels),
        "steps": ends.steps,
        "steps_to_minimum": ends.reached,
        "ending": ends.ending,
        "loss": ends.loss,
    }
    return found | {f"end_{name}": ends.position[k] for k, name in enumerate(_listed(spec))}


def with_all_minima(spec: BasinSpec, results: Results) -> Attractors:
    """Number the minima at which descents have converged behind those that are known, and return all of them.

    So that the table does not depend on who computed it, or on interruptions, this is done when it is complete.
    """
    attractors = attractors_of(spec.run_spec.landscape)
    if not _listed(spec):
        return attractors
    position = np.array([results.values[f"end_{name}"] for name in _listed(spec)])
    attractors = attractors.with_ends(position, results.values["ending"])
    for name, values in _told(attractors.labels(position, results.values["ending"])).items():
        results.values[name][:] = values
    return attractors


def map_of(spec: BasinSpec, results: Results) -> BasinMap:
    """Return the map that a complete table holds; where each descent ended only of few coordinates."""
    attractors = with_all_minima(spec, results)
    shape = (spec.rows, spec.columns)
    values = {name: column.reshape(shape) for name, column in results.values.items()}
    labels = values["minimum"].astype(np.int16) - np.int16(1)
    for label, place in _CODES.items():
        labels[values["outcome"] == place] = label
    listed = _listed(spec)
    n = spec.run_spec.landscape.dimension
    return BasinMap(
        spec=spec,
        stride=1,
        labels=labels,
        steps=values["steps"].astype(np.int32),
        arrived=values["steps_to_minimum"].astype(np.int32),
        level=np.broadcast_to(-np.inf, shape),
        ending=values["ending"],
        position=np.array([values[f"end_{name}"] for name in listed])
        if listed
        else np.broadcast_to(np.nan, (n, *shape)),
        attractors=attractors,
    )


def results_of(found: BasinMap) -> Results:
    """Return a complete map as a table."""
    spec = found.spec
    results = Results(basin_plan(spec))
    with np.errstate(all="ignore"):
        loss = spec.run_spec.landscape.value(found.position).ravel()
    results.put(
        range(spec.cells),
        {
            **_told(found.labels.ravel()),
            "steps": found.steps.ravel(),
            "steps_to_minimum": np.where(found.labels >= 0, found.arrived, -1).ravel(),
            "ending": found.ending.ravel(),
            "loss": loss,
            **{f"end_{name}": found.position[k].ravel() for k, name in enumerate(_listed(spec))},
        },
    )
    return results


def _told(labels: Labels) -> dict[str, Values]:
    """Return labels as the two columns of the table that tell what is reached."""
    outcome = np.zeros(labels.shape, dtype=np.int8)
    for label, place in _CODES.items():
        outcome[labels == label] = place
    return {"minimum": np.where(labels >= 0, labels + 1, 0).astype(np.int64), "outcome": outcome}


def _listed(spec: BasinSpec) -> tuple[str, ...]:
    """Return the coordinates that a table tells."""
    variables = spec.run_spec.landscape.variables
    return variables if len(variables) <= MOST_COORDINATES else ()


def _axes(spec: BasinSpec) -> tuple[str, ...]:
    """Return what the coordinates along a plane are called in the table."""
    return ("u", "v")[: len(spec.window)]


def _asked_of(spec: BasinSpec) -> dict[str, Any]:
    """Return everything that the map depends on, and the minima that are known beforehand, as JSON can hold it."""
    run = spec.run_spec
    return {
        "landscape": landscape_json(run.landscape),
        "optimizer": declared_json(run.optimizer),
        "schedule": declared_json(run.schedule),
        "source": declared_json(run.gradient_source),
        "seed": run.seed,
        "stream": run.stream,
        "steps": spec.steps,
        "window": [list(ends) for ends in spec.window],
        "rows": spec.rows,
        "columns": spec.columns,
        "plane": None if spec.plane is None else spec.plane.model_dump(mode="json"),
        "end": end_json(spec.end),
        "minima": [
            {
                "number": number + 1,
                "position": [_rounded(x) for x in minimum.position[:MOST_COORDINATES]],
                "loss": _rounded(minimum.value),
                "global": minimum.lowest,
            }
            for number, minimum in enumerate(attractors_of(run.landscape).minima)
        ],
        "computed with": numerical_versions(),
    }


def _rounded(x: float) -> float:
    return float(f"{x:.{DIGITS}g}") + 0.0


def _key_values(spec: BasinSpec, listed: tuple[str, ...]) -> Callable[[Places], dict[str, Values]]:
    """Return the function that gives the keys of cells."""

    def keys(places: Places) -> dict[str, Values]:
        found: dict[str, Values] = {"row": places // spec.columns, "column": places % spec.columns}
        if spec.plane is not None:
            found |= dict(zip(_axes(spec), spec.middles(places), strict=True))
        if listed:
            starts = spec.starts(places)
            found |= {f"start_{name}": starts[k] for k, name in enumerate(listed)}
        return found

    return keys


def _columns(listed: tuple[str, ...]) -> dict[str, ResultColumn]:
    return {
        "minimum": ResultColumn(
            np.int64,
            "1",
            Text(
                "number of the minimum that is reached, from 1 as in pictures; empty (in NPZ 0) if none is",
                "到達した極小点の番号。図と同じく1から始まる。なければ空(NPZでは0)",
            ),
            none=0,
        ),
        "outcome": ResultColumn(
            np.int8, "", Text(f"what is reached: {', '.join(OUTCOMES[:5])}", "到達したもの"), OUTCOMES
        ),
        "steps": ResultColumn(np.int64, "steps", Text("steps that were taken", "進んだステップ数")),
        "steps_to_minimum": ResultColumn(
            np.int64,
            "steps",
            Text(
                "steps until the loss was for the first time as low as near the minimum; empty (in NPZ −1) if it "
                "never was, and where minima of many different losses are known",
                "損失が初めて極小点付近と同じ低さになるまでのステップ数。ならなければ空(NPZでは−1)",
            ),
            none=-1,
        ),
        "ending": ResultColumn(
            np.int8, "", Text(f"how it ends: {', '.join(ENDINGS[1:4])}", "終わり方"), ENDINGS
        ),
        "loss": ResultColumn(np.float64, "1", Text("loss where the descent ends", "最後の損失")),
        **{
            f"end_{name}": ResultColumn(
                np.float64, "1", Text(f"coordinate {name} where it ends", f"最後の位置の{name}座標")
            )
            for name in listed
        },
    }
