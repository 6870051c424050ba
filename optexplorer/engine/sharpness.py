"""The sharpness along a path: the largest eigenvalue of the Hessian, beside the limit that the optimizer sets."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.diagnostics import largest_eigenvalues
from optexplorer.engine.lanczos import largest_eigenpairs
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.stability_limit import StabilityLimit
from optexplorer.engine.replay import Replay
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import Trajectory

Array = NDArray[np.float64]
Steps = NDArray[np.int64]

MOST_INTERVALS, MOST_QUICK_INTERVALS = 256, 512
"""Into how many even parts long paths are divided at most; into more where Hessians are quick."""
FIRST_INTERVALS = 8
"""Of which so many come first."""
MOST_RATES = 1024
"""Steps at which a limit that changes with the rate is given, at most."""
FEW_COORDINATES = 16
"""Of so few coordinates the whole Hessian is as quick as its products."""
MOST_BATCHED = 64
"""Of so few coordinates a formula's Hessians of many points are computed together."""
AT_ONCE = 64
"""Points whose Hessians are computed together."""
TOLERANCE = 1e-3
"""How exact eigenvalues from products are, as a part of themselves: finer than a chart shows."""
HOP = 256
"""Steps that a replay takes between two looks at the clock."""


@dataclass(frozen=True, eq=False)
class Sharpness:
    """The largest eigenvalues along one path, as far as they have been computed, and the limit of stability.

    Attributes
    ----------
    steps : shape (k,), rising: where the eigenvalue is known
    eigenvalue : shape (k,), of P^(−1/2) (H + decay · I) P^(−1/2) as of `StabilityLimit`; NaN where it is not finite
    limit_steps, limit : shape (m,), up to which value the optimizer's steps do not swing out; no rows if that is not
        known
    preconditioned : whether P is another matrix than I
    complete : whether no more values are to come of this path
    """

    steps: Steps
    eigenvalue: Array
    limit_steps: Steps
    limit: Array
    preconditioned: bool
    complete: bool

    @classmethod
    def unknown(cls) -> Sharpness:
        """Return what is known where nothing can be computed."""
        none, steps = np.empty(0), np.empty(0, dtype=np.int64)
        return cls(steps, none, steps, none, preconditioned=False, complete=True)

    @property
    def is_known(self) -> bool:
        """Whether there is any number."""
        return bool(np.isfinite(self.eigenvalue).any())

    @property
    def has_limit(self) -> bool:
        """Whether a limit is known."""
        return len(self.limit) > 0

    def eigenvalue_at(self, step: float) -> float:
        """Return the value at `step`, between two that are known in proportion; NaN before any is."""
        return float(np.interp(step, self.steps, self.eigenvalue)) if len(self.steps) else math.nan

    def limit_at(self, step: float) -> float:
        """Return the limit at `step`; NaN if there is none."""
        return float(np.interp(step, self.limit_steps, self.limit)) if self.has_limit else math.nan


class GrowingSharpness:
    """Computes the sharpness of one descent, coarse to fine; what is known of a path serves the longer one too.

    Parameters
    ----------
    run_spec : how the point descends
    steps : the number of steps that the descent was given
    """

    def __init__(self, run_spec: RunSpec, steps: int) -> None:
        self._run_spec, self._steps = run_spec, steps
        self._values: dict[int, float] = {}
        self._replay: Replay | None = None
        self._eigenvalues = _Eigenvalues(run_spec.landscape, -1.0 if run_spec.optimizer.ascends else 1.0)

    def of(
        self,
        trajectory: Trajectory,
        should_stop: Callable[[], bool] = lambda: False,
        seconds: float = math.inf,
    ) -> Sharpness:
        """Return the sharpness along `trajectory`, computed for `seconds` more or until it is complete.

        Once `should_stop` says so, what is known is returned.
        """
        end = time.monotonic() + seconds
        if self._replay is None or self._replay.trajectory.descent is not trajectory.descent:
            self._replay = Replay(self._run_spec, trajectory, self._steps)
        self._replay.trajectory = trajectory
        complete = True
        with np.errstate(all="ignore"):
            limit = self._limit(0)
            # Of long ways of many coordinates those whose positions are kept.
            kept = trajectory.kept_steps
            for places in _in_order(len(kept) - 1, self._eigenvalues.most_intervals):
                missing = [step for step in kept[places].tolist() if step not in self._values]
                for first in range(0, len(missing), self._eigenvalues.at_once):
                    part = missing[first : first + self._eigenvalues.at_once]
                    if not self._compute(part, limit, lambda: should_stop() or time.monotonic() >= end):
                        complete = False
                        break
                if not complete:
                    break
        return self._known(trajectory, limit, complete)

    def _limit(self, step: int) -> StabilityLimit | None:
        assert self._replay is not None
        rate = np.float64(self._replay.trajectory.learning_rate[step])
        return self._replay.optimizer_at(step).stability(rate)

    def _compute(
        self, steps: list[int], limit: StabilityLimit | None, should_stop: Callable[[], bool]
    ) -> bool:
        """Compute the values at `steps`; return whether there was time."""
        assert self._replay is not None
        scales: list[Array] | None = None
        if should_stop() and self._values:
            return False
        if limit is not None and limit.preconditioner is not None:
            scales = []
            for step in steps:
                while (at := self._replay.nearest(step)) + HOP < step:
                    self._replay.state_after(at + HOP)
                    if should_stop():
                        return False
                optimizer = self._replay.optimizer_at(step)
                there = optimizer.stability(np.float64(self._replay.trajectory.learning_rate[step]))
                assert there is not None
                assert there.preconditioner is not None
                scales.append(there.preconditioner(self._replay.state_after(step)) ** -0.5)
        points = self._replay.trajectory.positions(steps)
        decay = 0.0 if limit is None else limit.decay
        values = self._eigenvalues.at(points, decay, None if scales is None else np.array(scales))
        self._values.update(zip(steps, values, strict=True))
        return True

    def _known(self, trajectory: Trajectory, limit: StabilityLimit | None, complete: bool) -> Sharpness:
        known = sorted(step for step in self._values if step <= trajectory.steps)
        steps = np.array(known, dtype=np.int64)
        values = np.array([self._values[step] for step in known])
        limit_steps, limits = self._limits(trajectory) if limit is not None else (steps[:0], values[:0])
        preconditioned = limit is not None and limit.preconditioner is not None
        return Sharpness(steps, values, limit_steps, limits, preconditioned, complete)

    def _limits(self, trajectory: Trajectory) -> tuple[Steps, Array]:
        """Return the limits at the steps at which they may change."""
        assert self._replay is not None
        rates, count = trajectory.learning_rate, MOST_RATES
        if not self._replay.has_momenta and (rates == rates[0]).all():
            count = 1
        steps = np.unique(np.linspace(0, trajectory.steps, min(trajectory.steps, count) + 1).astype(np.int64))
        limits: list[float] = []
        with np.errstate(all="ignore"):
            for step in steps.tolist():
                found = self._limit(step)
                limits.append(math.nan if found is None else float(found.threshold))
        return steps, np.array(limits)


def _in_order(last: int, most: int) -> Iterator[list[int]]:
    """Yield the rows at which the sharpness is computed: all of a short path, evenly spaced ones of a long one.

    First few, then those between them. The spacings are powers of two, so that what is known of a path that grows is
    not lost.
    """
    finest = max(0, math.ceil(math.log2(max(last, 1) / most)))
    coarsest = max(finest, math.ceil(math.log2(max(last, 1) / FIRST_INTERVALS)))
    for power in range(coarsest, finest - 1, -1):
        yield sorted({*range(0, last + 1, 2**power), last})


class _Eigenvalues:
    """Finds largest eigenvalues of the Hessian of a landscape, times `sign`."""

    def __init__(self, landscape: Landscape, sign: float) -> None:
        self._landscape, self._sign = landscape, sign
        few = landscape.dimension <= (FEW_COORDINATES if landscape.examples else MOST_BATCHED)
        self._whole = few and landscape.has_hessian
        self._differs = False
        self.at_once = AT_ONCE if self._whole else 1
        """How many points suit one call."""
        self.most_intervals = MOST_QUICK_INTERVALS if self._whole else MOST_INTERVALS

    def at(self, points: Array, decay: float, scales: Array | None) -> list[float]:
        """Return the values at points of shape (k, n); `scales` are the diagonals of P^(−1/2), shape (k, n)."""
        if self._whole:
            return self._of_matrices(points, decay, scales)
        return [
            self._of_products(point, decay, None if scales is None else scales[k])
            for k, point in enumerate(points)
        ]

    def _of_matrices(self, points: Array, decay: float, scales: Array | None) -> list[float]:
        hessians = self._sign * np.moveaxis(self._landscape.hessian(np.ascontiguousarray(points.T)), -1, 0)
        hessians = (hessians + hessians.swapaxes(1, 2)) / 2 + decay * np.eye(points.shape[1])
        if scales is not None:
            hessians = hessians * scales[:, :, np.newaxis] * scales[:, np.newaxis, :]
        found: list[float] = largest_eigenvalues(hessians).tolist()
        return found

    def _of_products(self, point: Array, decay: float, scale: Array | None) -> float:
        if not np.isfinite(point).all():
            return math.nan

        def product(direction: Array) -> Array:
            scaled = direction if scale is None else scale * direction
            image = self._sign * self._product(point, scaled) + decay * scaled
            return image if scale is None else scale * image

        values, _ = largest_eigenpairs(product, len(point), 1, tolerance=TOLERANCE)
        return float(values[0])

    def _product(self, point: Array, direction: Array) -> Array:
        if not self._differs:
            try:
                return self._landscape.hessian_product(point, direction)
            except NotImplementedError:
                self._differs = True
        # Central differences, whose error is of the order of ε^(2/3) (Dennis & Schnabel 1983, section 5.4).
        size = float(np.linalg.norm(direction))
        if not size > 0:
            return np.zeros_like(point)
        away = float(np.finfo(np.float64).eps ** (1 / 3) * max(float(np.abs(point).max()), 1.0)) / size
        ahead = self._landscape.gradient(point + away * direction)
        behind = self._landscape.gradient(point - away * direction)
        result: Array = (ahead - behind) / (2 * away)
        return result
