"""Scripts for PyTorch: its own optimizer and scheduler, gradients by autograd."""

from __future__ import annotations

from typing import Any

from optexplorer.engine.gradient_sources import GradientSource, Noisy
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.schedules.base import Constant, Schedule
from optexplorer.engine.schedules.cycles import Cosine, Cyclic, OneCycle
from optexplorer.engine.schedules.decay import InverseSqrt
from optexplorer.engine.schedules.plateau import Plateau
from optexplorer.engine.schedules.warmup import Warmup
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code import noise
from optexplorer.export.code.extraction import CodeError
from optexplorer.export.code.landscape import LandscapeCode
from optexplorer.export.code.numpy_script import moved_by_schedule
from optexplorer.export.code.printing import TORCH

_SCHEDULERS = "torch.optim.lr_scheduler"


def torch_script(experiment: Experiment, racer: Racer) -> str:
    """Return a script that prints number, coordinates and loss of every step.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If PyTorch has no such optimizer, or takes other steps with it.
    """
    optimizer, rows = racer.optimizer, experiment.steps + 1
    arguments, source, scheduler = _pieces(racer, rows)
    loss, needs_numpy = LandscapeCode(experiment.resolve_landscape()).loss(TORCH)
    imports = ["import torch"]
    if needs_numpy or isinstance(source, Noisy):
        imports.insert(0, "import numpy as np")
    setup = [
        *noise.draws(source, experiment, racer),
        f"x = torch.tensor({list(experiment.start_of(racer))!r}, requires_grad=True)",
        f"optimizer = torch.optim.{optimizer.torch_class}([x], {_keywords(_brief(optimizer, arguments))})",
    ]
    if scheduler:
        setup.append(f"scheduler = {scheduler}")
    gradient = ["optimizer.zero_grad()", "value = loss(*x)", "value.backward()", *_changes(source)]
    if optimizer.torch_class == "LBFGS":
        inside = "\n        ".join([*gradient, "return value"])
        loop = [f"def closure():\n        {inside}\n", "value = loss(*x)", _PRINT, "optimizer.step(closure)"]
    else:
        loop = [*gradient, _PRINT, "optimizer.step()"]
    if scheduler:
        loop.append("scheduler.step(value.item())" if racer.schedule.closed_loop else "scheduler.step()")
    blocks = [
        "\n".join(imports),
        "torch.set_default_dtype(torch.float64)",
        f"\n{loss}\n",
        "\n".join(setup) + f"\nfor step in range({rows}):\n" + "\n".join(f"    {line}" for line in loop),
    ]
    return "\n\n".join(blocks) + "\n"


def check_torch(experiment: Experiment, racer: Racer) -> None:
    """Raise CodeError if PyTorch cannot follow the racer; the landscape is not looked at."""
    _pieces(racer, experiment.steps + 1)


def _pieces(racer: Racer, rows: int) -> tuple[dict[str, Any], GradientSource, str]:
    """Return the optimizer's arguments, the source of gradients, and what makes the scheduler."""
    optimizer = racer.optimizer
    if optimizer.torch_class is None:
        raise CodeError(f"PyTorch has no {optimizer.title.en}")
    arguments = optimizer.torch_arguments()
    if arguments is None:
        raise CodeError(f"PyTorch's {optimizer.torch_class} cannot take these steps with these settings")
    return arguments, noise.source_of(racer, "PyTorch"), _scheduler(racer, rows)


_PRINT = "print(step, *x.tolist(), value.item())"


def _changes(source: GradientSource) -> list[str]:
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


def _scheduler(racer: Racer, rows: int) -> str:
    """Return what makes the scheduler; empty for a constant rate."""
    schedule = racer.schedule
    if schedule == Constant():
        return ""
    moves = bool(moved_by_schedule(racer, rows))
    if isinstance(schedule, Warmup):
        return _warmup(schedule, racer, rows, moves)
    return _single(schedule, racer.optimizer.lr, rows, moves)


def _warmup(schedule: Warmup, racer: Racer, rows: int, moves: bool) -> str:
    then, rise = schedule.then, schedule.total_iters
    if then.closed_loop or moves:
        raise CodeError(f"PyTorch's SequentialLR cannot lead from a warm-up to {then.id}")
    first = f"LinearLR(optimizer, start_factor={schedule.start_factor!r}, total_iters={rise})"
    rest = _single(then, racer.optimizer.lr, max(rows - rise, 1), moves)
    return f"{_SCHEDULERS}.SequentialLR(optimizer, [{_SCHEDULERS}.{first}, {rest}], milestones=[{rise}])"


def _single(schedule: Schedule, lr: float, rows: int, moves: bool) -> str:
    arguments = schedule.model_dump()
    if isinstance(schedule, InverseSqrt):
        return f"{_SCHEDULERS}.LambdaLR(optimizer, lambda step: (1 + step/{schedule.timescale})**-0.5)"
    if schedule.torch_class is None:
        raise CodeError(f"PyTorch has no schedule like {schedule.id}")
    if isinstance(schedule, Cosine):
        arguments["T_max"] = schedule.T_max or max(rows - 1, 1)
    if isinstance(schedule, OneCycle):
        arguments["total_steps"] = schedule.total_steps or max(rows - 1, 1)
        if arguments["total_steps"] < rows - 1:
            raise CodeError("PyTorch's OneCycleLR ends with its cycle; let the cycle last as long as the run")
        arguments["max_lr"] = schedule.max_lr or lr
        arguments["cycle_momentum"] = moves
    if isinstance(schedule, Cyclic):
        arguments["max_lr"] = schedule.max_lr or lr
        arguments["step_size_down"] = schedule.step_size_down or None
        arguments["cycle_momentum"] = moves
    if isinstance(schedule, Plateau):
        arguments = {key: value for key, value in arguments.items() if value != 0 or key != "min_lr"}
    return f"{_SCHEDULERS}.{schedule.torch_class}(optimizer, {_keywords(arguments)})"
