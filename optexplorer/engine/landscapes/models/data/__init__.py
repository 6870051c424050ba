"""The catalogue of data: what examples come from; each module beside this one defines one source or a family."""

from __future__ import annotations

from optexplorer.engine.declaration import DeclaredCatalogue
from optexplorer.engine.landscapes.models.data.base import DataSource

PLUGIN_GROUP = "optexplorer.data_sources"

CATALOGUE: DeclaredCatalogue[DataSource] = DeclaredCatalogue("data set", __name__, DataSource, PLUGIN_GROUP)
"""The data source classes by id."""
ids = CATALOGUE.ids
get = CATALOGUE.get
read = CATALOGUE.read
