"""Strategies of hypothesis that make experiments: whatever a person could set."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from optexplorer.engine import gradient_sources, landscapes, optimizers, schedules
from optexplorer.engine.declaration import Hyperparameter, hyperparameters
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.painted.definition import PaintedDefinition
from optexplorer.experiment.appearance import Appearance, Camera
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer

PARTS = {"optimizer": optimizers, "schedule": schedules, "source": gradient_sources}
OWN = FormulaDefinition(
    formula="a*x^2 + abs(y)",
    domain={"y": (-3, 3), "x": (-2, 2)},
    parameters={"a": {"value": 2, "low": 0.1, "high": 9}},
    name={"en": "Mine", "ja": "自作"},
)


def values(parameter: Hyperparameter) -> st.SearchStrategy[Any]:
    """Return what a hyperparameter may be set to."""
    if parameter.kind == "choice":
        return st.sampled_from(parameter.choices)
    if parameter.kind == "bool":
        return st.booleans()
    if parameter.kind == "int":
        low, high = int(parameter.low or 0), int(parameter.high or 1000)
        return st.integers(low + parameter.low_open, high - parameter.high_open)
    if parameter.kind == "float":
        return st.floats(
            parameter.low,
            parameter.high,
            exclude_min=parameter.low_open,
            exclude_max=parameter.high_open,
            allow_nan=False,
            allow_infinity=False,
        )
    if parameter.kind == "integers":
        return st.lists(st.integers(0, 10**9), max_size=5).map(tuple)
    return st.just(parameter.default)


def models(kind: str) -> st.SearchStrategy[Any]:
    """Return any optimizer, schedule or gradient source of its catalogue, with any settings."""
    return st.sampled_from(PARTS[kind].ids()).flatmap(
        lambda id: st.builds(
            PARTS[kind].get(id),
            **{parameter.name: values(parameter) for parameter in hyperparameters(PARTS[kind].get(id))},
        )
    )


RACERS = st.builds(
    Racer,
    optimizer=models("optimizer"),
    schedule=models("schedule"),
    source=st.none() | models("source"),
    start=st.none() | st.tuples(st.floats(-9, 9), st.floats(-9, 9)),
    colour=st.from_regex(r"\A#[0-9a-f]{6}\Z"),
    visible=st.booleans(),
    stream=st.integers(0, 2**31),
)
APPEARANCES = st.builds(
    Appearance,
    camera=st.builds(
        Camera,
        azimuth=st.floats(-720, 720),
        elevation=st.floats(-90, 90),
        distance=st.floats(0.5, 50),
        centre=st.tuples(*3 * [st.floats(-1, 1)]),
    ),
    colour_map=st.sampled_from(["terrain", "viridis", "cividis", "grey"]),
    gradient_arrows=st.booleans(),
    minima=st.booleans(),
    curvature=st.booleans(),
    batch_surface=st.booleans(),
    example_gradients=st.booleans(),
    gradient_ellipse=st.booleans(),
    chart=st.sampled_from(["loss", "lr", "gradient"]),
    anatomy=st.booleans(),
    anatomy_racers=st.lists(st.integers(0, 30), max_size=2).map(tuple),
    phase=st.none() | st.integers(0, 20),
    spotlight=st.none() | st.integers(0, 30),
)
VIEWS = st.builds(
    ComputationView,
    height_scale=st.sampled_from(["auto", "linear", "log"]),
    window=st.none() | st.tuples(*2 * [st.floats(-9, -1), st.floats(1, 9)]),
    interval=st.none() | st.tuples(st.floats(-9, -1), st.floats(1, 9)),
    fog=st.floats(0, 1e9),
)
PAINTED = PaintedDefinition.of(
    np.add.outer(np.linspace(-1, 1, 9) ** 2, np.linspace(-2, 1, 7)), {"x": (-3, 3), "y": (-2, 2)}
)
PLANES = [id for id in landscapes.ids() if landscapes.get(id).dimension == 2]
EXPERIMENTS = st.builds(
    Experiment,
    landscape=st.sampled_from([*PLANES, OWN, PAINTED]),
    racers=st.lists(RACERS, max_size=3).map(tuple),
    start=st.tuples(st.floats(-9, 9), st.floats(-9, 9)),
    steps=st.integers(1, 100_000),
    seed=st.integers(0, 2**63 - 1),
    stop_when_converged=st.booleans(),
    view=VIEWS,
    appearance=APPEARANCES,
)


def seen(**fields: object) -> dict[str, Any]:
    """Return `view` and `appearance` of a scene or an experiment from fields of either."""
    computed = {name: fields.pop(name) for name in ComputationView.model_fields if name in fields}
    return {
        "view": ComputationView.model_validate(computed),
        "appearance": Appearance.model_validate(fields),
    }
