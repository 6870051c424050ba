"""Runs many descents at once: in cache-sized batches, on all cores; points that have ended are dropped."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_stepper import BatchStepper, evaluations_by_step
from optexplorer.engine.descent import RECORDED_BLOCK, StoppingCriteria, TerminationCheck, checked_start
from optexplorer.engine.kernels import KernelUse, is_worthwhile
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import NOTHING_VARIED, Varied, whole_settings, with_settings

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

CACHED_NUMBERS = 65_536
"""Coordinates of the points that descend together: their few arrays stay in the cache, and one operation on them is
long beside the time that threads take to hand each other the interpreter."""
KEPT_SHARE = 0.9
"""Points that have ended are dropped when fewer than this share of a batch are left: copying has its price too."""


@dataclass(frozen=True, eq=False)
class BatchEndpoints:
    """The endpoints of many descents.

    Attributes
    ----------
    position : shape (n, points), the last finite position
    loss : shape (points,)
    steps : shape (points,), the steps taken
    ending : shape (points,), the values of `TerminationReason`
    reached : shape (points,), the steps after which the loss was at most the target for the first time; −1 if it never was
    evaluations : shape (3, points), how many losses, gradients and Hessians the steps have asked for
    """

    position: Array
    loss: Array
    steps: NDArray[np.int64]
    ending: NDArray[np.int8]
    reached: NDArray[np.int64]
    evaluations: NDArray[np.int64]

    @classmethod
    def of(cls, starts: Array) -> BatchEndpoints:
        """Return the endpoints of descents that have not begun, from starts of shape (n, points)."""
        count = starts.shape[1]
        return cls(
            starts.copy(),
            np.full(count, np.nan),
            np.zeros(count, dtype=np.int64),
            np.full(count, TerminationReason.CANCELLED.value, dtype=np.int8),
            np.full(count, -1, dtype=np.int64),
            np.zeros((3, count), dtype=np.int64),
        )

    def write(self, places: NDArray[np.intp], other: BatchEndpoints) -> None:
        """Put the endpoints of other descents into these places."""
        for name in (field.name for field in fields(self)):
            getattr(self, name)[..., places] = getattr(other, name)

    def view(self, places: slice) -> BatchEndpoints:
        """Return some of the endpoints; they share the memory of all."""
        return BatchEndpoints(*(getattr(self, field.name)[..., places] for field in fields(self)))


def batch_descent(
    run_spec: RunSpec,
    starts: Array,
    steps: int,
    *,
    end: StoppingCriteria = StoppingCriteria(),
    should_stop: Callable[[], bool] = lambda: False,
    varied: Varied = NOTHING_VARIED,
    target: float = -inf,
    kernels: KernelUse = "wait",
) -> BatchEndpoints:
    """Run a descent from each of many points and return where each ends.

    Parameters
    ----------
    starts : shape (n, points)
    should_stop : asked before each look at the points, from several threads; those still on their way end as cancelled
    varied : what differs between the descents beside their starts
    target : a loss; the descents go on when they have reached it
    kernels : whether to wait for compiled kernels, if there are many points ("wait"), to let NumPy do the work until
        they are ready ("ready"), or to do without ("off")

    Raises
    ------
    ValueError
        If the starts do not have as many coordinates as the landscape, or are not finite; if varied settings are wrong.
    """
    x = checked_start(run_spec.landscape, starts, batch=True)
    points = x.shape[1]
    if not varied.settings and varied.seeds is None:
        return _descents(run_spec, x, steps, end, should_stop, varied, target, kernels)
    varied = varied.checked(run_spec.optimizer, points)
    found = BatchEndpoints.of(x)
    for places, spec, differing in groups_of_alike(run_spec, varied, points):
        part = differing.at(places)
        try:
            ends = _descents(spec, x[:, places], steps, end, should_stop, part, target, kernels)
        except (ValueError, TypeError):
            # The rule asks for one number where each point has its own.
            ends = _descents_by_setting(spec, x[:, places], steps, end, should_stop, part, target, kernels)
        found.write(places, ends)
    return found


def _descents_by_setting(
    run_spec: RunSpec,
    x: Array,
    steps: int,
    end: StoppingCriteria,
    should_stop: Callable[[], bool],
    varied: Varied,
    target: float,
    kernels: KernelUse,
) -> BatchEndpoints:
    """Run the descents with equal settings together, one setting after the other."""
    found = BatchEndpoints.of(x)
    for places in varied.groups(x.shape[1], tuple(varied.settings)):
        settings = {name: values[places[0]].item() for name, values in varied.settings.items()}
        spec = replace(run_spec, optimizer=with_settings(run_spec.optimizer, settings))
        seeds = Varied(seeds=varied.at(places).seeds)
        found.write(places, _descents(spec, x[:, places], steps, end, should_stop, seeds, target, kernels))
    return found


def groups_of_alike(
    run_spec: RunSpec, varied: Varied, points: int
) -> Iterator[tuple[NDArray[np.intp], RunSpec, Varied]]:
    """Yield the places of points that can descend together as one batch, how, and what differs between them.

    What differs is given for all points.
    """
    source = run_spec.gradient_source
    settings = dict(varied.settings)
    seeds = varied.seeds if source.is_random else None
    by_value = whole_settings(run_spec.optimizer, settings)
    if run_spec.schedule.closed_loop and "lr" in settings:
        by_value += ("lr",)
    rest = Varied(
        {name: values for name, values in settings.items() if name not in by_value},
        seeds if source.separate_streams else None,
    )
    for places in varied.groups(points, by_value):
        same = {name: settings[name][places[0]].item() for name in by_value}
        spec = replace(run_spec, optimizer=with_settings(run_spec.optimizer, same)) if same else run_spec
        if seeds is None or source.separate_streams:
            yield places, spec, rest
            continue
        # All points of a batch see the same mini-batches.
        own = seeds[places]
        for seed in np.unique(own).tolist():
            yield places[own == seed], replace(spec, seed=seed), rest


def _descents(
    run_spec: RunSpec,
    x: Array,
    steps: int,
    end: StoppingCriteria,
    should_stop: Callable[[], bool],
    varied: Varied,
    target: float,
    kernels: KernelUse,
) -> BatchEndpoints:
    """Run descents that differ in nothing but what a batch can do at once, on all cores."""
    ends = BatchEndpoints.of(x)
    check = TerminationCheck(run_spec.landscape, end)
    counts = evaluations_by_step(run_spec, x, steps)
    allowed = steps if counts is None or end.budget == inf else check.affordable(counts)
    arrived = False
    if counts is not None and is_worthwhile(x.shape[1], steps):
        from optexplorer.engine.kernels.traced_descent import Question, traced_endpoints

        question = Question(run_spec, steps, allowed, check, should_stop, target)
        arrived = traced_endpoints(question, x, varied, cores(), kernels, ends)
    if not arrived:
        _arrive_in_batches(run_spec, x, steps, allowed, check, should_stop, varied, target, ends)
        with np.errstate(all="ignore"):
            ends.loss[:] = run_spec.landscape.value(ends.position)
    if counts is not None:
        ends.evaluations[:] = counts[:, ends.steps]
    if allowed < steps:
        ends.ending[ends.ending == TerminationReason.STEP_LIMIT.value] = TerminationReason.BUDGET_SPENT.value
    return ends


def _arrive_in_batches(
    run_spec: RunSpec,
    x: Array,
    steps: int,
    allowed: int,
    check: TerminationCheck,
    should_stop: Callable[[], bool],
    varied: Varied,
    target: float,
    ends: BatchEndpoints,
) -> None:
    """Run the first `allowed` steps of descents in cache-sized batches; write the results into `ends`, whose losses stay."""
    count = x.shape[1]
    batch = max(1, CACHED_NUMBERS // len(x))

    def arrive(low: int) -> None:
        part = slice(low, low + batch)
        if not should_stop():
            points = BatchStepper(run_spec, np.ascontiguousarray(x[:, part]), steps, varied.at(part))
            _arrive(points, check, allowed, should_stop, target, ends.view(part))

    batches = range(0, count, batch)
    if len(batches) > 1:
        with ThreadPoolExecutor(min(len(batches), cores()), thread_name_prefix="batch descent") as pool:
            list(pool.map(arrive, batches))
    else:
        for low in batches:
            arrive(low)


def cores() -> int:
    """Return how many processors a batch of this thread may use."""
    if getattr(_THREAD, "on_one_core", False):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_THREAD = threading.local()


@contextmanager
def on_one_core() -> Iterator[None]:
    """Let the batches of this thread use one core while the block runs: others are at work beside it."""
    before = getattr(_THREAD, "on_one_core", False)
    _THREAD.on_one_core = True
    try:
        yield
    finally:
        _THREAD.on_one_core = before


def _arrive(
    points: BatchStepper,
    ends: TerminationCheck,
    steps: int,
    should_stop: Callable[[], bool],
    target: float,
    found: BatchEndpoints,
) -> None:
    """Run the descents of one cache-sized batch of points; write the results into `found`, whose losses stay.

    The evaluations are written if they differ from point to point.
    """
    alive = np.arange(points.x.shape[1])
    running = np.ones(alive.size, dtype=bool)
    before = np.full_like(points.x, np.nan)
    asked: Counts | None = None
    done = 0
    while done <= steps and alive.size and not should_stop():
        asked_before = asked
        rows = rows_at_once(points, steps + 1 - done)
        positions, gradients, losses = points.take_steps(rows)
        asked = points.asked
        low = losses <= target if target > -inf else None
        counts = asked[:, np.newaxis] if asked is not None and ends.criteria.budget < inf else None
        endings = ends.endings(before, positions, gradients, losses, counts)
        if endings is not None:
            places = np.flatnonzero((endings != 0).any(axis=0) & running)
            row = (endings[:, places] != 0).argmax(axis=0)
            ending = endings[row, places]
            # As of a single point, the start is kept even where it is lost itself.
            kept = row - ((ending != TerminationReason.CONVERGED.value) & (done + row > 0))
            found.position[:, alive[places]] = np.where(
                kept < 0, before[:, places], positions[kept, :, places].T
            )
            found.steps[alive[places]] = done + kept
            found.ending[alive[places]] = ending
            if asked is not None:
                earlier = asked if asked_before is None else asked_before
                found.evaluations[:, alive[places]] = np.where(kept < 0, earlier[:, places], asked[:, places])
            if low is not None:
                low[:, places] &= np.arange(rows)[:, np.newaxis] <= kept
        if low is not None:
            new = np.flatnonzero(low.any(axis=0) & running & (found.reached[alive] < 0))
            found.reached[alive[new]] = done + low[:, new].argmax(axis=0)
        if endings is not None:
            running[places] = False
        before = positions[-1]
        done += rows
        left = np.count_nonzero(running)
        if done <= steps and left < KEPT_SHARE * alive.size:
            points.keep(running)
            before = np.ascontiguousarray(before[:, running])
            if asked is not None:
                asked = np.ascontiguousarray(asked[:, running])
            alive, running = alive[running], np.ones(left, dtype=bool)
    if done:
        found.position[:, alive[running]] = before[:, running]
        found.steps[alive[running]] = done - 1
        if asked is not None:
            found.evaluations[:, alive[running]] = asked[:, running]
    if done > steps:
        found.ending[alive[running]] = TerminationReason.STEP_LIMIT.value


def rows_at_once(points: BatchStepper, most: int) -> int:
    """Return how many steps are taken between two looks at who has ended.

    Of an optimizer that searches, only one: its searches are dear, above all where it has arrived.
    """
    if points.optimizer.evaluation_period is None:
        return 1
    return min(max(1, CACHED_NUMBERS // (2 * points.x.size)), RECORDED_BLOCK, most)
