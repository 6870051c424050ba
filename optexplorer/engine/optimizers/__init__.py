"""The catalogue of optimizers: each module beside this one is one family of update rules."""

from __future__ import annotations

import inspect
import sys
from functools import cache

from optexplorer import catalogue
from optexplorer.engine.optimizers.base import GROUPS, Optimizer

PLUGIN_GROUP = "optexplorer.optimizers"


@cache
def _all() -> dict[str, type[Optimizer]]:
    found: dict[str, type[Optimizer]] = {}
    for module in catalogue.modules_in(sys.modules[__name__]):
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, Optimizer) and "id" in vars(value):
                found[value.id] = value
    for _, plugin in catalogue.plugins(PLUGIN_GROUP):
        found.setdefault(plugin.id, plugin)
    places = list(GROUPS)
    return dict(sorted(found.items(), key=lambda entry: places.index(entry[1].group)))


def ids() -> tuple[str, ...]:
    """Return the ids of all optimizers, group after group."""
    return tuple(_all())


def get(id: str) -> type[Optimizer]:
    """Return the optimizer class called `id`.

    Raises
    ------
    optexplorer.catalogue.UnknownIdError
        If there is none; the message suggests the nearest.
    """
    found = _all()
    if id not in found:
        raise catalogue.UnknownIdError("optimizer", id, found)
    return found[id]
