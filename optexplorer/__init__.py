"""See how gradient-based optimizers descend a loss landscape.

>>> import optexplorer as ox
>>> trajectory = ox.run("himmelblau", ox.Adam(lr=0.05), start=(0.5, -1.5), steps=200)
>>> trajectory.loss.shape
(201,)

Every optimizer is here by the name of its class, such as `ox.Adam` (see `ox.optimizers()`). Nothing is
imported before it is asked for, and Qt never is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from optexplorer import notebook_repr
from optexplorer.experiment import script_methods
from optexplorer.version import __version__ as __version__

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike

    from optexplorer.engine.gradient_sources.base import GradientSource
    from optexplorer.engine.landscapes.base import Landscape
    from optexplorer.engine.landscapes.models.data.base import DataSource
    from optexplorer.engine.landscapes.models.landscape import ModelLandscape
    from optexplorer.engine.optimizers.base import Optimizer
    from optexplorer.engine.schedules.base import Schedule
    from optexplorer.engine.trajectory import Trajectory
    from optexplorer.experiment.experiment import Experiment
    from optexplorer.runs.range_test import RangeTest

_ELSEWHERE = {
    "TerminationReason": "optexplorer.engine.trajectory",
    "Experiment": "optexplorer.experiment.experiment",
    "GradientSource": "optexplorer.engine.gradient_sources.base",
    "Landscape": "optexplorer.engine.landscapes.base",
    "Optimizer": "optexplorer.engine.optimizers.base",
    "Racer": "optexplorer.experiment.racer",
    "Schedule": "optexplorer.engine.schedules.base",
    "Trajectory": "optexplorer.engine.trajectory",
    "RunSpec": "optexplorer.engine.run_spec",
    "batch_descent": "optexplorer.engine.batch_descent",
    "basins": "optexplorer.export.results.script_basins",
    "sweep": "optexplorer.export.results.script_sweep",
    "tournament": "optexplorer.export.results.script_tournament",
    "tune": "optexplorer.export.results.script_tuning",
    "fair_race": "optexplorer.export.results.script_tuning",
}
"""Names that are neither in a catalogue nor defined here, and the modules that define them."""


def run(
    landscape: str | Landscape,
    optimizer: str | Optimizer,
    *,
    start: Sequence[float] | None = None,
    steps: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    schedule: str | Schedule | None = None,
    source: str | GradientSource | None = None,
    batch_size: int | None = None,
    stop_when_converged: bool = True,
) -> Trajectory:
    """Run the descent of one point on a landscape, and return its trajectory.

    Parameters
    ----------
    landscape, optimizer : ids (see `landscapes` and `optimizers`), or what `landscape` or a class returns
    start : one number per variable; None for the landscape's own start
    steps : the greatest number of steps; 200 unless `epochs` are given
    epochs : how often every example is seen, in place of `steps`; only where there are data
    seed : of the noise in the gradients or of the mini-batches, where there are any
    schedule : how the learning rate changes; None leaves it as it is
    source : where the gradients come from; None for the optimizer's own way, which is exact unless it is stochastic
    batch_size : how many examples each step sees: short for `source=MiniBatch(batch_size=...)`
    stop_when_converged : whether to end before the last step where gradient and step have become tiny

    Raises
    ------
    ValueError
        If an id is unknown, or if the start does not fit the landscape or the loss is not a finite number there.
    TypeError
        If a part is neither an id nor a value of the right class.
    """
    from optexplorer.engine import descent
    from optexplorer.experiment.script_arguments import (
        run_spec_of,
        source_of,
        start_of,
        steps_of,
        whole_number,
    )

    run_spec = run_spec_of(
        landscape, optimizer, schedule, source_of(source, batch_size), whole_number("seed", seed)
    )
    where = start_of(run_spec.landscape, start)
    descent.check_defined(run_spec.landscape, where)
    return descent.trajectory(
        run_spec,
        where,
        steps_of(run_spec, steps, epochs),
        end=descent.StoppingCriteria(converge=stop_when_converged),
    )


def range_test(
    landscape: str | Landscape,
    optimizer: str | Optimizer,
    *,
    low: float = 1e-5,
    high: float = 10.0,
    steps: int = 200,
    smoothing: float = 0.9,
    start: Sequence[float] | None = None,
    seed: int = 0,
    source: str | GradientSource | None = None,
    batch_size: int | None = None,
) -> RangeTest:
    """Run one descent whose learning rate grows from `low` to `high`, and return the losses and the rates they suggest.

    >>> found = ox.range_test("moons-network", ox.SGD(), batch_size=16)
    >>> found.rates, found.raw, found.smoothed, found.steepest, found.tenth

    Parameters
    ----------
    landscape, optimizer, start, seed, source, batch_size : as of `run`; the optimizer's own rate does not matter
    low, high : the first and the last rate
    steps : from `low` to `high`, each rate the same multiple of the one before
    smoothing : how much of the moving average of the loss stays at each step, from 0 to below 1

    Raises
    ------
    ValueError, TypeError
        As of `run`; and if the rates are not in order or another number is not allowed.
    """
    from optexplorer.engine import descent
    from optexplorer.experiment.script_arguments import run_spec_of, source_of, start_of, whole_number
    from optexplorer.runs.range_test import RangeTestSpec
    from optexplorer.runs.range_test import range_test as tested

    run_spec = run_spec_of(
        landscape, optimizer, None, source_of(source, batch_size), whole_number("seed", seed)
    )
    where = start_of(run_spec.landscape, start)
    descent.check_defined(run_spec.landscape, where)
    numbers = (float(low), float(high), whole_number("steps", steps), float(smoothing))
    return tested(RangeTestSpec(run_spec, where, *numbers))


def open(path: str | Path) -> Experiment:
    """Return the experiment in a file: an experiment file (.optx), or a picture that carries one (PNG, SVG, PDF).

    Raises
    ------
    optexplorer.experiment.files.FileError
        If it holds none, a ValueError whose one line says why.
    OSError
        If it cannot be read.
    """
    from optexplorer.export.metadata import experiment_in

    return experiment_in(path)


def save(experiment: Experiment, path: str | Path) -> None:
    """Write an experiment to a file (.optx), whole or not at all; `experiment.save(path)` does the same.

    Raises
    ------
    ValueError
        If it holds what could not be read back.
    TypeError
        If it is no experiment.
    OSError
        If it cannot be written; what was there before is then still there.
    """
    from optexplorer.experiment import files
    from optexplorer.experiment.experiment import Experiment

    if not isinstance(experiment, Experiment):
        raise TypeError(f"{experiment!r} is no experiment; it is made by Experiment(...) or open(...)")
    files.write(path, experiment)


def show(experiment: Experiment) -> None:
    """Open the program with an experiment in a process of its own; `experiment.show()` does the same."""
    from optexplorer.experiment import launch

    launch.show(experiment)


def landscape(id: str, **parameters: float) -> Landscape:
    """Return the landscape called `id`, with some parameters of its formula set to other values.

    Raises
    ------
    ValueError
        If there is none of that id, or a parameter is unknown or out of bounds; the message says what is right.
    """
    from optexplorer.engine import landscapes

    return landscapes.get(id, parameters)


def formula(
    text: str,
    domain: Mapping[str, tuple[float, float]],
    start: Sequence[float] | None = None,
    **parameters: float,
) -> Landscape:
    """Return a landscape of your own: `ox.formula("x^2 + k*y^2", {"x": (-3, 3), "y": (-3, 3)}, k=10)`.

    Raises
    ------
    ValueError
        If the text is no formula, or the start does not fit the domain.
    """
    from pydantic import ValidationError

    from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
    from optexplorer.experiment.script_arguments import parameters_of
    from optexplorer.experiment.validation_messages import validation_message

    try:
        definition = FormulaDefinition(
            formula=text,
            domain=domain,
            start=() if start is None else start,
            parameters=parameters_of(parameters),
        )
    except ValidationError as error:
        raise ValueError(validation_message(error, FormulaDefinition)) from None
    return definition.landscape()


def painted(
    heights: ArrayLike, domain: Mapping[str, tuple[float, float]], start: Sequence[float] | None = None
) -> Landscape:
    """Return the smooth surface that follows a grid of heights: a bicubic spline with exact gradient and Hessian.

    Parameters
    ----------
    heights : shape (rows, columns), 4 to 256 along each side; the first row is the low end of the second variable
    domain : two variables with their ranges, such as `{"x": (-3, 3), "y": (-3, 3)}`
    start : two numbers; None for a place near a corner

    Raises
    ------
    ValueError
        If the heights are no such grid, or the start does not fit the domain.
    """
    import numpy as np

    from optexplorer.engine.landscapes.painted.definition import PaintedDefinition, PaintedLandscape

    grid = np.asarray(heights, dtype=np.float64)
    return PaintedLandscape(PaintedDefinition.of(grid, domain, start=tuple(start or ())))


def height_map(path: str | Path) -> Landscape:
    """Return the landscape whose heights, 0 to 1, are the brightness of a PNG or JPEG picture.

    Raises
    ------
    ValueError
        If the file is no such picture, damaged, or too large.
    OSError
        If it cannot be read.
    """
    from optexplorer.engine.landscapes.painted import height_map as pictures
    from optexplorer.engine.landscapes.painted.definition import PaintedLandscape

    return PaintedLandscape(pictures.height_map(path))


def data(source: str | ArrayLike, targets: ArrayLike | None = None, /, **settings: Any) -> DataSource:
    """Return data to learn from: `ox.data("moons", noise=0.2)`, or your own: `ox.data(inputs, targets)`.

    Parameters
    ----------
    source : the id of a data set (see `datasets`), or inputs of shape (N, features)
    targets : shape (N,): numbers for regression; for classification texts or truth values, or whole numbers with `task`
    settings : of a data set, its settings; of your own, `task` ("regression" or "classification"; guessed from the
        targets), `input_names`, `target_name`

    Raises
    ------
    ValueError
        If there is no such data set or setting, or nothing can be learned from the arrays; the message says why.
    """
    from optexplorer.experiment import script_data

    return script_data.data_of(source, targets, settings)


def model(
    id: str,
    data: str | DataSource,
    *,
    standardise: bool = False,
    held_out: float = 0.0,
    split_seed: int = 0,
    **settings: Any,
) -> ModelLandscape:
    """Return the loss of a model on data, a landscape over its parameters: `ox.model("linear", ox.data("line"))`.

    Parameters
    ----------
    id : of a model (see `models`)
    data : what `data` returns, or the id of a data set
    standardise : whether each input is shifted and scaled to mean 0 and standard deviation 1
    held_out, split_seed : the part of the examples that is not trained on, and which these are
    settings : of the model

    Raises
    ------
    ValueError
        If an id or a setting is wrong, or the model does not fit the data; the message says what would be right.
    """
    from optexplorer.experiment import script_data

    return script_data.model_of(
        id, data, {"standardise": standardise, "held_out": held_out, "split_seed": split_seed}, settings
    )


def mlp(data: str | DataSource, hidden: Sequence[int] = (16,), **settings: Any) -> ModelLandscape:
    """Return the loss of a multilayer perceptron with these hidden layers; `settings` as of `model`."""
    return model("mlp", data, hidden=hidden, **settings)


def datasets() -> tuple[str, ...]:
    """Return the ids of all data sets."""
    from optexplorer.engine.landscapes.models.pairing import synthetic_and_shipped

    return synthetic_and_shipped()


def models() -> tuple[str, ...]:
    """Return the ids of all models."""
    from optexplorer.engine.landscapes.models import predictors

    return predictors.ids()


def landscapes() -> tuple[str, ...]:
    """Return the ids of all landscapes."""
    from optexplorer.engine import landscapes

    return landscapes.ids()


def optimizers() -> tuple[str, ...]:
    """Return the ids of all optimizers."""
    from optexplorer.engine import optimizers

    return optimizers.ids()


def schedules() -> tuple[str, ...]:
    """Return the ids of all schedules of the learning rate."""
    from optexplorer.engine import schedules

    return schedules.ids()


def gradient_sources() -> tuple[str, ...]:
    """Return the ids of all gradient sources."""
    from optexplorer.engine import gradient_sources

    return gradient_sources.ids()


def _paint(value: object, kind: notebook_repr.ReprFormat) -> Any:
    """Return what notebooks show of a value; None where Qt, which paints it, is not installed."""
    try:
        from optexplorer.export.notebook import shown
    except ImportError as error:
        # Without a name where Qt is there, but a system library that it needs is not.
        if error.name is not None and not error.name.startswith(("PySide6", "shiboken6")):
            raise
        return None
    return shown(value, kind)


notebook_repr.painter = _paint
script_methods.save = save
script_methods.show = show


def _classes() -> dict[str, Any]:
    from optexplorer.engine import gradient_sources, optimizers, schedules

    kinds = [
        catalogue.get(id) for catalogue in (optimizers, schedules, gradient_sources) for id in catalogue.ids()
    ]
    return {kind.__name__: kind for kind in kinds}


def __getattr__(name: str) -> Any:
    if name in _ELSEWHERE:
        from importlib import import_module

        return getattr(import_module(_ELSEWHERE[name]), name)
    # The import system asks for the names of submodules too; only classes are worth loading catalogues for.
    if name[:1].isupper():
        from optexplorer.catalogue import nearest

        known = _classes()
        if name in known:
            return known[name]
        same = [other for other, kind in known.items() if getattr(kind, "torch_class", None) == name]
        if same:
            raise AttributeError(
                f"module 'optexplorer' has no attribute '{name}'; what PyTorch calls so is {' or '.join(sorted(same))}"
            )
        lower = {other.lower(): other for other in known}
        closest = nearest(name, lower)
        hint = f"; did you mean '{lower[closest]}'?" if closest else ""
        raise AttributeError(f"module 'optexplorer' has no attribute '{name}'{hint}")
    raise AttributeError(f"module 'optexplorer' has no attribute '{name}'")


def __dir__() -> list[str]:
    functions = (
        run,
        range_test,
        open,
        save,
        show,
        landscape,
        formula,
        painted,
        height_map,
        data,
        model,
        mlp,
        datasets,
        models,
        landscapes,
        optimizers,
        schedules,
        gradient_sources,
    )
    return sorted({*(function.__name__ for function in functions), *_ELSEWHERE, *_classes(), "__version__"})
