"""Landscapes as data: read from files, and made from what was read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.landscapes.painted.definition import PaintedDefinition, PaintedLandscape

Definition = FormulaDefinition | PaintedDefinition

MOST_BYTES = 2_000_000


def landscape_of(id: str, definition: Definition) -> Landscape:
    """Return the landscape that `definition` describes, under the name of `id`."""
    if isinstance(definition, PaintedDefinition):
        return PaintedLandscape(definition, id)
    return FormulaLandscape(id, definition)


def is_parameter_variant(a: Landscape, b: Landscape) -> bool:
    """Whether one is the other with other values of its parameters, or painted further."""
    if (a.variables, a.domain) != (b.variables, b.domain):
        return False
    if isinstance(a, FormulaLandscape) and isinstance(b, FormulaLandscape):
        return a.definition.formula == b.definition.formula
    return isinstance(a, PaintedLandscape) and isinstance(b, PaintedLandscape)


def read_definition(path: Path) -> Definition:
    """Return the definition in a TOML or JSON file: of a painted landscape if it has heights, else of a formula.

    Raises
    ------
    ValueError
        If the file is neither, or holds no landscape; the message is one line and names the file.
    OSError
        If it cannot be read.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path.name} holds no landscape: it has more than {MOST_BYTES // 1_000_000} MB")
    data = path.read_bytes()
    try:
        if path.suffix == ".json":
            painted = b'"heights"' in data
            kind: Any = PaintedDefinition if painted else FormulaDefinition
            definition: Definition = kind.model_validate_json(data)
        else:
            fields = tomllib.loads(data.decode("utf-8"))
            kind = PaintedDefinition if "heights" in fields else FormulaDefinition
            definition = kind.model_validate(fields)
    except ValidationError as error:
        detail = error.errors()[0]
        place = ".".join(map(str, detail["loc"]))
        reason = str(detail.get("ctx", {}).get("error") or detail["msg"])
        raise ValueError(
            f"{path.name} holds no landscape: {place}: {reason}"
            if place
            else f"{path.name} holds no landscape: {reason}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path.name} holds no landscape: {error}") from error
    return definition
