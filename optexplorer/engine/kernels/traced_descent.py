"""Runs many descents whose steps have been traced, chunk by chunk on all cores: with machine code, or with NumPy."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine import kernels as limits
from optexplorer.engine.batch_stepper import rates_of_many
from optexplorer.engine.descent import TerminationCheck
from optexplorer.engine.kernels import KernelUse
from optexplorer.engine.kernels.array_schedule import schedule_of
from optexplorer.engine.kernels.beginning import fill
from optexplorer.engine.kernels.kernel_text import LARGEST_BLOCK
from optexplorer.engine.kernels.library import LIBRARY, Request
from optexplorer.engine.kernels.machine_code import Kernel
from optexplorer.engine.kernels.memory import Layout, Memory
from optexplorer.engine.kernels.numpy_steps import NumpySteps
from optexplorer.engine.kernels.plans import plan_of
from optexplorer.engine.kernels.row_programs import Plan
from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Constant
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import Varied, point_settings, with_settings

if TYPE_CHECKING:
    from optexplorer.engine.batch_descent import BatchEndpoints

Array = NDArray[np.float64]

CHUNK = 8192
"""Points that a thread takes with machine code before it takes others."""
NUMPY_CHUNK = 32_768
"""The same with NumPy: each operation is then long beside the time that threads take to hand each other the interpreter."""
_NUMPY_MEMORY = 1 << 21
"""Numbers in the arrays of one thread, at most: those of long formulas are many."""
SECONDS = 0.01
"""How long steps are taken before it is asked whether to stop."""
_CACHE = 32_768
"""Bytes that the arrays of a block may take: about the first-level cache."""
_ALIGNMENT = 8
_SQUARE_SOUND = (1e-140, 1e140)
"""Lengths whose squares neither vanish nor overflow."""
_STEP_LIMIT, _CANCELLED = TerminationReason.STEP_LIMIT.value, TerminationReason.CANCELLED.value


class Steps(Protocol):
    """What takes steps of one kind for the points in a memory.

    `run` takes as many as there are rows of constants, from row `first` of the descent on, and writes the results of
    points that end.
    """

    def run(self, first: int, constants: Array, results: Array) -> None: ...


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of all descents of a batch; see `batch_descent`. Of the `steps` they take the first `allowed`."""

    run_spec: RunSpec
    steps: int
    allowed: int
    ends: TerminationCheck
    should_stop: Callable[[], bool]
    target: float


def traced_endpoints(
    asked: Question, x: Array, varied: Varied, cores: int, use: KernelUse, found: BatchEndpoints
) -> bool:
    """Run descents from points `x`, shape (n, points), and write where they end into `found`.

    Returns
    -------
    bool
        Whether that was possible; otherwise nothing has been written.
    """
    landscape = asked.run_spec.landscape
    if not isinstance(landscape, FormulaLandscape) or asked.run_spec.schedule.closed_loop:
        return False
    if varied.seeds is not None and asked.run_spec.gradient_source.is_random:
        return False
    run_spec, settings = _with_common_settings(asked.run_spec, varied.settings)
    asked = replace(asked, run_spec=run_spec)
    names = tuple(sorted(settings))
    plan = plan_of(run_spec, asked.steps, names, asked.should_stop)
    if plan is None:
        return False
    layout = Layout(landscape.dimension, plan.kept, names, asked.target > -np.inf)
    make = _machine_code(asked, plan, layout, landscape, use) or _numpy(asked, plan, layout, landscape)
    if make is None:
        return False
    descents = _Descents(asked, plan, layout, make)
    points = x.shape[1]
    chunk = min(make.chunk, max(limits.LEAST_POINTS, -(-points // (2 * cores))))
    lows = range(0, points, chunk)

    def run(low: int) -> None:
        part = slice(low, low + chunk)
        own = {name: values[part] for name, values in settings.items()}
        descents.run(x[:, part], own, part, found)

    if len(lows) > 1 and cores > 1:
        with ThreadPoolExecutor(min(len(lows), cores), thread_name_prefix="batch descent") as pool:
            list(pool.map(run, lows))
    else:
        for low in lows:
            run(low)
    return True


def _with_common_settings(run_spec: RunSpec, settings: Mapping[str, Any]) -> tuple[RunSpec, dict[str, Array]]:
    """Return the run with the settings that all points share, and the other settings."""
    given = point_settings(settings)
    same = {name: value for name, value in given.items() if isinstance(value, float | int)}
    if same:
        run_spec = replace(run_spec, optimizer=with_settings(run_spec.optimizer, same))
    others = {
        name: np.ascontiguousarray(values, dtype=np.float64)
        for name, values in settings.items()
        if name not in same
    }
    return run_spec, others


@dataclass(frozen=True, eq=False)
class _Maker:
    """Makes what takes the steps of each program for the points in a memory; so many points at once, in such blocks."""

    steps_of: Callable[[Memory], list[Steps]]
    chunk: int
    block: int


def _machine_code(
    asked: Question, plan: Plan, layout: Layout, landscape: FormulaLandscape, use: KernelUse
) -> _Maker | None:
    ends = asked.ends
    if ends.criteria.converge and not all(
        _SQUARE_SOUND[0] < length < _SQUARE_SOUND[1] for length in (ends.flat, ends.still)
    ):
        return None
    requests = [
        Request(program, landscape.compiled_formula, layout, constants)
        for program, constants in zip(plan.programs, plan.constants, strict=True)
    ]
    kernels = LIBRARY.kernels(requests, use)
    if kernels is None:
        return None
    squares = [ends.flat**2, ends.still**2] if ends.criteria.converge else [-1.0, -1.0]
    numbers = np.array([*ends.middle, *ends.reach, *squares, asked.target, *landscape.parameter_values])
    fitting = _CACHE // (8 * layout.rows) // _ALIGNMENT * _ALIGNMENT
    block = min(max(fitting, 64), LARGEST_BLOCK)
    return _Maker(lambda memory: [_MachineSteps(kernel, memory, numbers) for kernel in kernels], CHUNK, block)


class _MachineSteps:
    """Takes steps with a kernel."""

    def __init__(self, kernel: Kernel, memory: Memory, numbers: Array) -> None:
        self._kernel, self._memory, self._numbers = kernel, memory, numbers

    def run(self, first: int, constants: Array, results: Array) -> None:
        memory = self._memory
        self._kernel.call(
            memory.rows.ctypes.data,
            memory.rows.strides[0] // memory.rows.itemsize,
            memory.counts.ctypes.data,
            len(memory.counts),
            memory.block,
            first,
            len(constants),
            constants.ctypes.data,
            self._numbers.ctypes.data,
            results.ctypes.data,
            results.shape[1],
        )
        memory.put_together()


def _numpy(asked: Question, plan: Plan, layout: Layout, landscape: FormulaLandscape) -> _Maker | None:
    try:
        schedules = [
            schedule_of(program, landscape.compiled_formula, layout, constants)
            for program, constants in zip(plan.programs, plan.constants, strict=True)
        ]
    except NotTraceableError:
        return None
    parameters = landscape.parameter_values
    rows = layout.rows + max(schedule.buffer_rows for schedule in schedules)
    chunk = min(NUMPY_CHUNK, max(_NUMPY_MEMORY // rows, limits.LEAST_POINTS))
    return _Maker(
        lambda memory: [
            NumpySteps(schedule, memory, asked.ends, asked.target, parameters) for schedule in schedules
        ],
        chunk,
        chunk,
    )


@dataclass(frozen=True, eq=False)
class _Workspace:
    """The memory of a chunk, what takes the steps in it, and where results are written, shape (layout's, points)."""

    memory: Memory
    steps: list[Steps]
    results: Array


class _Descents:
    """Descents that are run in the same way, some points at a time."""

    def __init__(self, asked: Question, plan: Plan, layout: Layout, make: _Maker) -> None:
        self._asked, self._plan, self._layout, self._make = asked, plan, layout, make
        self._idle: list[_Workspace] = []

    def run(self, x: Array, settings: Mapping[str, Array], part: slice, found: BatchEndpoints) -> None:
        """Run descents from points of shape (n, points) and write where they end into a part of `found`."""
        n, points = x.shape
        work = self._workspace(points)
        memory, results = work.memory, work.results
        fill(memory, self._layout, self._plan, self._asked.run_spec.optimizer, x, settings)
        done = self._advance(work, self._changing_rates(settings))
        left = memory.columns()
        place = memory.rows[self._layout.place, left].astype(np.intp)
        before = self._layout.before
        # Those that are still on their way; none has taken a step where it was stopped at once.
        results[:n, place] = memory.rows[before : before + n, left] if done else memory.rows[:n, left]
        results[n, place] = max(done - 1, 0)
        results[n + 1, place] = _STEP_LIMIT if done > self._asked.allowed else _CANCELLED
        results[n + 2, place] = memory.rows[self._layout.reached, left]
        results = results[:, :points]
        with np.errstate(all="ignore"):
            found.loss[part] = self._asked.run_spec.landscape.value(results[:n])
        found.position[:, part] = results[:n]
        found.steps[part] = results[n]
        found.ending[part] = results[n + 1]
        found.reached[part] = results[n + 2]
        self._idle.append(work)

    def _workspace(self, points: int) -> _Workspace:
        """Return where so many points can descend: where others have, if they have arrived."""
        try:
            work = self._idle.pop()
        except IndexError:
            work = None
        if work is None or work.memory.most < points:
            memory = Memory(self._layout.rows, points, min(self._make.block, points))
            results = np.empty((self._layout.results, points))
            return _Workspace(memory, self._make.steps_of(memory), results)
        work.memory.begin(points)
        return work

    def _changing_rates(self, settings: Mapping[str, Array]) -> Array | None:
        """Return the learning rates of all steps, shape (steps + 1, points), if they differ and change; else None."""
        schedule = self._asked.run_spec.schedule
        if "lr" not in settings or schedule == Constant():
            return None
        return rates_of_many(schedule, settings["lr"], self._asked.steps + 1)

    def _advance(self, work: _Workspace, rates: Array | None) -> int:
        """Take the steps; return how many rows have been looked at."""
        memory = work.memory
        rows_at_once = 2
        for run in self._plan.runs:
            done = 0
            last = min(len(run.constants), self._asked.allowed + 1 - run.first)
            while done < last:
                if not memory.left or self._asked.should_stop():
                    return run.first + done
                if rates is not None:
                    left = memory.columns()
                    place = memory.rows[self._layout.place, left].astype(np.intp)
                    memory.rows[self._layout.setting("lr"), left] = rates[run.first + done, place]
                    rows_at_once = 1
                rows = run.constants[done : min(done + rows_at_once, last)]
                begin = time.perf_counter()
                work.steps[run.program].run(run.first + done, rows, work.results)
                done += len(rows)
                rows_at_once = _next_rows(len(rows), time.perf_counter() - begin)
        return self._asked.allowed + 1


def _next_rows(rows: int, seconds: float) -> int:
    """Return how many rows take about as long as should pass between two questions whether to stop."""
    return min(max(int(rows * SECONDS / max(seconds, 1e-6)), 1), 4 * rows)
