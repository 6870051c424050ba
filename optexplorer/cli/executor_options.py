"""The options that say where something long is computed: in threads, in processes, or by a Dask scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from optexplorer.cli.experiment_options import refusing

if TYPE_CHECKING:
    from concurrent.futures import Executor

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--workers",
        type=click.IntRange(1, 512),
        metavar="N",
        help="Compute in N processes; without it, in threads of this one.",
    ),
    click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Compute with the workers of a Dask scheduler, such as tcp://localhost:8786.",
    ),
)


def executor_options(command: F) -> F:
    """Give a command the options `workers` and `cluster` of `asked_executor`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def asked_executor(workers: int | None, cluster: str | None) -> Iterator[Executor]:
    """Give the executor that was asked for while the block runs.

    Raises
    ------
    click.UsageError
        If there is none, as where a cluster does not answer; also for what is wrong with tasks inside of the block.
    """
    from optexplorer.runs.executors import open_executor

    if workers is not None and cluster is not None:
        raise click.UsageError("--workers and --cluster both say where to compute; give one of them")
    with refusing(), open_executor(workers, cluster) as executor:
        yield executor
