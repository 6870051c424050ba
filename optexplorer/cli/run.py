"""`optexplorer run`: one trajectory as a table."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optexplorer.cli.race import asked_experiment, race_options, refusing

if TYPE_CHECKING:
    from optexplorer.engine.trajectory import Trajectory
    from optexplorer.experiment.experiment import Experiment


@click.command()
@race_options
@click.option(
    "--format", "form", type=click.Choice(["csv", "json", "npz", "parquet"]), default="csv", show_default=True
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; without it, standard output.")
@click.option(
    "--check-rounding", is_flag=True, help="Say from which step on the path depends on rounding, if it does."
)
def run(form: str, output: Path | None, check_rounding: bool, **asked: Any) -> None:
    """Let an optimizer descend, and print its steps as a table.

    Row k is the position after k steps, its loss and gradient, and the rate of the step that leaves it.
    """
    from optexplorer.engine import gradient_sources
    from optexplorer.engine.descent import EndRule, trajectory
    from optexplorer.engine.rounding import rounding_sensitivity
    from optexplorer.engine.trajectory import Ending

    if len(asked["optimizers"]) > 1:
        raise click.UsageError("a table is of one run; give --optimizer once, or see 'optexplorer data'")
    if form in ("npz", "parquet") and output is None:
        raise click.UsageError(f"--format {form} makes no text; name a file with -o")
    experiment = asked_experiment(**asked)
    (racer,) = experiment.racers
    with refusing():
        result = trajectory(
            experiment.rule(racer),
            experiment.start,
            experiment.steps,
            end=EndRule(converge=False, escape=inf),
        )
    content = _content(result, experiment, form)
    if output is None:
        click.echo(content.decode(), nl=False)
    else:
        write(output, content)
    if racer.source is None and racer.optimizer.stochastic:
        sigma = gradient_sources.Noisy().sigma
        _say(f"{racer.optimizer.id} takes noisy gradients (sigma = {sigma:g}); choose others with --source")
    if result.ending is Ending.DIVERGED:
        cause = "left the region where the loss is defined" if result.undefined else "diverged"
        _say(f"{cause} at step {result.steps + 1}; the last finite row is that of step {result.steps}")
    if check_rounding:
        step = rounding_sensitivity(experiment.rule(racer), experiment.start, experiment.steps)
        if step is None:
            _say(
                "no step depends on rounding: a start moved by 1e-13 of the domain takes the same path to 1e-9"
            )
        else:
            _say(f"from step {step} on the path depends on rounding; another processor may show another one")


def _content(result: Trajectory, experiment: Experiment, form: str) -> bytes:
    if form == "csv":
        return result.csv().encode()
    if form == "json":
        return f"{result.json()}\n".encode()
    from optexplorer.export.table_files import table_bytes
    from optexplorer.export.tables import race_table

    with refusing():
        table = race_table(
            experiment.resolve_landscape(), [racer.optimizer.id for racer in experiment.racers], [result]
        )
        return table_bytes(table, form)  # type: ignore[arg-type]


def _say(words: str) -> None:
    click.echo(f"optexplorer: {words}", err=True)


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    click.UsageError
        If it cannot be written; the message says why.
    """
    from optexplorer.whole_file import write_whole

    try:
        write_whole(path, data)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}") from error
