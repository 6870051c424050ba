"""`optexplorer run`: one trajectory as a table."""

from __future__ import annotations

from contextlib import suppress
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optexplorer.cli.experiment_options import asked_experiment, race_options, refusing

if TYPE_CHECKING:
    from optexplorer.engine.trajectory import Trajectory
    from optexplorer.experiment.experiment import Experiment
    from optexplorer.export.tables.files import Form


@click.command()
@race_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json", "npz", "parquet"]),
    help="Without it, what the name of the file ends in, else CSV.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; without it, standard output.")
@click.option(
    "--check-rounding", is_flag=True, help="Say from which step on the path depends on rounding, if it does."
)
def run(form: Form | None, output: Path | None, check_rounding: bool, **asked: Any) -> None:
    """Run an optimizer, and print its steps as a table.

    Row k is the position after k steps, its loss and gradient, and the rate of the step that leaves it.
    """
    from optexplorer.engine.descent import StoppingCriteria
    from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
    from optexplorer.engine.rounding import rounding_sensitivity
    from optexplorer.engine.trajectory import TerminationReason
    from optexplorer.runs.run import run as run_racers

    if len(asked["optimizers"]) > 1:
        raise click.UsageError("a table is of one run; give --optimizer once, or see 'optexplorer data'")
    form = _form(form, output)
    if form in ("npz", "parquet") and output is None:
        raise click.UsageError(f"--format {form} makes no text; name a file with -o")
    experiment = asked_experiment(**asked)
    (racer,) = experiment.racers
    with refusing():
        results = run_racers(experiment, end=StoppingCriteria(converge=False, escape=inf))
        results.raise_errors()
    (result,) = results.trajectories
    assert result is not None
    content = _content(result, experiment, form)
    if output is None:
        click.echo(content.decode(), nl=False)
    else:
        write(output, content)
    if racer.source is None and racer.optimizer.stochastic:
        source = experiment.run_spec(racer).gradient_source
        kind = (
            f"gradients of mini-batches of {source.batch_size}"
            if isinstance(source, MiniBatch)
            else f"noisy gradients (sigma = {getattr(source, 'sigma', 0):g})"
        )
        say(f"{racer.optimizer.id} takes {kind}; choose others with --source")
    if result.ending is TerminationReason.DIVERGED:
        cause = _divergence(result)
        say(f"{cause} at step {result.steps + 1}; the last finite row is that of step {result.steps}")
    if check_rounding:
        step = rounding_sensitivity(experiment.run_spec(racer), experiment.start, experiment.steps)
        if step is None:
            say(
                "no step depends on rounding: a start moved by 1e-13 of the domain takes the same path to 1e-9"
            )
        else:
            say(f"from step {step} on the path depends on rounding; another processor may show another one")


def _divergence(result: Trajectory) -> str:
    if not result.undefined:
        return "diverged"
    import numpy as np

    if np.isfinite(result.loss[-1]) and not np.isfinite(result.gradient[-1]).all():
        return "reached a point where the gradient cannot be computed, although the loss can,"
    return "left the region where the loss is defined"


def _form(asked: Form | None, output: Path | None) -> Form:
    """Return the format of the table: the one that was asked for, or that of the file's name, else CSV.

    Raises
    ------
    click.UsageError
        If the two contradict each other, or the name ends in something else.
    """
    from optexplorer.export.tables.files import FORMS, FormError, form_of

    if output is None or not output.suffix:
        return asked or "csv"
    try:
        named = form_of(output)
    except FormError as error:
        if asked is not None:
            return asked
        raise click.UsageError(f"{error}, or give --format {'|'.join(FORMS)}") from error
    if asked is not None and asked != named:
        raise click.UsageError(
            f"{output.name} is the name of a {named} file, but --format is {asked}; change one"
        )
    return named


def _content(result: Trajectory, experiment: Experiment, form: Form) -> bytes:
    if form == "csv":
        return result.csv().encode()
    if form == "json":
        return f"{result.json()}\n".encode()
    from optexplorer.export.tables.columns import race_table
    from optexplorer.export.tables.files import table_bytes

    with refusing():
        table = race_table(
            experiment.resolve_landscape(), [racer.optimizer.id for racer in experiment.racers], [result]
        )
        return table_bytes(table, form)


def say(words: str) -> None:
    """Tell something about what has been done, on standard error."""
    # What has been asked for is done, whether this can be said or not.
    with suppress(OSError):
        click.echo(f"optexplorer: {words}", err=True)


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; never a script or a table under the name of an experiment.

    Raises
    ------
    click.UsageError
        If it cannot be written; the message says why.
    """
    from optexplorer.atomic_write import write_atomically
    from optexplorer.experiment.files import SUFFIX

    if path.suffix.lower() == SUFFIX:
        raise click.UsageError(
            f"{path} is the name of an experiment, which this is none; choose another with -o"
        )
    try:
        write_atomically(path, data)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}") from error
