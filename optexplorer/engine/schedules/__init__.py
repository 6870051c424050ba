"""The catalogue of schedules: the learning rate as a function of the step; each module beside this one a family."""

from __future__ import annotations

from optexplorer.engine.declaration import DeclaredCatalogue
from optexplorer.engine.schedules.base import Schedule

PLUGIN_GROUP = "optexplorer.schedules"

CATALOGUE: DeclaredCatalogue[Schedule] = DeclaredCatalogue("schedule", __name__, Schedule, PLUGIN_GROUP)
"""The schedule classes by id, families together."""
ids = CATALOGUE.ids
get = CATALOGUE.get
read = CATALOGUE.read
