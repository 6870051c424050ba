"""Optimizers that are others in disguise, and what theory says of their first or last steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import RunSpec, StoppingCriteria, trajectory
from optexplorer.engine.optimizers.base import Array

STEPS = 60


def way(id: str, landscape: str = "himmelblau", steps: int = STEPS, **settings: Any) -> Array:
    ground = landscapes.get(landscape)
    rule = RunSpec(ground, make(optimizers.get(id), settings))
    return trajectory(rule, ground.start, steps, end=StoppingCriteria(converge=False)).position


SAME: list[tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]]]] = [
    (("qhm", {"lr": 0.01, "nu": 0.0}), ("gd", {"lr": 0.01})),
    # The average of gradients is the velocity times 1 - beta.
    (("qhm", {"lr": 0.01, "nu": 0.9, "beta": 0.9}), ("nesterov", {"lr": 0.001, "momentum": 0.9})),
    (("qhm", {"lr": 0.01, "nu": 1.0, "beta": 0.9}), ("momentum", {"lr": 0.001, "momentum": 0.9})),
    (("qhm", {"lr": 0.01, "nu": 0.7, "beta": 0.0}), ("gd", {"lr": 0.01})),
    (("qhadam", {"lr": 0.05, "beta1": 0.9, "nu1": 1.0, "nu2": 1.0}), ("adam", {"lr": 0.05})),
    (("momentum", {"lr": 0.01, "momentum": 0.0}), ("gd", {"lr": 0.01})),
    (("adamw", {"lr": 0.05, "weight_decay": 0.0}), ("adam", {"lr": 0.05})),
    (
        ("adamw", {"lr": 0.05, "weight_decay": 0.1}),
        ("adam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ),
    (
        ("adam", {"lr": 0.05, "beta1": 0.0, "bias_correction": False, "eps": 1e-8, "beta2": 0.99}),
        ("rmsprop", {"lr": 0.05, "alpha": 0.99, "eps": 1e-8}),
    ),
    (("lookahead", {"lr": 0.05, "alpha": 1.0}), ("adam", {"lr": 0.05})),
    (
        ("gauss-newton", {"line_search": "none", "lr": 0.1}),
        ("levenberg-marquardt", {"lr": 0.1, "damping": 1e-15}),
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=[f"{one[0]}-{other[0]}" for one, other in SAME])
def test_two_names_for_one_way(one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]) -> None:
    np.testing.assert_allclose(way(one[0], **one[1]), way(other[0], **other[1]), rtol=1e-9)


def test_bias_correction_keeps_adams_first_step_at_the_rate() -> None:
    first = np.abs(np.diff(way("adam", lr=0.05), axis=0)[0])
    np.testing.assert_allclose(first, 0.05, rtol=1e-6)
    raw = np.abs(np.diff(way("adam", lr=0.05, bias_correction=False), axis=0)[0])
    np.testing.assert_allclose(raw, 0.05 * (1 - 0.9) / np.sqrt(1 - 0.999), rtol=1e-4)


def test_exact_line_search_zigzags_at_right_angles() -> None:
    steps = np.diff(way("gd-exact", "ravine", 12), axis=0)
    lengths = np.hypot(*steps.T)
    cosines = (steps[1:] * steps[:-1]).sum(axis=1) / (lengths[1:] * lengths[:-1])
    np.testing.assert_allclose(cosines, 0, atol=1e-6)


@pytest.mark.parametrize(
    ("id", "steps", "settings"),
    [
        ("newton", 1, {}),
        ("gauss-newton", 1, {}),
        ("conjugate-gradient", 2, {"line_search": "exact"}),
        ("bfgs", 3, {"line_search": "exact"}),
    ],
)
def test_a_quadratic_is_solved_in_a_few_steps(id: str, steps: int, settings: dict[str, Any]) -> None:
    [minimum] = landscapes.get("booth").minima
    np.testing.assert_allclose(way(id, "booth", steps, **settings)[-1], minimum.position, rtol=1e-9)
