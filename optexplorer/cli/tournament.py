"""`optexplorer tournament`: optimizers on landscapes with equal budgets, as a table of descents and one of ranks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optexplorer.cli.experiment_options import asked_optimizers, refusing
from optexplorer.cli.option_types import Assignment
from optexplorer.cli.picture_file import refuse_picture_file, write_picture_file
from optexplorer.cli.result_options import Output, compute_results, result_options
from optexplorer.cli.table_file import refuse_table_file, write_table_file

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from optexplorer.export.results.results import Results, Values
    from optexplorer.export.tables.columns import Table
    from optexplorer.runs.tournament import TournamentSpec

FIGURE = 1600, 1500
"""Width and height of the figure, in pixels."""


@click.command()
@click.option(
    "--optimizer",
    "optimizers",
    metavar="ID",
    multiple=True,
    required=True,
    help="Who takes part; repeatable.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    type=Assignment(),
    help="A hyperparameter, such as lr=0.05, or adam.lr=0.05 for one optimizer alone; repeatable.",
)
@click.option(
    "--landscape",
    "landscapes",
    metavar="ID",
    multiple=True,
    required=True,
    help="Where they descend; repeatable.",
)
@click.option(
    "--starts",
    type=click.IntRange(1),
    default=16,
    show_default=True,
    metavar="N",
    help="Starts on each landscape.",
)
@click.option(
    "--seeds",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    metavar="N",
    help="Seeds, from --seed upwards.",
)
@click.option("--seed", type=click.IntRange(0, 2**62), default=0, show_default=True, help="The first seed.")
@click.option(
    "--budget",
    type=click.IntRange(1, 100_000),
    default=200,
    show_default=True,
    metavar="N",
    help="Gradients that each descent may evaluate; a loss counts as a third of a gradient, a Hessian as one for each coordinate.",
)
@click.option(
    "--tolerance",
    "tolerances",
    type=float,
    multiple=True,
    help="A problem counts as solved when all but this share of the best decrease is achieved; repeatable. Without it, "
    "0.1, 0.001 and 1e-05.",
)
@click.option(
    "--tune-rates",
    is_flag=True,
    help="Give each optimizer, on each landscape, the best of 13 learning rates, found from other starts.",
)
@click.option(
    "--ranks",
    type=click.Path(path_type=Path),
    help="A .csv, .json, .npz or .parquet file for the table of ranks.",
)
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    help="A .png, .svg or .pdf file for the median ranks and the profiles at the middle tolerance.",
)
@click.option(
    "--language", type=click.Choice(["en", "ja"]), default="en", show_default=True, help="Of the figure."
)
@result_options
def tournament(
    optimizers: tuple[str, ...],
    settings: tuple[tuple[str, str], ...],
    landscapes: tuple[str, ...],
    starts: int,
    seeds: int,
    seed: int,
    budget: int,
    tolerances: tuple[float, ...],
    tune_rates: bool,
    ranks: Path | None,
    figure: Path | None,
    language: Any,
    output: Path | None,
    resume: bool,
    overwrite: bool,
    workers: int | None,
    cluster: str | None,
) -> int:
    """Let optimizers compete on landscapes with equal budgets, and write a table of all descents.

    The ranks are printed when it is done, or written with --ranks; --figure draws them. Ctrl+C keeps what is finished; the same command
    with --resume goes on.
    """
    from optexplorer.engine import landscapes as known_landscapes
    from optexplorer.export.results.tournament_plan import rank_table, tournament_plan, tournament_results
    from optexplorer.runs.tournament import TOLERANCES, TournamentSpec, run_tournament

    if ranks is not None:
        refuse_table_file(ranks, "--ranks", overwrite=overwrite or resume)
    if figure is not None:
        refuse_picture_file(figure, overwrite=overwrite or resume)
    with refusing():
        spec = TournamentSpec(
            optimizers=tuple(asked_optimizers(optimizers, settings)),
            landscapes=tuple(known_landscapes.get(id) for id in landscapes),
            starts=starts,
            seeds=tuple(range(seed, seed + seeds)),
            budget=budget,
            tolerances=tolerances or TOLERANCES,
            tunes_rate=tune_rates,
        )
        spec.check()
        plan = tournament_plan(spec)

    def compute(
        blocks: Sequence[range], executor: Executor, should_stop: Any
    ) -> Iterator[tuple[range, Mapping[str, Values]]]:
        for part in run_tournament(spec, executor, should_stop, blocks):
            yield part.cells, tournament_results(spec, part)

    results, code = compute_results(
        plan, spec.blocks(), compute, Output(output, resume, overwrite, workers, cluster), "descents"
    )
    if results.complete:
        table = rank_table(results, spec)
        if ranks is not None:
            write_table_file(table, ranks)
        elif output is not None:
            click.echo(_words(table), nl=False)
        if figure is not None:
            _write_figure(figure, results, spec, language)
    return code


def _write_figure(path: Path, results: Results, spec: TournamentSpec, language: Any) -> None:
    from optexplorer.export.pictures import Sheet, text_size
    from optexplorer.export.plot_pictures import plot_picture
    from optexplorer.export.results.tournament_plan import sheet_of
    from optexplorer.painting.style import Style

    paper = Sheet(*FIGURE)
    style = Style(language=language, text_size=text_size(*FIGURE))
    write_picture_file(path, lambda kind: plot_picture(sheet_of(results, spec), paper, style, kind))


def _words(table: Table) -> str:
    """Return the table of ranks with aligned columns, the best first."""
    names = list(table.columns)
    rows = sorted(
        zip(*(column.values.tolist() for column in table.columns.values()), strict=True),
        key=lambda row: (row[1], row[0]),
    )
    cells = [names, *([row[0], *(f"{value:.3g}" for value in row[1:])] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(names))]
    lines = ("  ".join([row[0].ljust(widths[0]), *(map(str.rjust, row[1:], widths[1:]))]) for row in cells)
    return "".join(f"{line}\n" for line in lines)
