"""Maps a racer's schedule to PyTorch's schedulers."""

from __future__ import annotations

from typing import Any

from optexplorer.engine.schedules.base import Constant, Schedule
from optexplorer.engine.schedules.cycles import Cosine, Cyclic, OneCycle
from optexplorer.engine.schedules.decay import InverseSqrt
from optexplorer.engine.schedules.plateau import Plateau
from optexplorer.engine.schedules.warmup import Warmup
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.schedules import moved_by_schedule

_MODULE = "torch.optim.lr_scheduler"


def scheduler_of(racer: Racer, rows: int) -> str | None:
    """Return Python text that makes PyTorch's scheduler for a run of `rows` points.

    Empty for a constant rate; None where PyTorch has no scheduler that gives the same rates.
    """
    schedule = racer.schedule
    if schedule == Constant():
        return ""
    moves = bool(moved_by_schedule(racer, rows))
    if isinstance(schedule, Warmup):
        return _warmup(schedule, racer, rows, moves)
    return _single(schedule, racer.optimizer.lr, rows, moves)


def _warmup(schedule: Warmup, racer: Racer, rows: int, moves: bool) -> str | None:
    then, rise = schedule.then, schedule.total_iters
    rest = _single(then, racer.optimizer.lr, max(rows - rise, 1), moves)
    if then.closed_loop or moves or rest is None:
        return None
    first = f"LinearLR(optimizer, start_factor={schedule.start_factor!r}, total_iters={rise})"
    return f"{_MODULE}.SequentialLR(optimizer, [{_MODULE}.{first}, {rest}], milestones=[{rise}])"


def _single(schedule: Schedule, lr: float, rows: int, moves: bool) -> str | None:
    arguments: dict[str, Any] = schedule.model_dump()
    if isinstance(schedule, InverseSqrt):
        return f"{_MODULE}.LambdaLR(optimizer, lambda step: (1 + step/{schedule.timescale})**-0.5)"
    if schedule.torch_class is None:
        return None
    if isinstance(schedule, Cosine):
        arguments["T_max"] = schedule.T_max or max(rows - 1, 1)
    if isinstance(schedule, OneCycle):
        total = schedule.total_steps or max(rows - 1, 1)
        if total < rows - 1 or not _has_phases(schedule, total):
            return None
        arguments |= {"total_steps": total, "max_lr": schedule.max_lr or lr, "cycle_momentum": moves}
    if isinstance(schedule, Cyclic):
        arguments |= {
            "max_lr": schedule.max_lr or lr,
            "step_size_down": schedule.step_size_down or None,
            "cycle_momentum": moves,
        }
    if isinstance(schedule, Plateau):
        arguments = {key: value for key, value in arguments.items() if value != 0 or key != "min_lr"}
    keywords = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return f"{_MODULE}.{schedule.torch_class}(optimizer, {keywords})"


def _has_phases(schedule: OneCycle, total: int) -> bool:
    """Whether each phase takes some time; otherwise PyTorch's OneCycleLR divides by zero or goes backwards."""
    rise = schedule.pct_start * total
    return rise > 1 and (2 * rise - 1 if schedule.three_phase else rise) < total
