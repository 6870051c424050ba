"""Scripts take the same steps as the racers they are made from: each is run, in a process of its own."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import gradient_sources, landscapes, optimizers, schedules
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code import TARGETS, CodeError, Target, reason_against, script

# Runs scripts one after the other, because importing a library for each would take minutes.
RUNNER = """
import contextlib, io, json, os, sys, warnings
os.environ.setdefault("KERAS_BACKEND", sys.argv[1])
warnings.simplefilter("ignore")
printed = []
for script in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})
    printed.append(out.getvalue())
json.dump(printed, sys.__stdout__)
"""


def race(landscape: Any, **racer: Any) -> Experiment:
    settings = {name: racer.pop(name) for name in tuple(racer) if name not in Racer.model_fields}
    racer["optimizer"] = {"id": racer["optimizer"], **settings}
    return Experiment.model_validate({"landscape": landscape, "racers": [racer], "steps": 40, "seed": 3})


def at(formula: str, start: tuple[float, ...]) -> dict[str, Any]:
    names = "xyz"[: len(start)]
    return {
        "kind": "formula",
        "formula": formula,
        "domain": dict.fromkeys(names, (-1000, 1000)),
        "start": start,
    }


KINKS = (
    ("where(x>0,sqrt(x),-x)", (-1.0,)),
    ("piecewise(x<0,-x,x<1,x^2,sqrt(x-1)+1)+y^2", (-0.5, 1.0)),
    ("sigmoid(50*(x-1))+0.01*x^2", (-20.0,)),
    ("hypot(x,y)", (0.0, 0.0)),
    ("sqrt(x^2+y^2+z^2)", (0.0, 0.0, 0.0)),
    ("cbrt(x)+y^2", (0.0, 1.0)),
    ("abs(x)+abs(y)+abs(x)^0.5", (0.0, 1.0)),
    ("max(x,y,-x)+min(x,y)*0.1+relu(-y)^2", (1.0, 1.0)),
    ("asin(x)+atan2(y-1,x-1)", (1.0, 1.0)),
    ("sum(x^i/10^i,i,1,30)", (0.5,)),
    ("sum(i^20*x^2/10^20,i,1,10)+10^20*x^2*1e-20", (0.5,)),
    ("x^2+0*y", (1.0, 1.0)),
    ("3", (1.0, 1.0)),
)
"""Losses at whose start automatic differentiation gives nan or another slope, and such as libraries choke on."""

UNUSUAL: tuple[dict[str, Any], ...] = (
    {"id": "one-cycle", "total_steps": 40},
    {"id": "one-cycle", "total_steps": 20},
    {"id": "one-cycle", "total_steps": 40, "pct_start": 0.0, "three_phase": True},
    {"id": "cyclic", "step_size_up": 4, "max_momentum": 0.0},
    {"id": "cosine", "T_max": 10, "eta_min": 0.0001},
    {"id": "cosine-restarts", "T_0": 7, "T_mult": 2},
    {"id": "multi-step", "milestones": (3, 3, 20), "gamma": 0.5},
    {"id": "warmup", "total_iters": 60, "then": {"id": "cosine-restarts"}},
    {"id": "warmup", "then": {"id": "plateau", "patience": 2}},
    {"id": "warmup", "then": {"id": "cyclic", "step_size_up": 3}},
)


def settings_of(id: str) -> list[dict[str, Any]]:
    return [dict(example.settings) for example in optimizers.get(id).examples if example.message is None]


@cache
def races() -> dict[str, Experiment]:
    """Races that together show every optimizer with several settings, and all else that a racer can have."""
    found = {
        f"{id} {settings}": race("himmelblau", optimizer=id, **settings)
        for id in optimizers.ids()
        for settings in settings_of(id)
    }
    found |= {
        f"on {id}": race(id, optimizer="adam", lr=0.01)
        for id in landscapes.ids()
        if isinstance(landscapes.get(id), FormulaLandscape)
    }
    found |= {
        f"{schedule} {id}": race("booth", optimizer=id, schedule=schedule)
        for schedule in schedules.ids()
        for id in ("adam", "momentum", "gd")
    }
    after = ({"id": "one-cycle"}, {"id": "plateau", "patience": 2}, {"id": "cosine"})
    found |= {
        f"warm-up {then}": race("booth", optimizer="adam", schedule={"id": "warmup", "then": then})
        for then in after
    }
    found |= {
        f"gradients {id}": race(
            "beale", optimizer="adam", stream=5, source={"id": id, "clip_value": 2, "clip_norm": 1.5}
        )
        for id in gradient_sources.ids()
        if id != "mini-batch"  # There are no data.
    }
    noisy = {"id": "noisy", "noise": "proportional"}
    found |= {
        f"noisy {id}": race("beale", optimizer=id, source=noisy) for id in ("gd", "sam", "bfgs", "l-bfgs")
    }
    found |= {
        f"differences {id}": race("beale", optimizer=id, source="finite-differences", lr=0.001)
        for id in ("gd", "sam", "newton", "l-bfgs", "adam")
    }
    found |= {
        f"{formula} at {start}": race(at(formula, start), optimizer=id, lr=0.1)
        for formula, start in KINKS
        for id in ("gd", "adam")
    }
    found |= {
        f"maximize {id}": race("booth", optimizer=id, lr=0.001, maximize=True, weight_decay=0.1)
        for id in optimizers.ids()
        if {"maximize", "weight_decay"} <= optimizers.get(id).model_fields.keys()
    }
    found |= {
        f"{schedule} {id}": race("booth", optimizer=id, schedule=schedule)
        for schedule in map(dict, UNUSUAL)
        for id in ("gd", "momentum", "adam", "lion", "rmsprop")
    }
    own = {
        "kind": "formula",
        "formula": "where(lambda < 1 and not v0 > 2, loss*lambda^2, min(lambda, 2) - 1 + loss) + sum(i*np^2, i, 1, 3)"
        " + max(0, v0, 0.5*np) + sqrt(2)*abs(v0)^1.5 + sigmoid(np)/pi - e^(-v0^2) + relu(np) + cbrt(2 + np^2)"
        " + piecewise(np < 0, np^2, np < 1, np^3, np) + hypot(np, v0, 1) + atan2(np + 4, 2) + mod(lambda, 7)",
        "domain": {"lambda": [-3, 3], "np": [-3, 3], "v0": [-3, 3]},
        "parameters": {"loss": {"value": 2.5, "low": 1, "high": 3}},
        "start": [0.7, -0.3, 1.1],
        "name": '"""\nimport os\\',
    }
    found["own names"] = race(own, optimizer="adam", lr=0.05)
    return found


def expected(experiment: Experiment) -> np.ndarray:
    (racer,) = experiment.racers
    end = StoppingCriteria(converge=False, escape=inf)
    t = trajectory(experiment.run_spec(racer), experiment.start_of(racer), experiment.steps, end=end)
    return np.column_stack([np.arange(t.steps + 1), t.position, t.loss])


@cache
def scripts_for(target: Target) -> dict[str, str]:
    """Return the script for `target` by name of the race, where there is one."""
    scripts = {}
    for name, experiment in races().items():
        try:
            scripts[name] = script(experiment, experiment.racers[0], target)
        except CodeError as error:
            assert "\n" not in str(error), name  # noqa: PT017
    return scripts


def ran(target: Target, backend: str) -> dict[str, np.ndarray]:
    """Return by name of the race what its script for `target` prints, where there is one."""
    scripts = scripts_for(target)
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, backend],
        input=json.dumps(list(scripts.values())),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tables = [
        np.array([[float(number) for number in line.split()] for line in text.splitlines()])
        for text in json.loads(done.stdout)
    ]
    return dict(zip(scripts, tables, strict=True))


@pytest.mark.parametrize(
    ("target", "backend"),
    [("numpy", "jax"), ("torch", "jax"), ("optax", "jax"), ("keras", "jax"), ("keras", "torch")],
)
def test_scripts_print_the_same_numbers(target: Target, backend: str) -> None:
    libraries = {
        "numpy": ["numpy"],
        "torch": ["torch"],
        "optax": ["jax", "optax"],
        "keras": ["keras", backend],
    }
    for library in libraries[target]:
        if find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    for name, printed in ran(target, backend).items():
        right = expected(races()[name])
        # A script takes all steps, a diverging trajectory only the finite ones.
        np.testing.assert_allclose(printed[: len(right)], right, rtol=1e-9, atol=1e-9, err_msg=name)
        if len(right) == races()[name].steps + 1:
            assert len(printed) == len(right), name


def test_every_optimizer_has_a_numpy_script() -> None:
    wanted = {f"{id} {settings}" for id in optimizers.ids() for settings in settings_of(id)}
    assert wanted <= scripts_for("numpy").keys()


@pytest.mark.parametrize("target", ["torch", "optax", "keras"])
def test_the_best_known_optimizers_have_scripts_everywhere(target: Target) -> None:
    for id in ("gd", "sgd", "momentum", "nesterov", "adam", "adamw"):
        assert (
            reason_against(race("booth", optimizer=id), race("booth", optimizer=id).racers[0], target) == ""
        )


def test_whatever_pytorch_declares_has_a_script_for_it() -> None:
    for id in optimizers.ids():
        experiment = race("booth", optimizer=id)
        has = reason_against(experiment, experiment.racers[0], "torch") == ""
        # PyTorch's Muon computes with three digits.
        assert has == (optimizers.get(id).torch_class not in (None, "Muon")), id


@pytest.mark.parametrize("target", TARGETS)
def test_every_script_is_valid_python_and_needs_no_optexplorer(target: Target) -> None:
    for name, text in scripts_for(target).items():
        tree = ast.parse(text)
        imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert "optexplorer" not in " ".join(ast.unparse(node) for node in imported), name
        assert isinstance(tree.body[0], ast.Expr), name
    assert len(scripts_for(target)) > 100


def test_a_script_is_short_and_leaves_out_what_is_switched_off() -> None:
    experiment = race("himmelblau", optimizer="adam", lr=0.05)
    text = script(experiment, experiment.racers[0], "numpy")
    assert len(text.splitlines()) < 75
    assert "(x**2 + y - 11)**2 + (x + y**2 - 7)**2" in text
    assert "weight_decay" not in text
    assert "decouples" not in text
    assert "lr = 0.05" in text


@pytest.mark.parametrize(
    ("racer", "target", "reason"),
    [
        ({"optimizer": "newton"}, "torch", "PyTorch has no Newton's method"),
        ({"optimizer": "adam", "bias_correction": False}, "torch", "Adam cannot take these steps with these settings"),
        ({"optimizer": "rmsprop", "schedule": {"id": "cyclic", "max_momentum": 0}}, "torch", "momentum begin above 0"),
        ({"optimizer": "adam", "schedule": "one-cycle"}, "optax", "optax cannot move the momentum"),
        ({"optimizer": "lion", "beta1": 0}, "keras", "Keras refuses Lion with beta1 = 0"),
        ({"optimizer": "adagrad"}, "optax", "adds eps inside the root"),
        ({"optimizer": "rmsprop"}, "keras", "Keras has no RMSprop that takes the same steps"),
        ({"optimizer": "momentum", "schedule": "step"}, "keras", "Keras keeps the rate inside the velocity"),
    ],
)  # fmt: skip
def test_what_a_library_cannot_do_is_said(racer: dict[str, Any], target: Target, reason: str) -> None:
    experiment = race("booth", **racer)
    assert reason in reason_against(experiment, experiment.racers[0], target)
    with pytest.raises(CodeError, match=reason):
        script(experiment, experiment.racers[0], target)


@pytest.mark.parametrize("target", TARGETS)
def test_dampening_without_momentum_changes_nothing(target: Target) -> None:
    with_it, without = (
        race("booth", optimizer="momentum", momentum=0.0, dampening=dampening) for dampening in (0.5, 0.0)
    )
    texts = [script(experiment, experiment.racers[0], target) for experiment in (with_it, without)]
    assert texts[0].replace(", dampening=0.5", "") == texts[1]


def test_a_name_cannot_bring_code_into_a_script() -> None:
    experiment = races()["own names"]
    for target in TARGETS:
        tree = ast.parse(script(experiment, experiment.racers[0], target))
        assert not any("os" in ast.unparse(node) for node in tree.body if isinstance(node, ast.Import))


def test_scripts_can_be_kept_as_files(tmp_path: Path) -> None:
    experiment = race("himmelblau", optimizer="adam", lr=0.05)
    path = tmp_path / "adam.py"
    path.write_text(script(experiment, experiment.racers[0], "numpy"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 41
    assert done.stdout.startswith("0 0.5 -1.5 168.125\n")
