"""A landscape made of data and a model is read, written and computed like any other."""

import pickle

import numpy as np

from optexplorer.engine.landscapes import registry
from optexplorer.experiment.experiment import Experiment


def test_a_line_on_data_is_a_landscape_of_two_coordinates() -> None:
    definition = registry.read({"kind": "model", "data": "line", "model": "linear"})
    landscape = definition.landscape()
    assert landscape.variables == ("w", "b")
    (minimum,) = landscape.minima
    assert np.abs(landscape.gradient(np.array(minimum.position))).max() < 1e-12


def test_an_experiment_with_data_survives_its_file() -> None:
    experiment = Experiment(
        landscape={"kind": "model", "data": {"id": "line", "noise": 0.1}, "model": "linear"},
        racers=[{"optimizer": "adam"}],
    )
    assert Experiment.model_validate_json(experiment.model_dump_json()) == experiment


def test_a_model_landscape_goes_to_another_process() -> None:
    landscape = registry.read({"kind": "model", "data": "line", "model": "linear"}).landscape()
    assert pickle.loads(pickle.dumps(landscape)) == landscape
