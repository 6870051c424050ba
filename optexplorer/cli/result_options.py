"""The options and the course of commands that compute a table of many cells, and may be interrupted and resumed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from optexplorer.cli.executor_options import asked_executor, executor_options
from optexplorer.cli.experiment_options import refusing
from optexplorer.cli.interruption import INTERRUPTED, interruptible
from optexplorer.cli.progress import ProgressLine
from optexplorer.cli.run import say

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from optexplorer.export.results.result_file import ResultFile
    from optexplorer.export.results.results import ResultPlan, Results, Values

    Compute = Callable[
        [Sequence[range], Executor, Callable[[], bool]], Iterator[tuple[range, Mapping[str, Values]]]
    ]
    """Computes blocks of cells: yields the cells and their result columns as they finish."""

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        help="A .csv, .npz or .parquet file; without it, CSV on standard output.",
    ),
    click.option("--resume", is_flag=True, help="Go on with what is in the file; the rest is computed."),
    click.option("--overwrite", is_flag=True, help="Replace the file if there is one."),
)


class Output(NamedTuple):
    """Where results go, and where they are computed; the options of `result_options`."""

    output: Path | None
    resume: bool
    overwrite: bool
    workers: int | None
    cluster: str | None


def result_options(command: F) -> F:
    """Give a command all options of `Output`."""
    command = executor_options(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def compute_results(
    plan: ResultPlan,
    blocks: Sequence[range],
    compute: Compute,
    asked: Output,
    what: str = "cells",
    *,
    finish: Callable[[Results], object] = lambda _: None,
    printed: bool = True,
) -> tuple[Results, int]:
    """Compute a table, keep it in the file that was asked for, and return it with the command's exit code.

    A file is saved now and then, at the end, and when Ctrl+C or an error ends the work early; it always holds a whole
    table of what is finished.

    Parameters
    ----------
    blocks : the cells, in parts that are computed together; with --resume only those are computed that lack a cell
    what : the cells are called in messages
    finish : is called with the results when they are complete, before they are written
    printed : whether results for which there is no file are printed

    Raises
    ------
    click.UsageError
        If something is wrong with the options, the file, the workers or a task; what is finished is then saved.
    """
    if asked.resume and asked.overwrite:
        raise click.UsageError("--resume and --overwrite contradict each other; give one of them")
    if asked.output is None and (asked.resume or asked.overwrite):
        raise click.UsageError(f"--{'resume' if asked.resume else 'overwrite'} needs a file: -o FILE")
    from optexplorer.export.results.results import Results
    from optexplorer.runs.tasks import Meter

    file = None if asked.output is None else _file(plan, asked.output, asked)
    results = Results(plan) if file is None else file.results
    missing = results.missing(blocks)
    if not missing and file is not None:
        say(f"all {plan.cells:,} {what} are in {file.path} already")
        return results, 0
    with (
        ProgressLine(what) as line,
        interruptible(line.clear) as interruption,
        _saving(file, what),
        asked_executor(asked.workers, asked.cluster) as executor,
    ):
        meter = Meter(plan.cells, results.count)
        for cells, values in compute(missing, executor, interruption.asked):
            line.show(meter.add(results.put(cells, values)))
            if file is not None:
                file.save_if_due()
        if results.complete:
            finish(results)
    if file is None and printed:
        _print(results)
    if results.complete:
        return results, 0
    where = "; --resume goes on with them" if file is not None else ""
    say(f"interrupted: {results.count:,} of {plan.cells:,} {what} are finished{where}")
    return results, INTERRUPTED


def _file(plan: ResultPlan, path: Path, asked: Output) -> ResultFile:
    from optexplorer.export.results.result_file import ResultFile

    with refusing(), _writing(path):
        return ResultFile(plan, path, resume=asked.resume, overwrite=asked.overwrite)


@contextmanager
def _saving(file: ResultFile | None, what: str) -> Iterator[None]:
    """Save what is finished when the block ends; also when an error ends it, but not when Ctrl+C does so at once."""
    if file is None:
        yield
        return
    with _writing(file.path, file, what):
        try:
            yield
        except Exception:
            if file.results.count:
                file.save()
            raise
        file.save()


@contextmanager
def _writing(path: Path, file: ResultFile | None = None, what: str = "") -> Iterator[None]:
    """Turn what a disk says into an error of the command line."""
    try:
        yield
    except OSError as error:
        kept = f"; {file.saved:,} {what} are in it, --resume goes on with them" if file and file.saved else ""
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}{kept}") from error


def _print(results: Results) -> None:
    from optexplorer.export.results.result_file import result_bytes

    click.echo(result_bytes(results, "csv").decode(), nl=False)
    sys.stdout.flush()
