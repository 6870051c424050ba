"""A sweep computes a descent for every cell, the same whoever computes it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import optexplorer as ox
from optexplorer.engine import landscapes
from optexplorer.engine.descent import trajectory
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import Momentum
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.varied import with_settings
from optexplorer.runs import sweep as sweeps
from optexplorer.runs.sweep import Axis, SweepSpec, run_sweep
from optexplorer.runs.tasks import TaskError

HIMMELBLAU = landscapes.get("himmelblau")
SPEC = SweepSpec(
    runs=(RunSpec(HIMMELBLAU, Momentum(), source=Noisy(sigma=0.5)), RunSpec(HIMMELBLAU, Adam())),
    axes=(Axis("lr", 1e-4, 0.1, 5),),
    starts=np.array([[0.0, 0.0], [-1.0, 3.0], [2.0, -3.0]]),
    seeds=(4, 9),
    steps=40,
    target=1.0,
)


def gathered(spec: SweepSpec, **how: object) -> dict[int, tuple[float, int, int, int]]:
    found = {}
    for part in run_sweep(spec, **how):  # type: ignore[arg-type]
        rows = zip(
            part.cells,
            part.loss.tolist(),
            part.steps.tolist(),
            part.ending.tolist(),
            part.reached.tolist(),
            strict=True,
        )
        found.update({cell: rest for cell, *rest in rows})
    return found


def test_every_cell_is_the_descent_of_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "BLOCK_CELLS", 7)
    found = gathered(SPEC)
    assert sorted(found) == list(range(SPEC.cells)) == list(range(60))
    for cell in range(0, SPEC.cells, 7):
        run, rate, start, seed = np.unravel_index(cell, SPEC.shape)
        spec = SPEC.runs[run]
        spec = replace(
            spec,
            optimizer=with_settings(spec.optimizer, {"lr": SPEC.axes[0].values[rate].item()}),
            seed=SPEC.seeds[seed],
        )
        path = trajectory(spec, tuple(SPEC.starts[start]), SPEC.steps)
        below = np.flatnonzero(path.loss <= 1.0)
        reached = int(below[0]) if below.size else -1
        assert found[cell] == [path.loss[-1], path.steps, path.ending.value, reached]


def test_results_do_not_depend_on_who_computes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    here = gathered(SPEC)
    monkeypatch.setattr(sweeps, "BLOCK_CELLS", 4)
    with ThreadPoolExecutor(2) as executor:
        assert gathered(SPEC, executor=executor) == here


def test_a_stopped_sweep_yields_whole_blocks_only() -> None:
    assert gathered(SPEC, should_stop=lambda: True) == {}


def test_a_value_out_of_bounds_is_named() -> None:
    with pytest.raises(TaskError, match="momentum"):
        gathered(replace(SPEC, runs=SPEC.runs[:1], axes=(Axis("momentum", 0.5, 1.5, 3, "linear"),)))


@pytest.mark.parametrize(
    ("axis", "message"),
    [
        (("lr", 1.0, 0.1, 5), "low < high"),
        (("lr", 0.0, 0.1, 5), "above 0"),
        (("lr", 1e-3, 0.1, 0), "at least 1"),
        (("lr", 1e-3, float("inf"), 3), "finite"),
    ],
)
def test_ranges_that_make_no_sense(axis: tuple[str, float, float, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Axis(*axis)


def test_the_ends_of_a_range_are_exact() -> None:
    assert Axis("lr", 1e-5, 0.3, 40).values[[0, -1]].tolist() == [1e-5, 0.3]
    assert Axis("lr", 0.1, 0.3, 1).values.tolist() == [0.1]


@pytest.mark.parametrize(
    ("landscape", "steps"),
    [("himmelblau", 1), ("himmelblau", 200), ("himmelblau", 100_000), ("moons-classifier", 200)],
)
def test_blocks_are_all_cells_in_parts_of_about_a_second(landscape: str, steps: int) -> None:
    ground = ox.mlp("moons") if landscape == "moons-classifier" else landscapes.get(landscape)
    runs = (RunSpec(ground, Adam()), RunSpec(ground, Momentum()))
    spec = SweepSpec(
        runs, (Axis("lr", 1e-4, 0.1, 5_000),), starts=np.array([ground.start, ground.start]), steps=steps
    )
    blocks = spec.blocks()
    assert [cell for block in blocks for cell in block] == list(range(20_000))
    assert all(spec.run_of(block) == spec.run_of(block[-1:]) for block in blocks)
    most = max(map(len, blocks))
    assert most <= sweeps.BLOCK_CELLS
    assert most * steps <= (1e9 / 100_000 if ground.examples else sweeps.BLOCK_STEPS)
