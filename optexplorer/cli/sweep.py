"""`optexplorer sweep`: descents over a grid of settings, starts and seeds, as one table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optexplorer.cli.experiment_options import (
    asked_experiment,
    given_options,
    race_options,
    refuse_overwriting,
    refusing,
)
from optexplorer.cli.option_types import SHOWN
from optexplorer.cli.result_options import Output, compute_results, result_options

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from optexplorer.engine.landscapes.base import Landscape
    from optexplorer.experiment.experiment import Experiment
    from optexplorer.export.results.results import Values
    from optexplorer.runs.sweep import Axis, ListedAxis, SweepSpec


@dataclass(frozen=True)
class AskedAxis:
    """A setting and its values: a range with `count` values, or a list."""

    name: str
    low: float = 0.0
    high: float = 0.0
    count: int = 0
    log: bool = False
    listed: tuple[float, ...] = ()


class GridAxis(click.ParamType):  # type: ignore[type-arg]
    """A setting and its values, such as `lr=1e-5:1:200:log` or `momentum=0,0.5,0.9`."""

    name = "NAME=LOW:HIGH:COUNT[:log]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> AskedAxis:
        if isinstance(value, AskedAxis):
            return value
        name, _, text = value.partition("=")
        found = _parsed(name.strip(), text)
        if found is None or not name.strip().isprintable():
            self.fail(
                f"'{value[:SHOWN]}' is no range; it should look like lr=1e-5:1:200:log, lr=0.1:0.5:9 or lr=0.1,0.2",
                param,
                ctx,
            )
        return found


def _parsed(name: str, text: str) -> AskedAxis | None:
    parts = [part.strip() for part in text.split(":")]
    try:
        if not name:
            return None
        if len(parts) == 1:
            return AskedAxis(name, listed=tuple(float(part) for part in text.split(",")))
        low, high, count, *scale = parts
        if scale not in ([], ["log"], ["linear"]) or not count.removeprefix("-").isdecimal():
            return None
        return AskedAxis(name, float(low), float(high), int(count[:SHOWN]), scale == ["log"])
    except ValueError:
        return None


@click.command()
@race_options
@click.option(
    "--grid",
    multiple=True,
    type=GridAxis(),
    metavar="NAME=LOW:HIGH:COUNT[:log]",
    help="A setting and its values, evenly spaced or, with :log, their logarithms; or a list NAME=A,B,C. Repeatable: "
    "all combinations are computed.",
)
@click.option(
    "--starts",
    type=click.IntRange(1),
    metavar="N",
    help="Descend from N starts spread over the domain; of networks, from N initial weights.",
)
@click.option(
    "--seeds",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Descend with N seeds, from --seed upwards.",
)
@click.option(
    "--tolerance",
    type=float,
    help="How far above the lowest known loss counts as reached; without it, 0.001.",
)
@click.option(
    "--target-loss",
    type=float,
    metavar="LOSS",
    help="The loss that counts as reached; in place of --tolerance.",
)
@result_options
def sweep(
    grid: tuple[AskedAxis, ...],
    starts: int | None,
    seeds: int,
    tolerance: float | None,
    target_loss: float | None,
    output: Path | None,
    resume: bool,
    overwrite: bool,
    workers: int | None,
    cluster: str | None,
    **asked: Any,
) -> int:
    """Descend with all combinations of settings, and write a table.

    A row for each combination of optimizer, settings, start and seed: the final loss, how the descent ended, and the
    steps until the loss was low enough. Ctrl+C keeps what is finished; the same command with --resume goes on.
    """
    from optexplorer.export.results.sweep_plan import cell_results, sweep_plan
    from optexplorer.runs.sweep import run_sweep

    if not grid and starts is None and seeds == 1:
        raise click.UsageError(
            "nothing varies; give --grid, such as --grid lr=1e-5:1:200:log, --starts or --seeds"
        )
    varied = {axis.name for axis in grid}
    if twice := next((name for name, _ in asked["settings"] if name.rpartition(".")[2] in varied), None):
        raise click.UsageError(f"--set {twice} and --grid both set it; give one of them")
    experiment = asked_experiment(**asked)
    if output is not None and asked.get("data") is not None:
        refuse_overwriting(output, Path(asked["data"]))
    spec = _spec(experiment, grid, starts, seeds, tolerance, target_loss)
    with refusing():
        plan = sweep_plan(spec)

    def compute(
        blocks: Sequence[range], executor: Executor, should_stop: Any
    ) -> Iterator[tuple[range, Mapping[str, Values]]]:
        for part in run_sweep(spec, executor, should_stop, blocks):
            yield part.cells, cell_results(spec, part)

    _, code = compute_results(
        plan, spec.blocks(), compute, Output(output, resume, overwrite, workers, cluster)
    )
    return code


def _spec(
    experiment: Experiment,
    grid: tuple[AskedAxis, ...],
    starts: int | None,
    seeds: int,
    tolerance: float | None,
    target_loss: float | None,
) -> SweepSpec:
    """Return what was asked for.

    Raises
    ------
    click.UsageError
        If it makes no sense; the message says what would be right.
    """
    from dataclasses import replace

    import numpy as np

    from optexplorer.runs.starts import spread_starts
    from optexplorer.runs.sweep import SweepSpec

    if starts is not None and given_options({"start": None}):
        raise click.UsageError("--start and --starts both say where to start; give one of them")
    landscape = experiment.resolve_landscape()
    with refusing():
        spec = SweepSpec(
            # All see the same random numbers, those of `optexplorer run` with the same seed.
            runs=tuple(replace(experiment.run_spec(racer), stream=0) for racer in experiment.racers),
            axes=tuple(_axis(axis) for axis in grid),
            # So many as are asked for come when that has been checked.
            starts=np.broadcast_to(np.array(experiment.start), (starts or 1, landscape.dimension)),
            seeds=range(experiment.seed, experiment.seed + seeds),  # type: ignore[arg-type]
            steps=experiment.steps,
            target=_target(landscape, tolerance, target_loss),
        )
        spec.check()
        many = spec.starts if starts is None else spread_starts(landscape, starts)
        return replace(spec, starts=np.ascontiguousarray(many), seeds=tuple(spec.seeds))


def _axis(asked: AskedAxis) -> Axis | ListedAxis:
    from optexplorer.runs.sweep import Axis, ListedAxis

    if asked.listed:
        return ListedAxis(asked.name, asked.listed)
    return Axis(asked.name, asked.low, asked.high, asked.count, "log" if asked.log else "linear")


def _target(landscape: Landscape, tolerance: float | None, target_loss: float | None) -> float:
    """Return the loss that counts as reached; −∞ if none is known."""
    from optexplorer.runs.sweep import TOLERANCE, target_loss_of

    if target_loss is not None:
        if tolerance is not None:
            raise click.UsageError(
                "--tolerance and --target-loss both say what counts as reached; give one of them"
            )
        if not math.isfinite(target_loss):
            raise click.UsageError(f"--target-loss {target_loss} is not allowed; it is a finite number")
        return target_loss
    return target_loss_of(landscape, TOLERANCE if tolerance is None else tolerance)
