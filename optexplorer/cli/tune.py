"""`optexplorer tune`: good settings of an optimizer; of several, in a fair race."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optexplorer.cli.executor_options import asked_executor, executor_options
from optexplorer.cli.experiment_options import asked_experiment, race_options, refuse_overwriting, refusing
from optexplorer.cli.interruption import INTERRUPTED, interruptible
from optexplorer.cli.option_types import SHOWN
from optexplorer.cli.progress import ProgressLine
from optexplorer.cli.run import say
from optexplorer.cli.table_file import refuse_table_file, write_table_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from optexplorer.engine.optimizers.base import Optimizer
    from optexplorer.experiment.experiment import Experiment
    from optexplorer.runs.fair_race import FairRaceSpec, FairRaceState
    from optexplorer.runs.tuning.ranges import RangeScale, SearchRange
    from optexplorer.runs.tuning.tuning import TuningSpec, TuningState
    from optexplorer.runs.tuning.usual import Effort

SCALES: dict[str, RangeScale] = {"log": "log", "linear": "linear", "near-one": "near one"}


@dataclass(frozen=True)
class AskedRange:
    """A setting that is to be searched; without ends, in its usual range. `optimizer` is empty for all that have it."""

    optimizer: str
    name: str
    ends: tuple[float, float] | None = None
    scale: RangeScale | None = None


class SearchOption(click.ParamType):  # type: ignore[type-arg]
    """A setting and where it is searched, such as `lr=1e-5:1:log`, `beta1=0:0.999:near-one`, or `lr` alone."""

    name = "NAME[=LOW:HIGH[:SCALE]]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> AskedRange:
        if isinstance(value, AskedRange):
            return value
        named, equals, text = value.partition("=")
        optimizer, dot, name = named.strip().rpartition(".")
        found = _parsed(optimizer, name, text) if equals else AskedRange(optimizer, name)
        if found is None or not name or not named.isprintable() or (dot and not optimizer):
            self.fail(
                f"'{value[:SHOWN]}' is no range; it should look like lr, lr=1e-5:1, lr=1e-5:1:log, momentum=0:0.9:linear or "
                "beta1=0:0.999:near-one",
                param,
                ctx,
            )
        return found


def _parsed(optimizer: str, name: str, text: str) -> AskedRange | None:
    low, *rest = (part.strip() for part in text.split(":"))
    if len(rest) not in (1, 2) or (len(rest) == 2 and rest[1] not in SCALES):
        return None
    try:
        ends = float(low), float(rest[0])
    except ValueError:
        return None
    return AskedRange(optimizer, name, ends, SCALES[rest[1]] if len(rest) == 2 else None)


@click.command()
@race_options
@click.option(
    "--search",
    multiple=True,
    type=SearchOption(),
    help="A setting, and where it is searched; for one optimizer of several adam.lr=... Repeatable; without it, the rate "
    "and the momentum, in their usual ranges.",
)
@click.option(
    "--budget",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="Gradients that each descent may evaluate, in place of --steps; a loss counts as a third of a gradient, a Hessian "
    "as one for each coordinate. Several optimizers always have one: without it, as many as --steps.",
)
@click.option("--candidates", type=click.IntRange(1, 1_000_000), metavar="N", help="Settings that are tried.")
@click.option(
    "--starts",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="Each of them descends from N starts: the first is the race's own.",
)
@click.option(
    "--seeds",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="And with N seeds, where gradients are random.",
)
@click.option(
    "--fresh",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="The winner is compared with the default settings from N other starts.",
)
@click.option(
    "--criterion",
    type=click.Choice(["target", "loss"]),
    help="Best is who is first at the target, or whose loss is lowest at the end. Without it: the first where the lowest "
    "loss is known; networks are judged by the loss on held-out examples.",
)
@click.option(
    "--tolerance",
    type=float,
    help="How far above the lowest known loss the target lies.",
)
@click.option(
    "--method",
    type=click.Choice(["halving", "optuna"]),
    default="halving",
    show_default=True,
    help="Sobol points and successive halving, or Optuna, if it is installed.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A .csv, .json, .npz or .parquet file for the table of all candidates.",
)
@click.option("--overwrite", is_flag=True, help="Replace the file if there is one.")
@executor_options
def tune(
    search: tuple[AskedRange, ...],
    budget: int | None,
    candidates: int | None,
    starts: int | None,
    seeds: int | None,
    fresh: int | None,
    criterion: str | None,
    tolerance: float | None,
    method: str,
    output: Path | None,
    overwrite: bool,
    workers: int | None,
    cluster: str | None,
    **asked: Any,
) -> int:
    """Find good settings of an optimizer, or of several in a fair race.

    Says what the settings are, as options of other commands, and what they bring on fresh starts. Several optimizers are
    tuned by the same effort under one budget of evaluations, and ranked.
    """
    from optexplorer.engine.descent import StoppingCriteria

    if output is not None:
        refuse_table_file(output, "-o", overwrite=overwrite)
        if asked.get("data") is not None:
            refuse_overwriting(output, Path(asked["data"]))
    if overwrite and output is None:
        raise click.UsageError("--overwrite needs a file: -o FILE")
    experiment = asked_experiment(**asked)
    optimizers = [racer.optimizer for racer in experiment.racers]
    _check(optimizers, experiment, search, tolerance)
    with refusing():
        ranges = [_ranges(optimizer, search) for optimizer in optimizers]
    how = {
        "criterion": criterion,
        "tolerance": tolerance,
        "end": StoppingCriteria(),
        "method": method,
    }

    def effort(usual: Effort) -> Effort:
        from optexplorer.runs.tuning.usual import Effort

        return Effort(
            candidates or usual.candidates, starts or usual.starts, seeds or usual.seeds, fresh or usual.fresh
        )

    if len(optimizers) > 1:
        return _race(experiment, ranges, budget, effort, how, output, workers, cluster)
    return _tune(experiment, ranges[0], budget, effort, how, output, workers, cluster)


def _check(
    optimizers: Sequence[Optimizer],
    experiment: Experiment,
    search: Sequence[AskedRange],
    tolerance: float | None,
) -> None:
    ids = [optimizer.id for optimizer in optimizers]
    if twice := next((id for id in ids if ids.count(id) > 1), None):
        raise click.UsageError(f"{twice} is named twice; both would get the same settings")
    for asked in search:
        if asked.optimizer and asked.optimizer not in ids:
            raise click.UsageError(
                f"--search: there is no {asked.optimizer[:SHOWN]} in this race: {', '.join(ids)}"
            )
    if tolerance is None:
        return
    if not (math.isfinite(tolerance) and tolerance > 0):
        raise click.UsageError(f"--tolerance {tolerance:g} is not allowed; it is a finite number above 0")
    if experiment.resolve_landscape().global_minimum is None:
        raise click.UsageError("--tolerance needs a landscape whose lowest loss is known")


def _ranges(optimizer: Optimizer, search: Sequence[AskedRange]) -> tuple[SearchRange, ...]:
    """Return what is searched of an optimizer.

    Raises
    ------
    ValueError
        If a setting or a range is wrong.
    """
    from optexplorer.runs.tuning.ranges import (
        SearchRange,
        searched_setting,
        usual_range,
        usual_ranges,
        usual_scale,
    )

    found = []
    for asked in search:
        if asked.optimizer not in ("", optimizer.id):
            continue
        setting = searched_setting(optimizer, asked.name)
        if asked.ends is None:
            found.append(usual_range(optimizer, asked.name))
        else:
            found.append(SearchRange(asked.name, *asked.ends, asked.scale or usual_scale(setting)))
    return tuple(found) or usual_ranges(optimizer)


def _tune(
    experiment: Experiment,
    ranges: tuple[SearchRange, ...],
    budget: int | None,
    effort: Callable[[Effort], Effort],
    how: dict[str, Any],
    output: Path | None,
    workers: int | None,
    cluster: str | None,
) -> int:
    from optexplorer.export.tables.tuning_tables import candidate_table
    from optexplorer.runs.tasks import Meter
    from optexplorer.runs.tuning import tuning
    from optexplorer.runs.tuning.usual import tuning_spec, usual_effort

    (racer,) = experiment.racers
    run, length = experiment.run_spec(racer), budget or experiment.steps
    with refusing():
        spec = tuning_spec(
            run,
            experiment.start,
            length,
            ranges=ranges,
            effort=effort(usual_effort(run, length)),
            unit="steps" if budget is None else "evaluations",
            **how,
        )
        spec.check()
    state: TuningState | None = None
    with interruptible() as interruption:
        meter = Meter(spec.total)
        with _executor(workers, cluster) as executor, ProgressLine("steps") as line:
            for state in tuning.tune(spec, executor, interruption.asked):
                line.show(meter.add(state.done - meter.done))
    if output is not None and state is not None and state.search.best is not None:
        write_table_file(candidate_table(spec, state), output)
    return _say_winner(spec, state)


@contextmanager
def _executor(workers: int | None, cluster: str | None) -> Iterator[Executor | None]:
    """Give the executor that was asked for; None, for here, where a batch uses all cores, if none was."""
    if workers is not None or cluster is not None:
        with asked_executor(workers, cluster) as executor:
            yield executor
        return
    with refusing():
        yield None


def _say_winner(spec: TuningSpec, state: TuningState | None) -> int:
    from optexplorer.runs.tuning.explanation import explanation

    if state is None or state.check is None:
        say("interrupted: the search is not finished, so there is no winner")
        return INTERRUPTED
    for words in explanation(spec, state.check):
        click.echo(words.en)
    click.echo(f"--optimizer {spec.optimizer.id} {_options(state.check.winner)}")
    return 0


def _options(settings: Any, prefix: str = "") -> str:
    return " ".join(f"--set {prefix}{name}={value!r}" for name, value in settings.items())


def _race(
    experiment: Experiment,
    ranges: Sequence[tuple[SearchRange, ...]],
    budget: int | None,
    effort: Callable[[Effort], Effort],
    how: dict[str, Any],
    output: Path | None,
    workers: int | None,
    cluster: str | None,
) -> int:
    from optexplorer.export.tables.tuning_tables import race_candidate_table
    from optexplorer.runs.fair_race import fair_race_spec, run_fair_race, usual_race_effort
    from optexplorer.runs.tasks import Meter

    runs, length = [experiment.run_spec(racer) for racer in experiment.racers], budget or experiment.steps
    with refusing():
        spec = fair_race_spec(
            runs,
            experiment.start,
            length,
            ranges=list(ranges),
            effort=effort(usual_race_effort(runs, length)),
            **how,
        )
        spec.check()
    state: FairRaceState | None = None
    with interruptible() as interruption:
        meter = Meter(spec.total)
        with _executor(workers, cluster) as executor, ProgressLine("evaluations") as line:
            for state in run_fair_race(spec, executor, interruption.asked):
                line.show(meter.add(state.done - meter.done))
    if output is not None and state is not None:
        write_table_file(race_candidate_table(spec, state), output)
    return _say_ranking(spec, state)


def _say_ranking(spec: FairRaceSpec, state: FairRaceState | None) -> int:
    from optexplorer.scene.fair_race_plot import fair_race_notes

    if state is None or not state.is_done:
        say("interrupted: the race is not finished")
        return INTERRUPTED
    for note in fair_race_notes(spec):
        click.echo(note.en)
    click.echo(_ranking(spec, state), nl=False)
    options = []
    for racer, finish in zip(spec.racers, state.finishes, strict=True):
        settings = {axis.name: getattr(finish.optimizer, axis.name) for axis in racer.ranges}
        options.append(f"--optimizer {racer.optimizer.id} {_options(settings, f'{racer.optimizer.id}.')}")
    click.echo(" ".join(options))
    return 0


def _ranking(spec: FairRaceSpec, state: FairRaceState) -> str:
    """Return the ranking with aligned columns, the best first."""
    import numpy as np

    from optexplorer.runs.tuning.explanation import median, number_words

    rows = [("", "to the target", "reached", "final loss", "gradients", "losses", "Hessians")]
    for place, finish in enumerate(state.ranking, 1):
        curves = finish.curves
        reached = int(np.isfinite(curves.reached).sum())
        losses, gradients, hessians = finish.evaluations
        score = finish.score.value if spec.racers[0].criterion_needs_target else median(curves.reached)
        rows.append(
            (
                f"{place}. {finish.optimizer.id}",
                number_words(score) if math.isfinite(score) else "-",
                f"{reached}/{len(curves.reached)}",
                f"{median(curves.final):.3g}",
                f"{gradients:g}",
                f"{losses:g}",
                f"{hessians:g}",
            )
        )
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() + "\n"
        for row in rows
    )
