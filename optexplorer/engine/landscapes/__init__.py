"""The catalogue of landscapes: the TOML files that ship with the program, those of plugins, and the user's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from optexplorer.catalogue import Catalogue, UnknownIdError, files_in, plugins
from optexplorer.engine.landscapes import personal, registry
from optexplorer.engine.landscapes.base import Landscape, LandscapeDefinition
from optexplorer.resource_files import resources

PLUGIN_GROUP = "optexplorer.landscapes"
_Source = Path | LandscapeDefinition | Landscape


def _own() -> dict[str, Path]:
    return files_in(resources() / "landscapes", ".toml")


def _with_plugins(own: Mapping[str, _Source]) -> dict[str, _Source]:
    brought = dict(plugins(PLUGIN_GROUP, lambda plugin: isinstance(plugin, Landscape | LandscapeDefinition)))
    return dict(sorted({**brought, **own}.items()))


def _load(id: str, source: _Source) -> Landscape:
    if isinstance(source, Landscape):
        return source
    return (registry.read_file(source) if isinstance(source, Path) else source).landscape(id)


CATALOGUE: Catalogue[Landscape] = Catalogue("landscape", _own, _load, add_plugins=_with_plugins)
"""The landscapes by id, in order of id; without the user's own, which may change at any time."""
catalogue_ids = CATALOGUE.ids


def ids() -> tuple[str, ...]:
    """Return the ids of all landscapes, the user's own among them, in order."""
    return tuple(sorted({*catalogue_ids(), *personal.load().definitions}))


def _get(id: str) -> Landscape:
    if id in CATALOGUE:
        return CATALOGUE.get(id)
    own = personal.load().definitions
    if id in own:
        return own[id].landscape(id)
    raise UnknownIdError(CATALOGUE.kind, id, ids())


def get(id: str, parameters: Mapping[str, float] | None = None) -> Landscape:
    """Return the landscape called `id`, with some parameters set to other values.

    Raises
    ------
    optexplorer.catalogue.UnknownIdError
        If there is none; the message suggests the nearest.
    ValueError
        If a parameter is unknown or out of bounds.
    """
    landscape = _get(id)
    if not parameters:
        return landscape
    if landscape.definition is None:
        raise ValueError(f"the landscape '{id}' has no parameters")
    return landscape.definition.with_values(parameters).landscape(id)


def all() -> Iterator[Landscape]:
    """Yield every landscape, in order of id."""
    for id in ids():
        yield get(id)
