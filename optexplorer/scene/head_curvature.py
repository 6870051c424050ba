"""The curvature at the racers' heads: costly where derivatives are not derived yet, so never part of `resolve`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optexplorer.engine.diagnostics import Curvature, StableRate, curvature_at, strictest_rate
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.schedules.base import Constant
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.samples.plane_section import PlaneSection

MOST_COORDINATES = 64
"""Of more coordinates, Hessian and eigenvalues take too long to follow the playhead."""


@dataclass(frozen=True, eq=False)
class HeadCurvature:
    """The curvature at one racer's head.

    Attributes
    ----------
    whole : of the landscape in all its coordinates, where the racer's largest stable rate depends on it
    drawn : of what map or curve shows of it, where its quadratic model is drawn
    strictest : the smallest stable rate along the racer's whole path, and where it holds
    """

    whole: Curvature | None = None
    drawn: Curvature | None = None
    strictest: StableRate | None = None


HeadCurvatures = Mapping[int, HeadCurvature]
"""By the numbers of the racers."""


def has_stable_rate(racer: Racer) -> bool:
    """Return whether 2/λmax is the racer's largest stable rate: plain gradient descent at one rate.

    With momentum the limit is another, and with a schedule the rate that is set is not the one that is used.
    """
    optimizer = racer.optimizer
    plain = isinstance(optimizer, GradientDescent) and not optimizer.ascends
    return plain and isinstance(racer.schedule, Constant)


def marked_racer(experiment: Experiment, trajectories: Sequence[Trajectory | None]) -> int | None:
    """Return the number of the racer at whose head the curvature is drawn: in the spotlight, or the first visible."""
    visible = [number for number, racer in enumerate(experiment.racers) if racer.visible]
    spotlight = experiment.appearance.spotlight
    candidates = [number for number in visible if number == spotlight] or visible
    return next((number for number in candidates if trajectories[number] is not None), None)


def head_curvatures(
    experiment: Experiment,
    trajectories: Sequence[Trajectory | None],
    playhead: int,
    drawn: Landscape | None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[int, HeadCurvature]:
    """Return the curvatures that a scene of `experiment` at `playhead` shows; `drawn` is what map or curve show of it.

    The first call for a landscape may derive its Hessian, which takes up to seconds. Once `should_stop` says so,
    what is missing is left out.
    """
    landscape = experiment.resolve_landscape()
    if landscape.dimension > MOST_COORDINATES:
        return {}
    marked = marked_racer(experiment, trajectories) if experiment.appearance.curvature else None
    drawn = drawn if marked is not None else None
    found = {}
    for number, (racer, trajectory) in enumerate(zip(experiment.racers, trajectories, strict=True)):
        needs_whole, needs_drawn = has_stable_rate(racer), number == marked and drawn is not None
        if trajectory is None or not racer.visible or not (needs_whole or needs_drawn):
            continue
        if should_stop():
            break
        head = trajectory.position_at(min(max(playhead, 0), trajectory.steps))
        same = not isinstance(drawn, PlaneSection)
        whole = curvature_at(landscape, head) if needs_whole or same else None
        shown = whole if same else _section_curvature(drawn, head)
        found[number] = HeadCurvature(
            whole if needs_whole else None,
            shown if needs_drawn else None,
            _strictest_rate(racer, trajectory, should_stop) if needs_whole else None,
        )
    return found


def _strictest_rate(
    racer: Racer, trajectory: Trajectory, should_stop: Callable[[], bool]
) -> StableRate | None:
    assert isinstance(racer.optimizer, GradientDescent)
    return strictest_rate(trajectory, racer.optimizer.weight_decay, should_stop)


def _section_curvature(drawn: Landscape | None, head: np.ndarray) -> Curvature | None:
    """Return the curvature of a section at the point of its plane that is nearest to `head`."""
    if not isinstance(drawn, PlaneSection) or not np.isfinite(head).all():
        return None
    return curvature_at(drawn, np.array(drawn.coordinates(head)))
