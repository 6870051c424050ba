"""The curve of a landscape of one coordinate, and what a landscape is drawn as."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.computed import compute
from optexplorer.scene.samples.curve_samples import CurveSamples, sample_curve
from optexplorer.scene.samples.landscape_samples import sample_landscape
from optexplorer.scene.samples.surface_samples import SurfaceSamples

LINES = [entry.id for entry in landscapes.all() if landscapes.get(entry.id).dimension == 1]


def test_there_are_landscapes_of_one_coordinate() -> None:
    assert {"quadratic-1d", "forrester", "gramacy-lee", "loss-curve-1d"} <= set(LINES)


@pytest.mark.parametrize("id", LINES)
def test_a_profile_spans_the_domain_from_height_0_to_1(id: str) -> None:
    landscape = landscapes.get(id)
    curve = sample_curve(landscape)
    assert curve.interval == landscape.domain[0]
    finite = curve.loss[np.isfinite(curve.loss)]
    height = curve.scale.height(finite)
    assert height.min() >= -1e-9
    assert height.max() == pytest.approx(1)
    assert curve.typical_slope > 0
    for minimum in landscape.minima:
        assert curve.scale.low <= minimum.value <= curve.scale.high


def test_an_interval_has_the_scale_of_its_own_losses() -> None:
    near = sample_curve(landscapes.get("quadratic-1d"), "linear", (1.0, 2.0))
    assert near.interval == (1.0, 2.0)
    assert (near.scale.low, near.scale.high) == (1.0, 4.0)
    log = sample_curve(landscapes.get("quadratic-1d"), "log", (1.0, 2.0))
    assert (log.scale.low, log.scale.high) == (0.0, 4.0)


def test_an_interval_in_which_nothing_changes_still_has_a_scale() -> None:
    flat = FormulaLandscape("flat", FormulaDefinition(formula="3 + 0*x", domain={"x": (-1, 1)}))
    for curve in (sample_curve(flat), sample_curve(flat, "linear", (0.0, 0.1))):
        assert curve.scale.high > curve.scale.low


def test_where_the_loss_is_not_finite_the_profile_has_a_gap() -> None:
    landscape = FormulaLandscape(
        "log", FormulaDefinition(formula="log(x)", domain={"x": (-1, 2)}, start=(1,))
    )
    curve = sample_curve(landscape)
    assert not np.isfinite(curve.loss[curve.x < 0]).any()
    assert np.isfinite(curve.loss[curve.x > 0.01]).all()
    outside = sample_curve(landscape, "auto", (-3.0, -2.0))
    assert outside.scale == curve.scale


def test_what_is_drawn_follows_from_the_number_of_coordinates() -> None:
    assert isinstance(sample_landscape(landscapes.get("quadratic-1d"), ComputationView()), CurveSamples)
    assert isinstance(sample_landscape(landscapes.get("himmelblau"), ComputationView()), SurfaceSamples)
    three = FormulaDefinition(formula="x^2 + y^2 + z^2", domain={"x": (-1, 1), "y": (-1, 1), "z": (-1, 1)})
    assert sample_landscape(FormulaLandscape("own-formula", three), ComputationView()) is None


@pytest.mark.parametrize("id", ["quadratic-1d", "himmelblau"])
def test_a_scene_has_one_picture_and_says_which(id: str) -> None:
    experiment = Experiment(landscape=id, racers=(Racer(optimizer=GradientDescent(lr=0.01)),), steps=5)
    landscape = experiment.resolve_landscape()
    scene = compute(experiment).scene(3)
    assert scene.landscape is landscape
    if id == "quadratic-1d":
        assert scene.curve is scene.samples
        assert scene.racer_paths[0].surface_path is None
        with pytest.raises(ValueError, match="quadratic-1d has no map and no surface"):
            _ = scene.surface
    else:
        assert scene.surface is scene.samples
        assert scene.racer_paths[0].surface_path is not None
        with pytest.raises(ValueError, match="himmelblau is no curve"):
            _ = scene.curve
