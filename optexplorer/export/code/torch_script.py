"""Scripts for PyTorch: its own optimizer and scheduler, gradients by autograd where those are the landscape's."""

from __future__ import annotations

from typing import Any

from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import Extraction
from optexplorer.export.code.gradients import Gradients, gradients
from optexplorer.export.code.printing import TORCH
from optexplorer.export.code.schedules import ScheduleCode, schedule_code
from optexplorer.export.code.torch_optimizer import optimizer_text, rate_lines, torch_arguments
from optexplorer.export.code.torch_schedules import scheduler_of


def torch_script(experiment: Experiment, racer: Racer) -> str:
    """Return a script that prints number, coordinates and loss of every step.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If PyTorch has no such optimizer, or takes other steps with it.
    """
    optimizer, rows = racer.optimizer, experiment.steps + 1
    arguments = torch_arguments(racer, rows)
    parts = Extraction()
    source = gradients(experiment, racer, parts, TORCH)
    scheduler = scheduler_of(racer, rows)
    own = schedule_code(racer, rows, parts, _value(source)) if scheduler is None else None
    setup = [
        *source.setup,
        f"x = torch.tensor({list(experiment.start_of(racer))!r}, requires_grad=True)",
        f"optimizer = {optimizer_text(optimizer, arguments, '[x]')}",
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


def _loop(
    source: Gradients, arguments: dict[str, Any], schedule: ScheduleCode | None, *, closure: bool
) -> list[str]:
    """Return the lines of one step."""
    backward = [*_gradient(source), *_changes(source.source)]
    show = f"print(step, *x.tolist(), {_value(source)})"
    loop: list[str] = []
    if schedule is not None:
        loop += rate_lines(schedule, arguments)
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
