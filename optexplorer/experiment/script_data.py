"""What scripts and notebooks may give to `optexplorer.data` and `optexplorer.model`, checked in words."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from optexplorer.engine.declaration import make
from optexplorer.engine.landscapes.models import data as data_sources
from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.data.base import MOST_CLASSES, Dataset, DataSource
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.real_numbers import check_nothing_masked, real_numbers
from optexplorer.experiment.validation_messages import shown, validation_message

_OWN = ("task", "input_names", "target_name")
"""The settings of a person's own arrays."""


def data_of(source: Any, targets: Any, settings: Mapping[str, Any]) -> DataSource:
    """Return the data set of an id with these settings, or a person's own inputs and targets.

    Raises
    ------
    ValueError
        If the id or a setting is wrong, or the arrays are no data; the message says what would be right.
    """
    if isinstance(source, str):
        if targets is not None:
            raise ValueError(f"the data set '{source}' has targets of its own; give none")
        return make(data_sources.get(source), settings)
    if targets is None:
        raise ValueError('targets are missing: data("moons"), or data(inputs, targets)')
    unknown = [name for name in settings if name not in _OWN]
    if unknown:
        raise ValueError(f"own data have no setting '{unknown[0]}'; they have {', '.join(_OWN)}")
    return Given.of(_own(source, targets, settings))


def _own(given: Any, targets: Any, settings: Mapping[str, Any]) -> Dataset:
    inputs = real_numbers("inputs", given, "of shape (N, features)")
    inputs = inputs[:, np.newaxis] if inputs.ndim == 1 else inputs
    goals = _targets(targets)
    if inputs.ndim != 2 or goals.shape != inputs.shape[:1]:
        raise ValueError(
            f"inputs of shape {inputs.shape} and targets of shape {goals.shape} do not fit; "
            "right are (N, features) and (N,)"
        )
    _check_finite("inputs", inputs)
    task = settings.get("task") or ("regression" if goals.dtype.kind in "fiu" else "classification")
    if task not in ("regression", "classification"):
        raise ValueError(f"task = {shown(task)} is not allowed; it is 'regression' or 'classification'")
    names = tuple(settings.get("input_names") or _names(inputs.shape[1]))
    if len(names) != inputs.shape[1]:
        raise ValueError(f"input_names: {len(names)} names for {inputs.shape[1]} features")
    target_name = str(settings.get("target_name", "y"))
    if task == "regression":
        try:
            numbers = goals.astype(np.float64)
        except (TypeError, ValueError):
            raise ValueError("targets of regression must be numbers; texts ask for classification") from None
        _check_finite("targets", numbers)
        return Dataset(inputs, numbers, "regression", names, target_name)
    if goals.dtype.kind == "f":
        _check_finite("targets", goals)
    classes, places = np.unique(goals, return_inverse=True)
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise ValueError(
            f"targets of {len(classes)} class(es) are not allowed; 2 to {MOST_CLASSES} are right"
        )
    called = tuple(f"{value:g}" if goals.dtype.kind == "f" else str(value) for value in classes.tolist())
    return Dataset(
        inputs, places.reshape(-1).astype(np.float64), "classification", names, target_name, called
    )


def _targets(given: Any) -> NDArray[Any]:
    """Return targets as numbers, truth values or texts."""
    check_nothing_masked("targets", given)
    found = np.asarray(given)
    if found.dtype.kind == "O":
        # As in a column of a data frame, whose cells may be of any kind.
        kinds = {type(value) for value in found.ravel().tolist()}
        if all(issubclass(kind, Real) for kind in kinds):
            return found.astype(bool if kinds == {bool} else np.float64)
        if kinds != {str}:
            names = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise ValueError(f"targets are numbers or texts, not a mixture of other things ({names})")
        return found.astype(str)
    if found.dtype.kind not in "biufU":
        raise ValueError(f"targets must be real numbers or texts, not {found.dtype.name}")
    return found


def _names(features: int) -> tuple[str, ...]:
    return ("x",) if features == 1 else tuple(f"x{number}" for number in range(1, features + 1))


def _check_finite(what: str, values: Any) -> None:
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        place = ", ".join(map(str, wrong[0].tolist()))
        raise ValueError(f"{what}[{place}] is {values[tuple(wrong[0])]}; every number must be finite")


def model_of(id: Any, data: Any, options: Mapping[str, Any], settings: Mapping[str, Any]) -> ModelLandscape:
    """Return the loss of the model of an id on data, as a landscape.

    Raises
    ------
    ValueError
        If an id, an option or a setting is wrong, or model and data do not fit.
    TypeError
        If the data are neither an id nor what `data_of` returns.
    """
    if isinstance(data, str):
        data = data_of(data, None, {})
    if not isinstance(data, DataSource):
        raise TypeError(
            f'data = {shown(data)} is not allowed; it is an id, or what data("moons") or data(inputs, targets) returns'
        )
    model = make(predictors.get(id), settings)
    try:
        return ModelDefinition(data=data, model=model, **options).landscape()
    except ValidationError as error:
        raise ValueError(validation_message(error, ModelDefinition)) from None
