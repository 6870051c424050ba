"""Trajectories as tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from optexplorer.engine.trajectory import Trajectory


def race_csv(names: Sequence[str], trajectories: Sequence[Trajectory]) -> str:
    """Return one CSV table of several racers: the column `racer`, then those of `Trajectory.columns`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, (name, trajectory) in enumerate(zip(names, trajectories, strict=True)):
        columns = trajectory.columns()
        if number == 0:
            writer.writerow(["racer", *columns])
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        writer.writerows([name, *row] for row in rows)
    return out.getvalue()
