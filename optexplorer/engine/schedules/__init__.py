"""The catalogue of schedules: the learning rate as a function of the step; each module beside this one a family."""

from __future__ import annotations

import sys

from optexplorer.catalogue import Catalogue, classes_in, modules_in, with_plugin_classes
from optexplorer.engine.declaration import read_flat
from optexplorer.engine.schedules.base import Schedule

PLUGIN_GROUP = "optexplorer.schedules"

CATALOGUE: Catalogue[type[Schedule]] = Catalogue(
    "schedule",
    lambda: classes_in(modules_in(sys.modules[__name__]), Schedule),
    add_plugins=lambda own: with_plugin_classes(own, Schedule, PLUGIN_GROUP),
)
"""The schedule classes by id, families together."""
ids = CATALOGUE.ids
get = CATALOGUE.get


def read(data: object) -> Schedule:
    """Return the schedule that a file holds: `{"id": "step", "step_size": 7}`, or only the id.

    Raises
    ------
    ValueError
        If the id or a setting is wrong; the message says what would be right.
    """
    return read_flat(data, get)
