"""Points that descend together arrive where each arrives alone, to the bit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import inf

import numpy as np
import pytest
from numpy.typing import NDArray

from optexplorer.engine import batch_arrival, landscapes, optimizers, schedules
from optexplorer.engine.batch_descent import batch_descent, cores, on_one_core
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.base import Array, Optimizer
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.optimizers.quasi_newton import LBFGS
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Schedule
from optexplorer.engine.schedules.plateau import Plateau
from optexplorer.engine.schedules.warmup import Warmup
from optexplorer.engine.trajectory import TerminationReason, Trajectory

HIMMELBLAU = landscapes.get("himmelblau")
STANDARD = StoppingCriteria()
UNBOUNDED = StoppingCriteria(converge=False, escape=inf)


def own(formula: str) -> FormulaLandscape:
    return FormulaLandscape("own", FormulaDefinition(formula=formula, domain={"x": (-2, 2), "y": (-2, 2)}))


def spread_over(landscape: Landscape, count: int) -> Array:
    low, high = np.array(landscape.domain).T
    return np.ascontiguousarray(np.random.default_rng(2).uniform(low, high, (count, len(low))).T)


def counts_of(path: Trajectory) -> NDArray[np.int64]:
    assert path.evaluations is not None
    return path.evaluations


def assert_alike(
    run_spec: RunSpec, starts: Array, steps: int, end: StoppingCriteria = STANDARD
) -> set[TerminationReason]:
    """Check that the points arrive where each would alone, and return how they ended."""
    together = batch_descent(run_spec, starts, steps, end=end)
    alone = [trajectory(run_spec, start, steps, end=end) for start in starts.T]
    assert together.steps.tolist() == [t.steps for t in alone]
    assert together.ending.tolist() == [t.ending.value for t in alone]
    np.testing.assert_array_equal(together.position, np.array([t.position[-1] for t in alone]).T)
    np.testing.assert_array_equal(together.loss, [t.loss[-1] for t in alone])
    np.testing.assert_array_equal(together.evaluations.T, [counts_of(t)[-1] for t in alone])
    return {t.ending for t in alone}


@pytest.mark.parametrize("id", landscapes.ids())
def test_on_every_landscape(id: str) -> None:
    landscape = landscapes.get(id)
    starts = spread_over(landscape, 12)
    assert_alike(RunSpec(landscape, Momentum(lr=0.05)), starts, 60)
    assert_alike(RunSpec(landscape, Momentum(lr=0.05)), starts, 60, UNBOUNDED)


@pytest.mark.parametrize("id", optimizers.ids())
def test_by_every_optimizer(id: str) -> None:
    assert_alike(RunSpec(HIMMELBLAU, make(optimizers.get(id), {})), spread_over(HIMMELBLAU, 12), 80)


SEARCHING = [
    pytest.param(optimizer, id=f"{id}-{number}")
    for id in optimizers.ids()
    for number, example in enumerate(optimizers.get(id).examples)
    if example.message is None
    for optimizer in [make(optimizers.get(id), example.settings)]
    if optimizer.evaluation_period is None
]


@pytest.mark.parametrize("landscape", ["rosenbrock", "rastrigin", "adam-trap"])
@pytest.mark.parametrize("optimizer", SEARCHING)
def test_by_searches_that_end_at_different_times(
    optimizer: Optimizer, landscape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = landscapes.get(landscape)
    if not optimizer.needs <= {"hessian"} and ground.residuals(np.zeros(2)) is None:
        return
    # None of them is led to its end alone.
    monkeypatch.setattr(batch_arrival, "FEW_POINTS", 0)
    assert_alike(RunSpec(ground, optimizer), spread_over(ground, 40), 25)


@pytest.mark.parametrize(
    "schedule",
    [*(schedules.get(id)() for id in schedules.ids()), Warmup(then=Plateau(patience=2, factor=0.5))],
    ids=repr,
)
def test_by_every_schedule(schedule: Schedule) -> None:
    assert_alike(RunSpec(HIMMELBLAU, Momentum(lr=0.01), schedule), spread_over(HIMMELBLAU, 12), 80)


def test_when_points_that_have_ended_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    # A ravine of changing width: points converge sooner or later or diverge, and descend in several batches.
    monkeypatch.setattr(batch_arrival, "CACHED_NUMBERS", 32)
    ground = own("(1 + 40*y^2)*x^2 + 0.001*y^2")
    starts = spread_over(ground, 50)
    starts[:, 5] = 0.0
    endings = assert_alike(
        RunSpec(ground, Momentum(lr=0.05), Plateau(patience=3)),
        starts,
        400,
        StoppingCriteria(step=1e-9, escape=5),
    )
    assert {TerminationReason.CONVERGED, TerminationReason.DIVERGED} <= endings


def test_when_numbers_overflow() -> None:
    run_spec = RunSpec(own("x^2 + y^2"), GradientDescent(lr=2))
    assert assert_alike(run_spec, spread_over(own("x + y"), 9), 900, UNBOUNDED) == {
        TerminationReason.DIVERGED
    }


@pytest.mark.parametrize(("formula", "lost"), [("log(x) + y^2", -1.0), ("x^2 + y^2", 1e6)])
def test_a_start_that_is_lost_already_stays_where_it_is(formula: str, lost: float) -> None:
    run_spec, starts = RunSpec(own(formula), GradientDescent(lr=0.01)), np.array([[lost, 1.0], [0.5, 0.5]])
    endings = assert_alike(run_spec, starts, 20)
    assert endings == {TerminationReason.DIVERGED, TerminationReason.STEP_LIMIT}
    assert batch_descent(run_spec, starts, 20).position[:, 0].tolist() == [lost, 0.5]


def test_a_thread_beside_others_uses_one_core() -> None:
    everything = cores()
    with on_one_core():
        with on_one_core():
            assert cores() == 1
        assert cores() == 1
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(cores).result() == everything
    assert cores() == everything


def test_l_bfgs_forgets_what_some_points_have_not_learned() -> None:
    """Over a ripple some points meet negative curvature, from which they learn nothing, while others go on learning."""
    ripple = own("cos(3*x) + 0.5*x^2 + y^2")
    optimizer = LBFGS(lr=0.3, history_size=3, line_search="none")
    assert_alike(RunSpec(ripple, optimizer), spread_over(ripple, 40), 30, UNBOUNDED)
