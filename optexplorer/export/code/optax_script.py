"""Scripts for optax, with gradients by JAX where those are the landscape's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import CodeError, Extraction
from optexplorer.export.code.gradients import Gradients, changes, gradients
from optexplorer.export.code.optax_schedules import optax_schedule
from optexplorer.export.code.printing import JAX
from optexplorer.export.code.schedules import moved_by_schedule, schedule_code


def _adam(o: Any) -> str:
    if o.amsgrad or not o.bias_correction:
        raise CodeError("optax takes other steps with amsgrad or without bias correction")
    return f"optax.scale_by_adam(b1={o.beta1!r}, b2={o.beta2!r}, eps={o.eps!r})"


def _rmsprop(o: Any) -> str:
    kind = "scale_by_stddev" if o.centered else "scale_by_rms"
    scale = f"optax.{kind}(decay={o.alpha!r}, eps={o.eps!r}, eps_in_sqrt=False)"
    return f"{scale}, optax.trace({o.momentum!r})" if o.momentum else scale


def _momentum(o: Any) -> str:
    if o.dampening and o.momentum:
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
    scale = _scale(racer, rows)
    parts = Extraction()
    source = gradients(experiment, racer, parts, JAX)
    schedule = optax_schedule(racer.schedule, optimizer.lr, rows)
    chain, setup, loop = [scale], list(source.setup), _gradient(source)
    decay = getattr(optimizer, "weight_decay", 0.0)
    if decay:
        late = optimizer.id in _DECOUPLED or getattr(optimizer, "decoupled_weight_decay", False)
        chain.insert(1 if late else 0, f"optax.add_decayed_weights({decay!r})")
    loop += changes(source.source, "jnp", maximize=optimizer.ascends)
    loop.append("updates, state = optimizer.update(g, state, x)")
    if schedule is not None:
        rate = repr(optimizer.lr)
        if schedule != rate:
            setup.append(f"schedule = {schedule}")
            # Of a step number of 32 bits optax's schedules make rates of 32 bits.
            rate = "lambda step: schedule(step.astype(jnp.float64))"
        chain.append(f"optax.scale_by_learning_rate({rate})")
        loop.append("x = optax.apply_updates(x, updates)")
    else:
        own = schedule_code(racer, rows, parts, "float(value)")
        setup += own.setup
        loop += [f"x = optax.apply_updates(x, -{own.rate}*updates)", *own.after]
    setup += [
        f"x = jnp.array({list(experiment.start_of(racer))!r})",
        f"optimizer = optax.chain({', '.join(chain)})",
        "state = optimizer.init(x)",
    ]
    if source.autograd:
        setup.append("value_and_gradient = jax.jit(jax.value_and_grad(lambda x: loss(*x)))")
    imports = {*parts.imports, "import jax", "import jax.numpy as jnp", "import optax"}
    if source.uses_numpy:
        imports.add("import numpy as np")
    blocks = [
        "\n".join(sorted(imports, key=lambda line: (line.startswith("from"), line))),
        'jax.config.update("jax_enable_x64", True)',
        "\n" + "\n\n\n".join(source.functions) + "\n",
        f"{parts.source()}\n" if parts.definitions else "",
        "\n".join(setup)
        + f"\nfor step in range({experiment.steps}):\n"
        + "\n".join(f"    {line}" for line in loop),
    ]
    last = "loss(*x)" if source.autograd else "loss(*np.array(x))"
    return "\n\n".join(filter(None, blocks)) + f"\nprint({experiment.steps}, *x.tolist(), float({last}))\n"


def check_optax(experiment: Experiment, racer: Racer) -> None:
    """Raise CodeError if optax cannot follow the racer; the landscape is not looked at."""
    _scale(racer, experiment.steps + 1)


def _scale(racer: Racer, rows: int) -> str:
    """Return the transformation of gradients that is the optimizer."""
    optimizer = racer.optimizer
    if optimizer.id not in _SCALES:
        raise CodeError(f"optax has no {optimizer.title.en} that takes the same steps")
    if moved_by_schedule(racer, rows):
        raise CodeError(f"optax cannot move the momentum as the schedule {racer.schedule.id} does")
    return _SCALES[optimizer.id](optimizer)


def _gradient(source: Gradients) -> list[str]:
    if source.autograd:
        return ["value, g = value_and_gradient(x)", "print(step, *x.tolist(), float(value))"]
    return [
        "point = np.array(x)",
        "value = loss(*point)",
        "print(step, *point.tolist(), float(value))",
        f"g = jnp.array({source.estimate})",
    ]
