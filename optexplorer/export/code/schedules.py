"""Code of a racer's schedule, for libraries that have no equivalent."""

from __future__ import annotations

from dataclasses import dataclass, field

from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import Extraction


@dataclass
class ScheduleCode:
    """The part of a script that gives the learning rate of step number `step`.

    `rate` is Python text for it; `momentum` for the `momentum` or `beta1` of that step, if the schedule moves it.
    `after` follows a step; it reads the loss before the step, whose text is given to `schedule_code`.
    """

    setup: list[str]
    rate: str
    momentum: str = ""
    after: list[str] = field(default_factory=list)


def schedule_code(racer: Racer, rows: int, parts: Extraction, loss: str) -> ScheduleCode:
    """Return the schedule of a racer whose run has `rows` points.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If it cannot be written as a script.
    """
    schedule, lr = racer.schedule, racer.optimizer.lr
    if schedule.closed_loop:
        name = parts.model(schedule, ("begin", "rate", "observe"))
        setup = [f"schedule = {name}()", f"watch = schedule.begin({lr!r}, {rows})"]
        return ScheduleCode(
            setup, "float(schedule.rate(watch))", after=[f"watch = schedule.observe(watch, {loss})"]
        )
    moved = moved_by_schedule(racer, rows)
    name = parts.model(schedule, ("rates", "momenta") if moved else ("rates",))
    setup = [f"schedule = {name}()", f"rates = schedule.rates({lr!r}, {rows}).tolist()"]
    if not moved:
        return ScheduleCode(setup, "rates[step]")
    setup.append(f"momenta = schedule.momenta({rows}).tolist()")
    return ScheduleCode(setup, "rates[step]", "momenta[step]")


def moved_by_schedule(racer: Racer, rows: int) -> tuple[str, ...]:
    """Return the name of the hyperparameter beside lr that the racer's schedule moves, if any."""
    fields = type(racer.optimizer).model_fields
    names = tuple(name for name in ("beta1", "momentum") if name in fields)[:1]
    return names if racer.schedule.momenta(rows) is not None else ()
