"""The limits of stability that optimizers declare: just below them steps fade, just above them they grow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.optimizers.base import Optimizer, RuleOptimizer

WARM_UP = 800
SIZE = 1e6
"""Gradients of the warm-up: so large that those of the race do not change what the squares add up to."""
SLOW = 1 - 1e-9
CASES: list[tuple[str, dict[str, Any]]] = [
    ("gd", {"lr": 0.1}),
    ("gd", {"lr": 0.1, "weight_decay": 3.0}),
    ("sgd", {"lr": 0.02}),
    ("momentum", {"lr": 0.1, "momentum": 0.9}),
    ("momentum", {"lr": 0.1, "momentum": 0.5, "dampening": 0.4, "weight_decay": 2.0}),
    ("momentum", {"lr": 0.1, "momentum": 0.0, "dampening": 0.4}),
    ("nesterov", {"lr": 0.1, "momentum": 0.9}),
    ("nesterov", {"lr": 0.1, "momentum": 0.3, "weight_decay": 1.0}),
    ("qhm", {"lr": 0.1, "beta": 0.9, "nu": 0.7}),
    ("qhm", {"lr": 0.1, "beta": 0.9, "nu": 1.0, "weight_decay": 1.0}),
    ("adam", {"lr": 0.1, "beta2": SLOW}),
    ("adam", {"lr": 0.1, "beta1": 0.5, "beta2": SLOW, "amsgrad": True}),
    ("adam", {"lr": 0.1, "beta2": SLOW, "weight_decay": 5.0, "decoupled_weight_decay": True}),
    ("adam", {"lr": 0.1, "beta2": SLOW, "bias_correction": False}),
    ("adamw", {"lr": 0.1, "beta2": SLOW, "weight_decay": 5.0}),
    ("adamax", {"lr": 0.1, "beta2": SLOW}),
    ("adabelief", {"lr": 0.1, "beta2": SLOW, "weight_decay": 2.0}),
    ("yogi", {"lr": 0.1, "beta2": SLOW}),
    ("rmsprop", {"lr": 0.1, "alpha": SLOW}),
    ("rmsprop", {"lr": 0.1, "alpha": SLOW, "momentum": 0.8, "centered": True}),
    ("adagrad", {"lr": 0.1}),
    ("adagrad", {"lr": 0.1, "lr_decay": 1e-9}),
]


def growth(optimizer: Optimizer, part: float) -> float:
    """Return by how much a step grows from one to the next in the mean, on a parabola at `part` of the limit."""
    assert isinstance(optimizer, RuleOptimizer)
    limit = optimizer.stability(optimizer.lr)
    assert limit is not None
    x, state = np.zeros(1), optimizer.init(np.zeros(1))
    scale = np.ones(1)
    if limit.preconditioner is not None:
        for turn in range(WARM_UP):
            # The second half lets averages of the gradients fade.
            gradient = SIZE * (-1) ** turn if 2 * turn < WARM_UP else 0.0
            _, state = optimizer.update(np.array([gradient]), state, x, optimizer.lr)
        if hasattr(state, "t"):
            # Long after the start corrections of averages no longer change.
            state = state._replace(t=10**12)
        scale = limit.preconditioner(state)
    curvature = part * limit.threshold * scale - limit.decay
    x = np.array([1e-14])
    lengths = []
    for _ in range(1500):
        step, state = optimizer.update(curvature * x, state, x, optimizer.lr)
        x = x + step
        # The rule is linear here: all that it remembers could be scaled down with x.
        lengths.append(abs(float(step[0])))
        if lengths[-1] > 1e-9:
            break
    half = len(lengths) // 2
    return float(np.log(max(lengths[half:]) / max(lengths[:half])))


@pytest.mark.parametrize(("id", "settings"), CASES, ids=[f"{id} {settings}" for id, settings in CASES])
def test_steps_fade_below_the_limit_and_grow_above_it(id: str, settings: dict[str, Any]) -> None:
    optimizer = make(optimizers.get(id), settings)
    assert growth(optimizer, 0.98) < 0
    assert growth(optimizer, 1.02) > 0


def test_every_declared_limit_is_tried() -> None:
    declared = {id for id in optimizers.ids() if make(optimizers.get(id), {}).stability(0.1) is not None}
    assert declared == {id for id, _ in CASES}


@pytest.mark.parametrize(
    ("id", "settings", "threshold"),
    [
        ("gd", {}, 2 / 0.05),
        ("momentum", {"momentum": 0.9}, 2 * 1.9 / 0.05),
        ("nesterov", {"momentum": 0.9}, 3.8 / (0.05 * 2.8)),
        ("adam", {}, 38 / 0.05),
        ("rmsprop", {}, 2 / 0.05),
        ("adagrad", {}, 2 / 0.05),
    ],
)
def test_the_published_limits(id: str, settings: dict[str, Any], threshold: float) -> None:
    """Cohen et al. (2021), equation 1 and appendix B; Cohen et al. (2022), section 2."""
    limit = make(optimizers.get(id), settings).stability(0.05)
    assert limit is not None
    assert limit.threshold == pytest.approx(threshold, rel=1e-12)


def test_a_rate_of_zero_sets_no_limit() -> None:
    with np.errstate(all="ignore"):
        for id, settings in CASES:
            limit = make(optimizers.get(id), settings).stability(np.float64(0.0))
            assert limit is not None
            assert limit.threshold == np.inf


def test_adam_scales_as_its_steps_do() -> None:
    """A step is −η m / P, bias corrections included."""
    optimizer = make(optimizers.get("adam"), {"lr": 0.1})
    assert isinstance(optimizer, RuleOptimizer)
    x, state = np.array([1.0, -2.0]), optimizer.init(np.zeros(2))
    for _ in range(3):
        step, state = optimizer.update(np.array([0.3, 4.0]) * x, state, x, 0.1)
        limit = optimizer.stability(0.1)
        assert limit is not None
        assert limit.preconditioner is not None
        np.testing.assert_allclose(step, -0.1 * state.mean / limit.preconditioner(state), rtol=1e-12)
        x = x + step
