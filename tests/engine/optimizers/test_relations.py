"""Optimizers that are others in disguise, and what theory says of their first or last steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.base import Array
from optexplorer.engine.optimizers.wrappers import SAM
from optexplorer.engine.run_spec import RunSpec

STEPS = 60


def positions_of(id: str, landscape: str = "himmelblau", steps: int = STEPS, **settings: Any) -> Array:
    function = landscapes.get(landscape)
    run_spec = RunSpec(function, make(optimizers.get(id), settings))
    return trajectory(run_spec, function.start, steps, end=StoppingCriteria(converge=False)).position


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
def test_two_names_for_one_rule(one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]) -> None:
    np.testing.assert_allclose(positions_of(one[0], **one[1]), positions_of(other[0], **other[1]), rtol=1e-9)


def test_bias_correction_keeps_adams_first_step_at_the_rate() -> None:
    first = np.abs(np.diff(positions_of("adam", lr=0.05), axis=0)[0])
    np.testing.assert_allclose(first, 0.05, rtol=1e-6)
    raw = np.abs(np.diff(positions_of("adam", lr=0.05, bias_correction=False), axis=0)[0])
    np.testing.assert_allclose(raw, 0.05 * (1 - 0.9) / np.sqrt(1 - 0.999), rtol=1e-4)


def test_exact_line_search_zigzags_at_right_angles() -> None:
    steps = np.diff(positions_of("gd-exact", "ravine", 12), axis=0)
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
    np.testing.assert_allclose(positions_of(id, "booth", steps, **settings)[-1], minimum.position, rtol=1e-9)


@pytest.mark.parametrize(
    "id", [id for id in optimizers.ids() if "maximize" in optimizers.get(id).model_fields]
)
def test_to_maximize_is_to_minimize_the_negative(id: str) -> None:
    definition = FormulaDefinition(formula="x^2*y + sin(x) - y^2", domain={"x": (-2, 2), "y": (-2, 2)})
    negative = definition.model_copy(update={"formula": "-(x^2*y + sin(x) - y^2)"})
    kind = optimizers.get(id)
    up = RunSpec(FormulaLandscape("up", definition), kind(lr=0.01, maximize=True), source=Exact())
    down = RunSpec(FormulaLandscape("down", negative), kind(lr=0.01), source=Exact())
    there, here = (
        trajectory(run_spec, (0.7, -0.4), 30, end=StoppingCriteria(converge=False)) for run_spec in (up, down)
    )
    np.testing.assert_allclose(there.position, here.position, rtol=1e-12)
    np.testing.assert_allclose(there.loss, -here.loss, rtol=1e-12)


def test_wrappers_climb_with_what_they_wrap() -> None:
    function = landscapes.get("himmelblau")
    for id in ("lookahead", "sam"):
        wrapper = make(optimizers.get(id), {"inner": {"id": "gd", "lr": 0.001, "maximize": True}})
        loss = trajectory(RunSpec(function, wrapper), (0.5, -1.5), 4).loss
        assert (np.diff(loss) > 0).all(), id
    sam = make(optimizers.get("sam"), {"rho": 0.1, "inner": {"id": "gd", "maximize": True}})
    assert isinstance(sam, SAM)
    # The worst point nearby is the lowest.
    gradient = np.array([3.0, 4.0])
    np.testing.assert_allclose(sam.perturbation(gradient, gradient), [-0.06, -0.08])


def test_muon_makes_each_block_of_a_landscape_orthogonal() -> None:
    class Blocks:
        blocks = (("weight", (2, 3)), ("bias", (2,)))

    # The classical Newton–Schulz iteration, which converges to the orthogonal factor itself.
    cubic = {"ns_a": 1.5, "ns_b": -0.5, "ns_c": 0.0, "ns_steps": 60, "weight_decay": 0.0}
    muon = make(optimizers.get("muon"), {"lr": 1.0, **cubic})
    for batch in ((), (4,)):
        gradient = np.random.default_rng(1).normal(size=(8, *batch))
        probe: Any = Blocks()
        step, _ = muon.bind(probe)(gradient, muon.init(gradient), gradient, 1.0)
        for place in np.ndindex(batch):
            one, moved = gradient[(slice(None), *place)], step[(slice(None), *place)]
            u, _, v = np.linalg.svd(one[:6].reshape(2, 3), full_matrices=False)
            np.testing.assert_allclose(-moved[:6].reshape(2, 3), u @ v, atol=1e-10)
            np.testing.assert_allclose(-moved[6:], one[6:] / np.linalg.norm(one[6:]) * np.sqrt(2), rtol=1e-10)
