"""Scripts for PyTorch: its own optimizer and scheduler, gradients by autograd where those are the landscape's."""

from __future__ import annotations

from typing import Any

from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import CodeError, Extraction
from optexplorer.export.code.gradients import Gradients, gradients
from optexplorer.export.code.printing import TORCH
from optexplorer.export.code.schedules import ScheduleCode, moved_by_schedule, schedule_code
from optexplorer.export.code.torch_schedules import scheduler_of


def torch_script(experiment: Experiment, racer: Racer) -> str:
    """Return a script that prints number, coordinates and loss of every step.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If PyTorch has no such optimizer, or takes other steps with it.
    """
    optimizer, rows = racer.optimizer, experiment.steps + 1
    arguments = _arguments(racer, rows)
    parts = Extraction()
    source = gradients(experiment, racer, parts, TORCH)
    scheduler = scheduler_of(racer, rows)
    own = schedule_code(racer, rows, parts, _value(source)) if scheduler is None else None
    setup = [
        *source.setup,
        f"x = torch.tensor({list(experiment.start_of(racer))!r}, requires_grad=True)",
        f"optimizer = torch.optim.{optimizer.torch_class}([x], {_keywords(_brief(optimizer, arguments))})",
    ]
    if scheduler:
        setup.append(f"scheduler = {scheduler}")
    if own is not None:
        setup += own.setup
    loop = _loop(source, arguments, own, closure=optimizer.torch_class == "LBFGS")
    if scheduler:
        loop.append(f"scheduler.step({_value(source)})" if racer.schedule.closed_loop else "scheduler.step()")
    imports = {"import torch", *parts.imports}
    if source.uses_numpy or any("np." in text for text in parts.definitions.values()):
        imports.add("import numpy as np")
    blocks = [
        "\n".join(sorted(imports, key=lambda line: (line.startswith("from"), line))),
        "torch.set_default_dtype(torch.float64)",
        "\n" + "\n\n\n".join(source.functions) + "\n",
        f"{parts.source()}\n" if parts.definitions else "",
        "\n".join(setup)
        + f"\nfor step in range({experiment.steps}):\n"
        + "\n".join(f"    {line}" for line in loop),
    ]
    last = "loss(*x).item()" if source.autograd else "float(loss(*x.detach().numpy()))"
    return "\n\n".join(filter(None, blocks)) + f"\nprint({experiment.steps}, *x.tolist(), {last})\n"


def check_torch(experiment: Experiment, racer: Racer) -> None:
    """Raise CodeError if PyTorch cannot follow the racer; the landscape is not looked at."""
    _arguments(racer, experiment.steps + 1)


def _arguments(racer: Racer, rows: int) -> dict[str, Any]:
    """Return the arguments of PyTorch's optimizer; CodeError if it does not take the same steps."""
    optimizer = racer.optimizer
    if optimizer.torch_class is None:
        raise CodeError(f"PyTorch has no {optimizer.title.en}")
    if optimizer.torch_class == "Muon":
        raise CodeError("PyTorch's Muon rounds its matrices to bfloat16, so it takes other steps")
    arguments = optimizer.torch_arguments()
    if arguments is None:
        raise CodeError(f"PyTorch's {optimizer.torch_class} cannot take these steps with these settings")
    if optimizer.torch_class == "RMSprop" and moved_by_schedule(racer, rows):
        momenta = racer.schedule.momenta(rows)
        if momenta is not None and momenta[0] == 0 and momenta.any():
            raise CodeError(
                "PyTorch's RMSprop makes its velocity in the first step: let the schedule's momentum begin above 0"
            )
    return arguments


def _loop(
    source: Gradients, arguments: dict[str, Any], schedule: ScheduleCode | None, *, closure: bool
) -> list[str]:
    """Return the lines of one step."""
    backward = [*_gradient(source), *_changes(source.source)]
    show = f"print(step, *x.tolist(), {_value(source)})"
    loop: list[str] = []
    if schedule is not None:
        group = "optimizer.param_groups[0]"
        loop.append(f'{group}["lr"] = {schedule.rate}')
        if schedule.momentum and "betas" in arguments:
            rest = ", ".join(map(repr, arguments["betas"][1:]))
            loop.append(f'{group}["betas"] = ({schedule.momentum}, {rest})')
        elif schedule.momentum:
            loop.append(f'{group}["momentum"] = {schedule.momentum}')
    if not closure:
        loop += [*backward, show, "optimizer.step()"]
    else:
        if source.same_sample:
            loop.append(
                f"{source.estimate.replace('point', 'x.detach().numpy()')}  # The closure repeats it."
            )
            backward = [line.replace(source.estimate, source.same_sample) for line in backward]
        inside = "\n        ".join([*backward, f"return {'value' if source.autograd else 'float(value)'}"])
        first = ["value = loss(*x)"] if source.autograd else _POINT
        loop += [f"def closure():\n        {inside}\n", *first, show, "optimizer.step(closure)"]
    return loop + (schedule.after if schedule is not None else [])


_POINT = ["point = x.detach().numpy()", "value = loss(*point)"]


def _value(source: Gradients) -> str:
    return "value.item()" if source.autograd else "float(value)"


def _gradient(source: Gradients) -> list[str]:
    if source.autograd:
        return ["optimizer.zero_grad()", "value = loss(*x)", "value.backward()"]
    return [*_POINT, f"x.grad = torch.from_numpy({source.estimate})"]


def _changes(source: GradientSource) -> list[str]:
    if type(source) not in (Exact, Noisy):
        return []
    lines = []
    if isinstance(source, Noisy):
        factor = "x.grad.norm()*" if source.noise == "proportional" else ""
        lines.append(f"x.grad += {factor}torch.from_numpy(noise[step])")
    if source.clip_value:
        lines.append(f"torch.nn.utils.clip_grad_value_([x], {source.clip_value!r})")
    if source.clip_norm:
        lines.append(f"torch.nn.utils.clip_grad_norm_([x], {source.clip_norm!r})")
    return lines


def _brief(optimizer: Optimizer, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments without those that are switched off by default, here as in PyTorch."""
    fields = type(optimizer).model_fields
    return {
        name: value
        for name, value in arguments.items()
        if value or name not in fields or fields[name].default != value
    }


def _keywords(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
