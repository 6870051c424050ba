"""The options that describe racers on a landscape, and the experiment made from them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from optexplorer.cli.learning_options import Learning, batch_settings, learning_options, model_definition
from optexplorer.cli.option_types import SHOWN, Assignment, Point
from optexplorer.cli.settings import declared

if TYPE_CHECKING:
    from pydantic import ValidationError

    from optexplorer.engine.gradient_sources.base import GradientSource
    from optexplorer.engine.landscapes.base import Landscape, LandscapeDefinition
    from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
    from optexplorer.engine.landscapes.parameter import Parameter
    from optexplorer.engine.optimizers.base import Optimizer
    from optexplorer.engine.schedules.base import Schedule
    from optexplorer.experiment.experiment import Experiment

F = TypeVar("F", bound=Callable[..., Any])
NO_TEXT = "an option holds bytes that are no text in UTF-8"


_OPTIONS = (
    click.option("--landscape", metavar="ID", help="What is descended; see 'optexplorer list landscapes'."),
    click.option("--formula", metavar="TEXT", help="A landscape of your own, such as 'x^2 + 10*y^2'."),
    click.option(
        "--domain",
        multiple=True,
        type=Assignment(),
        metavar="NAME=LOW,HIGH",
        help="A variable of the formula and its range; once per variable. Without any: x and y from -5 to 5.",
    ),
    click.option(
        "--param",
        "parameters",
        multiple=True,
        type=Assignment(),
        help="A named number in the landscape's formula, such as k=50; repeatable.",
    ),
    click.option(
        "--optimizer",
        "optimizers",
        metavar="ID",
        multiple=True,
        help="What descends; see 'optexplorer list optimizers'. Repeatable for pictures.",
    ),
    click.option(
        "--set",
        "settings",
        multiple=True,
        type=Assignment(),
        help="A hyperparameter, such as lr=0.05, or adam.lr=0.05 for one optimizer of several; repeatable.",
    ),
    click.option("--start", type=Point(), help="Where it starts; without it, the landscape's own start."),
    click.option("--steps", type=int, default=200, show_default=True, help="How many steps it takes."),
    click.option(
        "--seed",
        type=int,
        default=0,
        show_default=True,
        help="Of noise, mini-batches and initial weights, where there are any.",
    ),
    click.option("--schedule", metavar="ID", help="How the rate changes; see 'optexplorer list schedules'."),
    click.option(
        "--schedule-set",
        "schedule_settings",
        multiple=True,
        type=Assignment(),
        help="A setting of the schedule.",
    ),
    click.option("--source", metavar="ID", help="Where gradients come from; see 'optexplorer list sources'."),
    click.option(
        "--source-set", "source_settings", multiple=True, type=Assignment(), help="A setting of the source."
    ),
    click.option("--clip-norm", metavar="NUMBER", help="Shorten gradients longer than this."),
    click.option("--clip-value", metavar="NUMBER", help="Cut each component of the gradient to ± this."),
)


def race_options(command: F) -> F:
    """Give a command all options of `asked_experiment`."""
    command = learning_options(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def refusing(formula: str | None = None) -> Iterator[None]:
    """Turn what the engine says about wrong input into an error of the command line."""
    from pydantic import ValidationError

    from optexplorer.experiment.experiment import Experiment
    from optexplorer.experiment.validation_messages import validation_message

    try:
        yield
    except ValidationError as error:
        cause = _cause(error)
        message = _words(cause, formula) if cause is not None else validation_message(error, Experiment)
        raise click.UsageError(message) from error
    except UnicodeError as error:
        raise click.UsageError(NO_TEXT) from error
    except (ValueError, NotImplementedError) as error:
        raise click.UsageError(_words(error, formula)) from error


def _cause(error: ValidationError) -> Exception | None:
    """Return the error behind the first that a model's validation found, if it was raised in words."""
    from pydantic import ValidationError

    cause = error.errors(include_url=False)[0].get("ctx", {}).get("error")
    return _cause(cause) if isinstance(cause, ValidationError) else cause


def _words(error: Exception, formula: str | None) -> str:
    from optexplorer.engine.landscapes.formula.syntax import FormulaError

    if not isinstance(error, FormulaError) or formula is None:
        return str(error)
    first = max(0, min(error.offset - SHOWN // 2, len(formula) - SHOWN))
    shown = "".join(char if char.isprintable() else " " for char in formula[first : first + SHOWN])
    before = sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in shown[: error.offset - first]
    )
    return f"the formula is wrong: {error}\n  {shown}\n  {' ' * before}^"


def asked_experiment(
    *,
    landscape: str | None,
    formula: str | None,
    domain: tuple[tuple[str, str], ...],
    parameters: tuple[tuple[str, str], ...],
    optimizers: tuple[str, ...],
    settings: tuple[tuple[str, str], ...],
    start: tuple[float, ...] | None,
    steps: int,
    seed: int,
    schedule: str | None,
    schedule_settings: tuple[tuple[str, str], ...],
    source: str | None,
    source_settings: tuple[tuple[str, str], ...],
    clip_norm: str | None,
    clip_value: str | None,
    **learning: Any,
) -> Experiment:
    """Return an experiment that never stops because a racer has converged; a racer for each optimizer.

    Raises
    ------
    click.UsageError
        If anything that was asked for is wrong; the message says what would be right.
    """
    from optexplorer.engine.descent import check_defined
    from optexplorer.engine.schedules.base import Constant
    from optexplorer.experiment.experiment import MOST_RACERS, Experiment
    from optexplorer.experiment.racer import Racer

    if not optimizers:
        raise click.UsageError("Missing option '--optimizer'; see 'optexplorer list optimizers'")
    if len(optimizers) > MOST_RACERS:
        raise click.UsageError(
            f"{len(optimizers)} optimizers are too many for one race; at most {MOST_RACERS} fit"
        )
    learned = Learning(**learning)
    named = [
        option
        for option, given in (("--landscape", landscape), ("--formula", formula), ("--data", learned.data))
        if given is not None
    ]
    if len(named) > 1:
        raise click.UsageError(f"{' and '.join(named)} both name a landscape; give one of them")
    if not named:
        raise click.UsageError(
            "give a landscape with --landscape ID, or with --formula TEXT, or with --data ID"
        )
    if learned.data is None and (without := learned.options_without_data()):
        raise click.UsageError(f"{without[0]} needs --data")
    if domain and formula is None:
        raise click.UsageError("--domain belongs to --formula; a landscape of the catalogue has its own")
    for option, given in (
        ("--domain", domain),
        ("--param", parameters),
        ("--set", settings),
        ("--schedule-set", schedule_settings),
        ("--source-set", source_settings),
    ):
        _refuse_repeated(option, given)
    _refuse_settings_of_absent(settings, optimizers)
    if schedule_settings and schedule is None:
        raise click.UsageError("--schedule-set needs --schedule")
    clips = [
        (name, value)
        for name, value in (("clip_norm", clip_norm), ("clip_value", clip_value))
        if value is not None
    ]
    with refusing(formula):
        chosen = [_optimizer(id, settings, optimizers) for id in optimizers]
        ground: str | LandscapeDefinition
        if learned.data is not None:
            ground = model_definition(learned, seed)
        elif formula is not None:
            ground = _own(formula, domain, parameters)
        else:
            ground = _from_catalogue(landscape or "", parameters)
        whole = Experiment(landscape=ground).resolve_landscape()
        batches = batch_settings(learned.batch_size, whole.examples)
        if batches and source not in (None, "mini-batch"):
            raise click.UsageError(f"--batch-size belongs to --source mini-batch, not to {source}")
        if batches:
            source = "mini-batch"
        experiment = Experiment(
            landscape=ground,
            racers=tuple(
                Racer(
                    optimizer=optimizer,
                    schedule=Constant() if schedule is None else _schedule(schedule, schedule_settings),
                    source=_source(optimizer, whole, source, (*source_settings, *batches, *clips)),
                )
                for optimizer in chosen
            ),
            start=start or (),
            steps=steps,
            seed=seed,
            stop_when_converged=False,
        )
        if learned.epochs is not None:
            experiment = _with_epochs(experiment, learned.epochs)
        check_defined(experiment.resolve_landscape(), experiment.start)
    return experiment


def _with_epochs(experiment: Experiment, epochs: int) -> Experiment:
    """Return the experiment with so many steps that every example is seen that often."""
    source = click.get_current_context(silent=True)
    if source is not None and source.get_parameter_source("steps") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--steps and --epochs both say how long the race is; give one of them")
    landscape = experiment.resolve_landscape()
    if not landscape.examples:
        raise click.UsageError("--epochs needs --data, or a landscape made of data")
    each = [
        experiment.run_spec(racer).gradient_source.steps_per_epoch(landscape) or 1
        for racer in experiment.racers
    ]
    from optexplorer.experiment.experiment import MOST_STEPS

    steps, most = epochs * max(each), MOST_STEPS // max(each)
    if not 1 <= steps <= MOST_STEPS:
        raise click.UsageError(
            f"--epochs {epochs} is not allowed: an epoch has {max(each):,} step(s), so 1 to {most:,} epochs are"
        )
    return experiment.evolve(steps=steps)


def _own(
    formula: str, domain: tuple[tuple[str, str], ...], parameters: tuple[tuple[str, str], ...]
) -> FormulaDefinition:
    from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
    from optexplorer.engine.landscapes.formula.free_names import doubtful_name, free_names, variables_of
    from optexplorer.engine.landscapes.formula.tokens import one_name

    # As the formula has them: lambda of λ.
    domain = tuple((one_name(name) or name, text) for name, text in domain)
    parameters = tuple((one_name(name) or name, text) for name, text in parameters)
    ranges = domain or tuple((name, "-5,5") for name in variables_of(formula, dict(parameters)))
    variables, known = [name for name, _ in ranges], {name for name, _ in (*ranges, *parameters)}
    names = free_names(formula)
    undeclared = next((name for name in names if name not in known), None)
    if undeclared is not None and doubtful_name(formula, known) is None:
        raise click.UsageError(_undeclared(undeclared, variables))
    if unused := next((name for name, _ in parameters if name not in names), None):
        raise click.UsageError(f"--param: the formula has no '{unused}'; its names: {', '.join(names)}")
    return FormulaDefinition(
        formula=formula,
        domain={name: _range(name, text) for name, text in ranges},
        parameters={name: _parameter(name, text) for name, text in parameters},
    )


def _undeclared(name: str, variables: Sequence[str]) -> str:
    """Return in words that a name of the formula is neither a variable nor a parameter."""
    found = f"the formula has the variable{'' if len(variables) == 1 else 's'} {' and '.join(variables)}"
    hint = f"'{name}' needs a value, such as --param {name}=1"
    if len(variables) == 1:
        ranges = " ".join(f"--domain {variable}=-5,5" for variable in (*variables, name))
        hint += f"; if it is a variable too, {ranges}"
    return f"{found}; {hint}"


def _parameter(name: str, text: str) -> Parameter:
    from optexplorer.engine.landscapes.parameter import FAR, Parameter

    value = _number(name, text)
    if not abs(value) <= FAR:
        raise click.UsageError(f"--param {name}={text} is not allowed; it must be from {-FAR:g} to {FAR:g}")
    return Parameter.around(value)


def _from_catalogue(id: str, parameters: tuple[tuple[str, str], ...]) -> str | LandscapeDefinition:
    from optexplorer.engine import landscapes

    if id not in landscapes.ids() and any(sign in id for sign in "^*+/()= "):
        raise click.UsageError(
            f"no landscape is called '{id[:SHOWN]}'; a formula is given with --formula TEXT"
        )
    definition = landscapes.get(id, {name: _number(name, text) for name, text in parameters}).definition
    return definition if parameters and definition is not None else id


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(
            f"--param: '{name}={text[:SHOWN]}' gives no number; it should look like {name}=2.5"
        ) from None


def _range(name: str, text: str) -> tuple[float, float]:
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(
            f"--domain: '{name}={text[:SHOWN]}' is no range; it should look like {name}=-3,3"
        ) from None
    return low, high


def asked_optimizers(optimizers: tuple[str, ...], settings: tuple[tuple[str, str], ...]) -> list[Optimizer]:
    """Return the optimizers with these ids, with the settings for all of them or for one alone.

    Raises
    ------
    click.UsageError
        If there is no such optimizer, or it has no such setting; the message says what would be right.
    """
    _refuse_repeated("--set", settings)
    _refuse_settings_of_absent(settings, optimizers)
    with refusing():
        return [_optimizer(id, settings, optimizers) for id in optimizers]


def _optimizer(id: str, settings: tuple[tuple[str, str], ...], asked: tuple[str, ...]) -> Optimizer:
    """Return the optimizer called `id` with the settings for all optimizers, then with those for it alone.

    `momentum=0.9` is a setting for all, `momentum.lr=0.1` one for the optimizer momentum, if that is asked for.
    """
    from optexplorer.engine import optimizers

    kind = optimizers.get(id)
    for_all = [(name, value) for name, value in settings if not _is_for_one(name, asked)]
    for_this = [(name.removeprefix(f"{id}."), value) for name, value in settings if name.startswith(f"{id}.")]
    return declared(kind, [*for_all, *for_this])


def _refuse_repeated(option: str, given: tuple[tuple[str, str], ...]) -> None:
    names = [name for name, _ in given]
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise click.UsageError(f"{option} sets '{repeated}' twice; give one value")


def _refuse_settings_of_absent(settings: tuple[tuple[str, str], ...], asked: tuple[str, ...]) -> None:
    """Refuse settings for an optimizer that is not in the race."""
    from optexplorer.engine import optimizers

    for name, _ in settings:
        head, dot, _ = name.partition(".")
        if dot and head in optimizers.ids() and head not in asked:
            raise click.UsageError(
                f"there is no {head} in this race, for which {name} could be set: {', '.join(asked)}"
            )


def _is_for_one(name: str, asked: tuple[str, ...]) -> bool:
    head, dot, _ = name.partition(".")
    return bool(dot) and head in asked


def _schedule(id: str, settings: tuple[tuple[str, str], ...]) -> Schedule:
    from optexplorer.engine import schedules

    kind = schedules.get(id)
    return declared(kind, settings)


def _source(
    optimizer: Optimizer, landscape: Landscape, id: str | None, settings: tuple[tuple[str, str], ...]
) -> GradientSource | None:
    from optexplorer.engine import gradient_sources

    if id is None and not settings:
        return None
    kind = gradient_sources.get(id or gradient_sources.default_for(optimizer, landscape).id)
    return declared(kind, settings)


def given_options(asked: dict[str, Any]) -> list[str]:
    """Return which of the options that describe a race were given."""
    given = click.get_current_context()
    return [
        parameter.opts[0]
        for parameter in given.command.params
        if parameter.name in asked
        and given.get_parameter_source(str(parameter.name)) is not click.core.ParameterSource.DEFAULT
    ]


def refuse_overwriting(output: Path, *files: Path) -> None:
    """Refuse to write over a file that is read.

    Raises
    ------
    click.UsageError
        If `output` is one of `files`.
    """
    for file in files:
        with suppress(OSError):
            if output.samefile(file):
                raise click.UsageError(f"{output} is what is read; choose another name with -o")


def refuse_options_beside(file: Path, asked: dict[str, Any]) -> None:
    """Refuse options that describe a race where a file is one already.

    Raises
    ------
    click.UsageError
        If one was given.
    """
    if own := given_options(asked):
        raise click.UsageError(f"{own[0]} belongs to a race described by options; {file} is one already")
