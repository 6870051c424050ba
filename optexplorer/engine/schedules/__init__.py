"""The catalogue of schedules: the learning rate as a function of the step; each module beside this one a family."""

from __future__ import annotations

import sys
from functools import cache

from optexplorer import catalogue
from optexplorer.engine.declaration import read_flat
from optexplorer.engine.schedules.base import Schedule

PLUGIN_GROUP = "optexplorer.schedules"


@cache
def _all() -> dict[str, type[Schedule]]:
    modules = catalogue.modules_in(sys.modules[__name__])
    return catalogue.classes_in(modules, Schedule, PLUGIN_GROUP)  # type: ignore[type-abstract]


def ids() -> tuple[str, ...]:
    """Return the ids of all schedules, families together."""
    return tuple(_all())


def get(id: str) -> type[Schedule]:
    """Return the schedule class called `id`.

    Raises
    ------
    optexplorer.catalogue.UnknownIdError
        If there is none; the message suggests the nearest.
    """
    found = _all()
    if id not in found:
        raise catalogue.UnknownIdError("schedule", id, found)
    return found[id]


def read(data: object) -> Schedule:
    """Return the schedule that a file holds: `{"id": "step", "step_size": 7}`, or only the id.

    Raises
    ------
    ValueError
        If the id or a setting is wrong; the message says what would be right.
    """
    return read_flat(data, get)
