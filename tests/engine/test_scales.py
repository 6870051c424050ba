"""What is typical of a landscape, from samples of its domain."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from optexplorer.engine import scales
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from tests.small_models import blobs, classifier


@pytest.mark.parametrize(("gradients", "taken"), [(1000, scales.SAMPLES), (7, 7), (1, scales.FEWEST_SAMPLES)])
def test_few_gradients_are_compared_where_they_take_long(
    monkeypatch: pytest.MonkeyPatch, gradients: int, taken: int
) -> None:
    # What has been found is remembered, so data that no other test has.
    landscape = classifier(blobs(spread=0.61 + taken / 1000))
    monkeypatch.setattr(scales, "WORK", gradients * landscape.examples * landscape.dimension)
    asked = []
    of_the_model = ModelLandscape.gradient

    def gradient(self: ModelLandscape, x: NDArray[np.float64]) -> NDArray[np.float64]:
        asked.append(x.shape)
        return of_the_model(self, x)

    monkeypatch.setattr(ModelLandscape, "gradient", gradient)
    assert scales.typical_gradient(landscape) > 0
    assert asked == [(landscape.dimension, taken)]
