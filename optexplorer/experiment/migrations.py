"""Older experiment files, brought up to date one version at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Fields = dict[str, Any]


def _from_bare(fields: Fields) -> Fields:
    """Version 0 was the experiment's JSON alone, without saying what it is."""
    return {"format": "optexplorer", **fields}


_COMPUTED = ("height_scale", "window", "interval", "fog")


def split_view(fields: Fields) -> Fields:
    """Version 1 kept what an experiment looks like (camera, colours, marks) in its `view`."""
    view = fields.get("view")
    if not isinstance(view, dict):
        return fields
    computed = {key: value for key, value in view.items() if key in _COMPUTED}
    looks = {key: value for key, value in view.items() if key not in _COMPUTED}
    return {**fields, "view": computed, **({"appearance": looks} if looks else {})}


MIGRATIONS: tuple[Callable[[Fields], Fields], ...] = (_from_bare, split_view)
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
