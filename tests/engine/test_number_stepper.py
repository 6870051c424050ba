"""Steps of a single point in Python's own numbers are those that NumPy's arrays take, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.batch_stepper import BatchStepper
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.number_stepper import NumberStepper
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.base import Array, Optimizer, RuleOptimizer
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.run_spec import RunSpec
from optexplorer.experiment.default_experiment import default_experiment

FOUR = FormulaDefinition(
    formula="a^2 + 10 b^2 + (c - d)^4 + sin(a d)", domain=dict.fromkeys("abcd", (-3.0, 3.0))
).landscape("four")
ROWS = (1, 2, 61, 64)
RULES = [id for id in optimizers.ids() if issubclass(optimizers.get(id), RuleOptimizer)]


def steps(
    landscape: Landscape, optimizer: Optimizer, start: tuple[float, ...], *, numbers: bool
) -> tuple[list[Array], BatchStepper]:
    """Take steps in blocks of several lengths; return positions and gradients, and what has taken them."""
    stepper = BatchStepper(RunSpec(landscape, optimizer), np.array(start), sum(ROWS))
    if not numbers:
        stepper._numbers = False
    found = []
    for rows in ROWS:
        positions, gradients = np.empty((rows, len(start))), np.empty((rows, len(start)))
        stepper.advance(positions, gradients)
        found += [positions, gradients]
    return found, stepper


def assert_same_steps(landscape: Landscape, optimizer: Optimizer, start: tuple[float, ...]) -> BatchStepper:
    ones, stepper = steps(landscape, optimizer, start, numbers=True)
    others, plain = steps(landscape, optimizer, start, numbers=False)
    for one, other in zip([*ones, stepper.x], [*others, plain.x], strict=True):
        # Which bits say "not a number" is left to the processor.
        np.testing.assert_array_equal(np.isnan(one), np.isnan(other))
        assert np.where(np.isnan(one), 0.0, one).tobytes() == np.where(np.isnan(other), 0.0, other).tobytes()
    assert stepper.evaluator.counts == plain.evaluator.counts
    assert type(stepper.state) is type(plain.state)
    for part, other in zip(stepper.state, plain.state, strict=True):
        assert type(part) is type(other)
        np.testing.assert_array_equal(part, other)
    return stepper


@pytest.mark.numbers
@pytest.mark.parametrize("id", RULES)
@pytest.mark.parametrize(
    "landscape", ["himmelblau", "double-well-1d", "ackley", "abs-1d", "in four coordinates"]
)
def test_every_optimizer_takes_the_same_steps(id: str, landscape: str) -> None:
    kind = optimizers.get(id)
    hill = FOUR if landscape == "in four coordinates" else landscapes.get(landscape)
    settings = [example.settings for example in kind.examples if example.message is None]
    for setting in ({}, *settings):
        assert_same_steps(hill, kind(**setting), hill.start)


@pytest.mark.numbers
@given(
    st.sampled_from(RULES),
    st.floats(-1e3, 1e3),
    st.floats(-1e3, 1e3),
    st.floats(1e-9, 1e5),
    st.booleans(),
)
def test_steps_that_diverge_or_divide_by_zero_are_the_same(
    id: str, x: float, y: float, lr: float, maximize: bool
) -> None:
    kind = optimizers.get(id)
    more = {"maximize": maximize} if "maximize" in kind.model_fields else {}
    assert_same_steps(landscapes.get("beale"), kind(lr=lr, **more), (x, y))


def test_the_optimizers_of_the_first_race_are_plain_arithmetic() -> None:
    hill = landscapes.get("beale")
    for racer in default_experiment().racers:
        stepper = assert_same_steps(hill, racer.optimizer, (1.0, 1.5))
        assert isinstance(stepper._numbers, NumberStepper), racer.optimizer.id


def test_at_a_point_of_no_slope_nothing_divides_by_zero() -> None:
    hill = landscapes.get("quadratic-bowl")
    for optimizer in (Adam(eps=0), optimizers.get("rmsprop")(eps=0), optimizers.get("adagrad")(eps=0)):
        assert_same_steps(hill, optimizer, (0.0, 0.0))


class _Aliasing(RuleOptimizer):
    """Two names for one array that is then changed in place."""

    id = "aliasing"
    lr: float = 0.1

    def update(self, gradient: Array, state: tuple[()], x: Array, lr: float) -> tuple[Array, tuple[()]]:
        step = other = gradient * -lr
        other *= 0.5
        return step, state


class _Branching(RuleOptimizer):
    """What it does depends on the numbers."""

    id = "branching"
    lr: float = 0.1

    def update(self, gradient: Array, state: tuple[()], x: Array, lr: float) -> tuple[Array, tuple[()]]:
        return (gradient * -lr if gradient[0] > 0 else gradient * (-2 * lr)), state


def test_an_array_with_two_names_changes_under_both() -> None:
    stepper = assert_same_steps(landscapes.get("himmelblau"), _Aliasing(), (0.3, 0.4))
    assert isinstance(stepper._numbers, NumberStepper)


def test_what_is_no_plain_arithmetic_is_left_to_arrays() -> None:
    stepper = assert_same_steps(landscapes.get("himmelblau"), _Branching(lr=1e-3), (0.3, 0.4))
    assert stepper._numbers is False


def test_texts_are_shared_by_optimizers_that_differ_in_numbers() -> None:
    x = np.array([0.5, 0.5])
    one = NumberStepper.of(GradientDescent(lr=0.1), x, ())
    other = NumberStepper.of(GradientDescent(lr=0.2), x, ())
    assert one is not None
    assert other is not None
    assert one._run is other._run


class _HeavyBall(RuleOptimizer):
    """A state that holds the point which is left."""

    id = "heavy-ball"
    lr: float = 1e-3

    def init(self, x: Array) -> tuple[Array]:
        return (x,)

    def update(self, gradient: Array, state: tuple[Array], x: Array, lr: float) -> tuple[Array, tuple[Array]]:
        (before,) = state
        return -lr * gradient + 0.9 * (x - before), (x,)


class _Counting(RuleOptimizer):
    """A number that is changed in place is another number."""

    id = "counting"
    lr: float = 1e-3

    def init(self, x: Array) -> tuple[float]:
        return (1.0,)

    def update(self, gradient: Array, state: tuple[float], x: Array, lr: float) -> tuple[Array, tuple[float]]:
        (t,) = state
        before, rate = t, lr
        t += 1.0
        rate *= 0.5
        return -lr * gradient * before / (1 + before) + 0.0 * rate, (t,)


class _TellingTypes(RuleOptimizer):
    """It does something else with what is no array."""

    id = "telling-types"
    lr: float = 1e-3

    def update(self, gradient: Array, state: tuple[()], x: Array, lr: float) -> tuple[Array, tuple[()]]:
        return (-lr * gradient if isinstance(gradient, np.ndarray) else -2 * lr * gradient), state


class _Asserting(RuleOptimizer):
    """It refuses what is no array."""

    id = "asserting"
    lr: float = 1e-3

    def update(self, gradient: Array, state: tuple[()], x: Array, lr: float) -> tuple[Array, tuple[()]]:
        if not isinstance(gradient, np.ndarray):
            raise RuntimeError("no array")
        return -lr * gradient, state


class _Signed(RuleOptimizer):
    """Its number may be 0.0 or -0.0, which are equal."""

    id = "signed"
    lr: float = 1e-3
    c: float = 0.0

    def init(self, x: Array) -> tuple[Array]:
        return (np.zeros_like(x),)

    def update(self, gradient: Array, state: tuple[Array], x: Array, lr: float) -> tuple[Array, tuple[Array]]:
        return -lr * gradient, (state[0] * 0.0 + self.c,)


@pytest.mark.parametrize(
    "optimizer",
    [_HeavyBall(), _Counting(), _TellingTypes(), _Asserting(), _Signed(c=0.0), _Signed(c=-0.0)],
    ids=repr,
)
@pytest.mark.parametrize("landscape", ["himmelblau", "quartic-1d"])
def test_optimizers_of_strangers_take_the_same_steps(optimizer: Optimizer, landscape: str) -> None:
    hill = landscapes.get(landscape)
    assert_same_steps(hill, optimizer, hill.start)


class _Shapes(RuleOptimizer):
    """States and steps of which no arithmetic can be made."""

    id = "shapes"
    lr: float = 1e-3
    kind: str = "list"

    def init(self, x: Array) -> Any:
        return {"list": [x], "growing": (None,), "vanishing": (x,), "exchanged": (x, 1.0), "constant": ()}[
            self.kind
        ]

    def update(self, gradient: Array, state: Any, x: Array, lr: float) -> tuple[Any, Any]:
        after = {
            "list": [x],
            "growing": (None if state and state[0] is None and self.kind != "growing" else x,),
            "vanishing": (None,),
            "exchanged": state[::-1] if self.kind == "exchanged" else None,
            "constant": (),
        }[self.kind]
        return (np.zeros_like(x) if self.kind == "constant" else -lr * gradient), after


@pytest.mark.parametrize("kind", ["list", "growing", "vanishing", "exchanged", "constant"])
def test_of_other_states_no_stepper_is_made(kind: str) -> None:
    optimizer, x = _Shapes(kind=kind), np.array([0.5, 0.25])
    assert NumberStepper.of(optimizer, x, optimizer.init(x)) is None


def test_neither_is_it_of_many_coordinates_or_of_optimizers_that_look_around() -> None:
    assert NumberStepper.of(GradientDescent(), np.zeros(9), ()) is None
    newton = optimizers.get("newton")()
    assert NumberStepper.of(newton, np.zeros(2), newton.init(np.zeros(2))) is None


def test_a_stepper_leaves_to_arrays_what_it_cannot_do() -> None:
    optimizer, x = Adam(), np.array([0.5, 0.25])
    state = optimizer.init(x)
    stepper = NumberStepper.of(optimizer, x, state)
    assert stepper is not None

    def steep(*point: float) -> tuple[float, ...]:
        return (1 / 0.0, *point[1:])

    assert stepper.take(steep, x, state, [0.1]) is None
    assert not stepper.agrees(steep, optimizer.update, x, state, [0.1])
    assert stepper.take(lambda *point: point, x, ([],), [0.1]) is None
    assert stepper.take(lambda *point: point, x, (), [0.1]) is None
