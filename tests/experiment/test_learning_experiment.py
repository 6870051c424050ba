"""Experiments whose landscape is made of data and a model."""

import json

import numpy as np
import pytest

from optexplorer.experiment import files, share
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.frozen_model import InvalidValueError

NETWORK = {"kind": "model", "data": {"id": "moons", "noise": 0.1}, "model": {"id": "mlp", "hidden": [8]}}


def test_initial_values_are_not_listed_in_files() -> None:
    experiment = Experiment(landscape=NETWORK, racers=[{"optimizer": "adam"}])
    data = files.readable_json(experiment)
    assert json.loads(data)["start"] == []
    assert files.from_json(data) == experiment
    assert share.from_text(share.to_text(experiment)) == experiment


def test_another_start_is_listed() -> None:
    own = Experiment(landscape=NETWORK)
    moved = own.evolve(start=tuple(np.array(own.start) + 1))
    again = files.from_json(files.readable_json(moved))
    assert again == moved
    assert again.start == moved.start


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": "moon"}, "did you mean 'moons'"),
        ({"model": {"id": "mlp", "hidden": [0]}}, "a layer of 0 neurons is not allowed"),
        ({"model": "linear"}, "does regression"),
        ({"held_out": 1.5}, "held_out"),
        ({"data": {"id": "moons", "examples": 10**9}}, "examples = 1000000000 is not allowed"),
    ],
)
def test_what_does_not_fit_is_said(change: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Experiment(landscape={**NETWORK, **change})
