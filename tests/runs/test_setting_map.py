"""Maps of two settings: exact values of cells, levels from coarse to fine, and the end of double precision."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.descent import trajectory
from optexplorer.engine.optimizers.gradient_descent import Momentum
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.runs.setting_map import MapSoFar, Range, SettingMap, map_settings

BOOTH = landscapes.get("booth")
RATES, MOMENTA = Range("lr", 1e-3, 1.0, "log"), Range("momentum", 0.0, 0.9)


def asked(x: Range = RATES, y: Range = MOMENTA, side: int = 64) -> SettingMap:
    return SettingMap(0, RunSpec(BOOTH, Momentum()), np.array([-4.0, 6.0]), x, y, side, 40)


def final(spec: SettingMap) -> MapSoFar:
    *_, (_, last) = map_settings(spec)
    return last


def test_it_goes_from_coarse_to_fine() -> None:
    came = list(map_settings(asked()))
    assert [len(found.maps[-1].x) for _, found in came] == [16, 64]
    assert came[-1][0].done == came[-1][0].total == 16 * 16 + 64 * 64
    assert [found.done for _, found in came] == [False, True]
    assert all(found.maps[-1].known.all() for _, found in came)


def test_each_cell_is_the_descent_at_its_own_values() -> None:
    found = final(asked(side=16))
    (cells,) = found.maps
    for row, column in ((0, 0), (3, 9), (15, 7), (8, 15)):
        optimizer = Momentum(lr=float(cells.x[column]), momentum=float(cells.y[row]))
        alone = trajectory(RunSpec(BOOTH, optimizer), (-4.0, 6.0), 40)
        assert cells.ending[row, column] == alone.ending.value
        assert cells.steps[row, column] == alone.steps
        assert cells.loss[row, column] == pytest.approx(float(alone.loss[-1]), rel=1e-9)
    where = found.cell_at(float(cells.x[9]), float(cells.y[3]))
    assert where is not None
    assert where[1:] == (3, 9)
    assert found.cell_at(5.0, 0.5) is None


def test_what_diverges_and_what_converges_is_told_apart() -> None:
    (cells,) = final(asked(side=16)).maps
    assert cells.diverged[:, cells.x > 0.5].all()
    assert not (cells.diverged & cells.converged).any()
    assert (cells.ending[cells.converged] == TerminationReason.CONVERGED.value).all()


@pytest.mark.parametrize(
    "side", [RATES, MOMENTA, Range("lr", 0.02, 0.03, "log"), Range("lr", 0.1, 0.1 + 1e-12, "log")]
)
def test_values_lie_in_the_middle_of_their_cells(side: Range) -> None:
    edges, values = side.edges(32), side.centres(32).values
    assert (edges[:-1] < values).all()
    assert (values < edges[1:]).all()
    assert (np.diff(values) > 0).all()
    assert edges[0] == side.low
    assert edges[-1] == side.high


def test_a_part_is_computed_anew_and_not_taken_from_the_whole() -> None:
    part = Range("lr", 0.1, 0.1001, "log")
    (cells,) = final(asked(x=part, side=16)).maps
    assert len(set(cells.x)) == 16
    assert (cells.x > 0.1).all()


def test_the_end_of_double_precision_is_said() -> None:
    RATES.check(512)
    with pytest.raises(
        ValueError, match=r"lr: 64 cells from 0\.1 to .* finer than numbers in double precision"
    ):
        list(map_settings(asked(x=Range("lr", 0.1, 0.1 + 1e-15, "log"))))


def test_it_stops_when_it_is_told() -> None:
    assert list(map_settings(asked(), lambda: True)) == []
