"""Runs many descents with compiled kernels: chunk by chunk, on all cores."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine import kernels as limits
from optexplorer.engine.descent import TerminationCheck
from optexplorer.engine.kernels import KernelUse
from optexplorer.engine.kernels.kernel_text import CONVERGED, LARGEST_BLOCK, LOST, Layout
from optexplorer.engine.kernels.library import LIBRARY, Request
from optexplorer.engine.kernels.machine_code import Kernel
from optexplorer.engine.kernels.row_programs import Plan, state_of, traced
from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Constant
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import PointSetting, Varied, point_settings, with_settings

if TYPE_CHECKING:
    from optexplorer.engine.batch_descent import BatchEndpoints

Array = NDArray[np.float64]

CHUNK = 8192
"""Points that are handed to a thread at once."""
SECONDS = 0.01
"""How long a kernel runs before it is asked whether to stop."""
_CACHE = 32_768
"""Bytes that the arrays of a block may take: about the first-level cache."""
_ALIGNMENT = 8
KEPT_SHARE = 0.75
"""Blocks are put together when fewer than this share of their points are left."""
_STEP_LIMIT, _CANCELLED = 0, 3
_ENDINGS = np.zeros(4, dtype=np.int8)
_ENDINGS[[_STEP_LIMIT, CONVERGED, LOST, _CANCELLED]] = (
    TerminationReason.STEP_LIMIT.value, TerminationReason.CONVERGED.value, TerminationReason.DIVERGED.value,
    TerminationReason.CANCELLED.value,
)  # fmt: skip
MOST_PLANS = 64
"""Descents whose steps are kept as they were traced."""
_PLANS: OrderedDict[Any, Plan | None] = OrderedDict()
_PLANS_LOCK = threading.Lock()
_LOG = logging.getLogger(__name__)
_SQUARE_SOUND = (1e-140, 1e140)
"""Lengths whose squares neither vanish nor overflow."""


def kernel_endpoints(
    run_spec: RunSpec,
    x: Array,
    steps: int,
    allowed: int,
    ends: TerminationCheck,
    should_stop: Callable[[], bool],
    varied: Varied,
    target: float,
    cores: int,
    use: KernelUse,
    found: BatchEndpoints,
) -> bool:
    """Run descents from points `x`, shape (n, points), and write where they end into `found`, whose losses stay.

    Of the `steps` of the schedule they take the first `allowed`.

    Returns
    -------
    bool
        Whether that was possible; otherwise nothing has been written.
    """
    points = x.shape[1]
    landscape = run_spec.landscape
    if not isinstance(landscape, FormulaLandscape) or run_spec.schedule.closed_loop:
        return False
    if varied.seeds is not None and run_spec.gradient_source.is_random:
        return False
    run_spec, settings = _with_common_settings(run_spec, varied.settings)
    if "lr" in settings and run_spec.schedule != Constant():
        return False
    if ends.criteria.converge and not all(
        _SQUARE_SOUND[0] < length < _SQUARE_SOUND[1] for length in (ends.flat, ends.still)
    ):
        return False
    plan = plan_of(run_spec, steps, tuple(sorted(settings)), should_stop)
    if plan is None:
        return False
    has_target = target > -np.inf
    layout = Layout(landscape.dimension, plan.kept, tuple(sorted(settings)), has_target)
    counts = {run.program: run.constants.shape[1] for run in plan.runs}
    kernels = LIBRARY.kernels(
        [
            Request(program, landscape.compiled_formula, layout, counts[place])
            for place, program in enumerate(plan.programs)
        ],
        use,
    )
    if kernels is None:
        return False
    numbers = np.array(
        [*ends.middle, *ends.reach, ends.flat**2, ends.still**2, target, *landscape.parameter_values]
    )
    if not ends.criteria.converge:
        numbers[2 * landscape.dimension : 2 * landscape.dimension + 2] = -1.0
    descents = _Descents(run_spec, plan, kernels, layout, numbers, allowed, should_stop)
    chunk = min(CHUNK, max(limits.LEAST_POINTS, -(-points // (2 * cores))))
    lows = range(0, points, chunk)

    def run(low: int) -> None:
        part = slice(low, low + chunk)
        descents.run(x[:, part], {name: values[part] for name, values in settings.items()}, part, found)

    if len(lows) > 1 and cores > 1:
        with ThreadPoolExecutor(min(len(lows), cores), thread_name_prefix="kernel descent") as pool:
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


def plan_of(
    run_spec: RunSpec, steps: int, varied: tuple[str, ...], should_stop: Callable[[], bool] = lambda: False
) -> Plan | None:
    """Return the steps of descents as they were traced; None if they cannot be, or when stopped.

    `varied` are the settings that differ from point to point.
    """
    # Equal numbers may still differ: 0.0 and -0.0.
    key = (run_spec, repr(run_spec.optimizer), steps, varied)
    with _PLANS_LOCK:
        if key in _PLANS:
            _PLANS.move_to_end(key)
            return _PLANS[key]
    stopped = False

    def stop() -> bool:
        nonlocal stopped
        stopped = should_stop()
        return stopped

    plan = None
    try:
        with np.errstate(all="ignore"):
            plan = traced(run_spec, steps, varied, stop)
    except (NotTraceableError, Exception) as reason:  # noqa: BLE001 - whatever fails here, NumPy tells
        _LOG.debug("%s is left to NumPy: %s", run_spec.optimizer.id, reason)
    if not stopped:
        with _PLANS_LOCK:
            _PLANS[key] = plan
            while len(_PLANS) > MOST_PLANS:
                _PLANS.popitem(last=False)
    return plan


class _Descents:
    """Descents that are run by the same kernels, some points at a time."""

    def __init__(
        self,
        run_spec: RunSpec,
        plan: Plan,
        kernels: list[Kernel],
        layout: Layout,
        numbers: Array,
        steps: int,
        should_stop: Callable[[], bool],
    ) -> None:
        self.run_spec, self.plan, self.kernels, self.layout = run_spec, plan, kernels, layout
        self.numbers, self.steps, self.should_stop = numbers, steps, should_stop
        fitting = _CACHE // (8 * layout.rows) // _ALIGNMENT * _ALIGNMENT
        self.block = min(max(fitting, 64), LARGEST_BLOCK)

    def run(self, x: Array, settings: Mapping[str, Array], part: slice, found: BatchEndpoints) -> None:
        """Run descents from points of shape (n, points) and write where they end into a part of `found`."""
        n, points = x.shape
        memory = self._memory(x, settings)
        results = np.empty((self.layout.results, points))
        done = self._advance(memory, results)
        left = memory.columns()
        place = memory.rows[self.layout.place, left].astype(np.intp)
        before = self.layout.before
        # Those that are still on their way; none has taken a step where it was stopped at once.
        results[:n, place] = memory.rows[before : before + n, left] if done else memory.rows[:n, left]
        results[n, place] = max(done - 1, 0)
        results[n + 1, place] = _STEP_LIMIT if done > self.steps else _CANCELLED
        results[n + 2, place] = memory.rows[self.layout.reached, left]
        found.position[:, part] = results[:n]
        found.steps[part] = results[n]
        found.ending[part] = _ENDINGS[results[n + 1].astype(np.intp)]
        found.reached[part] = results[n + 2]

    def _memory(self, x: Array, settings: Mapping[str, Array]) -> _Memory:
        n, points = x.shape
        layout = self.layout
        memory = _Memory(layout.rows, points, self.block)
        rows = memory.rows[:, :points]
        rows[:n] = x
        rows[layout.before : layout.before + n] = np.nan
        rows[layout.place] = np.arange(points)
        rows[layout.reached] = -1.0
        optimizer = self.run_spec.optimizer
        own = {name: PointSetting.of(values) for name, values in settings.items() if name != "lr"}
        optimizer = optimizer.model_copy(update=own) if own else optimizer
        with np.errstate(all="ignore"):
            state_of(optimizer, x, self.plan.beginning, rows[layout.state : layout.state + layout.kept])
        for name, values in settings.items():
            rows[layout.setting(name)] = values
        return memory

    def _advance(self, memory: _Memory, results: Array) -> int:
        """Take the steps; return how many rows have been looked at."""
        rows_at_once = 8
        for run in self.plan.runs:
            kernel = self.kernels[run.program]
            done = 0
            last = min(len(run.constants), self.steps + 1 - run.first)
            while done < last:
                if not memory.left or self.should_stop():
                    return run.first + done
                rows = min(rows_at_once, last - done)
                begin = time.perf_counter()
                kernel.call(
                    memory.rows.ctypes.data,
                    memory.rows.shape[1],
                    memory.counts.ctypes.data,
                    len(memory.counts),
                    self.block,
                    run.first + done,
                    rows,
                    run.constants[done:].ctypes.data,
                    self.numbers.ctypes.data,
                    results.ctypes.data,
                    results.shape[1],
                )
                seconds = time.perf_counter() - begin
                rows_at_once = _next_rows(rows, seconds)
                done += rows
                memory.put_together()
        return self.steps + 1


def _next_rows(rows: int, seconds: float) -> int:
    """Return how many rows take about as long as a kernel should run."""
    return min(max(int(rows * SECONDS / max(seconds, 1e-6)), 1), 4 * rows)


class _Memory:
    """The memory of a chunk of points, in blocks; see `kernel_text`."""

    def __init__(self, rows: int, points: int, block: int) -> None:
        self._block = block
        blocks = -(-points // block)
        self.rows: Array = np.zeros((rows, blocks * block))
        self.counts: NDArray[np.int64] = self._counts_of(points)

    def _counts_of(self, points: int) -> NDArray[np.int64]:
        counts = np.full(-(-points // self._block), self._block, dtype=np.int64)
        if points % self._block:
            counts[-1] = points % self._block
        return counts

    @property
    def left(self) -> int:
        """How many points have not ended."""
        return int(self.counts.sum())

    def columns(self) -> NDArray[np.intp]:
        """Return the columns of the points that have not ended."""
        starts = np.arange(len(self.counts)) * self._block
        parts = [np.arange(start, start + count) for start, count in zip(starts, self.counts, strict=True)]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.intp)

    def put_together(self) -> None:
        """Fill the blocks from the first on, if many of their points have ended."""
        left = self.left
        if left and left < KEPT_SHARE * len(self.counts) * self._block:
            self.rows[:, :left] = self.rows[:, self.columns()]
            self.counts = self._counts_of(left)
