"""The learning-rate range test: one descent whose rate grows at every step, from far too small to far too large.

References
----------
Smith (2017), Cyclical learning rates for training neural networks, WACV, section 3.3. The exponential growth, the
smoothing and the two suggestions are those that fastai has made common (Gugger 2018, How do you find a good learning rate;
Howard & Gugger 2020, fastai: a layered API for deep learning, section 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.descent import StoppingCriteria, descend
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Schedule
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.engine.varied import with_settings
from optexplorer.runs.lowest_loss import lowest_loss
from optexplorer.runs.tasks import Meter, Progress, ShouldStop, never
from optexplorer.text import Text

Array = NDArray[np.float64]

LOW, HIGH, STEPS, SMOOTHING = 1e-5, 10.0, 200, 0.9
FEWEST_STEPS, MOST_STEPS = 10, 100_000
EXPLODED = 2.0
"""A smoothed loss this many times as high above the lowest known one as at first has left what a test is about."""


class RisingRate(Schedule):
    """A rate that grows by the same factor at every step, up to `ratio` times the first at the last step."""

    id: ClassVar[str] = "rising-rate"
    title: ClassVar[Text] = Text("Rising rate", "上昇する学習率")
    idea: ClassVar[Text] = Text(
        "The rate grows by the same factor each step.", "毎ステップ同じ倍率で学習率を上げる。"
    )
    formula: ClassVar[str] = r"\eta_t = \eta\, r^{t / (T - 1)}"

    ratio: float = hyperparameter(
        1e6, "r", Text("Ratio", "比"), Text("Last rate over first.", "最後と最初の学習率の比。"), gt=1
    )

    def rates(self, lr: float, steps: int) -> Array:
        # No step leaves the last row.
        rising: Array = lr * self.ratio ** (np.arange(steps) / max(steps - 2, 1))
        return rising


@dataclass(frozen=True)
class RangeTestSpec:
    """What is tested: how a racer descends, from where, over which rates, in how many steps, and how losses are smoothed.

    Raises
    ------
    ValueError
        If the numbers are not in order; the message says what would be right.
    """

    run_spec: RunSpec
    start: tuple[float, ...] | Array
    low: float = LOW
    high: float = HIGH
    steps: int = STEPS
    smoothing: float = SMOOTHING

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high < np.inf:
            raise ValueError(
                Text(
                    f"The rates go from {self.low:g} to {self.high:g}; 0 < low < high is needed.",
                    f"学習率の範囲が{self.low:g}から{self.high:g}となっている。0 < 下端 < 上端でなければならない。",
                )
            )
        if not FEWEST_STEPS <= self.steps <= MOST_STEPS:
            raise ValueError(f"steps = {self.steps} is not allowed; {FEWEST_STEPS} <= steps <= {MOST_STEPS}")
        if not 0 <= self.smoothing < 1:
            raise ValueError(f"smoothing = {self.smoothing:g} is not allowed; 0 <= smoothing < 1")

    def run(self) -> RunSpec:
        """Return how the point descends: with its own gradients, but a rate that grows."""
        optimizer: Optimizer = with_settings(self.run_spec.optimizer, {"lr": self.low})
        schedule = RisingRate(ratio=self.high / self.low)
        return replace(self.run_spec, optimizer=optimizer, schedule=schedule)


@dataclass(frozen=True, eq=False)
class RangeTest:
    """The result of a range test, as far as it has gone.

    Attributes
    ----------
    rates : shape (k,), rising: the rate of each step
    raw : shape (k,), the loss that the step sees where it begins: of its mini-batch, where there is one
    smoothed : shape (k,), their exponential moving average, corrected for its beginning at zero (see `smooth`)
    base : the lowest known loss
    end : the number of steps until the smoothed loss exploded, at most k
    diverged : whether the descent was lost
    of_batches : whether the losses are those of mini-batches
    """

    spec: RangeTestSpec
    rates: Array
    raw: Array
    smoothed: Array
    base: float
    end: int
    diverged: bool
    of_batches: bool
    done: bool = True

    @property
    def lowest(self) -> int | None:
        """The step at which the smoothed loss is lowest; None if it never falls."""
        if self.end < 3:
            return None
        place = int(np.nanargmin(self.smoothed[: self.end]))
        return place if place > 0 else None

    @property
    def steepest(self) -> float | None:
        """The rate at which the smoothed loss falls fastest with the logarithm of the rate; None if it never falls.

        The slope is that of a straight line through the steps around, a tenth of all, as noise is steeper than any trend.
        """
        window = max(3, len(self.smoothed) // 10 | 1)
        if self.lowest is None or self.lowest + 1 < window:
            return None
        parts = np.lib.stride_tricks.sliding_window_view(self.smoothed[: self.lowest + 1], window)
        # The rates are evenly spaced by their logarithms.
        slopes = parts @ (np.arange(window) - window // 2)
        place = int(slopes.argmin())
        return float(self.rates[place + window // 2]) if slopes[place] < 0 else None

    @property
    def tenth(self) -> float | None:
        """A tenth of the rate at which the smoothed loss is lowest; None if it never falls."""
        return None if self.lowest is None else float(self.rates[self.lowest]) / 10


def smooth(values: Array, beta: float) -> Array:
    """Return the exponential moving average m_k = β m_(k−1) + (1 − β) v_k, divided by 1 − β^(k+1), shape (k,).

    The division makes up for m beginning at zero, as in Adam (Kingma & Ba 2015, section 3).
    """
    average, found = 0.0, np.empty_like(values)
    for k, value in enumerate(values.tolist()):
        average = beta * average + (1 - beta) * value
        found[k] = average / (1 - beta ** (k + 1))
    return found


def range_test(spec: RangeTestSpec, should_stop: ShouldStop = never) -> RangeTest:
    """Return the result of a range test."""
    *_, (_, last) = range_test_in_chunks(spec, should_stop)
    return last


def range_test_in_chunks(
    spec: RangeTestSpec, should_stop: ShouldStop = never
) -> Iterator[tuple[Progress, RangeTest]]:
    """Run a range test, yielding how far it has come and what has been found; at least once."""
    base, height = lowest_loss(spec.run_spec.landscape, np.array([spec.start]))
    meter, done = Meter(spec.steps), 0
    never_converges = StoppingCriteria(converge=False)
    for path in descend(spec.run(), spec.start, spec.steps, end=never_converges, should_stop=should_stop):
        progress = meter.add(path.steps - done)
        done = path.steps
        yield progress, _result(spec, path, base, base + EXPLODED * height)


def _result(spec: RangeTestSpec, path: Trajectory, base: float, ceiling: float) -> RangeTest:
    # The last row has no step.
    rows = max(path.steps, 1)
    batches = path.measures.get("batch_loss")
    raw = np.array((path.loss if batches is None else batches)[:rows], dtype=np.float64)
    smoothed = smooth(raw, spec.smoothing)
    exploded = np.flatnonzero(~(smoothed <= max(ceiling, float(smoothed[0]))))
    return RangeTest(
        spec,
        np.array(path.learning_rate[:rows]),
        raw,
        smoothed,
        base,
        int(exploded[0]) if exploded.size else rows,
        path.ending is TerminationReason.DIVERGED,
        batches is not None,
        path.ending is not TerminationReason.RUNNING,
    )
