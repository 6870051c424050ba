"""The kinds of landscapes: from the `kind` that data name to the definition that reads them.

A kind is a module `definition` in a package beside this module, or an entry point of a plugin, with a subclass of
`LandscapeDefinition`. Nothing else needs to know of it: experiments, files, shared texts and lessons read and write
definitions through this module.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from optexplorer.bounded_input import RefusedFileError, load_toml, read_bounded
from optexplorer.catalogue import Catalogue, classes_in, with_plugin_classes
from optexplorer.engine.landscapes.base import LandscapeDefinition

PLUGIN_GROUP = "optexplorer.landscape_kinds"
MOST_BYTES = 2_000_000
"""The size of the largest landscape file that is read."""


def _modules() -> Iterator[ModuleType]:
    package = importlib.import_module("optexplorer.engine.landscapes")
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if info.ispkg:
            yield importlib.import_module(f"{package.__name__}.{info.name}.definition")


def _name_of(definition: type[LandscapeDefinition]) -> str | None:
    name = definition.model_fields["kind"].default
    return name if isinstance(name, str) else None


KINDS: Catalogue[type[LandscapeDefinition]] = Catalogue(
    "kind of landscape",
    lambda: classes_in(_modules(), LandscapeDefinition, _name_of),
    add_plugins=lambda own: with_plugin_classes(own, LandscapeDefinition, PLUGIN_GROUP, _name_of),
)
"""The definition classes by the name of their kind."""


def read(fields: Mapping[str, Any]) -> LandscapeDefinition:
    """Return the landscape that data define, such as `{"kind": "formula", "formula": "x^2", "domain": ...}`.

    Raises
    ------
    ValueError
        If the kind is missing or unknown, or its fields are wrong (pydantic.ValidationError).
    """
    kind = fields.get("kind")
    if not isinstance(kind, str):
        raise ValueError(f'it names no kind; right are "kind": "{", ".join(KINDS.ids())}"')
    return KINDS.get(kind).model_validate(dict(fields))


def with_kind(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a landscape from before kinds were written, with the kind that they have."""
    return {"kind": "painted" if "heights" in fields else "formula", **fields}


def read_file(path: Path) -> LandscapeDefinition:
    """Return the landscape in a TOML or JSON file.

    Raises
    ------
    ValueError
        If the file is neither, or holds no landscape; the message is one line and names the file.
    OSError
        If it cannot be read.
    """
    try:
        data = read_bounded(path, MOST_BYTES).decode("utf-8")
        fields = json.loads(data) if path.suffix == ".json" else load_toml(data)
        if not isinstance(fields, dict):
            raise RefusedFileError("it is no object with fields")
        return read(with_kind(fields))
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(map(str, detail["loc"]))
        reason = str(detail.get("ctx", {}).get("error") or detail["msg"])
        raise ValueError(
            f"{path.name} holds no landscape: {place}: {reason}"
            if place
            else f"{path.name} holds no landscape: {reason}"
        ) from error
    except RecursionError as error:
        raise ValueError(f"{path.name} holds no landscape: it is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"{path.name} holds no landscape: {error}") from error
