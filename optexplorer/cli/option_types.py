"""Kinds of values that options take: points, and names with values."""

from __future__ import annotations

import math
from typing import Any

import click

SHOWN = 70
"""Characters of a wrong value that are shown."""


class Point(click.ParamType):  # type: ignore[type-arg]
    """Numbers with commas between them, such as `0.5,-1.5`."""

    name = "X,Y"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        try:
            point = tuple(float(part) for part in value.split(","))
        except ValueError:
            point = ()
        if not point or not all(map(math.isfinite, point)):
            self.fail(f"'{value[:SHOWN]}' is no point; it should look like 0.5,-1.5", param, ctx)
        return point


class Assignment(click.ParamType):  # type: ignore[type-arg]
    """A name and a value with = between them."""

    name = "NAME=VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, equals, text = value.partition("=")
        if not name.strip() or not equals:
            self.fail(f"'{value[:SHOWN]}' sets nothing; it should look like name=value", param, ctx)
        if not name.isprintable():
            self.fail(f"'{name[:SHOWN]}' is no name; it should look like name=value", param, ctx)
        return name.strip(), text.strip()
