"""The catalogue of landscapes: one file of data each, and what plugins bring."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from optexplorer import catalogue
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula import FormulaDefinition, FormulaLandscape
from optexplorer.resource_files import resources

PLUGIN_GROUP = "optexplorer.landscapes"


@cache
def _files() -> dict[str, Path]:
    return catalogue.files_in(resources() / "landscapes", ".toml")


@cache
def _plugins() -> dict[str, Landscape]:
    found: dict[str, Landscape] = {}
    for name, plugin in catalogue.plugins(PLUGIN_GROUP):
        if name not in _files():
            found[name] = FormulaLandscape(name, plugin) if isinstance(plugin, FormulaDefinition) else plugin
    return found


def ids() -> tuple[str, ...]:
    """Return the ids of all landscapes, in order; no file is read for it."""
    return tuple(sorted((*_files(), *_plugins())))


@cache
def _get(id: str) -> Landscape:
    if id in _files():
        return FormulaLandscape(id, read_definition(_files()[id]))
    if id in _plugins():
        return _plugins()[id]
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


def read_definition(path: Path) -> FormulaDefinition:
    """Return the definition in a TOML file.

    Raises
    ------
    ValueError
        If the file is not TOML, or holds no landscape; the message names the file.
    """
    try:
        return FormulaDefinition.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} holds no landscape: {error}") from error
