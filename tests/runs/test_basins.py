"""Basin maps: the same as single descents, whole or stage by stage, whoever computes them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.attractors import DIVERGED, MISSING, RAN_OUT
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import trajectory
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.experiment.plane import Plane
from optexplorer.runs import basins
from optexplorer.runs.basins import BasinMap, BasinSpec, basin_map, basin_stages, empty_map, refined, strides

SIDE = 40


def spec_of(
    landscape: str = "himmelblau", optimizer: str = "gd", side: int = SIDE, steps: int = 200, **settings: Any
) -> BasinSpec:
    found = landscapes.get(landscape)
    run_spec = RunSpec(found, make(optimizers.get(optimizer), {"lr": 0.01, **settings}))
    return BasinSpec(run_spec, steps, found.domain[:2], side, side)


@pytest.fixture(scope="module")
def himmelblau() -> BasinMap:
    return basin_map(spec_of())


def test_the_four_basins_of_himmelblau(himmelblau: BasinMap) -> None:
    assert himmelblau.complete
    assert set(himmelblau.shares) == {0, 1, 2, 3}
    assert sum(himmelblau.shares.values()) == pytest.approx(1.0)
    assert all(0.15 < share < 0.35 for share in himmelblau.shares.values())
    # All four are global minima.
    assert himmelblau.lowest_share == pytest.approx(1.0)
    for label, minimum in enumerate(himmelblau.minima):
        assert himmelblau.at(minimum.position) is not None
        assert himmelblau.at(minimum.position)[0] == label  # type: ignore[index]


def test_it_is_what_single_descents_do(himmelblau: BasinMap) -> None:
    spec = himmelblau.spec
    for cell in (0, 77, 555, 1234, SIDE * SIDE - 1):
        start = spec.starts(np.array([cell]))[:, 0]
        alone = trajectory(spec.run_spec, start, spec.steps, end=spec.end)
        row, column = divmod(cell, SIDE)
        np.testing.assert_array_equal(himmelblau.position[:, row, column], alone.position[-1])
        assert himmelblau.steps[row, column] == alone.steps
        assert himmelblau.ending[row, column] == alone.ending.value
        found = himmelblau.attractors.labels(
            alone.position[-1:].T, np.array([alone.ending.value], dtype=np.int8)
        )
        assert himmelblau.labels[row, column] == found[0]
        arrived = np.flatnonzero(alone.loss <= himmelblau.attractors.levels[found[0]])
        assert himmelblau.arrived[row, column] == arrived[0]


def test_symmetric_landscapes_have_symmetric_basins() -> None:
    found = basin_map(spec_of("escape-saddle", lr=0.1))
    # No start lies on the axis between the two.
    assert found.shares == {0: 0.5, 1: 0.5}
    np.testing.assert_array_equal(found.labels[:, ::-1], 1 - found.labels)
    np.testing.assert_array_equal(found.labels[::-1], found.labels)
    np.testing.assert_array_equal(found.arrived[:, ::-1], found.arrived)


def test_where_no_minimum_is_reached() -> None:
    diverged = basin_map(spec_of(lr=0.2))
    assert diverged.shares.get(DIVERGED, 0) > 0.4
    short = basin_map(spec_of(steps=3))
    assert short.shares.get(RAN_OUT, 0) > 0.5
    assert short.shares.keys() <= {RAN_OUT, 0, 1, 2, 3}
    none = basin_map(spec_of("saddle", lr=0.5))
    assert none.minima == ()
    assert none.lowest_share == 0
    assert none.shares.keys() <= {DIVERGED, RAN_OUT}


@pytest.mark.parametrize("side", [1, 7, 40, 64, 96])
def test_each_stage_keeps_what_is_known(side: int) -> None:
    spec = spec_of(side=side)
    whole, before = basin_map(spec), None
    for found in basin_stages(spec):
        known = found.labels != MISSING
        np.testing.assert_array_equal(found.labels[known], whole.labels[known])
        np.testing.assert_array_equal(found.arrived[known], whole.arrived[known])
        assert np.isnan(found.position[:, ~known]).all()
        assert found.blocks[0].size == np.count_nonzero(known)
        if before is not None:
            assert (known | (before.labels == MISSING)).all()
            assert found.stride == before.stride // 2
        before = found
    assert before is not None
    assert before.complete
    assert (before.labels != MISSING).all()


def test_stages() -> None:
    assert strides(spec_of(side=384)) == (8, 4, 2, 1)
    assert strides(spec_of(side=384), 12) == (32, 16, 8, 4, 2, 1)
    assert strides(spec_of(side=20)) == (1,)
    spec = spec_of(side=64)
    for stride in (1, 2, 4, 8):
        coarse, fine = spec.stage(2 * stride), spec.stage(stride)
        assert np.isin(coarse, fine).all()
        assert coarse.shape == (64 // (2 * stride),) * 2


def test_whoever_computes_it(himmelblau: BasinMap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basins, "BLOCK_NUMBERS", 200)
    with ThreadPoolExecutor(2) as pool:
        *_, found = basin_stages(himmelblau.spec, pool)
    for name in ("labels", "steps", "arrived", "ending", "position", "level"):
        np.testing.assert_array_equal(getattr(found, name), getattr(himmelblau, name), err_msg=name)


def test_a_block_of_cells_tells_of_arrivals_by_itself() -> None:
    spec = spec_of("three-hump-camel", "momentum", lr=0.02, side=24)
    found = basin_map(spec)
    block = basins.BasinTask(spec, np.arange(100, 300))(lambda: False)
    labels = found.labels.ravel()[100:300]
    assert len(np.unique(labels)) > 1
    reached = found.arrived.ravel()[100:300]
    np.testing.assert_array_equal(block.reached[labels >= 0], reached[labels >= 0])
    assert (block.reached[labels < 0] == -1).all()


def stopping_after(asked: int) -> Callable[[], bool]:
    left = [asked]

    def should_stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    return should_stop


@pytest.mark.parametrize("asked", [0, 1, 5, 9, 30])
def test_what_was_stopped_goes_on_to_the_same_end(
    himmelblau: BasinMap, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basins, "BLOCK_NUMBERS", 200)
    broken = basin_map(himmelblau.spec, should_stop=stopping_after(asked))
    assert not broken.complete
    assert np.array_equal(broken.labels == MISSING, broken.labels < 0)
    *_, found = basin_stages(himmelblau.spec, begin=broken)
    for name in ("labels", "steps", "arrived", "ending", "position"):
        np.testing.assert_array_equal(getattr(found, name), getattr(himmelblau, name), err_msg=name)


def test_tasks_can_be_sent_to_other_processes(himmelblau: BasinMap) -> None:
    task = basins.BasinTask(himmelblau.spec, np.arange(5), 0.1)
    again = pickle.loads(pickle.dumps(task))
    np.testing.assert_array_equal(again(lambda: False).position, task(lambda: False).position)


def test_one_coordinate() -> None:
    landscape = landscapes.get("double-well-1d")
    run_spec = RunSpec(landscape, make(optimizers.get("gd"), {"lr": 0.05}))
    found = basin_map(BasinSpec(run_spec, 200, landscape.domain, 1, 64))
    assert found.labels.shape == (1, 64)
    assert found.shares == {0: 0.5, 1: 0.5}
    assert found.at((1.0,)) is not None
    assert found.at((5.0,)) is None


def test_on_a_plane_through_many_coordinates() -> None:
    landscape = landscapes.get("matrix-factorisation")
    run_spec = RunSpec(landscape, make(optimizers.get("gd"), {"lr": 0.1}))
    plane = Plane(origin=landscape.start, directions=((1, 0, 0, 0), (0, 1, 0, 0)))
    spec = BasinSpec(run_spec, 1500, ((-1.0, 1.0), (-1.0, 1.0)), 6, 8, plane)
    start = spec.starts(np.array([9]))[:, 0]
    np.testing.assert_allclose(start[:2] - np.array(landscape.start)[:2], spec.middles(np.array([9]))[:, 0])
    np.testing.assert_array_equal(start[2:], landscape.start[2:])
    found = basin_map(spec)
    assert found.position.shape == (4, 6, 8)
    assert found.shares.get(0, 0) > 0.5
    assert found.lowest_share == pytest.approx(found.shares[0])


def test_noise_is_the_same_for_all_starts() -> None:
    spec = spec_of(side=8, steps=50)
    noisy = replace(spec, run_spec=replace(spec.run_spec, source=Noisy(sigma=5.0), seed=3))
    first, second = basin_map(noisy), basin_map(noisy)
    np.testing.assert_array_equal(first.position, second.position)
    start = noisy.starts(np.array([11]))[:, 0]
    alone = trajectory(noisy.run_spec, start, 50)
    np.testing.assert_array_equal(first.position[:, 1, 3], alone.position[-1])


def test_cells_and_points(himmelblau: BasinMap) -> None:
    spec = himmelblau.spec
    np.testing.assert_allclose(
        spec.middles(np.array([0, SIDE - 1, SIDE])), [[-5.85, 5.85, -5.85], [-5.85, -5.85, -5.55]]
    )
    assert himmelblau.places_of(np.array([-6.0, 5.99, 6.0, 6.1, np.nan]), 0).tolist() == [0, 39, 39, -1, -1]
    assert himmelblau.at((7.0, 0.0)) is None
    assert empty_map(spec).at((0.0, 0.0)) is None
    coarse = refined(empty_map(spec), 8)
    assert coarse.at((5.99, 5.99)) is not None
    assert coarse.typical_steps.keys() == coarse.shares.keys()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": 0}, "cannot have 0 × 40 cells"),
        ({"rows": 100_000, "columns": 100_000}, "too large; at most 16,777,216 cells"),
        ({"window": ((0.0, 1.0),)}, "2 pair"),
        ({"window": ((0.0, 1.0), (2.0, 2.0))}, "low < high, not 2 and 2"),
        ({"plane": Plane(origin=(0, 0, 0), directions=((1, 0, 0), (0, 1, 0)))}, "origin has 3"),
    ],
)
def test_what_cannot_be(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(spec_of(), **change)


def test_many_coordinates_need_a_plane() -> None:
    landscape = landscapes.get("matrix-factorisation")
    run_spec = RunSpec(landscape, make(optimizers.get("gd"), {}))
    with pytest.raises(ValueError, match="needs a plane"):
        BasinSpec(run_spec, 10, landscape.domain, 4, 4)
    landscape = landscapes.get("digits-network")
    plane = Plane(origin=(0.0,) * 2410, directions=((1.0, *(0.0,) * 2409), (0.0, 1.0, *(0.0,) * 2408)))
    run_spec = RunSpec(landscape, make(optimizers.get("gd"), {}))
    with pytest.raises(ValueError, match="too large for 2410 coordinates"):
        BasinSpec(run_spec, 10, ((-1, 1), (-1, 1)), 512, 512, plane)
    assert TerminationReason.CANCELLED.value == empty_map(spec_of(side=2)).ending[0, 0]
