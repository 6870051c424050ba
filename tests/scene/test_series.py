"""Between which values a quantity of a trajectory lies, also of one that has grown."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optexplorer.experiment.appearance import Quantity
from optexplorer.scene.geometry.ticks import discernible
from optexplorer.scene.series import discernible_loss, extent, values_of
from tests.growing import growing, wild_positions


@pytest.mark.parametrize("quantity", ["loss", "gradient", "lr"])
@pytest.mark.parametrize("above", [-math.inf, 0.0, 1.0])
def test_the_extent_of_a_growing_series_is_that_of_its_finite_values(
    quantity: Quantity, above: float
) -> None:
    trajectories = list(growing(wild_positions(2)))
    # A shorter one is also asked for after the longer ones.
    for trajectory in [*trajectories, trajectories[3]]:
        values = values_of(trajectory, quantity)
        values = values[np.isfinite(values) & (values > above)]
        expected = (values[0], values.min(), values.max()) if values.size else None
        assert extent(trajectory, quantity, above) == expected


def test_losses_that_all_are_infinite_have_no_extent() -> None:
    (trajectory,) = growing(np.full((1, 2), np.inf), (1,))
    assert extent(trajectory, "loss") is None
    assert discernible_loss([trajectory]) == math.inf


def test_the_difference_to_be_told_is_that_of_all_losses_together() -> None:
    ends = [list(growing(wild_positions(seed)))[-1] for seed in (0, 1)]
    assert discernible_loss(ends) == discernible(np.concatenate([end.loss for end in ends]))
