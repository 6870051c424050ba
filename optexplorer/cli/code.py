"""`optexplorer code`: a racer as a script for another library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from optexplorer.cli.experiment_options import race_options, refusing
from optexplorer.cli.run import write


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@race_options
@click.option("--racer", type=click.IntRange(1), default=1, show_default=True, help="Which one, from 1.")
@click.option(
    "--target", type=click.Choice(["numpy", "torch", "optax", "keras"]), default="numpy", show_default=True
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; without it, standard output.")
def code(file: Path | None, racer: int, target: Any, output: Path | None, **asked: Any) -> None:
    """Print a script that takes the same steps as a racer.

    Of the race that the options describe, or of FILE: an experiment (.optx), or a picture that carries one.
    """
    from optexplorer.cli.documents import read_or_asked
    from optexplorer.export.code import script

    experiment = read_or_asked(file, output, asked)
    if racer > len(experiment.racers):
        raise click.UsageError(f"--racer {racer} is not allowed; the experiment has {len(experiment.racers)}")
    with refusing():
        text = script(experiment, experiment.racers[racer - 1], target)
    if output is None:
        click.echo(text, nl=False)
    else:
        write(output, text.encode())
