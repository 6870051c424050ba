"""Scripts for optax, with gradients by JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from optexplorer.engine.gradient_sources import GradientSource, Noisy
from optexplorer.engine.schedules.base import Constant
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code import noise
from optexplorer.export.code.extraction import CodeError, Extraction
from optexplorer.export.code.landscape import LandscapeCode
from optexplorer.export.code.numpy_script import moved_by_schedule
from optexplorer.export.code.printing import JAX


def _adam(o: Any) -> str:
    if o.amsgrad or not o.bias_correction:
        raise CodeError("optax takes other steps with amsgrad or without bias correction")
    return f"optax.scale_by_adam(b1={o.beta1!r}, b2={o.beta2!r}, eps={o.eps!r})"


def _rmsprop(o: Any) -> str:
    kind = "scale_by_stddev" if o.centered else "scale_by_rms"
    scale = f"optax.{kind}(decay={o.alpha!r}, eps={o.eps!r}, eps_in_sqrt=False)"
    return f"{scale}, optax.trace({o.momentum!r})" if o.momentum else scale


def _momentum(o: Any) -> str:
    if o.dampening:
        raise CodeError("optax has no dampening")
    return f"optax.trace({o.momentum!r})"


def _adagrad(o: Any) -> str:
    if o.eps or o.lr_decay:
        raise CodeError("optax's adagrad adds eps inside the root and has no lr_decay; set both to 0")
    return f"optax.scale_by_rss(initial_accumulator_value={o.initial_accumulator_value!r}, eps=0.0)"


_SCALES: dict[str, Callable[[Any], str]] = {
    "gd": lambda o: "optax.identity()",
    "sgd": lambda o: "optax.identity()",
    "momentum": _momentum,
    "nesterov": lambda o: f"optax.trace({o.momentum!r}, nesterov=True)",
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adadelta": lambda o: f"optax.scale_by_adadelta(rho={o.rho!r}, eps={o.eps!r})",
    "adam": _adam,
    "adamw": _adam,
    "adamax": lambda o: f"optax.scale_by_adamax(b1={o.beta1!r}, b2={o.beta2!r}, eps={o.eps!r})",
    "lion": lambda o: f"optax.scale_by_lion(b1={o.beta1!r}, b2={o.beta2!r})",
}
"""The transformations that take the same steps, up to weight decay and rate."""

_DECOUPLED = ("adamw", "lion")
"""Optimizers whose weight decay acts on the parameters, not on the gradient."""


def optax_script(experiment: Experiment, racer: Racer) -> str:
    """Return a script that prints number, coordinates and loss of every step.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If optax has no such optimizer, or takes other steps with it.
    """
    optimizer, rows = racer.optimizer, experiment.steps + 1
    scale, source = _pieces(racer, rows)
    loss, needs_numpy = LandscapeCode(experiment.resolve_landscape()).loss(JAX)
    parts = Extraction()
    rate, setup = repr(optimizer.lr), noise.draws(source, experiment, racer)
    if racer.schedule != Constant():
        name = parts.model(racer.schedule, ("rates",))
        setup.append(f"rates = jnp.array({name}().rates({optimizer.lr!r}, {rows}))")
        rate = "lambda step: rates[step]"
    chain = [scale]
    decay = getattr(optimizer, "weight_decay", 0.0)
    if decay:
        late = optimizer.id in _DECOUPLED or getattr(optimizer, "decoupled_weight_decay", False)
        chain.insert(1 if late else 0, f"optax.add_decayed_weights({decay!r})")
    chain.append(f"optax.scale_by_learning_rate({rate})")
    setup += [
        f"x = jnp.array({list(experiment.start_of(racer))!r})",
        f"optimizer = optax.chain({', '.join(chain)})",
        "state = optimizer.init(x)",
        "value_and_gradient = jax.jit(jax.value_and_grad(lambda x: loss(*x)))",
    ]
    loop = [
        "value, g = value_and_gradient(x)",
        "print(step, *x.tolist(), float(value))",
        *noise.changes(source, "jnp"),
        "updates, state = optimizer.update(g, state, x)",
        "x = optax.apply_updates(x, updates)",
    ]
    if needs_numpy or isinstance(source, Noisy):
        parts.imports.add("import numpy as np")
    imports = {*parts.imports, "import jax", "import jax.numpy as jnp", "import optax"}
    blocks = [
        "\n".join(sorted(imports, key=lambda line: (line.startswith("from"), line))),
        'jax.config.update("jax_enable_x64", True)',
        f"\n{loss}\n",
        f"{parts.source()}\n" if parts.definitions else "",
        "\n".join(setup) + f"\nfor step in range({rows}):\n" + "\n".join(f"    {line}" for line in loop),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def check_optax(experiment: Experiment, racer: Racer) -> None:
    """Raise CodeError if optax cannot follow the racer; the landscape is not looked at."""
    _pieces(racer, experiment.steps + 1)


def _pieces(racer: Racer, rows: int) -> tuple[str, GradientSource]:
    """Return the transformation of gradients that is the optimizer, and their source."""
    optimizer = racer.optimizer
    if optimizer.ascends:
        raise CodeError("optax has no switch to maximize")
    if optimizer.id not in _SCALES:
        raise CodeError(f"optax has no {optimizer.title.en} that takes the same steps")
    if racer.schedule.closed_loop or moved_by_schedule(racer, rows):
        raise CodeError(
            f"optax cannot follow the schedule {racer.schedule.id}: its rates depend on steps alone"
        )
    return _SCALES[optimizer.id](optimizer), noise.source_of(racer, "JAX")
