"""The examples of a script are those that the racer sees, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine.landscapes.models import data as data_sources
from optexplorer.engine.landscapes.models.data.moons import Moons
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.export.code.extraction import Extraction
from optexplorer.export.code.model_data import data_lines

SETTINGS: dict[str, tuple[dict[str, Any], ...]] = {
    "curve": ({"shape": "absolute"}, {"shape": "step", "outliers": 5}),
    "moons": ({"wrong_labels": 9, "scale": 4.0, "seed": 7},),
    "plane": ({"correlation": 0.5},),
    "blobs": ({"classes": 5},),
    "digits": ({"examples": 200},),
}


def made(landscape: ModelLandscape) -> tuple[dict[str, Any], str]:
    """Return what the lines of a script define, and the lines."""
    parts = Extraction()
    column = landscape.data.task == "regression"
    held_out = landscape.held_out is not None
    lines = data_lines(landscape, parts, column=column, held_out=held_out)
    text = "\n".join(["import numpy as np", *sorted(parts.imports), parts.source(), *lines])
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    return namespace, text


def compare(landscape: ModelLandscape) -> str:
    found, text = made(landscape)
    pairs = [("X", "y", landscape.training)]
    if landscape.held_out is not None:
        pairs.append(("X_held_out", "y_held_out", landscape.held_out))
    for inputs, targets, examples in pairs:
        np.testing.assert_array_equal(found[inputs], examples.inputs)
        np.testing.assert_array_equal(found[targets].ravel(), examples.targets)
        shape = (len(examples.targets), 1) if landscape.data.task == "regression" else examples.targets.shape
        assert found[targets].shape == shape
    return text


@pytest.mark.parametrize("more", [{}, {"standardise": True, "held_out": 0.25, "split_seed": 3}])
@pytest.mark.parametrize("id", [id for id in data_sources.ids() if id != "given"])
def test_examples_of_the_catalogue(id: str, more: dict[str, Any]) -> None:
    for settings in ({}, *SETTINGS.get(id, ())):
        definition = ModelDefinition(data={"id": id, **settings}, model={"id": "mlp", "hidden": []}, **more)
        text = compare(definition.landscape())
        # Real data are numbers, with their source; synthetic ones are made.
        reference = data_sources.get(id).reference
        assert bool(reference) == ("base64" in text)
        assert reference in text


class FromElsewhere(Moons):
    """A plugin's data, which may come from anywhere."""


def test_examples_of_a_plugin_are_embedded() -> None:
    definition = ModelDefinition(data=FromElsewhere(examples=30), model="mlp")
    assert "base64" in compare(definition.landscape())


def test_constant_features_stay_zero() -> None:
    definition = ModelDefinition(data={"id": "digits", "examples": 100}, model="mlp", standardise=True)
    assert "deviation[deviation == 0] = 1.0" in compare(definition.landscape())
    definition = ModelDefinition(data="iris", model="mlp", standardise=True)
    assert "deviation ==" not in compare(definition.landscape())
