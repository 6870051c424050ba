"""Short scripts that take the same steps as a racer, in NumPy, PyTorch, optax or Keras."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Literal, get_args

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.syntax import FormulaError
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import CodeError
from optexplorer.export.code.keras_script import check_keras, keras_script
from optexplorer.export.code.landscape import formula_landscape
from optexplorer.export.code.model_numpy_script import check_model_numpy, model_numpy_script
from optexplorer.export.code.model_script import model_landscape, what_is_printed
from optexplorer.export.code.model_torch_script import check_model_torch, model_torch_script
from optexplorer.export.code.numpy_script import numpy_script
from optexplorer.export.code.optax_script import check_optax, optax_script
from optexplorer.export.code.torch_optimizer import check_torch
from optexplorer.export.code.torch_script import torch_script

Target = Literal["numpy", "torch", "optax", "keras"]
TARGETS: tuple[Target, ...] = get_args(Target)

NAMES: dict[Target, str] = {"numpy": "NumPy", "torch": "PyTorch", "optax": "optax", "keras": "Keras"}

_Writer = Callable[[Experiment, Racer], str]
_Check = Callable[[Experiment, Racer], None]
"""Raises CodeError where there is no script; quick: it makes no derivative."""


def _check_nothing(experiment: Experiment, racer: Racer) -> None:
    """There is a script for every racer."""


_OF_FORMULAS: dict[Target, tuple[_Writer, _Check]] = {
    "numpy": (numpy_script, _check_nothing),
    "torch": (torch_script, check_torch),
    "optax": (optax_script, check_optax),
    "keras": (keras_script, check_keras),
}
_OF_MODELS: dict[Target, tuple[_Writer, _Check]] = {
    "numpy": (model_numpy_script, check_model_numpy),
    "torch": (model_torch_script, check_model_torch),
}


MOST_CHARACTERS = 500_000
"""The longest script that is written."""


def script(experiment: Experiment, racer: Racer, target: Target) -> str:
    """Return a script for `target` that runs by itself and takes the steps of `racer`.

    It prints a line per step: its number, the coordinates before it, and the loss there; and a last line for the point
    where the steps end. Of a model with many parameters it prints their norm, and where examples are held out the loss
    on those as well. It takes all steps of the experiment, also where the racer would end earlier.

    Raises
    ------
    CodeError
        If there is none with the same numbers; one line that says why.
    """
    landscape = experiment.resolve_landscape()
    write, check = _way(landscape, target)
    check(experiment, racer)
    try:
        body = write(experiment, racer)
    except FormulaError as error:
        raise CodeError(error.message.en) from error
    _check_size(body)
    return f'"""{_headline(landscape, racer, target)}"""\n\n{body}'


def _headline(landscape: Landscape, racer: Racer, target: Target) -> str:
    """Return the documentation of a script."""
    name, rule = (
        "".join(sign for sign in words if sign.isprintable() and sign not in '"\\')
        for words in (landscape.name.en or landscape.id, racer.optimizer.title.en)
    )
    if isinstance(landscape, ModelLandscape):
        return f"{name}, trained by {rule} in {NAMES[target]}.\n\nPrints {what_is_printed(landscape)}.\n"
    return f"{rule} on the landscape {name}, in {NAMES[target]}: prints step, coordinates and loss."


def _way(landscape: Landscape, target: Target) -> tuple[_Writer, _Check]:
    """Return what writes scripts of a landscape, and what refuses them."""
    if not isinstance(landscape, ModelLandscape):
        formula_landscape(landscape)
        return _OF_FORMULAS[target]
    model_landscape(landscape)
    if target not in _OF_MODELS:
        known = " and ".join(NAMES[target] for target in _OF_MODELS)
        raise CodeError(f"scripts of data and a model are for {known}, not for {NAMES[target]}")
    return _OF_MODELS[target]


def _check_size(text: str) -> None:
    """Raise CodeError unless Python can read the script."""
    if len(text) > MOST_CHARACTERS:
        raise CodeError(
            f"the script would have {len(text)} characters; at most {MOST_CHARACTERS} are written"
        )
    try:
        ast.parse(text)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise CodeError("the formula is nested too deeply for a Python script") from error


def reason_against(experiment: Experiment, racer: Racer, target: Target) -> str:
    """Return why there is no script for `target`, in one line; empty if there is, or if only writing it would tell.

    Quick: no derivative is made.
    """
    try:
        _, check = _way(experiment.resolve_landscape(), target)
        check(experiment, racer)
    except CodeError as error:
        return str(error)
    return ""


__all__ = ["NAMES", "TARGETS", "CodeError", "Target", "reason_against", "script"]
