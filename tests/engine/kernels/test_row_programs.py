"""The steps of a descent as they are traced: kinds, constants, memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers, schedules
from optexplorer.engine.kernels import row_programs
from optexplorer.engine.kernels.beginning import fill
from optexplorer.engine.kernels.memory import Layout, Memory
from optexplorer.engine.kernels.plans import plan_of
from optexplorer.engine.kernels.row_programs import Kept, Plan, traced
from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.base import Optimizer, RuleOptimizer
from optexplorer.engine.run_spec import RunSpec

HIMMELBLAU = landscapes.get("himmelblau")


def plan(optimizer: Optimizer, steps: int = 20, **settings: Any) -> Plan:
    return traced(RunSpec(HIMMELBLAU, optimizer, **settings), steps)


def test_steps_that_do_the_same_are_of_one_kind() -> None:
    found = plan(Adam())
    assert len(found.programs) == 1
    (run,) = found.runs
    assert len(run.constants) == 21
    assert found.kept == 4


def test_the_first_step_may_be_another() -> None:
    found = plan(optimizers.get("momentum")())
    assert [(run.program, run.first, len(run.constants)) for run in found.runs] == [(0, 0, 1), (1, 1, 20)]
    assert found.kept == 2


def test_steps_may_take_turns() -> None:
    found = plan(optimizers.get("lookahead")(k=5, inner="gd"))
    assert [run.first for run in found.runs] == [0, 4, 5, 9, 10, 14, 15, 19, 20]


@pytest.mark.parametrize("id", ["adam", "adagrad", "adan", "prodigy", "adafactor", "radam", "asgd"])
def test_constants_that_are_recorded_are_those_that_are_traced(
    id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_spec = RunSpec(HIMMELBLAU, optimizers.get(id)(), schedule=schedules.get("cosine")())
    recorded = traced(run_spec, 60)
    monkeypatch.setattr(row_programs._Tracer, "recorded", lambda *_: [])
    one_by_one = traced(run_spec, 60)
    assert recorded.programs == one_by_one.programs
    for one, other in zip(recorded.runs, one_by_one.runs, strict=True):
        assert (one.program, one.first) == (other.program, other.first)
        np.testing.assert_array_equal(one.constants, other.constants)


class _Own(RuleOptimizer):
    """A rule of its own for a test."""

    lr: float = 0.1


def test_steps_of_too_many_kinds_are_refused() -> None:
    class Growing(_Own):
        def init(self, x: Any) -> Any:
            return (1,)

        def update(self, gradient: Any, state: Any, x: Any, lr: Any) -> Any:
            for _ in range(state[0]):
                gradient = gradient * 0.5
            return -lr * gradient, (state[0] + 1,)

    with pytest.raises(NotTraceableError, match="too many kinds"):
        plan(Growing())


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (lambda g: 1.0, lambda g: ()),
        (lambda g: g[0], lambda g: ()),
        (lambda g: -g, lambda g: (g > 0,)),
        (lambda g: -g, lambda g: (np.zeros(2),)),
    ],
)
def test_strange_steps_and_states_are_refused(step: Any, state: Any) -> None:
    class Strange(_Own):
        def update(self, gradient: Any, state_before: Any, x: Any, lr: Any) -> Any:
            return step(gradient), state(gradient)

    with pytest.raises(NotTraceableError):
        plan(Strange())


def test_a_state_of_conditions_is_refused() -> None:
    class Conditions(_Own):
        def init(self, x: Any) -> Any:
            return (x > 0,)

        def update(self, gradient: Any, state: Any, x: Any, lr: Any) -> Any:
            return -lr * gradient, state

    with pytest.raises(NotTraceableError, match="bool"):
        plan(Conditions())


def test_memory_begins_with_the_state_of_the_points() -> None:
    optimizer = optimizers.get("prodigy")(d0=0.5)
    found = plan(optimizer)
    layout = Layout(2, found.kept, (), has_target=False)
    memory = Memory(layout.rows, 3, 3)
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    fill(memory, layout, found, optimizer, x, {})
    state = memory.rows[layout.state :]
    start = found.beginning.start
    assert isinstance(start, Kept)
    np.testing.assert_array_equal(state[start.first : start.first + 2], x)
    np.testing.assert_array_equal(state[found.beginning.distance.first], 0.5)
    np.testing.assert_array_equal(memory.rows[layout.place], [0, 1, 2])
    assert np.isnan(memory.rows[layout.before]).all()


def test_a_rule_that_does_more_than_is_written_down_is_left_to_itself() -> None:
    class Random(_Own):
        def update(self, gradient: Any, state: Any, x: Any, lr: Any) -> Any:
            return -lr * gradient * np.random.default_rng().random(), state

    class Telling(_Own):
        def update(self, gradient: Any, state: Any, x: Any, lr: Any) -> Any:
            return -lr * gradient * (2 if isinstance(gradient, np.ndarray) else 1), state

    assert plan_of(RunSpec(HIMMELBLAU, Random()), 20, ()) is None
    assert plan_of(RunSpec(HIMMELBLAU, Telling()), 20, ()) is None
