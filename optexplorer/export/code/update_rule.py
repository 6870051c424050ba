"""The update rule of a racer and its schedule, written out in NumPy."""

from __future__ import annotations

from typing import NamedTuple

from optexplorer.engine.schedules.base import Constant
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import Extraction
from optexplorer.export.code.schedules import moved_by_schedule


class RuleCode(NamedTuple):
    """The part of a NumPy script that takes steps: lines before the loop, and lines of one step.

    The loop's lines read the gradient `g` of step number `step`; they end with the step taken.
    """

    setup: list[str]
    loop: list[str]


def rule_code(
    racer: Racer, rows: int, parts: Extraction, *, plain: bool, point: str = "x", loss: str = "loss(*x)"
) -> RuleCode:
    """Return the code by which a racer whose run has `rows` points moves the array called `point`.

    Parameters
    ----------
    plain : whether the optimizer needs the gradient alone; else it is bound to the script's `landscape`
    loss : Python text for the loss before the step, which some schedules watch

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If the rule cannot be written as a script.
    """
    moved = moved_by_schedule(racer, rows)
    name = parts.model(racer.optimizer, ("init", "update") if plain else ("init", "bind"), moved)
    setup, loop = [f"optimizer = {name}()"], []
    if plain and racer.optimizer.ascends:
        loop.append("g = -g")
    if not plain:
        setup.append("update = optimizer.bind(landscape)")
    _add_schedule(RuleCode(setup, loop), racer, rows, parts, moved, plain, point, loss)
    setup.append(f"state = optimizer.init({point})")
    loop.append(f"{point} = {point} + change")
    return RuleCode(setup, loop)


def _add_schedule(
    code: RuleCode,
    racer: Racer,
    rows: int,
    parts: Extraction,
    moved: tuple[str, ...],
    plain: bool,
    point: str,
    loss: str,
) -> None:
    schedule, update = racer.schedule, "optimizer.update" if plain else "update"
    change = f"change, state = {update}(g, state, {point}, {{}})"
    if schedule == Constant():
        code.loop.append(change.format("optimizer.lr"))
        return
    if schedule.closed_loop:
        name = parts.model(schedule, ("begin", "rate", "observe"))
        code.setup.extend([f"schedule = {name}()", f"watch = schedule.begin(optimizer.lr, {rows})"])
        code.loop.extend([change.format("schedule.rate(watch)"), f"watch = schedule.observe(watch, {loss})"])
        return
    name = parts.model(schedule, ("rates", "momenta") if moved else ("rates",))
    code.setup.extend([f"schedule = {name}()", f"rates = schedule.rates(optimizer.lr, {rows})"])
    if moved:
        (field,) = moved
        code.setup.extend([f"momenta = schedule.momenta({rows})", f"optimizer.{field} = momenta[0]"])
        code.loop.append(f"optimizer.{field} = momenta[step]")
    code.loop.append(change.format("rates[step]"))
