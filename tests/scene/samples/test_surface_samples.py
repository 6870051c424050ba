"""Samples of surfaces whose losses are as far apart as floats can be, or hardly apart at all; scales of heights."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.experiment.plane import Plane
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.surface_samples import HeightScale, height_scale, sample_surface


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


def test_losses_of_models_are_told_apart_by_their_ratios() -> None:
    landscape = landscapes.get("logistic-weights")
    losses = np.geomspace(0.128, 1.28, 500).reshape(20, 25)
    found = height_scale(landscape, losses, "log")
    # Ten times the lowest loss is the top: the square root of ten times, half the height.
    np.testing.assert_allclose(found.height(losses), np.log10(losses / losses.min()), atol=1e-3)
    assert found.ticks(14) == [0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0]
    # Losses that reach zero have no ratios, and those of formulas count from the lowest.
    for other, values in ((landscape, losses - losses.min()), (landscapes.get("rosenbrock"), losses)):
        scale = height_scale(other, values, "log")
        assert scale.knee == pytest.approx(np.quantile(values - scale.low, 0.004))
    # What a plane shows of a model is a loss of a model.
    whole = landscapes.get("line-fit")
    section = PlaneSection(whole, Plane(origin=(0.0, 0.0), directions=((1.0, 0.0), (0.0, 1.0))))
    assert section.examples == whole.examples > 0
    assert height_scale(section, losses, "log") == height_scale(whole, losses, "log")


def test_scales_of_ratios_have_round_ticks_wherever_they_lie() -> None:
    def ticks(low: float, high: float) -> list[float]:
        return HeightScale("log", low, high, low).ticks(14)

    assert ticks(3, 800) == [5, 10, 20, 50, 100, 200, 500]
    assert ticks(0.01, 1e5)[:4] == [0.03, 0.1, 0.3, 1.0]
    assert 3 <= len(ticks(1, 1.2)) <= 15
    assert 3 <= len(ticks(100, 101)) <= 15
    assert 2 <= len(ticks(1e-300, 1)) <= 15
