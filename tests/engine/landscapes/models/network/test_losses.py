"""What outputs cost: invariances and huge numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.engine.landscapes.models.predictors.network.losses import CrossEntropy, SquaredError

pytestmark = pytest.mark.numbers

OUTPUTS = np.random.default_rng(0).normal(0, 2, (7, 4))
TARGETS = np.array([0.0, 3.0, 2.0, 1.0, 1.0, 0.0, 3.0])


@given(st.floats(-1e3, 1e3))
def test_a_shift_of_all_outputs_changes_nothing(shift: float) -> None:
    loss = CrossEntropy()
    for here, there in zip(
        loss.value_and_slope(OUTPUTS, TARGETS), loss.value_and_slope(OUTPUTS + shift, TARGETS), strict=True
    ):
        np.testing.assert_allclose(here, there, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(
        loss.prediction(OUTPUTS), loss.prediction(OUTPUTS + shift), rtol=1e-9, atol=1e-12
    )


def test_huge_outputs_cost_what_they_differ() -> None:
    loss = CrossEntropy()
    outputs = np.array([[1e6, -1e6], [1e300, -1e300]])
    assert loss.value(outputs, np.array([0.0, 0.0])) == 0.0
    assert loss.each(outputs, np.array([1.0, 1.0])).tolist() == [2e6, 2e300]
    assert loss.value_and_slope(outputs, np.array([1.0, 0.0]))[1].tolist() == [[0.5, -0.5], [0.0, 0.0]]
    np.testing.assert_array_equal(loss.prediction(outputs), [[1.0, 0.0], [1.0, 0.0]])


@pytest.mark.parametrize("loss", [CrossEntropy(), SquaredError()], ids=["cross-entropy", "squared"])
def test_the_ways_to_the_loss_agree(loss: CrossEntropy | SquaredError) -> None:
    outputs, targets = (OUTPUTS, TARGETS) if isinstance(loss, CrossEntropy) else (OUTPUTS[:, :1], TARGETS)
    value, slope = loss.value_and_slope(outputs, targets)
    assert loss.value(outputs, targets) == value == pytest.approx(loss.each(outputs, targets).mean())
    moved = np.random.default_rng(1).standard_normal(outputs.shape)
    h = 1e-6
    ahead, behind = (loss.value_and_slope(outputs + s * h * moved, targets) for s in (1, -1))
    assert (ahead[0] - behind[0]) / (2 * h) == pytest.approx((slope * moved).sum(), rel=1e-7)
    np.testing.assert_allclose((ahead[1] - behind[1]) / (2 * h), loss.moved_slope(outputs, moved), atol=1e-8)


def test_the_slopes_of_each_example_add_up_to_zero() -> None:
    slope = CrossEntropy().value_and_slope(OUTPUTS, TARGETS)[1]
    np.testing.assert_allclose(slope.sum(axis=1), 0.0, atol=1e-16)
