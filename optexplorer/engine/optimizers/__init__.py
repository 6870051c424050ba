"""The catalogue of optimizers: each module beside this one is one family of update rules."""

from __future__ import annotations

import sys
from functools import cache

from optexplorer import catalogue
from optexplorer.engine.optimizers.base import GROUPS, Optimizer

PLUGIN_GROUP = "optexplorer.optimizers"


@cache
def _all() -> dict[str, type[Optimizer]]:
    modules = catalogue.modules_in(sys.modules[__name__])
    found = catalogue.classes_in(modules, Optimizer, PLUGIN_GROUP)  # type: ignore[type-abstract]
    places = {group: place for place, group in enumerate(GROUPS)}
    return dict(sorted(found.items(), key=lambda entry: places.get(entry[1].group, len(places))))


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
