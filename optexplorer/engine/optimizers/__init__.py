"""The catalogue of optimizers: each module beside this one is one family of update rules."""

from __future__ import annotations

import sys

from optexplorer.catalogue import Catalogue, classes_in, modules_in
from optexplorer.engine.optimizers.base import GROUPS, Optimizer

PLUGIN_GROUP = "optexplorer.optimizers"


def _found() -> dict[str, type[Optimizer]]:
    found = classes_in(modules_in(sys.modules[__name__]), Optimizer, PLUGIN_GROUP)  # type: ignore[type-abstract]
    places = {group: place for place, group in enumerate(GROUPS)}
    return dict(sorted(found.items(), key=lambda entry: places.get(entry[1].group, len(places))))


CATALOGUE: Catalogue[type[Optimizer]] = Catalogue("optimizer", _found)
"""The optimizer classes by id, group after group."""
ids = CATALOGUE.ids
get = CATALOGUE.get
