"""Sweeps of one setting: how the descents of several racers end over many values, from coarse to fine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.runs.lowest_loss import lowest_loss
from optexplorer.runs.rate_limit import largest_stable_rate
from optexplorer.runs.starts import spread_starts
from optexplorer.runs.sweep import Axis, Scale, SweepCells, SweepSpec, run_sweep
from optexplorer.runs.tasks import Meter, Progress, ShouldStop, never

Array = NDArray[np.float64]

COARSEST = 12
"""Values of the first, coarse sweep, at least."""
NEIGHBOURS = 2
"""Values at each side of one that are looked at when it is judged."""
FINER = 4
"""Each sweep has so many times the values of the one before."""


@dataclass(frozen=True, eq=False)
class SweptRacer:
    """A racer whose setting is swept: its number in the experiment, how it descends, and its start, shape (n,)."""

    number: int
    run_spec: RunSpec
    start: Array


@dataclass(frozen=True, eq=False)
class SettingSweep:
    """What is to be swept.

    Attributes
    ----------
    racers : all on the same landscape; their optimizers have the setting
    setting : the name of a hyperparameter, such as `lr`
    low, high, count, scale : its values
    starts : descents from so many starts: the racer's own, and others spread over the domain
    seeds : of the random numbers
    tolerance : reached is a loss that has come down to this part of the height of the start above the lowest known loss
    """

    racers: tuple[SweptRacer, ...]
    setting: str
    low: float
    high: float
    count: int
    scale: Scale
    steps: int
    starts: int = 1
    seeds: tuple[int, ...] = (0,)
    tolerance: float = 1e-3
    end: StoppingCriteria = StoppingCriteria()

    def levels(self) -> list[int]:
        """Return how many values the sweeps have, from coarse to fine."""
        found = [self.count]
        while (coarser := (found[0] - 1) // FINER + 1) >= COARSEST:
            found.insert(0, coarser)
        return found


@dataclass(frozen=True, eq=False)
class SettingCurve:
    """How the descents of one racer end over the values of a setting.

    Attributes
    ----------
    number : of the racer
    values : shape (values,), rising
    loss : shape (values, repeats), of all starts and seeds; infinite where a descent diverged
    steps, ending, reached : of the same shape: steps taken, value of `TerminationReason`, steps until the target was
        reached (−1: never)
    limit : the largest rate that is stable where the best descent ends; None where no such limit is known
    """

    number: int
    values: Array
    loss: Array
    steps: NDArray[np.int64]
    ending: NDArray[np.int8]
    reached: NDArray[np.int64]
    limit: float | None = None

    @cached_property
    def diverged(self) -> NDArray[np.bool_]:
        """Where more than half of the descents diverged, shape (values,)."""
        lost = self.ending == TerminationReason.DIVERGED.value
        return np.asarray(lost.mean(axis=1) > 0.5)

    def quantile(self, share: float) -> Array:
        """Return a quantile of the final losses at each value, shape (values,); NaN where it is of one that diverged."""
        return _finite(np.quantile(self.loss, share, axis=1, method="inverted_cdf"))

    def steps_quantile(self, share: float) -> Array:
        """Return a quantile of the steps to the target, shape (values,); NaN where so many never reached it."""
        needed = np.where(self.reached >= 0, self.reached, np.inf)
        return _finite(np.quantile(needed, share, axis=1, method="inverted_cdf"))

    @cached_property
    def best(self) -> int | None:
        """The place of the best value: the target in the fewest steps (the median), or else the lowest final loss.

        Each value is judged together with its neighbours, so that no lucky one among worse ones is best. Where several
        are equally good, the lowest loss counts, and then the middle one. None if all diverged.
        """
        steps, loss = (_among_neighbours(found(0.5)) for found in (self.steps_quantile, self.quantile))
        first = steps if np.isfinite(steps).any() else loss
        if not np.isfinite(first).any():
            return None
        lowest = np.where(first == first.min(), loss, np.inf)
        places = np.flatnonzero((first == first.min()) & (lowest == lowest.min()))
        return int(places[len(places) // 2])

    @property
    def best_value(self) -> float | None:
        """The best value; None if all descents diverged."""
        return None if self.best is None else float(self.values[self.best])


def _among_neighbours(values: Array) -> Array:
    """Each value, or the median of it and its neighbours if that is larger; infinite where most are not known."""
    known = np.where(np.isnan(values), np.inf, values)
    if len(known) <= 2 * NEIGHBOURS:
        return known
    padded = np.pad(known, NEIGHBOURS, constant_values=np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEIGHBOURS + 1)
    # Nor is one best that is worse than its neighbours.
    worse: Array = np.maximum(known, np.sort(windows, axis=1)[:, NEIGHBOURS])
    return worse


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


@dataclass(frozen=True, eq=False)
class SettingCurves:
    """The curves found so far, in the order of the racers; None where there is none yet.

    Attributes
    ----------
    base : the lowest known loss; zero, or that of the lowest start, where none is known
    height : how high the highest start of a racer lies above it
    target : the loss that counts as reached
    done : whether no finer ones are to come
    """

    sweep: SettingSweep
    curves: tuple[SettingCurve | None, ...]
    base: float
    height: float
    target: float
    done: bool = False

    @property
    def known(self) -> tuple[SettingCurve, ...]:
        """The curves that there are."""
        return tuple(curve for curve in self.curves if curve is not None)


def sweep_setting(
    sweep: SettingSweep, should_stop: ShouldStop = never
) -> Iterator[tuple[Progress, SettingCurves]]:
    """Sweep from coarse to fine; yield after each block of descents how far it has come, and all that has been found.

    Raises
    ------
    optexplorer.runs.tasks.TaskError
        If a descent cannot be run, as where a value is out of the bounds of its setting.
    """
    landscape = sweep.racers[0].run_spec.landscape
    others = spread_starts(landscape, sweep.starts)[: sweep.starts - 1]
    starts = [np.concatenate([racer.start[np.newaxis], others]) for racer in sweep.racers]
    base, height = lowest_loss(landscape, np.concatenate([begins[:1] for begins in starts]))
    target = base + sweep.tolerance * height
    curves: list[SettingCurve | None] = [None] * len(sweep.racers)
    specs = [
        [
            _spec(sweep, racer, begins, count, target)
            for racer, begins in zip(sweep.racers, starts, strict=True)
        ]
        for count in sweep.levels()
    ]
    meter = Meter(sum(spec.cells for level in specs for spec in level))
    for level in specs:
        for place, spec in enumerate(level):
            done, parts = 0, []
            for part in run_sweep(spec, should_stop=should_stop):
                parts.append(part)
                done += len(part.cells)
                finest = level is specs[-1]
                if done == spec.cells:
                    curves[place] = _curve(sweep.racers[place], spec, parts, with_limit=finest)
                last = finest and spec is level[-1] and done == spec.cells
                progress = meter.add(len(part.cells))
                yield progress, SettingCurves(sweep, tuple(curves), base, height, target, last)
            if done < spec.cells:
                return


def _spec(sweep: SettingSweep, racer: SweptRacer, starts: Array, count: int, target: float) -> SweepSpec:
    axis = Axis(sweep.setting, sweep.low, sweep.high, count, sweep.scale)
    seeds = sweep.seeds if racer.run_spec.gradient_source.is_random else sweep.seeds[:1]
    return SweepSpec((racer.run_spec,), (axis,), starts, seeds, sweep.steps, target, sweep.end)


def _curve(racer: SweptRacer, spec: SweepSpec, parts: list[SweepCells], *, with_limit: bool) -> SettingCurve:
    shape = spec.axes[0].count, len(spec.starts) * len(spec.seeds)
    loss, steps, ending, reached = (
        np.concatenate([getattr(part, name) for part in parts]).reshape(shape)
        for name in ("loss", "steps", "ending", "reached")
    )
    lost = (ending == TerminationReason.DIVERGED.value) | ~np.isfinite(loss)
    values = spec.axes[0].values
    found = SettingCurve(racer.number, values, np.where(lost, np.inf, loss), steps, ending, reached)
    if with_limit and spec.axes[0].name == "lr" and found.best is not None:
        positions = np.concatenate([part.position for part in parts], axis=1)
        end = np.ascontiguousarray(positions[:, found.best * shape[1]])
        found = replace(found, limit=largest_stable_rate(racer.run_spec, end))
    return found


def usual_range(values: list[float], scale: Scale) -> tuple[float, float]:
    """Return a range around values in use: of rates many decades, else from zero to one or twice the largest value."""
    if scale == "log":
        low = min([1e-5, *(value / 10 for value in values if value > 0)])
        high = max([10.0, *(value * 10 for value in values)])
        return float(10 ** math.floor(math.log10(low))), float(10 ** math.ceil(math.log10(high)))
    return min([0.0, *values]), max([1.0, *(2 * value for value in values)])
