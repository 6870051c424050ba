"""PyTorch's steps and rates at the edges of the settings: zeros, ones, momentum that a schedule takes to zero."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers, schedules
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.run_spec import RunSpec

pytestmark = pytest.mark.numbers

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "data" / "torch_edges.json").read_text(encoding="utf-8")
)["cases"]
NEVER = StoppingCriteria(converge=False, escape=math.inf)
RAVINE = FormulaLandscape(
    "ravine-10", FormulaDefinition(formula="x^2 + 10*y^2", domain={"x": (-5, 5), "y": (-5, 5)})
)


def name(case: dict[str, Any]) -> str:
    return "-".join([case["id"], *map(str, case["settings"].values()), str(case.get("schedule", ""))])


def landscape_of(case: dict[str, Any]) -> Landscape:
    return RAVINE if case["landscape"] == "ravine" else landscapes.get(case["landscape"])


@pytest.mark.parametrize("case", CASES, ids=name)
def test_steps_and_rates_are_those_of_pytorch(case: dict[str, Any]) -> None:
    expected = np.array([[math.nan if v is None else v for v in row] for row in case["x"]])
    schedule = schedules.read(case.get("schedule", "constant"))
    run_spec = RunSpec(landscape_of(case), make(optimizers.get(case["id"]), case["settings"]), schedule)
    steps = len(expected) - 1
    found = trajectory(run_spec, tuple(case["start"]), steps, end=NEVER)
    if "lr" in case:
        np.testing.assert_allclose(found.learning_rate[: found.steps], case["lr"][: found.steps], rtol=1e-10)
    finite = int(np.isfinite(expected).all(axis=1).sum())
    assert found.steps == finite - 1
    np.testing.assert_allclose(found.position, expected[:finite], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("steps", [1, 24])
def test_a_cycle_of_no_given_length_lasts_as_long_as_the_run(steps: int) -> None:
    asked = {"id": "one-cycle", "max_lr": 0.05, "cycle_momentum": False}
    alone = schedules.read(asked).rates(0.01, steps + 1)
    given = schedules.read({**asked, "total_steps": steps}).rates(0.01, steps + 1)
    np.testing.assert_array_equal(alone, given)
    assert alone[steps - 1] == pytest.approx(0.05 / 25 / 1e4)
    warm = schedules.read({"id": "warmup", "total_iters": 6, "then": asked}).rates(0.01, steps + 7)
    np.testing.assert_array_equal(warm[6:], alone)
