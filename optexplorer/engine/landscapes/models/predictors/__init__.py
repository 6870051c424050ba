"""The catalogue of models: what is fitted to data; each module beside this one defines one model or a family."""

from __future__ import annotations

import sys

from optexplorer.catalogue import Catalogue, classes_in, modules_in, with_plugin_classes
from optexplorer.engine.declaration import read_flat
from optexplorer.engine.landscapes.models.predictors.base import Model

PLUGIN_GROUP = "optexplorer.models"

CATALOGUE: Catalogue[type[Model]] = Catalogue(
    "model",
    lambda: classes_in(modules_in(sys.modules[__name__]), Model),
    add_plugins=lambda own: with_plugin_classes(own, Model, PLUGIN_GROUP),
)
"""The model classes by id."""
ids = CATALOGUE.ids
get = CATALOGUE.get


def read(data: object) -> Model:
    """Return the model that a file holds: `{"id": "mlp", "hidden": [16]}`, or only the id.

    Raises
    ------
    ValueError
        If the id or a setting is wrong; the message says what would be right.
    """
    return read_flat(data, get)
