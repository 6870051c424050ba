"""Painted landscapes in experiment files: round trips, and one line for what is damaged."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np
import pytest

from optexplorer.engine.landscapes.painted.definition import PAINTED, PaintedDefinition
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError
from optexplorer.experiment.racer import Racer


def painted() -> Experiment:
    heights = np.random.default_rng(4).normal(size=(12, 20))
    definition = PaintedDefinition.of(heights, {"u": (-1, 2), "v": (0, 5)}, start=(0.5, 1.0), scale="log")
    return Experiment(landscape=definition, racers=(Racer(optimizer=Adam()),))


def test_a_painted_landscape_is_saved_with_its_experiment() -> None:
    experiment = painted()
    again = files.from_json(files.to_json(experiment))
    assert again == experiment
    assert again.start == (0.5, 1.0)
    landscape = again.resolve_landscape()
    assert (landscape.id, landscape.variables, landscape.height_scale) == (PAINTED, ("u", "v"), "log")
    x = np.array([[0.1, 1.7], [4.0, 0.3]])
    assert np.array_equal(landscape.value(x), experiment.resolve_landscape().value(x))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"heights": "AAAA"}, "landscape: heights: the text is damaged"),
        ({"heights": 7}, "landscape.heights = 7 is not allowed"),
        ({"heights": base64.b64encode(zlib.compress(bytes(8), 9)).decode()}, "landscape: heights: the text holds fewer"),
        ({"rows": 13}, "landscape: heights: the text holds fewer than 13 rows"),
        ({"rows": 999}, "landscape.rows = 999 is not allowed"),
        ({"domain": {"u": [0, 1]}}, "landscape: a painted landscape has 2 variables, not 1"),
        ({"formula": "u + v"}, "landscape.formula is not known here"),
    ],
)  # fmt: skip
def test_damage_is_told_in_one_line(change: dict[str, Any], message: str) -> None:
    data = json.loads(files.to_json(painted()))
    data["landscape"].update(change)
    with pytest.raises(FileError) as caught:
        files.from_json(json.dumps(data).encode())
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_start_fits_the_plane() -> None:
    data = json.loads(files.to_json(painted()))
    data["start"] = [1.0]
    with pytest.raises(FileError, match=r"painted has 2 coordinate\(s\) \(u, v\), but 1 are given"):
        files.from_json(json.dumps(data).encode())
