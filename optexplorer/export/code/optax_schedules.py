"""Maps a racer's schedule to optax's schedules."""

from __future__ import annotations

from collections import Counter

from optexplorer.engine.schedules.base import Constant, Schedule
from optexplorer.engine.schedules.cycles import Cosine, CosineRestarts
from optexplorer.engine.schedules.decay import Exponential, InverseSqrt, Linear, MultiStep, Polynomial, Step
from optexplorer.engine.schedules.warmup import Warmup

_MOST_WAVES = 8


def optax_schedule(schedule: Schedule, lr: float, rows: int) -> str | None:
    """Return Python text for the rate or schedule that optax takes, of a run of `rows` points.

    None where optax has no schedule that gives the same rates.
    """
    match schedule:
        case Constant(factor=1.0):
            return repr(lr)
        case Constant(total_iters=total) if total:
            return f"optax.piecewise_constant_schedule({lr * schedule.factor!r}, {{{total}: {1 / schedule.factor!r}}})"
        case Step(step_size=size, gamma=gamma):
            return f"optax.exponential_decay({lr!r}, {size}, {gamma!r}, staircase=True)"
        case Exponential(gamma=gamma):
            return f"optax.exponential_decay({lr!r}, 1, {gamma!r})"
        case MultiStep(milestones=milestones, gamma=gamma):
            scales = {milestone: gamma**count for milestone, count in Counter(milestones).items()}
            return f"optax.piecewise_constant_schedule({lr!r}, {scales!r})"
        case Linear(start_factor=start, end_factor=end, total_iters=total):
            return f"optax.linear_schedule({lr * start!r}, {lr * end!r}, {total})"
        case Polynomial(power=power, total_iters=total):
            return f"optax.polynomial_schedule({lr!r}, 0.0, {power!r}, {total})"
        case InverseSqrt(timescale=timescale):
            return f"lambda step: {lr!r}*(1 + step/{timescale})**-0.5"
        case Cosine():
            length = schedule.T_max or max(rows - 1, 1)
            # After its end optax's cosine stays at the bottom, this one rises again.
            return _cosine(lr, schedule.eta_min, length) if length >= rows - 2 else None
        case CosineRestarts():
            return _restarts(schedule, lr, rows)
        case Warmup():
            return _warmup(schedule, lr, rows)
    return None


def _cosine(lr: float, lowest: float, length: int) -> str:
    alpha = f", alpha={lowest / lr!r}" if lowest else ""
    return f"optax.cosine_decay_schedule({lr!r}, {length}{alpha})"


def _restarts(schedule: CosineRestarts, lr: float, rows: int) -> str | None:
    waves: list[str] = []
    ends, length = [0], schedule.T_0
    while not waves or ends[-1] < rows - 1:
        if len(waves) == _MOST_WAVES:
            return None
        waves.append(_cosine(lr, schedule.eta_min, length))
        ends.append(ends[-1] + length)
        length *= schedule.T_mult
    return _joined(waves, ends[1:-1])


def _warmup(schedule: Warmup, lr: float, rows: int) -> str | None:
    rise = schedule.total_iters
    rest = optax_schedule(schedule.then, lr, max(rows - rise, 1))
    if rest is None:
        return None
    if rest == repr(lr):
        return f"optax.linear_schedule({lr * schedule.start_factor!r}, {lr!r}, {rise})"
    return _joined([f"optax.linear_schedule({lr * schedule.start_factor!r}, {lr!r}, {rise})", rest], [rise])


def _joined(schedules: list[str], boundaries: list[int]) -> str:
    if len(schedules) == 1:
        return schedules[0]
    return f"optax.join_schedules([{', '.join(schedules)}], {boundaries})"
