"""Samples of surfaces whose losses are as far apart as floats can be, or hardly apart at all."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.scene.samples.surface_samples import sample_surface


@pytest.mark.parametrize("scale", ["auto", "linear", "log"])
@pytest.mark.parametrize("formula", ["1e308*x", "1e308*where(x*y>0,1,-1)", "x*1e-320", "5e-324*x"])
def test_heights_of_the_largest_and_smallest_losses_are_in_bounds(formula: str, scale: str) -> None:
    # Warnings of NumPy are errors here, as in every test.
    landscape = FormulaDefinition(formula=formula, domain={"x": (-3, 3), "y": (-3, 3)}).landscape()
    samples = sample_surface(landscape, scale)
    heights = samples.height[np.isfinite(samples.height)]
    assert heights.size
    assert heights.min() == 0
    assert heights.max() <= 1
    far = samples.scale.height(np.array([-1e308, 1e308, np.inf, np.nan]))
    assert far[0] == 0
    assert np.all(far[1:3] >= heights.max())
    assert np.isnan(far[3])
