"""Writes what is remembered of points before their first step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.kernels.memory import Layout, Memory
from optexplorer.engine.kernels.row_programs import Kept, Plan
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.varied import PointSetting

Array = NDArray[np.float64]


def fill(
    memory: Memory, layout: Layout, plan: Plan, optimizer: Optimizer, x: Array, settings: Mapping[str, Array]
) -> None:
    """Let a memory begin with points `x`, shape (n, points), and the settings that differ between them."""
    n, points = x.shape
    rows = memory.rows[:, :points]
    rows[:n] = x
    rows[layout.before : layout.before + n] = np.nan
    rows[layout.place] = np.arange(points)
    rows[layout.reached] = -1.0
    own = {name: PointSetting.of(values) for name, values in settings.items() if name != "lr"}
    optimizer = optimizer.model_copy(update=own) if own else optimizer
    with np.errstate(all="ignore"):
        _write(optimizer.init(x), plan.beginning, rows[layout.state : layout.state + layout.kept])
    for name, values in settings.items():
        rows[layout.setting(name)] = values


def _write(state: Any, place: Any, rows: Array) -> None:
    """Write the arrays of a state into the rows that are kept for them."""
    if isinstance(place, Kept):
        own = rows[place.first : place.first + int(np.prod(place.shape))]
        own[...] = np.asarray(state).reshape(own.shape)
    elif isinstance(place, tuple):
        for part, its_place in zip(state, place, strict=True):
            _write(part, its_place, rows)
