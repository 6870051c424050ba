"""What is asked for and cannot be leaves the experiment as it is."""

from __future__ import annotations

import pytest

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.state.store import Store


@pytest.fixture
def edits() -> Edits:
    return Edits(Store(default_experiment()))


def test_a_start_for_another_landscape_is_refused(edits: Edits) -> None:
    edits.choose_landscape("quadratic-1d")
    before = edits._store.experiment
    edits.move_start((1.0, 1.5))
    edits.change_racer(0, Racer(optimizer=GradientDescent(), start=(1.0, 1.5)))
    assert edits._store.experiment is before
    edits.move_start((1.5,))
    assert edits._store.experiment.start == (1.5,)


def test_numbers_out_of_bounds_are_refused(edits: Edits) -> None:
    before = edits._store.experiment
    edits.choose_steps(0)
    edits.choose_seed(-1)
    assert edits._store.experiment is before


def test_rates_that_are_multiplied_keep_to_their_bounds(edits: Edits) -> None:
    edits.change(label="", racers=(Racer(optimizer=GradientDescent(lr=5e5)),))
    edits.multiply_rates(10)
    assert edits._store.experiment.racers[0].optimizer.lr == 1e6
    assert edits._store.experiment.checked() == edits._store.experiment


def test_a_window_that_cannot_be_drawn_is_refused(edits: Edits) -> None:
    before = edits._store.experiment
    edits.set_view(window=(1.0, 1.0, 0.0, 1.0))
    edits.set_appearance(spotlight=-1)
    assert edits._store.experiment is before
