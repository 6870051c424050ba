"""What scripts and notebooks may give to `optexplorer.run` and `optexplorer.formula`: ids or values, checked in words."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from optexplorer.engine import gradient_sources, landscapes, optimizers, schedules
from optexplorer.engine.declaration import make
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.parameter import Parameter
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Constant, Schedule
from optexplorer.experiment.validation_messages import shown, validation_message

DEFAULT_STEPS = 200
MOST_SCRIPT_STEPS = 10_000_000
"""Most steps of a run in a script: loss, norm and rate of each are kept."""


def run_spec_of(landscape: Any, optimizer: Any, schedule: Any, source: Any, seed: int) -> RunSpec:
    """Return what a run is made of; each part is an id or a value, the last two may be None.

    Raises
    ------
    ValueError
        If an id is unknown.
    TypeError
        If a part is neither; the message says what would be right.
    """
    if isinstance(landscape, str):
        landscape = landscapes.get(landscape)
    if isinstance(optimizer, str):
        optimizer = make(optimizers.get(optimizer), {})
    if isinstance(schedule, str):
        schedule = schedules.read(schedule)
    if isinstance(source, str):
        source = gradient_sources.read(source)
    return RunSpec(
        _of(Landscape, "landscape", landscape, 'formula("x^2 + y^2", {"x": (-3, 3), "y": (-3, 3)})'),
        _of(Optimizer, "optimizer", optimizer, "Adam(lr=0.1)"),
        Constant() if schedule is None else _of(Schedule, "schedule", schedule, "Cosine(T_max=100)"),
        None if source is None else _of(GradientSource, "source", source, "Noisy(sigma=0.5)"),
        seed,
    )


def _of(kind: type, name: str, value: Any, example: str) -> Any:
    if isinstance(value, kind):
        return value
    raise TypeError(f"{name} = {shown(value)} is not allowed; it is an id, or a value such as {example}")


def start_of(landscape: Landscape, start: Any) -> NDArray[np.float64]:
    """Return a start as an array; None is the landscape's own.

    Raises
    ------
    ValueError
        If it is no list of numbers; whether they fit the landscape is not checked.
    """
    try:
        return np.asarray(landscape.start if start is None else start, dtype=np.float64)
    except (TypeError, ValueError):
        names = ", ".join(landscape.variables)
        raise ValueError(
            f"start = {shown(start)} is not allowed; it has a number for each of {names}"
        ) from None


def source_of(source: Any, batch_size: Any) -> Any:
    """Return the gradient source of a run, which may be given by the size of mini-batches alone.

    Raises
    ------
    ValueError
        If both are given, or the size is no whole number of at least 1.
    """
    if batch_size is None:
        return source
    if source is not None:
        raise ValueError("source and batch_size both say where gradients come from; give one of them")
    return make(gradient_sources.get("mini-batch"), {"batch_size": batch_size})


def steps_of(run_spec: RunSpec, steps: Any, epochs: Any) -> int:
    """Return the greatest number of steps of a run; 200 where neither steps nor epochs are given.

    Raises
    ------
    ValueError
        If both are given, or one is no whole number or too large, or there are no data of which epochs could be
        counted.
    """
    if epochs is None:
        return DEFAULT_STEPS if steps is None else _not_too_many(whole_number("steps", steps), "steps", steps)
    if steps is not None:
        raise ValueError("steps and epochs both say how long the run is; give one of them")
    if not run_spec.landscape.examples:
        raise ValueError(f"epochs need data; the landscape '{run_spec.landscape.id}' is not made of data")
    each = run_spec.gradient_source.steps_per_epoch(run_spec.landscape) or 1
    return _not_too_many(whole_number("epochs", epochs) * each, "epochs", epochs)


def _not_too_many(steps: int, name: str, given: Any) -> int:
    if steps > MOST_SCRIPT_STEPS:
        made = "" if name == "steps" else f", which are {steps:,} steps"
        raise ValueError(f"{name} = {given}{made}: too many; at most {MOST_SCRIPT_STEPS:,} steps are allowed")
    return steps


def whole_number(name: str, value: Any) -> int:
    """Return a number of steps or a seed.

    Raises
    ------
    ValueError
        If it is no whole number of at least 0.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} = {shown(value)} is not allowed; it is a whole number of at least 0")
    return int(value)


def parameters_of(values: Mapping[str, Any]) -> dict[str, Parameter]:
    """Return a formula's parameters of these values, with bounds around them.

    Raises
    ------
    ValueError
        If one is no number, or too large.
    """
    found = {}
    for name, value in values.items():
        try:
            found[name] = Parameter.around(value)
        except (TypeError, ValidationError) as error:
            reason = (
                validation_message(error, Parameter)
                if isinstance(error, ValidationError)
                else "it must be a number"
            )
            raise ValueError(f"parameter {name}: {reason}") from None
    return found
