"""What tests of films share."""

from __future__ import annotations

import pytest

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.computed import Computed, compute


@pytest.fixture(scope="module")
def computed() -> Computed:
    """A race of two on one landscape."""
    racers = (
        Racer(optimizer=Adam(lr=0.3)),
        Racer(optimizer=GradientDescent(lr=0.01), colour="#D55E00", stream=1),
    )
    return compute(Experiment(landscape="himmelblau", racers=racers, steps=90, stop_when_converged=False))
