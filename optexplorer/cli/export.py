"""`optexplorer export`: a picture without a window."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import click

from optexplorer.cli.race import asked_experiment, race_options, refusing

_VIEWS = {"contour": "map", "surface": "surface", "loss": "loss"}


class Size(click.ParamType):  # type: ignore[type-arg]
    """Width and height in pixels, such as `1600x1200`."""

    name = "WIDTHxHEIGHT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"([0-9]{1,6})[x×]([0-9]{1,6})", value.strip())
        if not found:
            self.fail(f"'{value}' is no size; it should look like 1600x1200", param, ctx)
        return int(found[1]), int(found[2])


@click.command()
@race_options
@click.option("--view", type=click.Choice(list(_VIEWS)), default="contour", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The PNG file to write.")
@click.option(
    "--size", type=Size(), default="1600x1200", show_default=True, help="Of the picture, in pixels."
)
@click.option(
    "--scale", type=float, default=1.0, show_default=True, help="Multiplies the pixels, not the layout."
)
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@click.option("--language", type=click.Choice(["en", "ja"]), default="en", show_default=True)
@click.option("--playhead", type=click.IntRange(0), help="The step that is shown; without it, the last.")
def export(
    view: str,
    output: Path,
    size: tuple[int, int],
    scale: float,
    theme: Any,
    language: Any,
    playhead: int | None,
    **asked: Any,
) -> None:
    """Write a picture of a descent as PNG; no display is needed."""
    experiment = asked_experiment(**asked)
    if output.suffix.lower() != ".png":
        raise click.UsageError(f"{output} is no PNG file; its name should end in .png")
    if not 0.1 <= scale <= 10:
        raise click.UsageError(f"--scale {scale:g} is not allowed; 0.1 <= scale <= 10")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from optexplorer.export.picture import save_picture

    with refusing():
        try:
            save_picture(experiment, _VIEWS[view], output, *size, scale, theme, language, playhead)  # type: ignore[arg-type]
        except OSError as error:
            raise click.UsageError(f"{output} cannot be written: {error.strerror or error}") from error
