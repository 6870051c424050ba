"""The catalogue of gradient sources: exact, noisy, of mini-batches, or from differences; each module beside this one holds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optexplorer.engine.declaration import DeclaredCatalogue
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.gradient_sources.noisy import Noisy

if TYPE_CHECKING:
    from optexplorer.engine.landscapes.base import Landscape
    from optexplorer.engine.optimizers.base import Optimizer

PLUGIN_GROUP = "optexplorer.gradient_sources"


def default_for(optimizer: Optimizer, landscape: Landscape) -> GradientSource:
    """Return the source of an optimizer for which none is chosen.

    It is exact unless the optimizer is stochastic: then mini-batches where there are data, else noise.
    """
    if not optimizer.stochastic:
        return Exact()
    return MiniBatch() if landscape.examples else Noisy()


CATALOGUE: DeclaredCatalogue[GradientSource] = DeclaredCatalogue(
    "gradient source", __name__, GradientSource, PLUGIN_GROUP
)
"""The gradient source classes by id."""
ids = CATALOGUE.ids
get = CATALOGUE.get
read = CATALOGUE.read


def fitting(landscape: Landscape) -> tuple[str, ...]:
    """Return the ids of the sources that can be used on a landscape."""
    return tuple(id for id in ids() if landscape.examples or not get(id).needs_data)
