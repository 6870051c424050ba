"""Short scripts that take the same steps as a racer, in NumPy, PyTorch, optax or Keras."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Literal, get_args

from optexplorer.engine.landscapes.formula.syntax import FormulaError
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import CodeError
from optexplorer.export.code.keras_script import check_keras, keras_script
from optexplorer.export.code.landscape import formula_landscape
from optexplorer.export.code.numpy_script import numpy_script
from optexplorer.export.code.optax_script import check_optax, optax_script
from optexplorer.export.code.torch_optimizer import check_torch
from optexplorer.export.code.torch_script import torch_script

Target = Literal["numpy", "torch", "optax", "keras"]
TARGETS: tuple[Target, ...] = get_args(Target)

NAMES: dict[Target, str] = {"numpy": "NumPy", "torch": "PyTorch", "optax": "optax", "keras": "Keras"}

_WRITERS: dict[Target, Callable[[Experiment, Racer], str]] = {
    "numpy": numpy_script,
    "torch": torch_script,
    "optax": optax_script,
    "keras": keras_script,
}


_CHECKS: dict[Target, Callable[[Experiment, Racer], None]] = {
    "torch": check_torch,
    "optax": check_optax,
    "keras": check_keras,
}


MOST_CHARACTERS = 500_000
"""The longest script that is written."""


def script(experiment: Experiment, racer: Racer, target: Target) -> str:
    """Return a script for `target` that runs by itself and takes the steps of `racer`.

    It prints a line per step: its number, the coordinates before it, and the loss there; and a last line for the point
    where the steps end. It takes all steps of the experiment, also where the racer would end earlier.

    Raises
    ------
    CodeError
        If there is none with the same numbers; one line that says why.
    """
    landscape = experiment.resolve_landscape()
    title = f"{racer.optimizer.title.en} on the landscape {landscape.name.en or landscape.id}"
    clean = "".join(sign for sign in title if sign.isprintable() and sign not in '"\\')
    try:
        body = _WRITERS[target](experiment, racer)
    except FormulaError as error:
        raise CodeError(error.message.en) from error
    _check_size(body)
    return f'"""{clean}, in {NAMES[target]}: prints step, coordinates and loss."""\n\n{body}'


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
        formula_landscape(experiment.resolve_landscape())
        if target in _CHECKS:
            _CHECKS[target](experiment, racer)
    except CodeError as error:
        return str(error)
    return ""


__all__ = ["NAMES", "TARGETS", "CodeError", "Target", "reason_against", "script"]
