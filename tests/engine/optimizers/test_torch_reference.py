"""Every optimizer and schedule that PyTorch has takes PyTorch's steps."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import optimizers
from optexplorer.engine.optimizers.base import Array, Optimizer

pytestmark = pytest.mark.numbers

DATA = Path(__file__).parents[2] / "data"


def rosenbrock(p: Array) -> Array:
    x, y = p
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def rosenbrock_loss(p: Array) -> Any:
    x, y = p
    return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)


def himmelblau(p: Array) -> Array:
    x, y = p
    a, b = x * x + y - 11, x + y * y - 7
    return np.array([4 * x * a + 2 * b, 2 * a + 4 * y * b])


def himmelblau_loss(p: Array) -> Any:
    x, y = p
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def booth(p: Array) -> Array:
    x, y = p
    a, b = x + 2 * y - 7, 2 * x + y - 5
    return np.array([2 * a + 4 * b, 4 * a + 2 * b])


def booth_loss(p: Array) -> Any:
    x, y = p
    a, b = x + 2 * y - 7, 2 * x + y - 5
    return a * a + b * b


LANDSCAPES = {
    "rosenbrock": (rosenbrock_loss, rosenbrock),
    "himmelblau": (himmelblau_loss, himmelblau),
    "booth": (booth_loss, booth),
}


class Plain:
    """What may be asked of a landscape of which only loss and gradient are known."""

    def __init__(self, name: str) -> None:
        self.value, self.gradient = LANDSCAPES[name]


def optimizer_of(case: dict[str, Any]) -> Optimizer:
    """Return this program's optimizer for a PyTorch class and its arguments."""
    settings = dict(case["settings"])
    for pair, names in {
        "betas": ("beta1", "beta2"),
        "etas": ("eta_minus", "eta_plus"),
        "step_sizes": ("step_size_min", "step_size_max"),
    }.items():
        if pair in settings:
            settings |= dict(zip(names, settings.pop(pair), strict=True))
    id = case["optimizer"].lower()
    if id == "sgd":
        id = "nesterov" if settings.pop("nesterov", False) else "momentum" if "momentum" in settings else "gd"
    if id == "lbfgs":
        id = "l-bfgs"
        search = settings.pop("line_search_fn", "none")
        settings["line_search"] = search.replace("_", "-")
        # One step here is one iteration there.
        assert settings.pop("max_iter") == 1
        settings.pop("max_eval", None)
    return optimizers.get(id)(**settings)


def cases(*files: str) -> list[Any]:
    found = [case for file in files for case in json.loads((DATA / file).read_text())["cases"]]
    # One-cycle moves beta1 too: the schedules' tests follow it.
    found = [case for case in found if case.get("schedule", [""])[0] != "OneCycleLR"]
    return [
        pytest.param(
            case,
            id="-".join(
                [
                    case["optimizer"],
                    *(f"{name}={value}" for name, value in case["settings"].items()),
                    *(case["schedule"][:1] if case.get("schedule") else []),
                    case["landscape"],
                ]
            ),
        )
        for case in found
    ]


@pytest.mark.parametrize("case", cases("torch_optim.json", "torch_optim_settings.json"))
def test_the_positions_are_those_of_pytorch(case: dict[str, Any]) -> None:
    expected = np.array(
        [[math.nan if value is None else value for value in row] for row in case["x"]], dtype=np.float64
    )
    rates = case.get("lr") or [case["settings"]["lr"]] * len(expected)
    probe: Any = Plain(case["landscape"])
    optimizer = optimizer_of(case)
    x = np.array(case["start"])
    update, state = optimizer.bind(probe), optimizer.init(x)
    positions = [x]
    with np.errstate(all="ignore"):
        for lr in rates[: len(expected) - 1]:
            step, state = update(probe.gradient(x), state, x, lr)
            x = x + step
            positions.append(x)
    np.testing.assert_allclose(np.array(positions), expected, rtol=1e-10, atol=1e-12)
