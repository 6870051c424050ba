"""Samples of costly landscapes, coarse to fine: a picture is there soon, and becomes exact while one looks at it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.scene.samples.curve_samples import CurveSamples, curve_of
from optexplorer.scene.samples.surface_samples import SurfaceSamples, height_scale, smooth_surface
from optexplorer.text import Text

Array = NDArray[np.float64]

COSTLY_GRID = 51
"""Points along each side of the grid of a costly landscape."""
STRIDES = (5, 2, 1)
"""Every so many points of the grid are sampled in each stage: 11 × 11, then 26 × 26, then all."""
COSTLY_POINTS = 241
"""Points along the curve of a costly landscape."""
CURVE_STRIDES = (8, 1)
SMOOTH = 3
"""Parts into which the sides of cells are divided by interpolation, for a smooth picture."""
BURST = 0.015
"""Seconds that a burst of losses takes, about."""
SHORTEST_WAIT = 0.5
"""Seconds that are not worth telling."""
FIRST_BURST = 8
"""Points of the first burst, by which their cost is measured."""


class SamplingProgress(NamedTuple):
    """How much of a landscape is sampled.

    Attributes
    ----------
    share : the part of the points that is sampled, from 0 to 1
    seconds_left : how long the rest will take, about; None where that is not known yet
    """

    share: float
    seconds_left: float | None = None

    def words(self) -> Text | None:
        """Return it in words, such as "Surface: 40 %, about 3 s"; None if it is hardly begun or as good as done."""
        if self.seconds_left is None or self.seconds_left < SHORTEST_WAIT:
            return None
        percent, seconds = round(100 * self.share), max(1, round(self.seconds_left))
        return Text(f"Surface: {percent} %, about {seconds} s", f"曲面: {percent} %、残り約{seconds}秒")


class SamplingStage(NamedTuple):
    """Where the sampling of a landscape has come to: the picture, if there is a new one, and the progress."""

    samples: SurfaceSamples | CurveSamples | None
    progress: SamplingProgress


def sampling_stages(
    landscape: Landscape, view: ComputationView, should_stop: Callable[[], bool] = lambda: False
) -> Iterator[SamplingStage]:
    """Yield the stages of sampling what is drawn, a landscape of one or two coordinates; the last one is exact.

    `should_stop` is asked after each burst of points, once there is a first picture; it ends the sampling.
    """
    if landscape.dimension == 1:
        yield from _curve_stages(landscape, view, should_stop)
    else:
        yield from _surface_stages(landscape, view, should_stop)


def _surface_stages(
    landscape: Landscape, view: ComputationView, should_stop: Callable[[], bool]
) -> Iterator[SamplingStage]:
    window = view.window or (*landscape.domain[0], *landscape.domain[1])
    x = np.linspace(window[0], window[1], COSTLY_GRID)
    y = np.linspace(window[2], window[3], COSTLY_GRID)
    grid = np.arange(COSTLY_GRID**2).reshape(COSTLY_GRID, COSTLY_GRID)
    beside = np.zeros(0)
    if view.window is not None:
        # Heights are measured on the whole domain, so that they stay as they are in any part of it.
        around = [np.linspace(low, high, COSTLY_GRID)[:: STRIDES[0]] for low, high in landscape.domain]
        beside = _losses(landscape, np.stack(np.meshgrid(*around)).reshape(2, -1))
    fine = [np.linspace(axis[0], axis[-1], (len(axis) - 1) * SMOOTH + 1) for axis in (x, y)]
    losses = np.full(grid.size, np.nan)
    places = np.stack(np.meshgrid(x, y)).reshape(2, -1)
    for at in _bursts(landscape, places, losses, [grid[::n, ::n].ravel() for n in STRIDES], should_stop):
        samples = None
        if at.stage is not None:
            stride = STRIDES[at.stage]
            known = losses.reshape(grid.shape)[::stride, ::stride]
            scale = height_scale(landscape, np.concatenate([known.ravel(), beside]), view.height_scale)
            samples = smooth_surface(landscape, fine[0], fine[1], known, scale)
        yield SamplingStage(samples, SamplingProgress(at.share, at.seconds_left))


def _curve_stages(
    landscape: Landscape, view: ComputationView, should_stop: Callable[[], bool]
) -> Iterator[SamplingStage]:
    low, high = view.interval or landscape.domain[0]
    x = np.linspace(low, high, COSTLY_POINTS)
    whole = None
    if view.interval is not None:
        around = np.linspace(*landscape.domain[0], COSTLY_POINTS)[:: CURVE_STRIDES[0]]
        whole = height_scale(landscape, _losses(landscape, around[None]), view.height_scale)
    losses = np.full(len(x), np.nan)
    stages = [np.arange(0, len(x), stride) for stride in CURVE_STRIDES]
    for at in _bursts(landscape, x[None], losses, stages, should_stop):
        samples = None
        if at.stage is not None:
            known = losses[:: CURVE_STRIDES[at.stage]].copy()
            domain_scale = whole or height_scale(landscape, known, view.height_scale)
            samples = curve_of(landscape, domain_scale, x[:: CURVE_STRIDES[at.stage]], known, view.interval)
        yield SamplingStage(samples, SamplingProgress(at.share, at.seconds_left))


class _Burst(NamedTuple):
    """After a burst of losses: the stage that it ends, if it does, and how much is done and left."""

    stage: int | None
    share: float
    seconds_left: float


def _bursts(
    landscape: Landscape,
    places: Array,
    losses: Array,
    stages: Sequence[NDArray[np.intp]],
    should_stop: Callable[[], bool],
) -> Iterator[_Burst]:
    """Fill `losses`, shape (k,), at `places`, shape (n, k), stage by stage; each names the places that it needs."""
    known = np.zeros(len(losses), dtype=bool)
    begin, count = time.perf_counter(), FIRST_BURST
    for number, stage in enumerate(stages):
        left = stage[~known[stage]]
        while left.size:
            burst, left = left[:count], left[count:]
            before = time.perf_counter()
            losses[burst] = _losses(landscape, places[:, burst])
            now = time.perf_counter()
            known[burst] = True
            count = max(1, int(len(burst) * min(BURST / max(now - before, 1e-9), 4.0)))
            share = float(known.mean())
            if number and should_stop():
                return
            yield _Burst(None if left.size else number, share, (now - begin) * (1 - share) / share)


def _losses(landscape: Landscape, places: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.array(landscape.value(np.ascontiguousarray(places)), dtype=np.float64)
