"""`optexplorer data`: all racers of an experiment, or its landscape, as one table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from optexplorer.cli.experiment_options import given_options, race_options, refusing


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@race_options
@click.option(
    "--what",
    type=click.Choice(["racers", "landscape"]),
    default="racers",
    show_default=True,
    help="The steps of all racers, or the losses on a grid.",
)
@click.option("--points", type=int, default=161, show_default=True, help="Along each side of the grid.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The file to write: .csv, .json, .npz or .parquet.",
)
def data(file: Path | None, what: str, points: int, output: Path, **asked: Any) -> None:
    """Write a table of a race, or of its landscape.

    Of the race that the options describe, or of FILE: an experiment (.optx), or a picture that carries one. What
    each column is stands in the file itself; for CSV and JSON in another of the same name and .json added.
    """
    from optexplorer.cli.documents import read_or_asked
    from optexplorer.export.tables.columns import grid_table, race_table
    from optexplorer.export.tables.files import foreign_files, form_of, write_table
    from optexplorer.runs.run import run

    if what == "racers" and given_options({"points": points}):
        raise click.UsageError("--points belongs to --what landscape")
    with refusing():
        form = form_of(output)
    if others := foreign_files(output, form):
        raise click.UsageError(
            f"{others[0]} exists already, and would be overwritten by what describes the columns; "
            "move it, or choose another name with -o"
        )
    experiment = read_or_asked(file, output, asked)
    landscape = experiment.resolve_landscape()
    with refusing():
        if what == "landscape":
            table = grid_table(landscape, points)
        else:
            results = run(experiment)
            results.raise_errors()
            trajectories = [path for path in results.trajectories if path is not None]
            if not trajectories:
                raise click.UsageError(
                    "the experiment has no racers; --what landscape has a table all the same"
                )
            table = race_table(landscape, [racer.optimizer.id for racer in experiment.racers], trajectories)
        try:
            write_table(table, output, form)
        except OSError as error:
            raise click.UsageError(f"{output} cannot be written: {error.strerror or error}") from error
