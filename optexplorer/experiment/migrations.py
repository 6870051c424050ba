"""Older experiment files, brought up to date one version at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from optexplorer.engine.landscapes.registry import with_kind

Fields = dict[str, Any]


def _from_bare(fields: Fields) -> Fields:
    """Version 0 was the experiment's JSON alone, without saying what it is."""
    return {"format": "optexplorer", **fields}


_COMPUTED = ("height_scale", "plane", "window", "interval", "fog")
_BESIDE_OPTIMIZER = ("optimizer", "schedule", "source", "start", "colour", "visible", "stream")
_FIRST = {"colour": "#0072B2", "stream": 0}
"""The colour and random stream that racers had which named none."""


def _with_parts(fields: Fields) -> Fields:
    """Version 1 had no kinds of landscapes, hyperparameters beside the optimizer's id, and one `view` for all."""
    found = current_shape(fields)
    racers = found.get("racers")
    if isinstance(racers, list):
        found["racers"] = [{**_FIRST, **racer} if isinstance(racer, dict) else racer for racer in racers]
    return found


def current_shape(fields: Mapping[str, Any]) -> Fields:
    """Return fields of an experiment, of this version or of version 1, in the shape of this version.

    Lessons, which have no version, go through this alone.
    """
    found = split_view(dict(fields))
    if isinstance(landscape := found.get("landscape"), dict):
        found["landscape"] = with_kind(landscape)
    if isinstance(racers := found.get("racers"), list | tuple):
        found["racers"] = [_nested(racer) if isinstance(racer, dict) else racer for racer in racers]
    return found


def split_view(fields: Fields) -> Fields:
    """Version 1 kept what an experiment looks like (camera, colours, marks) in its `view`."""
    view = fields.get("view")
    if not isinstance(view, dict):
        return fields
    computed = {key: value for key, value in view.items() if key in _COMPUTED}
    looks = {key: value for key, value in view.items() if key not in _COMPUTED}
    if not looks:
        return fields
    named = fields.get("appearance", {})
    return {
        **fields,
        "view": computed,
        "appearance": {**looks, **named} if isinstance(named, dict) else named,
    }


def _nested(racer: Fields) -> Fields:
    """Return a racer whose hyperparameters stand in its optimizer, and the id of an inner optimizer as its `id`."""
    optimizer = racer.get("optimizer")
    if not isinstance(optimizer, str):
        return racer
    settings = {key: value for key, value in racer.items() if key not in _BESIDE_OPTIMIZER}
    rest = {key: value for key, value in racer.items() if key not in settings}
    return {**rest, "optimizer": {"id": optimizer, **_with_inner_id(settings)}}


def _with_inner_id(settings: Fields) -> Fields:
    inner = settings.get("inner")
    if not isinstance(inner, dict) or not isinstance(inner.get("optimizer"), str):
        return settings
    rest = {key: value for key, value in inner.items() if key != "optimizer"}
    return {**settings, "inner": {"id": inner["optimizer"], **_with_inner_id(rest)}}


MIGRATIONS: tuple[Callable[[Fields], Fields], ...] = (_from_bare, _with_parts)
"""What makes a file of version k one of version k + 1, at place k."""

VERSION = len(MIGRATIONS)
"""The version that is written."""


def up_to_date(fields: Fields, version: int) -> Fields:
    """Return the fields of a file of `version`, from 0 to `VERSION`, as the present version has them.

    The number itself is neither expected among the fields nor added to them.
    """
    for migrate in MIGRATIONS[version:]:
        fields = migrate(fields)
    return fields
