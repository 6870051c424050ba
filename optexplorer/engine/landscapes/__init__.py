"""The catalogue of landscapes: one file of data each, what plugins bring, and the person's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from optexplorer import catalogue
from optexplorer.engine.landscapes import personal
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.definitions import Definition, landscape_of, read_definition
from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.resource_files import resources

PLUGIN_GROUP = "optexplorer.landscapes"


@cache
def _files() -> dict[str, Path]:
    return catalogue.files_in(resources() / "landscapes", ".toml")


def _is_landscape(plugin: object) -> bool:
    return isinstance(plugin, Landscape | Definition)


@cache
def _plugins() -> dict[str, Landscape]:
    found: dict[str, Landscape] = {}
    for name, plugin in catalogue.plugins(PLUGIN_GROUP, _is_landscape):
        if name not in _files():
            found[name] = landscape_of(name, plugin) if isinstance(plugin, Definition) else plugin
    return found


def catalogue_ids() -> tuple[str, ...]:
    """Return the ids of the landscapes of the catalogue and of plugins, in order; no file is read for it."""
    return tuple(sorted((*_files(), *_plugins())))


def ids() -> tuple[str, ...]:
    """Return the ids of all landscapes, the person's own among them, in order."""
    return tuple(sorted({*_files(), *_plugins(), *personal.load().definitions}))


@cache
def _from_catalogue(id: str) -> Landscape:
    if id in _files():
        return landscape_of(id, read_definition(_files()[id]))
    return _plugins()[id]


def _get(id: str) -> Landscape:
    if id in _files() or id in _plugins():
        return _from_catalogue(id)
    own = personal.load().definitions
    if id in own:
        return landscape_of(id, own[id])
    raise catalogue.UnknownIdError("landscape", id, ids())


def get(id: str, parameters: Mapping[str, float] | None = None) -> Landscape:
    """Return the landscape called `id`, with some parameters of its formula set to other values.

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
    if not isinstance(landscape, FormulaLandscape):
        raise ValueError(f"the landscape '{id}' has no parameters")
    return FormulaLandscape(id, landscape.definition.with_values(parameters))


def all() -> Iterator[Landscape]:
    """Yield every landscape, in order of id."""
    for id in ids():
        yield get(id)
