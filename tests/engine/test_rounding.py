"""Which paths depend on rounding."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.rounding import rounding_sensitivity
from optexplorer.engine.run_spec import RunSpec
from tests.spaces import ManyValleys


def run_spec(text: str, optimizer: str, length: float = 1.0, **settings: Any) -> RunSpec:
    domain = {"x": (-5 * length, 5 * length), "y": (-5 * length, 5 * length)}
    landscape = FormulaLandscape("test", FormulaDefinition(formula=text, domain=domain))
    return RunSpec(landscape, make(optimizers.get(optimizer), settings))


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "adam"])
def test_a_path_into_a_bowl_does_not(optimizer: str) -> None:
    assert rounding_sensitivity(run_spec("x^2 + 3*y^2", optimizer, lr=0.05), (1.0, -2.0), 400) is None


def test_noise_is_the_same_for_all() -> None:
    calm = run_spec("x^2 + 3*y^2", "gd", lr=0.05)
    noisy = RunSpec(calm.landscape, calm.optimizer, source=Noisy(sigma=1.0))
    assert rounding_sensitivity(noisy, (1.0, -2.0), 200) is None


@pytest.mark.parametrize("length", [1.0, 1e-6, 1e6])
def test_a_path_along_a_ridge_does_from_where_it_has_grown_apart(length: float) -> None:
    # Each step doubles the distance from the ridge y = 0: from 1e-13 to 1e-9 of the domain in log2(1e4) steps.
    ridge = run_spec(f"-y^2/2 + 0*x*{length}", "gd", length, lr=1.0)
    found = rounding_sensitivity(ridge, (length, 0.0), 60)
    assert found == math.ceil(math.log2(1e4))


def test_the_logistic_map_is_chaotic() -> None:
    # With lr 1, x - f'(x) is 4x(1 - x).
    chaos = run_spec("(4/3)*x^3 - (3/2)*x^2 + 0*y", "gd", lr=1.0)
    found = rounding_sensitivity(chaos, (0.2, 0.0), 100)
    # Distances double at each step on the whole.
    assert found is not None
    assert 5 < found < 40


def test_a_start_far_outside_the_domain_moves_by_more_than_its_last_bit() -> None:
    assert rounding_sensitivity(run_spec("-y^2/2 + 0*x", "gd", lr=1.0), (0.0, 1e9), 30) is None
    assert rounding_sensitivity(run_spec("x^2 + y^2", "gd", lr=0.1), (1e308, -1e308), 30) is None


def test_points_of_many_coordinates_are_moved_along_some() -> None:
    many = RunSpec(ManyValleys(40), make(optimizers.get("gd"), {"lr": 0.1}))
    assert rounding_sensitivity(many, np.ones(40), 50, directions=9) is None
