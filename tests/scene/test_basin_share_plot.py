"""What the plot of basin shares shows."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.run_spec import RunSpec
from optexplorer.export.tables.study_tables import basin_share_table
from optexplorer.runs.basin_shares import ShareCurves, ShareSweep, sweep_shares
from optexplorer.runs.basins import BasinSpec
from optexplorer.scene.basin_share_plot import share_sheet
from optexplorer.text import Text

LABEL, TITLE = Text("rate", "学習率"), Text("Momentum", "モメンタム法")


def found_on(id: str, steps: int = 60) -> ShareCurves:
    landscape = landscapes.get(id)
    run_spec = RunSpec(landscape, make(optimizers.get("gd"), {"lr": 0.01}))
    sweep = ShareSweep(BasinSpec(run_spec, steps, landscape.domain, 10, 10), "lr", 1e-3, 1.0, 9)
    *_, (_, found) = sweep_shares(sweep)
    assert found is not None
    return found


def test_areas_fill_the_plot() -> None:
    found = found_on("six-hump-camel")
    (plot,) = share_sheet(found, TITLE, LABEL, 0.01, "light").plots
    (stack,) = plot.stacks
    np.testing.assert_allclose(stack.parts.sum(axis=0), 100)
    assert stack.labels[0] == Text("1  (0.09, −0.71)", "1  (0.09, −0.71)")
    assert len(set(stack.colours)) == len(stack.colours)
    assert plot.x.scale == "log"
    assert plot.marks[0].at == 0.01
    # Not all minima are global ones: a line tells the share of those that are.
    np.testing.assert_allclose(plot.lines[0].y, 100 * found.lowest_share)
    outside = share_sheet(found, TITLE, LABEL, 5.0, "dark").plots[0]
    assert outside.marks == ()
    assert outside.stacks[0].colours != stack.colours


def test_many_minima_share_an_area() -> None:
    (plot,) = share_sheet(found_on("rastrigin"), TITLE, LABEL, None, "light").plots
    assert plot.stacks[0].labels[10] == Text("other minima", "ほかの極小点")
    assert len(plot.stacks[0].labels) <= 14


def test_where_all_minima_are_global_there_is_no_line() -> None:
    assert share_sheet(found_on("himmelblau"), TITLE, LABEL, None, "light").plots[0].lines == ()


def test_the_table() -> None:
    found = found_on("himmelblau")
    table = basin_share_table(found)
    names = list(table.columns)
    assert names[:3] == ["lr", "global", "minimum_1"]
    assert table.facts["starts"] == "10 × 10"
    shares = [column.values for name, column in table.columns.items() if name not in ("lr", "global")]
    np.testing.assert_allclose(np.sum(shares, axis=0), 1.0)
    assert table.columns["lr"].values[0] == pytest.approx(1e-3)
