"""The catalogue of data: what examples come from; each module beside this one defines one source or a family."""

from __future__ import annotations

import sys

from optexplorer.catalogue import Catalogue, classes_in, modules_in, with_plugin_classes
from optexplorer.engine.declaration import read_flat
from optexplorer.engine.landscapes.models.data.base import DataSource

PLUGIN_GROUP = "optexplorer.data_sources"

CATALOGUE: Catalogue[type[DataSource]] = Catalogue(
    "data set",
    lambda: classes_in(modules_in(sys.modules[__name__]), DataSource),
    add_plugins=lambda own: with_plugin_classes(own, DataSource, PLUGIN_GROUP),
)
"""The data source classes by id."""
ids = CATALOGUE.ids
get = CATALOGUE.get


def read(data: object) -> DataSource:
    """Return the data source that a file holds: `{"id": "moons", "noise": 0.2}`, or only the id.

    Raises
    ------
    ValueError
        If the id or a setting is wrong; the message says what would be right.
    """
    return read_flat(data, get)
