"""The barrier between two points: its height by hand, where there is none, and where it cannot be told."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane_rule import PathPoint, PlaneRule
from optexplorer.experiment.racer import Racer
from optexplorer.scene.computed import compute
from optexplorer.scene.scene import Scene

# Two valleys, at x = -1 with loss 0 and at x = 1 with loss 0.4; between them a hill.
VALLEYS = {
    "kind": "formula",
    "formula": "(x^2 - 1)^2 + 0.2*(x + 1) + y^2 + z^2",
    "domain": dict.fromkeys("xyz", (-2.0, 2.0)),
}


def between(first: tuple[float, ...], second: tuple[float, ...]) -> Scene:
    racers = tuple(Racer(optimizer=GradientDescent(lr=0.05), start=start) for start in (first, second))
    rule = PlaneRule(kind="line", points=(PathPoint(racer=0), PathPoint(racer=1)))
    experiment = Experiment(landscape=VALLEYS, racers=racers, steps=3, view=ComputationView(plane=rule))
    return compute(experiment).scene()


def test_its_height_is_above_the_line_between_the_ends() -> None:
    scene = between((-1, 0, 0), (1, 0, 0))
    barrier = scene.barrier
    assert barrier is not None
    assert (barrier.first, barrier.second) == pytest.approx((0.0, 0.4), abs=1e-4)
    # (x² − 1)² is what rises above the straight part; it is highest, 1, at x = 0.
    assert barrier.height == pytest.approx(1.0, abs=1e-3)
    assert barrier.place == pytest.approx(0.5, abs=1e-2)
    assert barrier.loss == pytest.approx(1.2, abs=1e-2)
    assert [note.en for note in scene.notes] == [f"barrier {barrier.height:.3g}"]


def test_in_one_valley_there_is_none() -> None:
    scene = between((-1.2, 0, 0), (-0.8, 0.1, 0))
    assert scene.barrier is not None
    assert scene.barrier.height == 0
    assert scene.notes[0].en == "no barrier"


def test_other_pictures_have_none() -> None:
    scene = between((-1, 0, 0), (1, 0, 0))
    experiment = Experiment(landscape="double-well-1d", racers=(Racer(optimizer=GradientDescent(lr=0.05)),))
    assert compute(experiment).scene().barrier is None
    assert compute(experiment).scene().notes == ()
    part = scene.view.evolve(interval=(0.2, 0.9))
    assert np.isfinite(scene.curve.loss).all()
    narrow = compute(
        Experiment(
            landscape=VALLEYS,
            racers=tuple(
                Racer(optimizer=GradientDescent(lr=0.05), start=start) for start in ((-1, 0, 0), (1, 0, 0))
            ),
            steps=3,
            view=part,
        )
    ).scene()
    assert narrow.barrier is None
