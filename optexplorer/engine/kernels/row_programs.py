"""Traces every step of a descent: what each does with a point, and with which numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_stepper import SourceProbe, with_momenta
from optexplorer.engine.evaluation import Evaluator
from optexplorer.engine.kernels.recorded_numbers import RecordedNumber, RecordedSteps
from optexplorer.engine.kernels.tracing import Instruction, NotTraceableError, Operand, Shape, Trace, Traced
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import State, state_like
from optexplorer.engine.recorded_arithmetic import NotRecordableError, Recording
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.varied import PointSetting

Array = NDArray[np.float64]

MOST_PROGRAMS = 8
"""Steps of more kinds than these are not worth compiling."""
_ROWS_BETWEEN_LOOKS = 256
"""Steps that are traced between two questions whether to stop."""
_FEW = 2
"""Points from which the shape of a state is told."""


class Kept(NamedTuple):
    """A part of the optimizer's state that differs from point to point: its first row in memory, and its shape."""

    first: int
    shape: Shape


@dataclass(frozen=True)
class Program:
    """What a step of one kind does with a point. Steps of a kind differ in numbers alone.

    Attributes
    ----------
    instructions : what is done, in its order; those called "input" read what the point keeps
    gradient, loss, step : their values
    kept : the rows of memory that change, and the values that they get
    """

    instructions: tuple[Instruction, ...]
    gradient: Operand
    loss: Operand
    step: Operand
    kept: tuple[tuple[Kept, Operand], ...]


@dataclass(frozen=True)
class Run:
    """Consecutive steps of one kind: the number of its program, the first of them, and the constants of each.

    `constants` are of shape (steps, the program's constants).
    """

    program: int
    first: int
    constants: Array


@dataclass(frozen=True)
class Plan:
    """All steps of a descent.

    Attributes
    ----------
    programs, runs : the kinds of steps, and which steps are of which kind
    kept : how many rows of memory the optimizer's state needs
    beginning : the state before the first step, `Kept` in the place of its arrays
    """

    programs: tuple[Program, ...]
    runs: tuple[Run, ...]
    kept: int
    beginning: State

    @property
    def constants(self) -> list[int]:
        """How many constants each program has."""
        counts = {run.program: run.constants.shape[1] for run in self.runs}
        return [counts[place] for place in range(len(self.programs))]


class _TracedLandscape(Landscape):
    """A landscape whose evaluations are written down."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_landscape"], name)

    @property
    def latex(self) -> str:
        return self._landscape.latex

    @property
    def has_hessian(self) -> bool:
        return self._landscape.has_hessian

    def value(self, x: Any) -> Any:
        return self._evaluated("value", x, ())

    def gradient(self, x: Any) -> Any:
        return self._evaluated("gradient", x, (self.dimension,))

    def hessian(self, x: Any) -> Any:
        if not self.has_hessian:
            raise NotTraceableError("a Hessian that is not known")
        return self._evaluated("hessian", x, (self.dimension, self.dimension))

    def _evaluated(self, what: str, x: Any, shape: Shape) -> Traced:
        if not isinstance(x, Traced) or x.shape != (self.dimension,):
            raise NotTraceableError("other points than those that descend")
        return x.trace.value(what, shape, x.ref)

    def residuals(self, x: Any) -> Any:
        raise NotTraceableError("residuals")

    def residual_jacobian(self, x: Any) -> Any:
        raise NotTraceableError("residuals")


class _Tracer:
    """Traces one step after the other."""

    def __init__(self, run_spec: RunSpec, steps: int, varied: Collection[str]) -> None:
        landscape = _TracedLandscape(run_spec.landscape)
        evaluator = Evaluator(landscape)
        source = run_spec.gradient_source
        gradients = source.bind(evaluator, run_spec.random())
        self._sample: Callable[[Any], Any] = gradients.sample
        self._value = landscape.value
        self._probe = SourceProbe(evaluator, gradients)
        self._optimizer, self._momenta = with_momenta(
            run_spec.optimizer, run_spec.schedule.momenta(steps + 1)
        )
        self._varied = varied
        self._update = None if self._momenta or varied else self._optimizer.bind(self._probe)
        self._dimension = run_spec.landscape.dimension
        self._places: dict[tuple[Any, ...], int] = {}
        self.kept = 0
        self.beginning = self._remembered(self._first_state(), ())
        self.repeats = not source.is_random and self._momenta is None

    def _first_state(self) -> State:
        """Return the state before the first step of a few points; it tells which parts are arrays."""
        alike = {name: PointSetting.of(np.ones(_FEW)) for name in self._varied if name != "lr"}
        with np.errstate(all="ignore"):
            return self._optimizer.model_copy(update=alike).init(np.ones((self._dimension, _FEW)))

    def step(self, row: int, lr: Any, before: State) -> tuple[Program, list[Any], State]:
        """Trace a step at this learning rate (None: each point has its own) from a state.

        Returns
        -------
        What it does, its constants and the state after it.
        """
        trace = Trace()

        def read(kind: str, name: Any, shape: Shape) -> Traced:
            return trace.value("input", shape, kind, name)

        x = read("x", None, (self._dimension,))
        optimizer = self._momenta(row) if self._momenta else self._optimizer
        settings = {}
        for name in self._varied:
            settings[name] = read("setting", name, ())
            settings[name].truth = True
        rate = settings.pop("lr", lr)
        if settings:
            optimizer = optimizer.model_copy(update=settings)
        update: Callable[..., Any] = self._update or optimizer.bind(self._probe)
        state = _replaced(before, lambda kept: read("kept", kept.first, kept.shape))
        gradient, loss = self._sample(x), self._value(x)
        move, after = update(gradient, state, x, rate)
        if not isinstance(move, Traced) or move.shape != x.shape:
            raise NotTraceableError("another kind of step")
        changes: list[tuple[Kept, Operand]] = []
        after = self._written(after, (), trace, changes)
        program = Program(
            tuple(trace.instructions),
            trace.operand(gradient)[0],
            trace.operand(loss)[0],
            trace.operand(move)[0],
            tuple(changes),
        )
        return program, trace.constants, after

    def recorded(
        self,
        before: State,
        rates: Sequence[float | None],
        seen: Sequence[tuple[int, list[float]]],
        programs: Mapping[Program, int],
    ) -> list[list[float]]:
        """Return the constants of all steps at these rates from a state, found without tracing each of them.

        None is returned unless those of the first steps, which have been traced, are the same.
        """
        recording = Recording()
        entering: list[str] = []

        def named(number: float | int) -> RecordedNumber:
            entering.append(f"s{len(entering)}")
            return RecordedNumber(recording, (entering[-1],))

        try:
            lr = None if rates[0] is None else RecordedNumber(recording, ("lr",))
            state = _with_numbers(before, named)
            program, constants, after = self.step(0, lr, state)
            leaving = _numbers(after)
            if len(leaving) != len(entering) or any(programs.get(program) != number for number, _ in seen):
                return []
            steps = RecordedSteps(recording, entering, constants, leaving)
            rows = steps.rows(_numbers(before), rates)
        except (NotTraceableError, NotRecordableError, Exception):  # noqa: BLE001 - each step is then traced itself
            return []
        same = [repr(numbers) for numbers in rows[: len(seen)]] == [repr(numbers) for _, numbers in seen]
        return rows if same else []

    def _kept(self, path: tuple[int, ...], shape: Shape) -> Kept:
        """Return the rows of the part of the state at this place."""
        key = (path, shape)
        if key not in self._places:
            self._places[key] = self.kept
            self.kept += int(np.prod(shape))
        return Kept(self._places[key], shape)

    def _remembered(self, state: State, path: tuple[int, ...]) -> State:
        if isinstance(state, tuple):
            parts = [self._remembered(part, (*path, place)) for place, part in enumerate(state)]
            return state_like(type(state), parts)
        if isinstance(state, np.ndarray) and state.ndim:
            if state.dtype != np.float64:
                raise NotTraceableError(f"a state of {state.dtype}")
            return self._kept(path, state.shape[:-1])
        return state

    def _written(
        self, state: State, path: tuple[int, ...], trace: Trace, changes: list[tuple[Kept, Operand]]
    ) -> State:
        if isinstance(state, tuple):
            parts = [self._written(part, (*path, place), trace, changes) for place, part in enumerate(state)]
            return state_like(type(state), parts)
        if isinstance(state, Traced):
            if state.is_mask:
                raise NotTraceableError("a state of conditions")
            kept = self._kept(path, state.shape)
            operand, _ = trace.operand(state)
            if trace.instructions[state.ref] != ("input", kept.shape, "kept", kept.first):
                changes.append((kept, operand))
            return kept
        if isinstance(state, np.ndarray) and state.ndim:
            raise NotTraceableError("a state that is an array of numbers")
        return state


def _replaced(state: State, by: Callable[[Kept], Any]) -> State:
    """Return the state with something else in the place of each `Kept`."""
    if isinstance(state, Kept):
        return by(state)
    if isinstance(state, tuple):
        return state_like(type(state), [_replaced(part, by) for part in state])
    return state


def _with_numbers(state: State, by: Callable[[float | int], Any]) -> State:
    """Return the state with something else in the place of each number."""
    if isinstance(state, Kept):
        return state
    if isinstance(state, tuple):
        return state_like(type(state), [_with_numbers(part, by) for part in state])
    return by(state) if type(state) in (float, int) else state


def _numbers(state: State) -> list[Any]:
    """Return the numbers in a state, those that are recorded by their names."""
    if isinstance(state, tuple) and not isinstance(state, Kept):
        return [number for part in state for number in _numbers(part)]
    if isinstance(state, RecordedNumber):
        return [state.names[0]]
    return [state] if type(state) in (float, int) else []


def _shape_of(state: State) -> Any:
    """Return the state with the kinds of its numbers in their places."""
    return _with_numbers(state, type)


def traced(
    run_spec: RunSpec,
    steps: int,
    varied: Collection[str] = (),
    should_stop: Callable[[], bool] = lambda: False,
) -> Plan:
    """Return what the rows 0 … `steps` of a descent do; the step that leaves the last is not taken.

    Parameters
    ----------
    varied : the settings that differ from point to point, and are zero at none

    Raises
    ------
    NotTraceableError
        If a step is not written down, or the steps are of too many kinds; when stopped.
    Exception
        Whatever the optimizer raises.
    """
    rates = [None] * (steps + 1) if "lr" in varied else _rates(run_spec, steps + 1)
    tracer = _Tracer(run_spec, steps, varied)
    states = [tracer.beginning]
    programs: dict[Program, int] = {}
    rows: list[tuple[int, list[float]]] = []
    tried: list[Any] = []
    while len(rows) <= steps:
        row = len(rows)
        if row % _ROWS_BETWEEN_LOOKS == 0 and should_stop():
            raise NotTraceableError("stopped")
        if tracer.repeats and row:
            if _same((states[-1], rates[row]), (states[-2], rates[row - 1])):
                rows.append(rows[-1])
                states.append(states[-1])
                continue
            shape = _shape_of(states[-1])
            if shape not in tried and [_shape_of(state) for state in states[-3:]] == [shape] * 3:
                tried.append(shape)
                constants = tracer.recorded(states[-3], rates[row - 2 :], rows[-2:], programs)
                rows += [(rows[-1][0], numbers) for numbers in constants[2:]]
                if constants:
                    break
        program, numbers, state = tracer.step(row, rates[row], states[-1])
        number = programs.setdefault(program, len(programs))
        if number >= MOST_PROGRAMS:
            raise NotTraceableError("steps of too many kinds")
        rows.append((number, numbers))
        states = [*states[-2:], state]
    return Plan(tuple(programs), tuple(_runs(rows)), tracer.kept, tracer.beginning)


def _rates(run_spec: RunSpec, rows: int) -> list[float]:
    rates: list[float] = run_spec.schedule.rates(run_spec.optimizer.lr, rows).tolist()
    return rates


def _same(now: Any, before: Any) -> bool:
    """Whether two states are the same; those that cannot be compared are not."""
    if isinstance(now, tuple):
        return type(now) is type(before) and len(now) == len(before) and all(map(_same, now, before))
    return now is before or (type(now) is type(before) and isinstance(now, int | float) and now == before)


def _runs(rows: Sequence[tuple[int, list[float]]]) -> list[Run]:
    """Return the rows with neighbours of the same program put together."""
    runs = []
    first = 0
    for row in range(1, len(rows) + 1):
        if row == len(rows) or rows[row][0] != rows[first][0]:
            constants = np.array([numbers for _, numbers in rows[first:row]], dtype=np.float64)
            runs.append(Run(rows[first][0], first, constants.reshape(row - first, -1)))
            first = row
    return runs
