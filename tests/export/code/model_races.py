"""Races of models that together show all that scripts of models can hold, and what those scripts should print."""

from __future__ import annotations

from functools import cache
from math import inf
from typing import Any

import numpy as np

from optexplorer.engine.declaration import flat
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.model_script import PRINTED, prints_held_out

MOONS = {"id": "moons", "examples": 60}
BATCHES = {"id": "mini-batch", "batch_size": 16}
"""The last of an epoch has twelve examples."""
EPOCHS = 3
STEPS = EPOCHS * 4


def mlp(**settings: Any) -> dict[str, Any]:
    return {"id": "mlp", "hidden": [6, 5], **settings}


def learning(data: Any, model: Any, *, steps: int = STEPS, **racer: Any) -> Experiment:
    """Return an experiment of one racer; what no racer has is a setting of the optimizer or of the landscape."""
    landscape = {name: racer.pop(name) for name in ("standardise", "held_out", "split_seed") if name in racer}
    start = racer.pop("start", ())
    settings = {name: racer.pop(name) for name in tuple(racer) if name not in Racer.model_fields}
    racer["optimizer"] = {"id": racer.get("optimizer", "adam"), **settings}
    racer.setdefault("source", BATCHES)
    return Experiment.model_validate(
        {
            "landscape": {"kind": "model", "data": data, "model": model, **landscape},
            "racers": [racer],
            "steps": steps,
            "seed": 3,
            "start": start,
        }
    )


def expected(experiment: Experiment) -> np.ndarray:
    """Return what a script of the only racer should print, row by row."""
    (racer,), landscape = experiment.racers, experiment.resolve_landscape()
    assert isinstance(landscape, ModelLandscape)
    never = StoppingCriteria(converge=False, escape=inf)
    path = trajectory(experiment.run_spec(racer), experiment.start_of(racer), experiment.steps, end=never)
    points = np.array(path.positions(range(path.steps + 1)))
    columns = [np.arange(len(points))]
    columns += [*points.T] if landscape.dimension <= PRINTED else [np.linalg.norm(points, axis=1)]
    columns.append(landscape.value(points.T))
    if prints_held_out(landscape):
        place = landscape.measures.index("held_out_loss")
        columns.append(landscape.measure(np.ascontiguousarray(points.T))[place])
    return np.column_stack(columns)


def own_table() -> dict[str, Any]:
    """Return a person's own table: three features and a number, in a form that only eight bytes hold."""
    random = np.random.default_rng(5)
    inputs = random.normal(size=(30, 3))
    targets = inputs @ [1.0, -2.0, 0.5] + 0.1 * random.normal(size=30)
    data = Dataset(inputs, targets, "regression", ("a", "b'", '"""'), "price")
    return flat(Given.of(data))


@cache
def model_races() -> dict[str, Experiment]:
    """Return races by name."""
    found: dict[str, Experiment] = {}
    for optimizer, settings in (
        ("gd", {}), ("sgd", {"lr": 0.1}), ("momentum", {"lr": 0.1, "weight_decay": 0.01}), ("nesterov", {"lr": 0.1}),
        ("adam", {"lr": 0.01}), ("adam", {"lr": 0.01, "maximize": True, "amsgrad": True}), ("adamw", {"lr": 0.01}),
        ("adamax", {}), ("nadam", {}), ("radam", {}), ("adagrad", {}), ("rmsprop", {}), ("adadelta", {}), ("asgd", {}),
        ("rprop", {}), ("adafactor", {}), ("lion", {}), ("muon", {"lr": 0.01}),
        ("lookahead", {"inner": "adam"}), ("lookahead", {"inner": "muon"}), ("sam", {"inner": "adam"}),
        ("schedule-free-sgd", {}), ("l-bfgs", {"lr": 0.001}),
    ):  # fmt: skip
        found[f"{optimizer} {settings}"] = learning(MOONS, mlp(), optimizer=optimizer, **settings)
    for activation in ("tanh", "sigmoid", "relu", "leaky-relu", "gelu", "identity"):
        for batch_norm in (False, True):
            for dropout in (0.0, 0.3):
                model = mlp(
                    activation=activation, batch_norm=batch_norm, dropout=dropout, weight_decay=dropout / 10
                )
                found[f"{activation} {batch_norm} {dropout}"] = learning(MOONS, model, lr=0.01)
    for init in ("zeros", "normal", "xavier", "he"):
        found[f"init {init}"] = learning(MOONS, mlp(init=init, seed=4), optimizer="momentum", lr=0.1)
    for schedule in (
        "step", "cosine", "one-cycle", "plateau", "inverse-sqrt", {"id": "cyclic", "step_size_up": 4},
        {"id": "warmup", "then": {"id": "plateau", "patience": 2}}, {"id": "one-cycle", "total_steps": STEPS // 2},
    ):  # fmt: skip
        for optimizer in ("adam", "momentum"):
            found[f"{schedule} {optimizer}"] = learning(
                MOONS, mlp(weight_decay=0.1), optimizer=optimizer, schedule=schedule
            )
    for source in (
        "exact", "noisy", {"id": "noisy", "noise": "proportional", "sigma": 0.1, "clip_norm": 0.5, "clip_value": 0.1},
        {"id": "mini-batch", "order": "replacement", "batch_size": 7, "clip_norm": 0.3},
        {"id": "mini-batch", "batch_size": 1000},
    ):  # fmt: skip
        for optimizer in ("adam", "sam"):
            found[f"{source} {optimizer}"] = learning(
                MOONS, mlp(dropout=0.2), optimizer=optimizer, source=source, stream=4
            )
    for optimizer in ("l-bfgs", "bfgs"):
        found[f"exact {optimizer}"] = learning(MOONS, mlp(), optimizer=optimizer, source="exact", lr=0.1)
    found |= _small_models()
    found |= _other_data()
    start = tuple(np.random.default_rng(0).normal(size=65).tolist())
    found["start of one's own"] = learning(MOONS, mlp(), start=start)
    found["few parameters, start of one's own"] = learning("line", {"id": "linear"}, start=(1.0, -3.0))
    found["one example left"] = learning({"id": "moons", "examples": 49}, mlp(batch_norm=True, dropout=0.2))
    found["batch norm, held out"] = learning(MOONS, mlp(batch_norm=True), held_out=0.2)
    return found


def _small_models() -> dict[str, Experiment]:
    models = (
        {"id": "linear"}, {"id": "linear", "loss": "absolute"},
        {"id": "linear", "loss": "huber", "delta": 0.4, "bias": False},
        {"id": "neuron"}, {"id": "neuron", "activation": "relu"}, {"id": "neuron", "activation": "sigmoid"},
        *({"id": "two-layer", "activation": name} for name in ("identity", "tanh", "sigmoid", "relu", "gelu")),
        mlp(hidden=[]), mlp(hidden=[3], dropout=0.5),
    )  # fmt: skip
    found = {f"line {model}": learning("line", model, lr=0.1) for model in models}
    found |= {f"muon {model}": learning("line", model, optimizer="muon", lr=0.01) for model in models}
    matrix = {"id": "matrix", "noise": 0.1}
    for optimizer in ("momentum", "muon"):
        for source in ("exact", {"id": "mini-batch", "batch_size": 3}):
            found[f"factorisation {optimizer} {source}"] = learning(
                matrix, {"id": "factorisation"}, optimizer=optimizer, source=source, lr=0.05
            )
    return found


def _other_data() -> dict[str, Experiment]:
    found: dict[str, Experiment] = {}
    settings: tuple[dict[str, Any], ...] = ({}, {"standardise": True, "held_out": 0.3, "split_seed": 5})
    for more in settings:
        for data in (
            "curve", "plane", "blobs", "xor", "circles", "spirals", "iris", "penguins", "kanji",
            {"id": "digits", "digits": "3-8", "examples": 60}, {"id": "digits", "divide": False, "examples": 60},
        ):  # fmt: skip
            found[f"{data} {more}"] = learning(data, mlp(hidden=[4], dropout=0.1), **more)
        found[f"own table {more}"] = learning(own_table(), mlp(), **more)
        found[f"own table, linear {more}"] = learning(own_table(), {"id": "linear"}, **more)
        for data in ("moons", "xor", {"id": "digits", "digits": "3-8", "examples": 60}):
            found[f"logistic {data} {more}"] = learning(data, {"id": "logistic"}, **more)
    found["digits"] = learning(
        "digits", mlp(hidden=[16]), steps=3, source={"id": "mini-batch", "batch_size": 64}
    )
    return found
