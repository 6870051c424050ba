"""Scripts of data and a model take the same steps as the racers they are made from."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from optexplorer.engine.landscapes.models.predictors.base import Model
from optexplorer.engine.landscapes.models.predictors.linear import Linear
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.code import CodeError, Target, reason_against, script
from optexplorer.export.code.network_plan import network_plan
from tests.export.code.model_races import BATCHES, MOONS, expected, learning, mlp, model_races
from tests.export.code.test_scripts import RUNNER

STANDARD = ("collections", "functools", "itertools", "math", "types", "typing")
ONLY_NUMPY = ("adafactor", "lion", "muon", "lookahead", "sam", "schedule-free", "bfgs", "one example left")
"""How the names of races begin for which PyTorch has no script; in others the optimizer stands further back."""


def written(experiment: Experiment, target: Target) -> str:
    return script(experiment, experiment.racers[0], target)


def table(text: str) -> np.ndarray:
    return np.array([[float(number) for number in line.split()] for line in text.splitlines()])


def compare(name: str, printed: np.ndarray) -> None:
    """Compare what a script has printed with the racer's own path, which ends where it is no longer finite."""
    experiment = model_races()[name]
    right = expected(experiment)
    assert len(right) == experiment.steps + 1
    np.testing.assert_allclose(printed, right, rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("name", model_races())
def test_a_numpy_script_prints_the_same_numbers(name: str) -> None:
    out = io.StringIO()
    # The script switches warnings of overflow off.
    with contextlib.redirect_stdout(out), np.errstate():
        exec(compile(script_of(name, "numpy"), "<script>", "exec"), {"__name__": "__main__"})
    compare(name, table(out.getvalue()))


def test_torch_scripts_print_the_same_numbers() -> None:
    if find_spec("torch") is None:
        pytest.skip("torch is not installed")
    scripts = {name: script_of(name, "torch") for name in model_races() if has_script(name, "torch")}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, "torch"],
        input=json.dumps(list(scripts.values())),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        # Networks as small as these are slower on several threads.
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    for name, printed in zip(scripts, json.loads(done.stdout), strict=True):
        compare(name, table(printed))


def has_script(name: str, target: Target) -> bool:
    experiment = model_races()[name]
    return not reason_against(experiment, experiment.racers[0], target)


@cache
def script_of(name: str, target: Target) -> str:
    return written(model_races()[name], target)


def test_pytorch_has_scripts_of_all_but_what_it_lacks() -> None:
    for name in model_races():
        lacks = name.startswith(ONLY_NUMPY) or any(f" {word}" in name for word in ("sam", "muon", "bfgs"))
        assert has_script(name, "torch") != lacks, name
        assert has_script(name, "numpy"), name


@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_a_script_is_valid_python_that_needs_no_optexplorer(target: Target) -> None:
    for name in model_races():
        if not has_script(name, target):
            continue
        text = script_of(name, target)
        tree = ast.parse(text)
        modules = {
            name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
            )
        }
        assert modules <= {"numpy", "torch", "base64", "zlib", *STANDARD}, name
        assert isinstance(tree.body[0], ast.Expr), name
        assert not any(line != line.rstrip() for line in text.splitlines()), name


def test_a_torch_script_is_what_a_student_would_write() -> None:
    text = written(learning(MOONS, mlp(hidden=[16], batch_norm=True, weight_decay=0.01), lr=0.01), "torch")
    for line in (
        "torch.set_default_dtype(torch.float64)",
        "    nn.Linear(2, 16),",
        "    nn.BatchNorm1d(16, track_running_stats=False),",
        "    nn.Tanh(),",
        "    nn.Linear(16, 2),",
        "criterion = nn.CrossEntropyLoss()",
        "optimizer = torch.optim.Adam(model.parameters(), lr=0.01, eps=1e-08, betas=(0.9, 0.999))",
        "    optimizer.zero_grad()",
        "    loss(X[batch], y[batch]).backward()",
        "    optimizer.step()",
    ):
        assert line in text.splitlines()
    assert "Dropout" not in text
    assert len(text.splitlines()) < 120


def test_what_is_switched_off_is_left_out() -> None:
    text = written(learning(MOONS, mlp()), "numpy")
    for word in ("dropout", "normalised", "gamma", "mask", "held_out", "mean, deviation", "ndim"):
        assert word not in text
    assert "mini_batches" not in written(learning(MOONS, mlp(), source="exact"), "numpy")
    # Exact gradients are of all examples, whose units are never switched off.
    exact = written(learning(MOONS, mlp(dropout=0.5), source="exact"), "numpy")
    assert "dropout_masks" not in exact
    assert "dropout is off" in exact


def test_synthetic_data_are_made_and_real_ones_embedded() -> None:
    made = written(learning(MOONS, mlp()), "numpy")
    assert "X, y = moons(examples=60, noise=0.15, separation=0.0, wrong_labels=0, scale=1.0, seed=0)" in made
    assert "base64" not in made
    embedded = written(learning("iris", mlp()), "numpy")
    assert "R. A. Fisher (1936)" in embedded
    assert "reshape(150, 4)/10" in embedded
    assert len(embedded) < 12_000
    assert len(written(learning("digits", mlp()), "torch")) < 80_000


def test_what_is_printed_is_said() -> None:
    few = written(learning("line", {"id": "linear"}), "numpy")
    assert few.startswith(
        '"""Linear regression: Line, trained by Adam in NumPy.\n\nPrints step, parameters and loss.\n"""'
    )
    many = written(learning(MOONS, mlp(), held_out=0.2), "torch")
    assert "Prints step, norm of all parameters, loss, and loss on held-out examples." in many


@pytest.mark.parametrize(
    ("racer", "model", "target", "reason"),
    [
        ({}, mlp(), "optax", "scripts of data and a model are for NumPy and PyTorch, not for optax"),
        ({}, mlp(), "keras", "scripts of data and a model are for NumPy and PyTorch, not for Keras"),
        ({"optimizer": "newton"}, mlp(), "numpy", "Newton's method needs second derivatives"),
        ({"optimizer": "newton"}, mlp(), "torch", "PyTorch has no Newton's method"),
        ({"optimizer": "adafactor"}, mlp(), "torch", "Adafactor treats each matrix by itself"),
        ({"optimizer": "muon"}, mlp(), "torch", "bfloat16"),
        ({"source": "finite-differences"}, mlp(), "numpy", "exact, noisy or of mini-batches, not finite-differences"),
        ({"source": "finite-differences"}, mlp(), "torch", "exact, noisy or of mini-batches, not finite-differences"),
        ({"source": BATCHES | {"batch_size": 59}}, mlp(batch_norm=True), "torch", "batches of one example"),
    ],
)  # fmt: skip
def test_what_scripts_of_models_cannot_do_is_said(
    racer: dict[str, Any], model: Any, target: Target, reason: str
) -> None:
    experiment = learning(MOONS, model, **racer)
    assert reason in reason_against(experiment, experiment.racers[0], target)
    with pytest.raises(CodeError) as refused:
        written(experiment, target)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_data_that_are_too_many_are_refused() -> None:
    from optexplorer.engine.declaration import flat
    from optexplorer.engine.landscapes.models.data.base import Dataset
    from optexplorer.engine.landscapes.models.data.given import Given

    inputs = np.random.default_rng(0).normal(size=(5000, 10))
    data = Dataset(inputs, inputs.sum(axis=1), "regression", tuple("abcdefghij"), "y")
    with pytest.raises(CodeError, match=r"^the inputs of 5000 examples would take \d+ characters"):
        written(learning(flat(Given.of(data)), {"id": "linear"}), "numpy")


def test_a_model_that_scripts_do_not_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = learning("line", {"id": "linear"})
    landscape: Any = experiment.resolve_landscape()
    stranger = type("Stranger", (Model,), {name: getattr(Linear, name) for name in ("predictor", "latex")})
    stranger.id = "stranger"  # type: ignore[attr-defined]
    definition = landscape.definition.model_copy(update={"model": stranger()})
    monkeypatch.setattr(landscape, "definition", definition)
    with pytest.raises(CodeError, match=r"^scripts do not know the model 'stranger'$"):
        network_plan(landscape, dropout=False)
