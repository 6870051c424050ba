"""Scripts for Keras: its own optimizer on any backend, gradients written out in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from optexplorer.engine.schedules.base import Constant
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import CodeError, Extraction
from optexplorer.export.code.gradients import changes, gradients
from optexplorer.export.code.schedules import schedule_code


def _momentum(o: Any) -> str:
    if getattr(o, "dampening", 0.0) and o.momentum:
        raise CodeError("Keras has no dampening")
    nesterov = ", nesterov=True" if o.id == "nesterov" else ""
    return f"SGD({o.lr!r}, momentum={o.momentum!r}{nesterov})"


def _adam(o: Any) -> str:
    if o.amsgrad or not o.bias_correction:
        raise CodeError("Keras takes other steps with amsgrad or without bias correction")
    decoupled = o.id == "adamw" or o.decoupled_weight_decay
    decay = f", weight_decay={o.weight_decay!r}" if decoupled and o.weight_decay else ""
    return f"Adam({o.lr!r}, beta_1={o.beta1!r}, beta_2={o.beta2!r}, epsilon={o.eps!r}{decay})"


def _lion(o: Any) -> str:
    if not o.beta1:
        raise CodeError("Keras refuses Lion with beta1 = 0")
    decay = f", weight_decay={o.weight_decay!r}" if o.weight_decay else ""
    return f"Lion({o.lr!r}, beta_1={o.beta1!r}, beta_2={o.beta2!r}{decay})"


_MAKERS: dict[str, Callable[[Any], str]] = {
    "gd": lambda o: f"SGD({o.lr!r})",
    "sgd": lambda o: f"SGD({o.lr!r})",
    "momentum": _momentum,
    "nesterov": _momentum,
    "adadelta": lambda o: f"Adadelta({o.lr!r}, rho={o.rho!r}, epsilon={o.eps!r})",
    "adam": _adam,
    "adamw": _adam,
    "lion": _lion,
}
"""The optimizers that take the same steps; the others put eps elsewhere."""


def keras_script(experiment: Experiment, racer: Racer) -> str:
    """Return a script that prints number, coordinates and loss of every step.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If Keras has no such optimizer, or takes other steps with it.
    """
    optimizer, rows = racer.optimizer, experiment.steps + 1
    maker = _maker(racer)
    parts = Extraction()
    source = gradients(experiment, racer, parts)
    setup = [
        *source.setup,
        f"x = keras.Variable(np.array({list(experiment.start_of(racer))!r}))",
        f"optimizer = keras.optimizers.{maker}",
        "optimizer.build([x])",
    ]
    loop = [
        "point = keras.ops.convert_to_numpy(x)",
        "value = loss(*point)",
        "print(step, *point.tolist(), float(value))",
        f"g = {source.estimate}",
        *changes(source.source, "np", maximize=optimizer.ascends),
    ]
    decay = getattr(optimizer, "weight_decay", 0.0)
    decoupled = optimizer.id in ("adamw", "lion") or getattr(optimizer, "decoupled_weight_decay", False)
    if decay and not decoupled:
        loop.append(f"g = g + {decay!r}*point")
    own = None
    if racer.schedule != Constant():
        own = schedule_code(racer, rows, parts, "float(value)")
        setup += own.setup
        loop.append(f"optimizer.learning_rate = {own.rate}")
        if own.momentum:
            loop.append(f"optimizer.beta_1 = {own.momentum}")
    if optimizer.id in ("adam", "adamw"):
        loop.append("# Keras adds epsilon before it corrects the second moment, the paper's algorithm after.")
        loop.append(f"optimizer.epsilon = {optimizer.eps!r}*(1 - {optimizer.beta2!r}**(step + 1))**0.5")  # type: ignore[attr-defined]
    loop.append("optimizer.apply([keras.ops.convert_to_tensor(g)])")
    loop += own.after if own is not None else []
    imports = sorted(
        {*parts.imports, "import numpy as np", "import keras"},
        key=lambda line: (line.startswith("from"), line),
    )
    blocks = [
        "\n".join(imports),
        _FLOAT64,
        "\n" + "\n\n\n".join(source.functions) + "\n",
        f"{parts.source()}\n" if parts.definitions else "",
        "\n".join(setup)
        + f"\nfor step in range({experiment.steps}):\n"
        + "\n".join(f"    {line}" for line in loop),
    ]
    last = f"point = keras.ops.convert_to_numpy(x)\nprint({experiment.steps}, *point.tolist(), float(loss(*point)))"
    return "\n\n".join(filter(None, blocks)) + f"\n{last}\n"


_FLOAT64 = """\
keras.config.set_floatx("float64")
if keras.config.backend() == "jax":
    import jax

    jax.config.update("jax_enable_x64", True)"""


def check_keras(experiment: Experiment, racer: Racer) -> None:
    """Raise CodeError if Keras cannot follow the racer; the landscape is not looked at."""
    _maker(racer)


def _maker(racer: Racer) -> str:
    """Return what makes the optimizer."""
    optimizer, schedule = racer.optimizer, racer.schedule
    if optimizer.id not in _MAKERS:
        raise CodeError(f"Keras has no {optimizer.title.en} that takes the same steps")
    if schedule != Constant() and optimizer.id in ("momentum", "nesterov"):
        raise CodeError("Keras keeps the rate inside the velocity, so a schedule gives other steps than here")
    return _MAKERS[optimizer.id](optimizer)
