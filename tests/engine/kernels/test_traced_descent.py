"""Kernels arrive where NumPy arrives: to the bit where a formula has nothing but sums, products, quotients and roots."""

from __future__ import annotations

import threading
from math import inf
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import kernels, landscapes, optimizers, schedules
from optexplorer.engine.batch_descent import BatchEndpoints, batch_descent
from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.kernels import library, traced_descent
from optexplorer.engine.kernels.numpy_steps import NumpySteps
from optexplorer.engine.kernels.plans import plan_of
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.base import Array, Optimizer, RuleOptimizer
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import Varied

pytestmark = [pytest.mark.usefixtures("few_points"), pytest.mark.numbers]

HIMMELBLAU = landscapes.get("himmelblau")
BEYOND_RULES = {"sam", "lookahead", "schedule-free-sgd", "schedule-free-adamw", "adahessian", "sophia"}
"""Optimizers that do more than follow a rule, and have kernels all the same."""
EXAMPLES = [
    pytest.param(kind(**example.settings), id=f"{id}-{number}")
    for id in optimizers.ids()
    for kind in [optimizers.get(id)]
    if issubclass(kind, RuleOptimizer) or id in BEYOND_RULES
    for number, example in enumerate(kind.examples)
    if example.message is None and example.settings.get("inner") != "bfgs"
]


def own(formula: str, **settings: Any) -> FormulaLandscape:
    definition = FormulaDefinition(formula=formula, domain={"x": (-2, 2), "y": (-2, 2)}, **settings)
    return FormulaLandscape("own", definition)


def spread_over(landscape: Landscape, count: int) -> Array:
    low, high = np.array(landscape.domain).T
    return np.ascontiguousarray(np.random.default_rng(2).uniform(low, high, (count, len(low))).T)


def by_rule(run_spec: RunSpec, starts: Array, steps: int, **settings: Any) -> BatchEndpoints:
    """Return the endpoints that the rule itself finds, without being traced."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kernels, "LEAST_POINTS", inf)
        return batch_descent(run_spec, starts, steps, **settings)


def both(
    run_spec: RunSpec, starts: Array, steps: int, **settings: Any
) -> tuple[BatchEndpoints, BatchEndpoints]:
    """Return the endpoints by the rule, and by a kernel, which must have been used; NumPy in place is as the rule."""
    expected = by_rule(run_spec, starts, steps, **settings)
    assert_same(expected, batch_descent(run_spec, starts, steps, kernels="off", **settings))
    before = library.LIBRARY.used
    kernel = batch_descent(run_spec, starts, steps, kernels="wait", **settings)
    assert library.LIBRARY.used > before, "no kernel was used"
    return expected, kernel


def assert_same(expected: BatchEndpoints, found: BatchEndpoints) -> None:
    for name in ("position", "loss", "steps", "ending", "reached", "evaluations"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


@pytest.mark.parametrize("optimizer", EXAMPLES)
def test_every_rule_has_a_kernel_with_the_same_results(optimizer: Optimizer) -> None:
    starts = spread_over(HIMMELBLAU, 100)
    assert_same(*both(RunSpec(HIMMELBLAU, optimizer), starts, 30, target=5.0))


@pytest.mark.parametrize(
    "id",
    ["rosenbrock", "beale", "styblinski-tang", "adam-trap", "fault", "quantised-bowl", "step", "pyramid"],
)
def test_formulas_without_functions_of_the_c_library_have_the_same_results(id: str) -> None:
    landscape = landscapes.get(id)
    assert_same(*both(RunSpec(landscape, GradientDescent(lr=1e-3)), spread_over(landscape, 300), 60))


@pytest.mark.parametrize(
    "id", ["rastrigin", "ackley", "hills", "cross-in-tray", "cliff", "michalewicz", "forrester"]
)
def test_other_formulas_agree(id: str) -> None:
    landscape = landscapes.get(id)
    expected, kernel = both(RunSpec(landscape, GradientDescent(lr=1e-4)), spread_over(landscape, 300), 40)
    np.testing.assert_allclose(kernel.position, expected.position, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(kernel.ending, expected.ending)


@pytest.mark.parametrize(
    "formula",
    [
        "tan(x / 4) + asin(y / 8) + acos(x / 9)", "atan(x) + atan2(y, x + 5)", "sinh(x) + cosh(y) + tanh(x y)",
        "log(x + 3) + log2(y + 3) + log10(x + 4) + log1p(y^2)", "exp(x) + expm1(y) + 2^x + (x + 3)^1.3",
        "erf(x) + erfc(y) + sigmoid(x y) + softplus(x)", "cbrt(x) + hypot(x, y) + sqrt(x + 3)",
        "asinh(x) + acosh(y + 4) + atanh(x / 3)", "abs(x) + sign(y) + floor(x) + ceil(y) + round(x y)",
        "mod(x, 1.3) + mod(y, -0.7)", "min(x, y) + max(x^2, y)", "if(x > y, x^2, y^2) + if(x >= 0 and y < 1, 2 x, 3 y)",
    ],
)  # fmt: skip
def test_every_function_of_formulas_has_code(formula: str) -> None:
    landscape = own(formula)
    expected, kernel = both(RunSpec(landscape, GradientDescent(lr=1e-3)), spread_over(landscape, 200), 20)
    np.testing.assert_allclose(kernel.position, expected.position, rtol=1e-9, atol=1e-9, equal_nan=True)
    np.testing.assert_array_equal(kernel.ending, expected.ending)


def test_points_that_end_leave_and_all_endings_occur() -> None:
    starts = spread_over(HIMMELBLAU, 5000) * 3
    expected, kernel = both(RunSpec(HIMMELBLAU, Momentum(lr=5e-3)), starts, 250, target=1e-3)
    assert_same(expected, kernel)
    assert set(np.unique(kernel.ending)) == {
        reason.value
        for reason in (
            TerminationReason.CONVERGED,
            TerminationReason.DIVERGED,
            TerminationReason.STEP_LIMIT,
        )
    }


def test_without_an_end_rule() -> None:
    starts = spread_over(HIMMELBLAU, 300)
    end = StoppingCriteria(converge=False, escape=inf)
    expected, kernel = both(RunSpec(HIMMELBLAU, GradientDescent(lr=0.02)), starts, 100, end=end)
    assert_same(expected, kernel)
    assert TerminationReason.CONVERGED.value not in kernel.ending


def test_starts_where_the_loss_is_not_finite_stay() -> None:
    landscape = own("log(x) + y^2")
    expected, kernel = both(RunSpec(landscape, GradientDescent(lr=0.01)), spread_over(landscape, 200), 20)
    np.testing.assert_array_equal(kernel.ending, expected.ending)
    np.testing.assert_array_equal(kernel.steps, expected.steps)
    assert (kernel.steps[expected.ending == TerminationReason.DIVERGED.value] == 0).any()


@pytest.mark.parametrize(
    ("optimizer", "bounds"),
    [
        (Adam(), {"lr": (1e-3, 0.5)}),
        (Adam(lr=0.1), {"beta1": (0.5, 0.99), "beta2": (0.9, 0.999)}),
        (Momentum(), {"lr": (1e-3, 0.1), "momentum": (0.1, 0.9)}),
        (optimizers.get("prodigy")(), {"d0": (1e-3, 0.1)}),
        (optimizers.get("nadam")(lr=0.05), {"momentum_decay": (1e-3, 0.1), "beta2": (0.9, 0.99)}),
        (optimizers.get("yogi")(lr=0.05), {"beta2": (0.9, 0.99)}),
        (optimizers.get("lookahead")(inner="gd"), {"alpha": (0.1, 0.9)}),
    ],
)
def test_settings_that_differ_from_point_to_point(
    optimizer: Optimizer, bounds: dict[str, tuple[float, float]]
) -> None:
    starts = spread_over(HIMMELBLAU, 300)
    random = np.random.default_rng(5)
    varied = Varied({name: random.uniform(*within, 300) for name, within in bounds.items()})
    assert_same(*both(RunSpec(HIMMELBLAU, optimizer), starts, 50, varied=varied, target=1.0))


def test_settings_that_differ_and_are_zero_for_some_points() -> None:
    decay = np.where(np.arange(300) % 3, np.linspace(0.01, 0.1, 300), 0.0)
    varied = Varied({"weight_decay": decay, "eps": np.full(300, 1e-7)})
    assert_same(*both(RunSpec(HIMMELBLAU, Adam(lr=0.1)), spread_over(HIMMELBLAU, 300), 50, varied=varied))


@pytest.mark.parametrize(
    "source", [Noisy(), Noisy(noise="proportional", clip_norm=3.0), Exact(clip_value=1.0)]
)
def test_gradient_sources(source: Any) -> None:
    run_spec = RunSpec(HIMMELBLAU, Adam(lr=0.05), source=source, seed=3)
    assert_same(*both(run_spec, spread_over(HIMMELBLAU, 300), 50))


@pytest.mark.parametrize("id", ["cosine", "one-cycle", "warmup"])
def test_schedules(id: str) -> None:
    run_spec = RunSpec(HIMMELBLAU, Adam(lr=0.05), schedule=schedules.get(id)())
    assert_same(*both(run_spec, spread_over(HIMMELBLAU, 300), 50))


def test_parameters_of_a_formula_share_a_kernel() -> None:
    made = library.LIBRARY.made
    definition = FormulaDefinition(
        formula="a x^2 + b y^2 + x^4 / 7",
        domain={"x": (-2, 2), "y": (-2, 2)},
        parameters={name: {"value": 1, "low": 0, "high": 9} for name in "ab"},
    )
    for values in ({"a": 1.5, "b": 2}, {"a": 3, "b": 0.25}):
        landscape = FormulaLandscape("own", definition.with_values(values))
        assert_same(*both(RunSpec(landscape, GradientDescent(lr=0.01)), spread_over(landscape, 100), 20))
    assert library.LIBRARY.made == made + 1


def test_settings_share_a_kernel() -> None:
    starts = spread_over(HIMMELBLAU, 100)
    batch_descent(RunSpec(HIMMELBLAU, Adam(lr=0.1)), starts, 10)
    made = library.LIBRARY.made
    assert_same(*both(RunSpec(HIMMELBLAU, Adam(lr=0.02, beta1=0.7, eps=1e-5)), starts, 25))
    assert library.LIBRARY.made == made


@pytest.mark.parametrize("id", ["gd-backtracking", "newton", "bfgs"])
def test_what_cannot_be_traced_is_left_to_numpy(id: str) -> None:
    run_spec = RunSpec(HIMMELBLAU, optimizers.get(id)())
    assert plan_of(run_spec, 5, ()) is None
    used = library.LIBRARY.used
    assert_same(
        *(batch_descent(run_spec, spread_over(HIMMELBLAU, 20), 5, kernels=use) for use in ("wait", "off"))
    )
    assert library.LIBRARY.used == used


@pytest.mark.parametrize(
    "run_spec",
    [
        RunSpec(landscapes.get("one-neuron"), GradientDescent()),
        RunSpec(HIMMELBLAU, GradientDescent(), schedule=schedules.get("plateau")()),
    ],
)
def test_landscapes_of_data_and_closed_loops_are_left_to_numpy(run_spec: RunSpec) -> None:
    used = library.LIBRARY.used
    batch_descent(run_spec, spread_over(run_spec.landscape, 20), 5)
    assert library.LIBRARY.used == used


@pytest.mark.parametrize("id", ["cosine", "one-cycle"])
def test_schedules_of_rates_that_differ(id: str) -> None:
    run_spec = RunSpec(HIMMELBLAU, Momentum(), schedule=schedules.get(id)())
    varied = Varied({"lr": np.geomspace(1e-4, 0.05, 701)})
    expected, kernel = both(run_spec, spread_over(HIMMELBLAU, 701), 150, varied=varied, target=0.1)
    assert_same(expected, kernel)
    assert len(set(kernel.ending.tolist())) > 1


def test_stopped_at_once_nothing_moves() -> None:
    starts = spread_over(HIMMELBLAU, 300)
    batch_descent(RunSpec(HIMMELBLAU, Adam()), starts, 20)
    found = batch_descent(RunSpec(HIMMELBLAU, Adam()), starts, 20, should_stop=lambda: True)
    assert (found.ending == TerminationReason.CANCELLED.value).all()
    assert not found.steps.any()
    np.testing.assert_array_equal(found.position, starts)


def test_stopped_on_the_way_points_are_where_numpy_has_them() -> None:
    starts = spread_over(HIMMELBLAU, 300)
    run_spec = RunSpec(HIMMELBLAU, Adam())
    asked = threading.Semaphore(4)
    found = batch_descent(
        run_spec, starts, 100_000, should_stop=lambda: not asked.acquire(blocking=False), target=5.0
    )
    cancelled = found.ending == TerminationReason.CANCELLED.value
    assert cancelled.any()
    for steps in set(found.steps[cancelled].tolist()):
        places = cancelled & (found.steps == steps)
        there = batch_descent(run_spec, starts[:, places], steps, kernels="off")
        np.testing.assert_array_equal(found.position[:, places], there.position)


def test_long_descents_are_stopped_while_they_are_traced() -> None:
    run_spec = RunSpec(HIMMELBLAU, optimizers.get("radam")(lr=0.0123))
    assert plan_of(run_spec, 5000, (), lambda: True) is None
    # Nothing is remembered of that.
    assert plan_of(run_spec, 50, ()) is not None


def test_the_switch_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(library.SWITCH, "off")
    used = library.LIBRARY.used
    batch_descent(RunSpec(HIMMELBLAU, Adam()), spread_over(HIMMELBLAU, 50), 5)
    assert library.LIBRARY.used == used


def test_few_points_are_left_to_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    used = library.LIBRARY.used
    batch_descent(RunSpec(HIMMELBLAU, Adam()), spread_over(HIMMELBLAU, 50), 5)
    assert library.LIBRARY.used == used


def test_a_long_call_takes_fewer_rows_the_next_time() -> None:
    assert traced_descent._next_rows(64, 10 * traced_descent.SECONDS) == 6
    assert traced_descent._next_rows(1, 10 * traced_descent.SECONDS) == 1
    assert traced_descent._next_rows(8, 0.0) == 32


IN_PLACE = [param for param in EXAMPLES if param.id not in ("adahessian-1",)]


@pytest.mark.parametrize("optimizer", IN_PLACE)
def test_every_rule_is_taken_in_place(optimizer: Optimizer, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    run = NumpySteps.run
    monkeypatch.setattr(NumpySteps, "run", lambda *given: (taken.append(1), run(*given)))
    starts = spread_over(HIMMELBLAU, 20)
    batch_descent(RunSpec(HIMMELBLAU, optimizer), starts, 5, kernels="off")
    assert taken


def test_powers_of_points_are_left_to_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NumpySteps, "run", lambda *_: pytest.fail("taken in place"))
    run_spec = RunSpec(HIMMELBLAU, optimizers.get("adahessian")(hessian_power=0.7))
    batch_descent(run_spec, spread_over(HIMMELBLAU, 20), 5, kernels="off")


class Exchanging(RuleOptimizer):
    """Keeps two arrays that change places."""

    lr: float = 0.01

    def init(self, x: Array) -> Any:
        return (x, x * 2)

    def update(self, gradient: Array, state: Any, x: Array, lr: Any) -> Any:
        return -lr * (gradient + state[0]), (state[1], state[0])


class Shifting(RuleOptimizer):
    """Keeps the two points before, and a number for all that it makes an array of."""

    lr: float = 0.01

    def init(self, x: Array) -> Any:
        return (x, x, np.zeros_like(x), x * 0)

    def update(self, gradient: Array, state: Any, x: Array, lr: Any) -> Any:
        step = -lr * (gradient + state[1] - state[2])
        return step, (x, state[0], np.full_like(x, 0.25), gradient)


@pytest.mark.parametrize("optimizer", [Exchanging(), Shifting()])
def test_states_that_are_handed_on(optimizer: Optimizer) -> None:
    assert_same(*both(RunSpec(HIMMELBLAU, optimizer), spread_over(HIMMELBLAU, 100), 30))


@pytest.mark.parametrize("formula", ["x^2 / 2 + y^2 / 2", "x + 2 y", "3 + 0 x", "x y"])
def test_gradients_that_are_points_or_numbers(formula: str) -> None:
    landscape = own(formula)
    assert_same(*both(RunSpec(landscape, Momentum(lr=0.01)), spread_over(landscape, 100), 30))


@pytest.mark.parametrize("id", ["adam", "sam", "sophia"])
def test_a_budget_is_spent_as_by_the_rule(id: str) -> None:
    run_spec = RunSpec(HIMMELBLAU, optimizers.get(id)(), schedules.read("cosine"))  # type: ignore[call-arg]
    expected, kernel = both(run_spec, spread_over(HIMMELBLAU, 40), 120, end=StoppingCriteria(budget=50))
    assert_same(expected, kernel)
    assert TerminationReason.BUDGET_SPENT.value in kernel.ending
    assert kernel.evaluations[1].max() <= 50


@pytest.mark.parametrize("id", ["muon", "prodigy", "adafactor", "adahessian"])
def test_many_coordinates(id: str) -> None:
    names = [f"x{number}" for number in range(1, 11)]
    formula = (
        " + ".join(f"{place}*({name} - 1)^4 / 4" for place, name in enumerate(names, 1)) + " + x1 x2 x10"
    )
    definition = FormulaDefinition(formula=formula, domain=dict.fromkeys(names, (-2.0, 2.0)))
    landscape = FormulaLandscape("own", definition)
    run_spec = RunSpec(landscape, optimizers.get(id)())
    assert_same(*both(run_spec, spread_over(landscape, 50), 30, target=1.0))
