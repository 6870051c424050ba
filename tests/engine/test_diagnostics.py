"""Curvature at a point, against SymPy, NumPy, and what gradient descent really does there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from optexplorer.engine import landscapes
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.diagnostics import LEARNING_STEPS_AT_ONCE, curvature_at, strictest_rate
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from tests.small_models import blobs, classifier

Array = NDArray[np.float64]


class Unknowing(Landscape):
    """Another landscape that does not know its Hessian."""

    def __init__(self, other: Landscape) -> None:
        self._other = other
        self.id, self.variables = other.id, other.variables

    @property
    def latex(self) -> str:
        return self._other.latex

    def value(self, x: Array) -> Array:
        return self._other.value(x)

    def gradient(self, x: Array) -> Array:
        return self._other.gradient(x)


X, Y = sympy.symbols("x y", real=True)
FORMULAS: dict[str, Any] = {
    "rosenbrock": (1 - X) ** 2 + 100 * (Y - X**2) ** 2,
    "himmelblau": (X**2 + Y - 11) ** 2 + (X + Y**2 - 7) ** 2,
    "beale": (sympy.Rational(3, 2) - X + X * Y) ** 2
    + (sympy.Rational(9, 4) - X + X * Y**2) ** 2
    + (sympy.Rational(21, 8) - X + X * Y**3) ** 2,
}


@pytest.mark.parametrize("id", FORMULAS)
@pytest.mark.parametrize("point", [(0.5, -1.5), (1.25, 0.75), (-2.0, 1.0)])
def test_eigenvalues_condition_and_stable_rate_are_sympys(id: str, point: tuple[float, float]) -> None:
    hessian = sympy.hessian(FORMULAS[id], (X, Y)).subs(
        {X: sympy.Rational(point[0]), Y: sympy.Rational(point[1])}
    )
    expected = sorted(float(value) for value in hessian.eigenvals(multiple=True))
    found = curvature_at(landscapes.get(id), np.array(point))
    assert found is not None
    np.testing.assert_allclose(found.eigenvalues, expected, rtol=1e-10)
    np.testing.assert_allclose(found.hessian @ found.eigenvectors, found.eigenvectors * expected, atol=1e-8)
    sizes = sorted(abs(value) for value in expected)
    assert found.condition_number == pytest.approx(sizes[1] / sizes[0], rel=1e-9)
    rate = found.stable_rate()
    assert rate == (None if expected[1] <= 0 else pytest.approx(2 / expected[1], rel=1e-10))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["rosenbrock", "himmelblau", "ackley", "rastrigin"]), st.tuples(*[st.floats(-2, 2)] * 2)
)
def test_differences_of_the_gradient_stand_in_for_an_unknown_hessian(
    id: str, point: tuple[float, float]
) -> None:
    known, found = (
        curvature_at(landscape, np.array(point))
        for landscape in (landscapes.get(id), Unknowing(landscapes.get(id)))
    )
    # Where a landscape has a kink, as Ackley's at its minimum, there is no curvature to agree on.
    if known is None or found is None or (id == "ackley" and math.hypot(*point) < 0.1):
        return
    np.testing.assert_allclose(found.hessian, known.hessian, rtol=1e-6, atol=1e-5)


def test_the_model_agrees_with_the_landscape_to_second_order() -> None:
    landscape = landscapes.get("beale")
    point = np.array([0.7, 0.4])
    found = curvature_at(landscape, point)
    assert found is not None
    errors = []
    for size in (1e-2, 1e-3):
        around = point[:, None] + size * np.array([[1.0, 0.0, -0.6], [0.0, 1.0, 0.8]])
        errors.append(np.abs(found.model(around) - landscape.value(around)).max())
    assert errors[1] < 2e-3 * errors[0]
    assert found.model(point) == pytest.approx(float(landscape.value(point)), rel=1e-15)
    grid = point[:, None, None] + np.zeros((2, 3, 4))
    assert found.model(grid).shape == (3, 4)


def test_gradient_descent_swings_out_just_above_the_stable_rate_and_not_below() -> None:
    landscape = landscapes.get("ravine")
    found = curvature_at(landscape, np.array([1.0, 1.0]))
    assert found is not None
    for decay in (0.0, 0.5):
        rate = found.stable_rate(decay)
        assert rate is not None
        ends = [
            trajectory(
                RunSpec(landscape, GradientDescent(lr=factor * rate, weight_decay=decay)),
                (1.0, 1.0),
                4000,
                end=StoppingCriteria(converge=False),
            ).ending
            for factor in (0.99, 1.01)
        ]
        assert ends == [TerminationReason.STEP_LIMIT, TerminationReason.DIVERGED]


def test_a_saddle_has_one_direction_down_and_a_hill_no_stable_rate() -> None:
    saddle = curvature_at(landscapes.get("saddle"), np.array([0.0, 0.0]))
    assert saddle is not None
    assert saddle.eigenvalues[0] < 0 < saddle.eigenvalues[1]
    top = curvature_at(landscapes.get("himmelblau"), np.array([-0.270845, -0.923039]))
    assert top is not None
    assert (top.eigenvalues < 0).all()
    assert top.stable_rate() is None


def test_a_flat_direction_has_no_finite_condition() -> None:
    flat = curvature_at(landscapes.get("quadratic-1d"), np.array([1.0]))
    assert flat is not None
    assert flat.condition_number == 1
    degenerate = curvature_at(landscapes.get("monkey-saddle"), np.array([0.0, 0.0]))
    assert degenerate is not None
    assert degenerate.condition_number == math.inf


@pytest.mark.parametrize("point", [(math.nan, 0.0), (math.inf, 1.0), (1e200, 1e200)])
def test_where_nothing_is_finite_there_is_no_curvature(point: tuple[float, float]) -> None:
    assert curvature_at(landscapes.get("rosenbrock"), np.array(point)) is None


@pytest.mark.parametrize("landscape", [landscapes.get("rosenbrock"), classifier(blobs())])
def test_the_strictest_rate_is_the_smallest_along_the_path(landscape: Landscape) -> None:
    run_spec = RunSpec(landscape, GradientDescent(lr=1e-3))
    found = trajectory(run_spec, landscape.start, 50, end=StoppingCriteria(converge=False))
    curvatures = [curvature_at(landscape, position) for position in found.position]
    rates = [curvature.stable_rate(0.1) for curvature in curvatures if curvature is not None]
    strictest = strictest_rate(found, 0.1)
    assert strictest is not None
    assert strictest.rate == pytest.approx(min(rate for rate in rates if rate is not None))
    assert strictest.position == tuple(found.position[strictest.step])
    assert rates[strictest.step] == pytest.approx(strictest.rate)


def test_the_strictest_rate_of_a_model_goes_on_where_it_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    landscape = classifier(blobs())
    run_spec = RunSpec(landscape, GradientDescent(lr=1e-3))
    found = trajectory(run_spec, landscape.start, 50, end=StoppingCriteria(converge=False))
    looked_at = []
    of_the_model = ModelLandscape.hessian

    def hessian(self: ModelLandscape, x: Array) -> Array:
        looked_at.append(x.shape[1])
        return of_the_model(self, x)

    monkeypatch.setattr(ModelLandscape, "hessian", hessian)
    asked = iter([False, False, True])
    assert strictest_rate(found, 0.0, lambda: next(asked)) is None
    assert looked_at == [LEARNING_STEPS_AT_ONCE] * 2
    assert strictest_rate(found) is not None
    assert sum(looked_at) == 51
