"""Rules that find planes: what they refuse, files, undo, other landscapes, and racers that come and go."""

from __future__ import annotations

from typing import Any

import pytest

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment import files
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.frozen_model import InvalidValueError
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.plane_rule import KINDS, PathPoint, PlaneRule
from optexplorer.experiment.racer import Racer
from tests.many_features import race, regression
from tests.misbehaving import bowl

XYZ = Experiment(
    landscape=bowl("xyz"),
    racers=(Racer(optimizer=GradientDescent()), Racer(optimizer=GradientDescent(lr=0.1))),
)


def on(plane: Any) -> Experiment:
    return XYZ.evolve(view=ComputationView(plane=plane))


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_round_trips_through_a_file(kind: str) -> None:
    experiment = on(PlaneRule(kind=kind))
    assert files.from_json(files.to_json(experiment)) == experiment


def test_settings_round_trip_through_a_file() -> None:
    for rule in (
        PlaneRule(kind="pca", racers=(1,)),
        PlaneRule(kind="weights", weights=(2, 0), points=(PathPoint(racer=1, step="end"),)),
        PlaneRule(kind="random", seed=7),
        PlaneRule(kind="line", points=(PathPoint(), PathPoint(racer=0, step=17))),
    ):
        assert files.from_json(files.to_json(on(rule))) == on(rule)
    plane = Plane(
        origin=(0, 0, 0), directions=((1, 0, 0), (0, 1, 0)), extent=((-1, 2), (0, 3)), axes=("p", "q")
    )
    assert files.from_json(files.to_json(on(plane))) == on(plane)


@pytest.mark.parametrize(
    ("plane", "message"),
    [
        ({"kind": "pcaa"}, "view.plane.kind: there is no plane 'pcaa'; there are pca, random, weights"),
        ({"kind": "pca", "racers": [2]}, "view.plane: there is no racer 2; they have the numbers 0 to 1"),
        ({"kind": "pca", "racers": [-1]}, "view.plane.racers"),
        ({"kind": "pca", "seed": 3}, "view.plane: seed is no setting of the plane 'pca'; it has racers"),
        (
            {"kind": "weights", "weights": [0, 3]},
            "view.plane: weights: there is no parameter 3; they have the numbers 0 to 2",
        ),
        ({"kind": "weights", "weights": [1, 1]}, "weights: 1 is given twice"),
        ({"kind": "points", "points": [{"racer": 0}]}, "points: the plane 'points' needs 3, but 1 are given"),
        ({"kind": "line", "points": [{}, {"racer": 5}]}, "there is no racer 5"),
        ({"kind": "line", "points": [{}, {"step": 4}]}, "step 4 of no racer"),
        ({"kind": "line", "points": [{}, {"racer": 0, "step": -4}]}, "view.plane.points"),
        ({"kind": "random", "sed": 3}, "did you mean 'seed'"),
        ({"seed": 3}, "view.plane.kind is missing"),
        ({"origin": [0, 0]}, "view.plane.directions is missing"),
        ("pca", "view.plane"),
        ([1], "view.plane"),
    ],
)
def test_what_cannot_be_is_refused_in_words(plane: Any, message: str) -> None:
    fields = {**XYZ.model_dump(mode="json"), "view": {"plane": plane}}
    with pytest.raises(files.FileError) as error:
        files.read_fields({"version": 2, **fields})
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_line_of_one_coordinate_has_no_plane() -> None:
    flat = Experiment(landscape="quadratic-1d", racers=XYZ.racers)
    with pytest.raises(InvalidValueError, match="a plane needs two parameters"):
        flat.evolve(view=ComputationView(plane=PlaneRule(kind="pca")))
    assert flat.evolve(view=ComputationView(plane=PlaneRule(kind="line"))).view.plane is not None


def test_models_of_many_parameters_are_seen_on_the_plane_of_their_paths() -> None:
    assert race().view.plane == PlaneRule(kind="pca")
    assert XYZ.view.plane is None
    assert XYZ.on_landscape(regression()).view.plane == PlaneRule(kind="pca")
    assert race().on_landscape("beale").view.plane is None
    # Two parameters are drawn as they are; and who takes the plane away has taken it away.
    assert XYZ.on_landscape(regression(features=1)).view.plane is None
    without = race().evolve(view=race().view.evolve(plane=None))
    assert without.view.plane is None
    assert files.from_json(files.to_json(without)).view.plane is None


def test_a_rule_goes_on_naming_the_same_racers() -> None:
    rule = PlaneRule(kind="pca", racers=(0, 1))
    gone = on(rule).with_racers(XYZ.racers[1:], {1: 0}.get)
    assert gone.view.plane == PlaneRule(kind="pca", racers=(0,))
    line = PlaneRule(kind="line", points=(PathPoint(racer=0), PathPoint(racer=1, step="end")))
    assert on(line).with_racers(XYZ.racers[:1], {0: 0}.get).view.plane == PlaneRule(kind="line")
    swapped = on(line).with_racers(XYZ.racers[::-1], {0: 1, 1: 0}.get).view.plane
    assert isinstance(swapped, PlaneRule)
    assert [point.racer for point in swapped.points] == [1, 0]


def test_the_plane_is_no_matter_of_looks() -> None:
    other = on(PlaneRule(kind="pca")).evolve(
        view=ComputationView(plane=PlaneRule(kind="pca"), window=(0, 1, 0, 1))
    )
    plain = on(PlaneRule(kind="random"))
    assert plain.seen_as(other).view == plain.view
    same = on(PlaneRule(kind="pca"))
    assert same.seen_as(other).view.window == (0, 1, 0, 1)


@pytest.mark.parametrize("racers", [1, 2, 3, 5])
@pytest.mark.parametrize("kind", list(KINDS))
def test_the_usual_points_of_a_kind_are_there_in_every_race(kind: str, racers: int) -> None:
    points = PlaneRule(kind=kind).points_for(racers)
    assert len(points) == KINDS[kind].points
    assert all(point.racer is None or point.racer < racers for point in points)
    assert len(set(points)) == len(points)
