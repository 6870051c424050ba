"""The catalogue of models: what is fitted to data; each module beside this one defines one model or a family."""

from __future__ import annotations

from optexplorer.engine.declaration import DeclaredCatalogue
from optexplorer.engine.landscapes.models.predictors.base import Model

PLUGIN_GROUP = "optexplorer.models"

CATALOGUE: DeclaredCatalogue[Model] = DeclaredCatalogue("model", __name__, Model, PLUGIN_GROUP)
"""The model classes by id."""
ids = CATALOGUE.ids
get = CATALOGUE.get
read = CATALOGUE.read
