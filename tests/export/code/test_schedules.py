"""The schedules of optax and PyTorch that scripts name have the rates of the racer's schedule."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import schedules
from optexplorer.export.code import script
from optexplorer.export.code.optax_schedules import optax_schedule
from tests.export.code.test_scripts import race

Rate = Callable[[int], float]


def _polynomial(first: float, last: float, power: float, steps: int) -> Rate:
    return lambda step: (first - last) * (1 - min(step, steps) / steps) ** power + last


def _exponential(first: float, steps: int, rate: float, staircase: bool = False) -> Rate:
    return lambda step: first * rate ** (step // steps if staircase else step / steps)


def _piecewise(first: float, scales: dict[int, float]) -> Rate:
    return lambda step: first * math.prod(scale for place, scale in scales.items() if step >= place)


def _cosine(first: float, steps: int, alpha: float = 0.0) -> Rate:
    return lambda step: (
        first * ((1 - alpha) * 0.5 * (1 + math.cos(math.pi * min(step, steps) / steps)) + alpha)
    )


def _joined(parts: list[Rate], boundaries: list[int]) -> Rate:
    def rate(step: int) -> float:
        place = sum(step >= boundary for boundary in boundaries)
        return parts[place](step - ([0, *boundaries])[place])

    return rate


OPTAX = SimpleNamespace(
    polynomial_schedule=_polynomial,
    linear_schedule=lambda first, last, steps: _polynomial(first, last, 1, steps),
    exponential_decay=_exponential,
    piecewise_constant_schedule=_piecewise,
    cosine_decay_schedule=_cosine,
    join_schedules=_joined,
)
"""The schedules of optax, after its documentation."""


@pytest.mark.parametrize(
    "data",
    [
        {"id": "constant", "factor": 0.2, "total_iters": 7},
        {"id": "step", "step_size": 7, "gamma": 0.5},
        {"id": "multi-step", "milestones": (0, 3, 3, 20), "gamma": 0.5},
        {"id": "exponential", "gamma": 1.02},
        {"id": "linear", "start_factor": 1.0, "end_factor": 0.0, "total_iters": 20},
        {"id": "polynomial", "power": 2.5, "total_iters": 30},
        {"id": "inverse-sqrt", "timescale": 3},
        {"id": "cosine"},
        {"id": "cosine", "T_max": 100, "eta_min": 0.1},
        {"id": "cosine-restarts", "T_0": 7, "T_mult": 2, "eta_min": 1e-3},
        {"id": "warmup", "then": {"id": "cosine"}},
        {"id": "warmup", "then": {"id": "constant"}},
        {"id": "warmup", "total_iters": 60, "then": {"id": "cosine-restarts"}},
    ],
)
def test_optax_names_its_own_schedule_where_it_has_one(data: dict[str, Any]) -> None:
    schedule, rows = schedules.read(data), 41
    text = optax_schedule(schedule, 0.02, rows)
    assert text is not None
    rate = eval(text, {"optax": OPTAX})
    rates = [rate(step) for step in range(rows - 1)]
    np.testing.assert_allclose(rates, schedule.rates(0.02, rows)[:-1], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("data", [{"id": "cosine", "T_max": 10}, {"id": "one-cycle"}, {"id": "cyclic"}])
def test_optax_takes_rates_where_it_has_no_such_schedule(data: dict[str, Any]) -> None:
    assert optax_schedule(schedules.read(data), 0.02, 41) is None
    experiment = race("booth", optimizer="gd", schedule=data)
    assert "rates[step]" in script(experiment, experiment.racers[0], "optax")


@pytest.mark.parametrize(("total", "own"), [(0, True), (40, True), (41, True), (39, False)])
def test_pytorch_s_one_cycle_lasts_at_least_as_long_as_the_run(total: int, own: bool) -> None:
    experiment = race("booth", optimizer="gd", schedule={"id": "one-cycle", "total_steps": total})
    text = script(experiment, experiment.racers[0], "torch")
    assert ("OneCycleLR(" in text) is own
    assert ('optimizer.param_groups[0]["lr"] = rates[step]' in text) is not own
