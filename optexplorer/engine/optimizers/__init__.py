"""The catalogue of optimizers: each module beside this one is one family of update rules."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from optexplorer.catalogue import Catalogue, classes_in, modules_in, with_plugin_classes
from optexplorer.engine.optimizers.base import GROUPS, Optimizer

PLUGIN_GROUP = "optexplorer.optimizers"


def _own() -> dict[str, type[Optimizer]]:
    return classes_in(modules_in(sys.modules[__name__]), Optimizer)  # type: ignore[type-abstract]


def _with_plugins(own: Mapping[str, type[Optimizer]]) -> dict[str, type[Optimizer]]:
    found = with_plugin_classes(own, Optimizer, PLUGIN_GROUP)  # type: ignore[type-abstract]
    places = {group: place for place, group in enumerate(GROUPS)}
    return dict(sorted(found.items(), key=lambda entry: places.get(entry[1].group, len(places))))


CATALOGUE: Catalogue[type[Optimizer]] = Catalogue("optimizer", _own, add_plugins=_with_plugins)
"""The optimizer classes by id, group after group."""
ids = CATALOGUE.ids
get = CATALOGUE.get
