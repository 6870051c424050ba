"""PyTorch's own optimizers: with which arguments one takes a racer's steps."""

from __future__ import annotations

from typing import Any

from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import CodeError
from optexplorer.export.code.schedules import ScheduleCode, moved_by_schedule


def check_torch(experiment: Experiment, racer: Racer) -> None:
    """Raise CodeError if PyTorch cannot follow the racer; the landscape is not looked at."""
    torch_arguments(racer, experiment.steps + 1)


def torch_arguments(racer: Racer, rows: int) -> dict[str, Any]:
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


def optimizer_text(optimizer: Optimizer, arguments: dict[str, Any], parameters: str) -> str:
    """Return Python text that makes PyTorch's optimizer of `parameters`.

    Arguments that are switched off by default, here as in PyTorch, are left out.
    """
    fields = type(optimizer).model_fields
    keywords = ", ".join(
        f"{name}={value!r}"
        for name, value in arguments.items()
        if value or name not in fields or fields[name].default != value
    )
    return f"torch.optim.{optimizer.torch_class}({parameters}, {keywords})"


def rate_lines(schedule: ScheduleCode, arguments: dict[str, Any]) -> list[str]:
    """Return the lines that set rate and momentum of one step, where PyTorch has no such scheduler."""
    group = "optimizer.param_groups[0]"
    lines = [f'{group}["lr"] = {schedule.rate}']
    if schedule.momentum and "betas" in arguments:
        rest = ", ".join(map(repr, arguments["betas"][1:]))
        lines.append(f'{group}["betas"] = ({schedule.momentum}, {rest})')
    elif schedule.momentum:
        lines.append(f'{group}["momentum"] = {schedule.momentum}')
    return lines
