"""Optimizers that PyTorch does not have take the steps of other people's implementations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.optimizers.base import Array, Optimizer

DATA = Path(__file__).parents[2] / "data"
FILES = ("published_optimizers.json", "second_order.json")


def cases() -> list[Any]:
    return [
        pytest.param(
            case, id="-".join([case["optimizer"], *map(str, case["settings"].values()), case["landscape"]])
        )
        for file in FILES
        for case in json.loads((DATA / file).read_text())["cases"]
    ]


def positions(optimizer: Optimizer, landscape: str, start: list[float], steps: int) -> Array:
    function = landscapes.get(landscape)
    x = np.array(start)
    update, state = optimizer.bind(function), optimizer.init(x)
    rows = [x]
    for _ in range(steps):
        step, state = update(function.gradient(x), state, x, optimizer.lr)
        x = x + step
        rows.append(x)
    return np.array(rows)


@pytest.mark.numbers
@pytest.mark.parametrize("case", cases())
def test_the_positions_are_the_published_ones(case: dict[str, Any]) -> None:
    expected = np.array(case["x"])
    optimizer = make(optimizers.get(case["optimizer"]), case["settings"])
    found = positions(optimizer, case["landscape"], case["start"], len(expected) - 1)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def test_every_optimizer_is_compared_with_another_implementation() -> None:
    published = {case.values[0]["optimizer"] for case in cases()}
    published |= {case["id"] for case in json.loads((DATA / "torch_edges.json").read_text())["cases"]}
    torchs = {id for id in optimizers.ids() if optimizers.get(id).torch_class is not None}
    assert published | torchs == set(optimizers.ids())
