"""The options that describe data and a model, and the landscape made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from optexplorer.cli.option_types import Assignment

if TYPE_CHECKING:
    from optexplorer.engine.landscapes.models.data.base import DataSource
    from optexplorer.engine.landscapes.models.definition import ModelDefinition
    from optexplorer.engine.landscapes.models.predictors.base import Model

F = TypeVar("F", bound=Callable[..., Any])
HELD_OUT = 0.2
SEEDS = 10_000
"""How many seeds initial weights have."""

_OPTIONS = (
    click.option(
        "--data",
        metavar="ID|FILE",
        help="What is learned from: see 'optexplorer list datasets', or a table of your own (.csv, .tsv, .txt).",
    ),
    click.option(
        "--data-set",
        "data_settings",
        multiple=True,
        type=Assignment(),
        help="A setting of the data, such as noise=0.2; repeatable.",
    ),
    click.option(
        "--inputs", metavar="COLUMN,...", help="The columns it is predicted from; else all of numbers."
    ),
    click.option(
        "--task", type=click.Choice(["regression", "classification"]), help="Else as the target suggests."
    ),
    click.option(
        "--missing",
        type=click.Choice(["refuse", "drop"]),
        help="What becomes of rows of the table that lack a value; else they are refused.",
    ),
    click.option("--model", metavar="ID", help="What learns; see 'optexplorer list models'. Else mlp."),
    click.option(
        "--model-set",
        "model_settings",
        multiple=True,
        type=Assignment(),
        help="A setting of the model, such as activation=relu; repeatable.",
    ),
    click.option(
        "--layers", metavar="N,N,...", help="Units of each layer of an mlp, inputs and outputs included."
    ),
    click.option("--standardise", is_flag=True, help="Shift and scale each input to mean 0 and deviation 1."),
    click.option(
        "--held-out",
        type=float,
        default=HELD_OUT,
        show_default=True,
        help="The part of the examples that is not trained on.",
    ),
    click.option("--split-seed", type=int, default=0, show_default=True, help="Which examples these are."),
    click.option("--batch-size", metavar="N|all", help="Take gradients of mini-batches of N examples."),
    click.option("--epochs", type=int, help="How often every example is seen; in place of --steps."),
)


class Learning(NamedTuple):
    """What was asked for of data and model, as the options hold it."""

    data: str | None = None
    data_settings: tuple[tuple[str, str], ...] = ()
    target_column: str | None = None
    inputs: str | None = None
    task: str | None = None
    missing: str | None = None
    model: str | None = None
    model_settings: tuple[tuple[str, str], ...] = ()
    layers: str | None = None
    standardise: bool = False
    held_out: float = HELD_OUT
    split_seed: int = 0
    batch_size: str | None = None
    epochs: int | None = None

    def options_without_data(self) -> list[str]:
        """Return the options that were given and mean nothing without data."""
        given = {
            "--data-set": self.data_settings,
            "--target": self.target_column,
            "--inputs": self.inputs,
            "--task": self.task,
            "--missing": self.missing,
            "--model": self.model,
            "--model-set": self.model_settings,
            "--layers": self.layers,
            "--standardise": self.standardise,
            "--held-out": self.held_out != HELD_OUT,
            "--split-seed": self.split_seed,
        }
        return [option for option, value in given.items() if value]


def learning_options(command: F) -> F:
    """Give a command all options of `Learning`; where --target means something else, that of the table is --predict."""
    taken = {name for option in getattr(command, "__click_params__", ()) for name in option.opts}
    target = ("--predict",) if "--target" in taken else ("--target", "--predict")
    column = click.option(
        *target,
        "target_column",
        metavar="COLUMN",
        help="The column of the table that is predicted; else the last.",
    )
    for option in reversed((*_OPTIONS[:2], column, *_OPTIONS[2:])):
        command = option(command)
    return command


def model_definition(asked: Learning, seed: int) -> ModelDefinition:
    """Return data and model that were asked for; `seed` is that of initial weights, unless they have one of their own.

    Raises
    ------
    click.UsageError
        If an option contradicts another.
    ValueError
        If data or model refuse what they were given; the message says what would be right.
    """
    from optexplorer.engine.landscapes.models.definition import ModelDefinition

    data = _data(asked)
    return ModelDefinition(
        data=data,
        model=_model(asked, data, seed),
        standardise=asked.standardise,
        held_out=asked.held_out,
        split_seed=asked.split_seed,
    )


def _data(asked: Learning) -> DataSource:
    from optexplorer.cli.settings import declared
    from optexplorer.engine.landscapes.models import data
    from optexplorer.engine.landscapes.models.data.base import TABLE_SUFFIXES

    assert asked.data is not None
    path = Path(asked.data)
    if path.suffix.lower() in TABLE_SUFFIXES:
        if asked.data_settings:
            raise click.UsageError("--data-set belongs to data that are made; a table has no settings")
        return _table(path, asked)
    for option, value in (
        ("--target", asked.target_column),
        ("--inputs", asked.inputs),
        ("--task", asked.task),
        ("--missing", asked.missing),
    ):
        if value is not None:
            raise click.UsageError(
                f"{option} belongs to a table of your own; --data {asked.data} is none ({', '.join(TABLE_SUFFIXES)})"
            )
    return declared(data.get(asked.data), asked.data_settings)


def _table(path: Path, asked: Learning) -> DataSource:
    from optexplorer.cli.run import say
    from optexplorer.engine.landscapes.models.data.base import DataError
    from optexplorer.engine.landscapes.models.data.csv_reading import TableChoice, read_table
    from optexplorer.engine.landscapes.models.data.given import Given

    inputs = tuple(name.strip() for name in asked.inputs.split(",")) if asked.inputs else ()
    choice: dict[str, Any] = {"inputs": inputs, "target": asked.target_column, "task": asked.task}
    if asked.missing is not None:
        choice["missing"] = asked.missing
    try:
        dataset, note = read_table(path, TableChoice(**choice))
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except DataError as error:
        raise click.UsageError(f"--data {path}: {error.message.en}") from error
    if any(note):
        say(note.en)
    return Given.of(dataset, path.name)


def _model(asked: Learning, data: DataSource, seed: int) -> Model:
    from optexplorer.cli.settings import declared
    from optexplorer.engine.landscapes.models import predictors

    kind = predictors.get(asked.model or "mlp")
    settings = asked.model_settings
    if "seed" in kind.model_fields and all(name != "seed" for name, _ in settings):
        settings = (*settings, ("seed", str(seed % SEEDS)))
    if asked.layers is None:
        return declared(kind, settings)
    if "hidden" not in kind.model_fields:
        raise click.UsageError(f"--layers belongs to --model mlp; '{kind.id}' has no layers to choose")
    if any(name == "hidden" for name, _ in settings):
        raise click.UsageError("--layers and --model-set hidden=... say the same; give one of them")
    hidden = _hidden(asked.layers, data)
    return declared(kind, (*settings, ("hidden", hidden)))


def _hidden(layers: str, data: DataSource) -> str:
    """Return the units of the hidden layers, after the first and the last have been compared with the data."""
    try:
        units = [int(part) for part in layers.split(",")]
    except ValueError:
        units = []
    if len(units) < 2 or min(units) < 1:
        raise click.UsageError(f"--layers {layers} is not allowed; it should look like 2,16,2")
    dataset = data.load()
    outputs = len(dataset.classes) or 1
    if (units[0], units[-1]) != (dataset.features, outputs):
        inside = [str(n) for n in units[1:-1]]
        right = ",".join([str(dataset.features), *inside, str(outputs)])
        raise click.UsageError(
            f"--layers {layers} does not fit the data: {dataset.features} inputs and {outputs} outputs, "
            f"such as --layers {right}"
        )
    return ",".join(str(n) for n in units[1:-1])


def batch_settings(batch_size: str | None, examples: int) -> tuple[tuple[str, str], ...]:
    """Return the setting of the source of mini-batches that --batch-size asks for; none if it was not given."""
    if batch_size is None:
        return ()
    if batch_size == "all":
        return (("batch_size", str(max(examples, 1))),)
    if not batch_size.isdecimal():
        raise click.UsageError(
            f"--batch-size {batch_size} is not allowed; it is a whole number of at least 1, or all"
        )
    return (("batch_size", batch_size),)
