"""The learning-rate range test: rising rates, smoothing, suggestions."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.run_spec import RunSpec
from optexplorer.runs.range_test import RangeTest, RangeTestSpec, range_test, range_test_in_chunks, smooth

BOOTH = landscapes.get("booth")
SPEC = RangeTestSpec(RunSpec(BOOTH, GradientDescent()), BOOTH.start, 1e-4, 10.0, 120)


def test_the_rate_grows_by_the_same_factor_from_end_to_end() -> None:
    spec = RangeTestSpec(RunSpec(BOOTH, Adam()), BOOTH.start, 1e-5, 1e-3, 50)
    found = range_test(spec)
    assert found.rates[0] == pytest.approx(1e-5)
    assert found.rates[-1] == pytest.approx(1e-3)
    assert np.ptp(np.diff(np.log(found.rates))) < 1e-9
    assert found.raw[0] == BOOTH.value(np.array(BOOTH.start))
    assert len(found.raw) == 50
    assert not found.diverged


def test_the_smoothed_loss_is_corrected_at_its_beginning() -> None:
    assert smooth(np.full(5, 3.0), 0.98) == pytest.approx(np.full(5, 3.0))
    assert smooth(np.array([1.0, 2.0]), 0.5) == pytest.approx([1.0, (0.25 * 1 + 0.5 * 2) / 0.75])
    values = np.array([1.0, 5.0, 2.0])
    assert smooth(values, 0.0) == pytest.approx(values)


def test_it_falls_and_then_explodes_above_the_limit() -> None:
    found = range_test(SPEC)
    assert found.diverged
    assert found.lowest is not None
    # Only above 2/λ = 1/9 it grows.
    assert found.rates[found.lowest] > 0.05
    assert found.end <= len(found.rates)
    assert found.steepest is not None
    assert found.tenth == pytest.approx(found.rates[found.lowest] / 10)
    assert 1e-4 < found.steepest < found.rates[found.lowest]


def test_of_mini_batches_it_is_their_loss() -> None:
    line = landscapes.get("line-fit")
    spec = RangeTestSpec(
        RunSpec(line, GradientDescent(), source=MiniBatch(batch_size=2)), line.start, steps=60
    )
    found = range_test(spec)
    assert found.of_batches
    assert np.abs(np.diff(found.raw[:20])).max() > np.abs(np.diff(found.smoothed[:20])).max()


def test_where_nothing_falls_nothing_is_suggested() -> None:
    spec = RangeTestSpec(RunSpec(BOOTH, GradientDescent(maximize=True)), BOOTH.start, 1e-3, 1.0, 40)
    found = range_test(spec)
    assert (found.lowest, found.steepest, found.tenth) == (None, None, None)


def test_it_tells_how_far_it_is_and_stops() -> None:
    came = list(range_test_in_chunks(SPEC))
    assert came[-1][1].done
    assert isinstance(came[-1][1], RangeTest)
    assert came[0][0].total == 120
    stopped = range_test(SPEC, lambda: True)
    assert len(stopped.raw) <= 120


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"low": 1.0, "high": 0.1}, "0 < low < high"),
        ({"low": 0.0}, "0 < low < high"),
        ({"steps": 3}, "10 <= steps"),
        ({"smoothing": 1.0}, "0 <= smoothing < 1"),
    ],
)
def test_wrong_numbers_are_refused(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RangeTestSpec(RunSpec(BOOTH, GradientDescent()), BOOTH.start, **wrong)  # type: ignore[arg-type]
