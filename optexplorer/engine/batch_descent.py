"""Runs many descents at once: in cache-sized batches, on all cores; points that have ended are dropped."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine import batch_arrival
from optexplorer.engine.batch_arrival import Arrival
from optexplorer.engine.batch_arrival import BatchEndpoints as BatchEndpoints
from optexplorer.engine.batch_stepper import BatchStepper, evaluations_by_step
from optexplorer.engine.descent import StoppingCriteria, TerminationCheck, checked_start
from optexplorer.engine.kernels import KernelUse, is_worthwhile
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.engine.varied import NOTHING_VARIED, Varied, whole_settings, with_settings

Array = NDArray[np.float64]


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
    batch = max(1, batch_arrival.CACHED_NUMBERS // len(x))

    def arrive(low: int) -> None:
        part = slice(low, low + batch)
        if not should_stop():
            points = BatchStepper(run_spec, np.ascontiguousarray(x[:, part]), steps, varied.at(part))
            Arrival(points, check, allowed, target, ends.view(part)).run(should_stop)

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
