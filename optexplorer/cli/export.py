"""`optexplorer export`: pictures and films without a window."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optexplorer.cli.looks import Looks, look_options
from optexplorer.cli.race import asked_experiment, race_options, refusing

if TYPE_CHECKING:
    from optexplorer.experiment.experiment import Experiment
    from optexplorer.export.orders import Order


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, metavar="[FILE]...")
@race_options
@look_options
@click.option(
    "-o",
    "--output",
    "outputs",
    type=click.Path(path_type=Path),
    multiple=True,
    required=True,
    help="The file to write: .png, .svg or .pdf. Repeatable; {view} and {name} stand for the view and the FILE.",
)
@click.option("--playhead", type=click.IntRange(0), help="The step that is shown; without it, the last.")
@click.option("--no-metadata", is_flag=True, help="Leave the experiment out of the picture.")
def export(
    files: tuple[Path, ...],
    outputs: tuple[Path, ...],
    playhead: int | None,
    no_metadata: bool,
    **asked: Any,
) -> None:
    """Write pictures of a descent; no display is needed.

    Of a race that the options describe, or of FILEs: experiments (.optx), or pictures that carry one.
    """
    looks = Looks(**{name: asked.pop(name) for name in Looks.__dataclass_fields__})
    looks.check()
    experiments = _experiments(files, asked)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from optexplorer.export.orders import PictureOrder, carry_out
    from optexplorer.export.picture import kind_of

    orders: list[Order] = []
    with refusing():
        for name, experiment in experiments:
            landscape = experiment.resolve_landscape()
            for view, path in _paths(outputs, name, looks.views_of(landscape.dimension)):
                kind = kind_of(path)
                sheet, figure = looks.sheet(film=False), looks.figure(view, landscape)
                shown = looks.seen(experiment, view)
                style = looks.style(sheet, figure)
                orders.append(
                    PictureOrder(path, kind, shown, figure, sheet, style, playhead, not no_metadata)
                )
    _refuse_twice([order.path for order in orders])
    with refusing():
        try:
            carry_out(orders)
        except OSError as error:
            path = error.filename if len(orders) > 1 and error.filename else orders[0].path
            raise click.UsageError(f"{path} cannot be written: {error.strerror or error}") from error


def _experiments(files: tuple[Path, ...], asked: dict[str, Any]) -> list[tuple[str, Experiment]]:
    """Return name and experiment of each FILE, or of the race that the options describe."""
    if not files:
        return [("race", asked_experiment(**asked))]
    given = click.get_current_context()
    own = [
        parameter.opts[0]
        for parameter in given.command.params
        if parameter.name in asked
        and given.get_parameter_source(str(parameter.name)) is not click.core.ParameterSource.DEFAULT
    ]
    if own:
        raise click.UsageError(f"{own[0]} belongs to a race described by options; {files[0]} is one already")
    from optexplorer.experiment.files import FileError
    from optexplorer.export.metadata import experiment_in

    found = []
    for file in files:
        try:
            found.append((file.stem, experiment_in(file)))
        except FileError as error:
            raise click.UsageError(f"{file}: {error}") from error
        except OSError as error:
            raise click.UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    return found


def _paths(outputs: tuple[Path, ...], name: str, views: tuple[str, ...]) -> list[tuple[str, Path]]:
    """Return which view goes where."""
    placed = any("{view}" in str(output) for output in outputs)
    if len(views) == len(outputs) and not placed:
        pairs = list(zip(views, outputs, strict=True))
    elif len(views) > 1 and not all("{view}" in str(output) for output in outputs):
        raise click.UsageError(
            f"{len(views)} views for {len(outputs)} outputs; give one -o for each --view, or write "
            "{view} in the name, such as -o '{view}.png'"
        )
    else:
        pairs = [(view, output) for output in outputs for view in views]
    return [
        (view, Path(str(output).replace("{view}", view).replace("{name}", name))) for view, output in pairs
    ]


def _refuse_twice(paths: list[Path]) -> None:
    for path in paths:
        if paths.count(path) > 1:
            raise click.UsageError(
                f"{path} would be written twice; write {{view}} or {{name}} in the name to tell outputs apart"
            )
