"""`optexplorer basins`: which minimum is reached from every point of a map, as a table or a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optexplorer.cli.executor_options import executor_options
from optexplorer.cli.experiment_options import (
    asked_experiment,
    race_options,
    refuse_overwriting,
    refusing,
)
from optexplorer.cli.option_types import SHOWN
from optexplorer.cli.picture_file import refuse_picture_file, write_picture_file
from optexplorer.cli.plane_option import HELP, with_plane
from optexplorer.cli.result_options import Output, compute_results
from optexplorer.cli.run import say

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from optexplorer.experiment.experiment import Experiment
    from optexplorer.export.results.results import Values
    from optexplorer.runs.basins import BasinMap, BasinSpec
    from optexplorer.scene.samples.landscape_samples import LandscapeSamples

PICTURES = (".png", ".svg", ".pdf")


class CellCounts(click.ParamType):  # type: ignore[type-arg]
    """How many cells a map has along its sides, such as `512` or `640x480`."""

    name = "N or COLUMNSxROWS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int | None]:
        if isinstance(value, tuple):
            return value
        parts = value.lower().split("x")
        if len(parts) > 2 or not all(part.isdecimal() and len(part) < 10 for part in parts):
            self.fail(f"'{value[:SHOWN]}' is no size; it should look like 512 or 640x480", param, ctx)
        return int(parts[0]), int(parts[1]) if len(parts) > 1 else None


class Window(click.ParamType):  # type: ignore[type-arg]
    """A part of the map, such as `-2,2,-1,3`."""

    name = "XLOW,XHIGH,YLOW,YHIGH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        try:
            found = tuple(float(part) for part in value.split(","))
        except ValueError:
            found = ()
        if len(found) not in (2, 4):
            self.fail(f"'{value[:SHOWN]}' is no window; it should look like -2,2,-1,3", param, ctx)
        return found


@click.command()
@race_options
@click.option(
    "--size",
    type=CellCounts(),
    default="256",
    show_default=True,
    help="How many starts there are along the longer side of the map, or along both.",
)
@click.option("--window", type=Window(), help="The part of the map; without it, the landscape's domain.")
@click.option("--plane", metavar="KIND", help=HELP)
@click.option(
    "--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True, help="Of pictures."
)
@click.option(
    "--language", type=click.Choice(["en", "ja"]), default="en", show_default=True, help="Of pictures."
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    help="A picture beside the table of -o: .png, .svg or .pdf.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A picture (.png, .svg, .pdf), or a table (.npz, .csv, .parquet).",
)
@click.option("--resume", is_flag=True, help="Go on with what is in the table; the rest is computed.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@executor_options
def basins(
    size: tuple[int, int | None],
    window: tuple[float, ...] | None,
    plane: str | None,
    theme: str,
    language: Any,
    picture: Path | None,
    output: Path | None,
    resume: bool,
    overwrite: bool,
    workers: int | None,
    cluster: str | None,
    **asked: Any,
) -> int:
    """Descend from every point of a map, and write which minimum is reached from where.

    -o names a picture (.png, .svg, .pdf) or a table (.npz, .csv, .parquet) with a row for each start. The shares of the
    minima are printed. Ctrl+C keeps what is finished of a table; the same command with --resume goes on.
    """
    from optexplorer.export.results.basin_plan import basin_plan, basin_results, map_of, with_all_minima
    from optexplorer.runs.basins import BasinTask, basin_blocks
    from optexplorer.runs.tasks import run_tasks

    if output is None:
        raise click.UsageError(
            "Missing option '-o'; it names a picture or a table, such as basins.png or basins.npz"
        )
    pictures = [path for path in (output, picture) if path is not None and path.suffix.lower() in PICTURES]
    table = None if output in pictures else output
    if picture is not None and picture not in pictures:
        raise click.UsageError(f"--picture {picture}: its name ends in {', '.join(PICTURES)}")
    if table is None and resume:
        raise click.UsageError(
            "--resume goes on with a table; give -o a name that ends in .npz, .csv or .parquet"
        )
    if len(asked["optimizers"]) > 1:
        raise click.UsageError("a basin map is that of one optimizer; give --optimizer once")
    experiment, samples, spec = _asked(size, window, plane, asked)
    _check_pictures(pictures, samples, overwrite)
    for path in (output, picture) if asked.get("data") is not None else ():
        if path is not None:
            refuse_overwriting(path, Path(asked["data"]))
    blocks = basin_blocks(spec)

    def compute(
        missing: Sequence[range], executor: Executor, should_stop: Any
    ) -> Iterator[tuple[range, Mapping[str, Values]]]:
        import numpy as np

        tasks = [BasinTask(spec, np.arange(cells.start, cells.stop)) for cells in missing]
        for place, ends in run_tasks(tasks, executor, should_stop):
            yield missing[place], basin_results(spec, ends)

    with refusing():
        plan = basin_plan(spec)
    results, code = compute_results(
        plan,
        blocks,
        compute,
        Output(table, resume, overwrite and table is not None, workers, cluster),
        "starts",
        finish=lambda complete: with_all_minima(spec, complete),
        printed=False,
    )
    if code == 0:
        found = map_of(spec, results)
        _tell(found)
        for path in pictures:
            _write_picture(path, experiment, samples, found, theme, language)
    elif pictures:
        say(f"{pictures[0]} is not written: it would be unfinished")
    return code


def _asked(
    size: tuple[int, int | None], window: tuple[float, ...] | None, plane: str | None, asked: dict[str, Any]
) -> tuple[Experiment, LandscapeSamples, BasinSpec]:
    """Return the experiment, what is drawn of its landscape, and the map.

    Raises
    ------
    click.UsageError
        If there can be no such map.
    """
    from optexplorer.scene.basins import spec_on
    from optexplorer.scene.computed import compute

    experiment = asked_experiment(**asked).evolve(stop_when_converged=True)
    if plane is not None:
        experiment = with_plane(experiment, plane)
    with refusing():
        if window is not None:
            view = {"window": window} if len(window) == 4 else {"interval": window}
            experiment = experiment.evolve(view=experiment.view.evolve(**view))
        computed = compute(experiment)
        if computed.samples is None:
            raise click.UsageError(
                f"{experiment.resolve_landscape().id} has {experiment.resolve_landscape().dimension} coordinates; "
                "a basin map has two, so it needs a plane through them: --plane"
            )
        return experiment, computed.samples, spec_on(experiment, 0, computed.samples, size)


def _check_pictures(pictures: Sequence[Path], samples: LandscapeSamples, overwrite: bool) -> None:
    from optexplorer.scene.samples.surface_samples import SurfaceSamples

    for path in pictures:
        if not isinstance(samples, SurfaceSamples):
            raise click.UsageError(
                f"{path}: a picture of basins shows two coordinates, here there is one; ask for a table, such as "
                "basins.csv"
            )
        refuse_picture_file(path, overwrite=overwrite)


def _write_picture(
    path: Path,
    experiment: Experiment,
    samples: LandscapeSamples,
    found: BasinMap,
    theme: str,
    language: Any,
) -> None:
    from optexplorer.export.basin_pictures import basin_file

    write_picture_file(
        path, lambda kind: basin_file(experiment, samples, found, kind, theme=theme, language=language)
    )


def _tell(found: BasinMap) -> None:
    """Print the share of each minimum."""
    from optexplorer.scene.basins import shares_in_words

    for line in shares_in_words(found):
        click.echo(line)
