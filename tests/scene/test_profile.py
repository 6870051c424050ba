"""The curve of a landscape of one coordinate, and what a landscape is drawn as."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.descent import trajectory
from optexplorer.engine.landscapes.formula import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.experiment.view import View
from optexplorer.scene.ground import make_ground
from optexplorer.scene.profile import Profile, make_profile
from optexplorer.scene.relief import Relief
from optexplorer.scene.resolve import resolve

LINES = [entry.id for entry in landscapes.all() if landscapes.get(entry.id).dimension == 1]


def test_there_are_landscapes_of_one_coordinate() -> None:
    assert {"quadratic-1d", "forrester", "gramacy-lee", "loss-curve-1d"} <= set(LINES)


@pytest.mark.parametrize("id", LINES)
def test_a_profile_spans_the_domain_from_height_0_to_1(id: str) -> None:
    landscape = landscapes.get(id)
    profile = make_profile(landscape)
    assert profile.interval == landscape.domain[0]
    finite = profile.loss[np.isfinite(profile.loss)]
    height = profile.scale.height(finite)
    assert height.min() >= -1e-9
    assert height.max() == pytest.approx(1)
    assert profile.typical_slope > 0
    for minimum in landscape.minima:
        assert profile.scale.low <= minimum.value <= profile.scale.high


def test_an_interval_has_the_scale_of_its_own_losses() -> None:
    near = make_profile(landscapes.get("quadratic-1d"), "linear", (1.0, 2.0))
    assert near.interval == (1.0, 2.0)
    assert (near.scale.low, near.scale.high) == (1.0, 4.0)
    log = make_profile(landscapes.get("quadratic-1d"), "log", (1.0, 2.0))
    assert (log.scale.low, log.scale.high) == (0.0, 4.0)


def test_an_interval_in_which_nothing_changes_still_has_a_scale() -> None:
    flat = FormulaLandscape("flat", FormulaDefinition(formula="3 + 0*x", domain={"x": (-1, 1)}))
    for profile in (make_profile(flat), make_profile(flat, "linear", (0.0, 0.1))):
        assert profile.scale.high > profile.scale.low


def test_where_the_loss_is_not_finite_the_profile_has_a_gap() -> None:
    landscape = FormulaLandscape(
        "log", FormulaDefinition(formula="log(x)", domain={"x": (-1, 2)}, start=(1,))
    )
    profile = make_profile(landscape)
    assert not np.isfinite(profile.loss[profile.x < 0]).any()
    assert np.isfinite(profile.loss[profile.x > 0.01]).all()
    outside = make_profile(landscape, "auto", (-3.0, -2.0))
    assert outside.scale == profile.scale


def test_what_is_drawn_follows_from_the_number_of_coordinates() -> None:
    assert isinstance(make_ground(landscapes.get("quadratic-1d"), View()), Profile)
    assert isinstance(make_ground(landscapes.get("himmelblau"), View()), Relief)
    three = FormulaDefinition(formula="x^2 + y^2 + z^2", domain={"x": (-1, 1), "y": (-1, 1), "z": (-1, 1)})
    with pytest.raises(ValueError, match="own-formula has 3"):
        make_ground(FormulaLandscape("own-formula", three), View())


@pytest.mark.parametrize("id", ["quadratic-1d", "himmelblau"])
def test_a_scene_has_one_ground_and_says_which(id: str) -> None:
    experiment = Experiment(landscape=id, racers=(Racer(optimizer=GradientDescent(lr=0.01)),), steps=5)
    landscape = experiment.resolve_landscape()
    path = trajectory(experiment.rule(experiment.racers[0]), experiment.start, 5)
    scene = resolve(experiment, make_ground(landscape, experiment.view), [path], 3)
    assert scene.landscape is landscape
    if id == "quadratic-1d":
        assert scene.profile is scene.ground
        assert scene.trails[0].draped is None
        with pytest.raises(ValueError, match="quadratic-1d has no map and no surface"):
            _ = scene.relief
    else:
        assert scene.relief is scene.ground
        assert scene.trails[0].draped is not None
        with pytest.raises(ValueError, match="himmelblau is no curve"):
            _ = scene.profile
