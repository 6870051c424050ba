"""The sharpness along paths, and the limits beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers, schedules
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, descend, trajectory
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.sharpness import GrowingSharpness, Sharpness
from optexplorer.engine.trajectory import Trajectory

ON = StoppingCriteria(converge=False)


def quadratic(*curvatures: float) -> Landscape:
    """Return the bowl that has these curvatures along its axes."""
    names = tuple("xyzuvw"[: len(curvatures)])
    formula = " + ".join(f"{c / 2} * {name}^2" for c, name in zip(curvatures, names, strict=True))
    return FormulaDefinition(
        formula=formula, domain=dict.fromkeys(names, (-2.0, 2.0)), start=(1.0,) * len(names)
    ).landscape()


def spec(landscape: Landscape, id: str, settings: dict[str, Any], **rest: Any) -> RunSpec:
    return RunSpec(landscape, make(optimizers.get(id), settings), **rest)


def sharpness(run_spec: RunSpec, steps: int, path: Trajectory | None = None) -> Sharpness:
    path = path or trajectory(run_spec, run_spec.landscape.start, steps, end=ON)
    return GrowingSharpness(run_spec, steps).of(path)


def test_of_a_bowl_it_is_the_largest_curvature_everywhere() -> None:
    found = sharpness(spec(quadratic(1.0, 12.0), "gd", {"lr": 0.1}), 60)
    assert found.complete
    assert found.steps.tolist() == list(range(61))
    np.testing.assert_allclose(found.eigenvalue, 12.0, rtol=1e-12)
    np.testing.assert_allclose(found.limit, 2 / 0.1, rtol=1e-12)
    assert not found.preconditioned


@pytest.mark.parametrize(("rate", "falls"), [(0.15, True), (0.18, False)])
def test_a_bowl_is_left_where_the_limit_is_below_the_sharpness(rate: float, falls: bool) -> None:
    run_spec = spec(quadratic(1.0, 12.0), "gd", {"lr": rate})
    path = trajectory(run_spec, (1.0, 1.0), 40, end=ON)
    found = sharpness(run_spec, 40, path)
    assert bool(found.limit_at(20) > found.eigenvalue_at(20)) is falls
    assert bool(path.loss[-1] < path.loss[0]) is falls


def test_weight_decay_adds_to_the_curvature() -> None:
    found = sharpness(spec(quadratic(1.0, 12.0), "gd", {"lr": 0.1, "weight_decay": 0.5}), 20)
    np.testing.assert_allclose(found.eigenvalue, 12.5, rtol=1e-12)


def test_of_what_is_climbed_the_hessian_is_turned_round() -> None:
    found = sharpness(spec(quadratic(1.0, 12.0), "gd", {"lr": 0.01, "maximize": True}), 20)
    np.testing.assert_allclose(found.eigenvalue, -1.0, rtol=1e-12)


def test_a_schedule_bends_the_limit() -> None:
    schedule = schedules.get("cosine")()
    run_spec = spec(quadratic(1.0, 12.0), "gd", {"lr": 0.1}, schedule=schedule)
    path = trajectory(run_spec, (1.0, 1.0), 50, end=ON)
    found = sharpness(run_spec, 50, path)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(found.limit, 2 / path.learning_rate[found.limit_steps], rtol=1e-12)
    assert len(found.limit) == 51


def test_adam_is_measured_after_its_own_scaling() -> None:
    run_spec = spec(quadratic(1.0, 12.0), "adam", {"lr": 0.05})
    path = trajectory(run_spec, (1.0, 1.0), 30, end=ON)
    found = sharpness(run_spec, 30, path)
    square = np.zeros(2)
    for step, gradient in enumerate(path.gradient):
        square = 0.999 * square + 0.001 * gradient**2
        scale = (1 - 0.9 ** (step + 1)) * (np.sqrt(square / (1 - 0.999 ** (step + 1))) + 1e-8)
        assert found.eigenvalue[step] == pytest.approx(max(1 / scale[0], 12 / scale[1]), rel=1e-9)
    np.testing.assert_allclose(found.limit, 38 / 0.05, rtol=1e-12)
    assert found.preconditioned


def test_a_rule_without_a_known_limit_shows_the_hessian_alone() -> None:
    found = sharpness(spec(quadratic(1.0, 12.0), "muon", {"lr": 0.05}), 20)
    assert not found.has_limit
    assert np.isnan(found.limit_at(3))
    np.testing.assert_allclose(found.eigenvalue, 12.0, rtol=1e-12)


def test_products_agree_with_whole_matrices() -> None:
    curvatures = np.linspace(1, 40, 70)

    class Diagonal(Landscape):
        id, variables = "diagonal", tuple(f"x{i}" for i in range(70))
        domain, minima, start = ((-2.0, 2.0),) * 70, (), (1.0,) * 70
        latex = ""

        def value(self, x: np.ndarray) -> np.ndarray:
            return np.asarray(np.tensordot(curvatures / 2, x * x, axes=1))

        def gradient(self, x: np.ndarray) -> np.ndarray:
            return np.asarray(curvatures.reshape(-1, *[1] * (x.ndim - 1)) * x)

    # It knows neither Hessian nor products: differences of its gradients stand in for them.
    found = sharpness(spec(Diagonal(), "gd", {"lr": 0.01, "weight_decay": 1.0}), 6)
    np.testing.assert_allclose(found.eigenvalue, 41.0, rtol=2e-3)


def test_it_grows_coarse_to_fine_and_with_the_path() -> None:
    run_spec = spec(landscapes.get("himmelblau"), "adam", {"lr": 0.05})
    *_, first, last = descend(run_spec, (0.0, 0.0), 200, end=ON)
    growing = GrowingSharpness(run_spec, 200)
    few = growing.of(first, seconds=0.0)
    assert not few.complete
    assert 2 <= len(few.steps) < 20
    assert (few.steps[0], few.steps[-1]) == (0, first.steps)
    stopped = growing.of(first, should_stop=lambda: True)
    assert not stopped.complete
    whole = growing.of(first)
    assert whole.complete
    assert set(few.steps) <= set(whole.steps)
    longer = growing.of(last)
    assert longer.steps[-1] == last.steps
    direct = GrowingSharpness(run_spec, 200).of(last)
    np.testing.assert_allclose(
        np.interp(direct.steps, longer.steps, longer.eigenvalue), direct.eigenvalue, rtol=1e-9
    )


def test_long_paths_are_looked_at_here_and_there() -> None:
    run_spec = spec(quadratic(1.0, 2.0), "momentum", {"lr": 0.001})
    found = sharpness(run_spec, 5000)
    assert len(found.steps) <= 514
    assert (found.steps[0], found.steps[-1]) == (0, 5000)


def test_an_exploding_path_has_gaps_and_no_error() -> None:
    run_spec = spec(landscapes.get("rosenbrock"), "gd", {"lr": 0.1})
    path = trajectory(run_spec, (-1.5, 2.0), 50)
    found = sharpness(run_spec, 50, path)
    assert found.complete
    assert found.steps[-1] == path.steps
