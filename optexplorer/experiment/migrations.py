"""Older experiment files, brought up to date one version at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Fields = dict[str, Any]


def _from_bare(fields: Fields) -> Fields:
    """Version 0 was the experiment's JSON alone, without saying what it is."""
    return {"format": "optexplorer", **fields}


MIGRATIONS: tuple[Callable[[Fields], Fields], ...] = (_from_bare,)
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
