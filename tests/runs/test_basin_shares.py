"""Shares of basins over a setting: those of the maps with each value, coarse to fine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.attractors import DIVERGED
from optexplorer.engine.declaration import make
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.varied import with_settings
from optexplorer.runs import basin_shares
from optexplorer.runs.basin_shares import ShareCurves, ShareSweep, sweep_shares
from optexplorer.runs.basins import BasinSpec, basin_map
from optexplorer.runs.tasks import TaskError


def sweep_of(count: int = 17, low: float = 1e-3, high: float = 0.1, setting: str = "lr") -> ShareSweep:
    landscape = landscapes.get("himmelblau")
    run_spec = RunSpec(landscape, make(optimizers.get("momentum"), {"lr": 0.01}))
    return ShareSweep(BasinSpec(run_spec, 120, landscape.domain, 12, 12), setting, low, high, count)


def last(sweep: ShareSweep) -> ShareCurves:
    *_, (_, found) = sweep_shares(sweep)
    assert found is not None
    return found


def test_each_value_has_the_shares_of_its_map() -> None:
    found = last(sweep_of())
    assert found.done
    assert len(found.values) == 17
    np.testing.assert_allclose(sum(found.shares.values()), 1.0)
    for place in (0, 7, 16):
        optimizer = with_settings(found.sweep.map.run_spec.optimizer, {"lr": float(found.values[place])})
        spec = replace(found.sweep.map, run_spec=replace(found.sweep.map.run_spec, optimizer=optimizer))
        expected = basin_map(spec)
        np.testing.assert_array_equal(found.labels[place], expected.labels.ravel())
        assert found.lowest_share[place] == pytest.approx(expected.lowest_share)
    # The largest rates lose all valleys.
    assert found.shares[DIVERGED][-1] == 1.0
    assert found.lowest_share[-1] == 0.0


def test_it_becomes_finer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basin_shares, "BLOCK_STEPS", 4 * 120 * 144)
    sweep = sweep_of(33)
    seen = []
    for progress, found in sweep_shares(sweep):
        assert progress.total == 33
        if found is not None and (not seen or seen[-1] is not found):
            seen.append(found)
    assert [len(found.values) for found in seen] == [9, 17, 33]
    assert [found.done for found in seen] == [False, False, True]
    assert progress.done == 33
    # What is known stays as it is.
    np.testing.assert_array_equal(seen[0].labels, seen[-1].labels[::4])
    assert sorted(np.concatenate(sweep_of(20).levels()).tolist()) == list(range(20))
    assert len(sweep_of(2).levels()) == 1


def test_it_can_be_stopped() -> None:
    asked = [0]

    def should_stop() -> bool:
        asked[0] += 1
        return asked[0] > 12

    found = [curves for _, curves in sweep_shares(sweep_of(), should_stop)]
    assert len(found) < 2


def test_values_out_of_bounds_are_refused() -> None:
    with pytest.raises(TaskError, match="momentum"):
        list(sweep_shares(sweep_of(3, 0.5, 7.0, "momentum")))
    with pytest.raises(ValueError, match="at most 16,777,216 descents"):
        sweep_of(10_000_000)
