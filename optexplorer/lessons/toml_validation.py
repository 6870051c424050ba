"""Validates a lesson's TOML blocks with pydantic models; errors carry line numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from optexplorer.catalogue import nearest
from optexplorer.experiment.validation_messages import Place, place, shown, validation_message
from optexplorer.lessons.toml_block import TomlBlock

M = TypeVar("M", bound=BaseModel)


def valid(model: type[M], block: TomlBlock) -> M:
    """Return what the whole of a block holds.

    Raises
    ------
    LessonError
        If a key is unknown, missing, or its value wrong.
    """
    check_keys(block, model)
    return validated(model, block, block.table)


def validated(model: type[M], block: TomlBlock, table: Mapping[str, Any]) -> M:
    """Return what a table made from a block and from the scenes before holds; errors know the block's lines."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise block.error(validation_message(error, model), _as_written(block, place(error))) from error


def _as_written(block: TomlBlock, found: Place) -> Place:
    """Return a place as it stands in a block in the shape of version 1.

    There hyperparameters stood beside the optimizer, and camera, colours and marks in the `view`.
    """
    if found[:1] == ("racers",) and found[2:3] == ("optimizer",) and not block.has(found[:4]):
        beside = (*found[:2], *found[3:])
        return beside if block.has(beside) else found[:3]
    if found[:1] == ("appearance",) and not block.has(found[:2]):
        return ("view", *found[1:])
    return found


def check_keys(block: TomlBlock, *models: type[BaseModel]) -> None:
    """Refuse a block that has a key which none of the models has; the error suggests the nearest."""
    known = {key.replace("_", "-"): key for model in models for key in model.model_fields}
    for key in block.table:
        if key not in known.values():
            closest = nearest(key, known)
            hint = f"did you mean '{known[closest]}'?" if closest else f"known: {', '.join(known.values())}"
            raise block.error(f"there is no key '{shown(key)}' here; {hint}", (key,))
