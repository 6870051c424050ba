"""`resolve` computes nothing: not where the landscape cannot be asked any more, and nothing that is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.computed import compute
from optexplorer.scene.head_curvature import head_curvatures
from optexplorer.scene.resolve import resolve

ASKED = ("value", "gradient", "value_and_gradient", "hessian", "residuals", "residual_jacobian")


def race(**update: Any) -> Experiment:
    racers = (
        Racer(optimizer=GradientDescent(lr=0.01, weight_decay=0.5)),
        Racer(optimizer=Adam(lr=0.1), stream=1),
    )
    return Experiment(landscape="himmelblau", racers=racers, steps=30, start=(3.0, 2.0), **update)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Landscapes that raise whatever they are asked, once the test asks for this fixture's effect."""

    def refuse(*args: object) -> NDArray[np.float64]:
        raise AssertionError("resolve asked the landscape")

    for name in ASKED:
        monkeypatch.setattr(FormulaLandscape, name, refuse)
    monkeypatch.setattr(FormulaLandscape, "has_hessian", property(refuse))


def test_it_asks_the_landscape_nothing(request: pytest.FixtureRequest) -> None:
    experiment = race(appearance=Appearance(curvature=True, anatomy=True), view={"fog": 1.0})
    computed = compute(experiment)
    anatomies = computed.step_explainer.anatomies(experiment, computed.trajectories, 12)
    curvatures = head_curvatures(experiment, computed.trajectories, 12, experiment.resolve_landscape())
    request.getfixturevalue("silent")
    scene = computed.resolved(12, anatomies, curvatures)
    assert scene.curvature is not None
    assert scene.seen is not None
    assert scene.racer_paths[0].stable_rate is not None
    assert scene.racer_paths[1].stable_rate is None
    assert scene.anatomies
    assert all(path.surface_path is not None for path in scene.racer_paths)


@pytest.mark.usefixtures("silent")
def test_what_has_not_been_computed_is_absent() -> None:
    experiment = race(appearance=Appearance(curvature=True, anatomy=True), view={"fog": 1.0})
    scene = resolve(experiment, None, (None, None), 12)
    assert scene.racer_paths == ()
    assert (scene.samples, scene.picture, scene.seen, scene.curvature) == (None, None, None, None)


def test_marks_are_absent_until_they_arrive() -> None:
    computed = compute(race(appearance=Appearance(curvature=True, anatomy=True)))
    early = computed.resolved(12)
    assert early.curvature is None
    assert early.model is None
    assert early.anatomies == ()
    assert [path.stable_rate for path in early.racer_paths] == [None, None]
    late = computed.scene(12)
    assert late.curvature is not None
    assert late.anatomies


def test_the_largest_stable_rate_is_two_over_the_largest_eigenvalue() -> None:
    # At this minimum of Himmelblau's function the Hessian is [[74, 20], [20, 34]]; its larger eigenvalue is
    # 54 + sqrt(20^2 + 20^2) = 82.28...; weight decay adds 0.5.
    rate = compute(race()).scene(0).racer_paths[0].stable_rate
    assert rate == pytest.approx(2 / (54 + 800**0.5 + 0.5), rel=1e-12)


def test_paths_that_are_not_on_the_surface_yet_are_drawn_without_it() -> None:
    experiment = race()
    computed = compute(experiment)
    scene = resolve(experiment, computed.samples, computed.trajectories, 12)
    assert [path.surface_path for path in scene.racer_paths] == [None, None]
    assert scene.racer_paths[0].place.tolist() == scene.racer_paths[0].head.tolist()


def test_racers_that_start_at_one_place_of_their_own_have_one_mark_there() -> None:
    elsewhere, own = (1.0, -2.0), (4.0, 4.0)
    racers = tuple(
        Racer(optimizer=GradientDescent(lr=0.01), stream=k, start=start)
        for k, start in enumerate((elsewhere, None, own, elsewhere, (3.0, 2.0)))
    )
    scene = compute(race().evolve(racers=racers)).resolved(7)
    assert [path.number for path in scene.own_starts()] == [3, 2]


def test_paths_from_where_the_common_start_was_have_no_mark_of_their_own() -> None:
    """While it is dragged, the paths shown may still be those from its last place."""
    computed = compute(race())
    scene = computed.of(race().evolve(start=(1.0, 1.0))).resolved(7)
    assert scene.racer_paths[0].drawn.position[0].tolist() == [3.0, 2.0]
    assert scene.own_starts() == []
