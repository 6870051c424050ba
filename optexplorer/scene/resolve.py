"""From the experiment and what has been computed to what one picture shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.diagnostics import StableRate, curvature_at, strictest_rate
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.schedules.base import Constant
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.anatomy import Anatomy, shown_racers
from optexplorer.scene.anatomy_marks import AnatomyMarks, phase_marks
from optexplorer.scene.camera import to_box
from optexplorer.scene.curvature_marks import CurvatureMarks, curvature_marks
from optexplorer.scene.fog import Footprint, footprint, visibility
from optexplorer.scene.ground import Ground
from optexplorer.scene.palette import faded
from optexplorer.scene.relief import Relief
from optexplorer.scene.scene import Dissection, Draped, Scene, Trail
from optexplorer.text import Text

Array = NDArray[np.float64]
MOST_PIECES = 64
"""Pieces into which one long step is cut to follow the surface."""


def drape(relief: Relief, trajectory: Trajectory) -> Draped:
    """Lay a trajectory on the surface, cutting long steps so that they follow its hills.

    Steps that cross the edge of the window are also cut there; what lies beyond has no ground.
    """
    points = trajectory.position[:, :2]
    x0, x1, y0, y1 = relief.window
    cell = np.array([relief.x[1] - relief.x[0], relief.y[1] - relief.y[0]])
    begin, step = points[:-1], np.diff(points, axis=0)
    with np.errstate(all="ignore"):
        low, high = (np.array([x0, y0]) - begin) / step, (np.array([x1, y1]) - begin) / step
        still = (step == 0) & (begin >= (x0, y0)) & (begin <= (x1, y1))
        enter = np.where(still, 0.0, np.minimum(low, high)).max(axis=1, initial=0.0)
        leave = np.where(still, 1.0, np.maximum(low, high)).min(axis=1, initial=1.0)
        crosses = enter < leave
        enter, leave = np.where(crosses, enter, 0.0), np.where(crosses, leave, 1.0)
        spans = (np.abs(step) / cell).max(axis=1) * (leave - enter)
    pieces = np.where(crosses, np.clip(np.nan_to_num(spans, nan=1.0), 1, MOST_PIECES), 1).astype(np.int64)
    lead, rest = (enter > 0).astype(np.int64), (leave < 1).astype(np.int64)
    counts = lead + pieces + rest
    index = np.concatenate([[0], np.cumsum(counts)])
    owner = np.repeat(np.arange(len(step)), counts)
    number = np.arange(index[-1]) - index[owner] + 1
    part = ((number - lead[owner]) / pieces[owner]).clip(0.0, 1.0)
    at = enter[owner] + part * (leave - enter)[owner]
    with np.errstate(all="ignore"):
        laid = begin[owner] + at[:, None] * step[owner]
    ends = number == counts[owner]
    laid[ends] = points[1:]
    edge = (
        ((number == 1) & (lead[owner] == 1)) | ((number == counts[owner] - 1) & (rest[owner] == 1))
    ) & ~ends
    laid[edge] = laid[edge].clip((x0, y0), (x1, y1))
    laid = np.concatenate([points[:1], laid])
    with np.errstate(all="ignore"):
        return Draped(to_box(relief, laid, relief.height_at(laid)), index)


def draped_on(ground: Ground, trajectory: Trajectory) -> Draped | None:
    """Lay a trajectory on the ground, if it has a surface."""
    return drape(ground, trajectory) if isinstance(ground, Relief) else None


def racer_names(experiment: Experiment) -> tuple[Text, ...]:
    """Return what the racers are called: their optimizers' names, told apart by rate where they agree."""
    titles = [racer.optimizer.title for racer in experiment.racers]
    return tuple(
        Text(f"{t.en} (lr {r.optimizer.lr:g})", f"{t.ja} (lr {r.optimizer.lr:g})")
        if titles.count(t) > 1
        else t
        for t, r in zip(titles, experiment.racers, strict=True)
    )


def resolve(
    experiment: Experiment,
    ground: Ground,
    trajectories: Sequence[Trajectory | None],
    playhead: int,
    draped: Mapping[Trajectory, Draped] | None = None,
    anatomies: Mapping[int, Anatomy] | None = None,
    footprints: Mapping[Trajectory, Footprint] | None = None,
) -> Scene:
    """Return the scene at `playhead`.

    Parameters
    ----------
    trajectories : one per racer, None while nothing of it has been computed
    playhead : the step to show; racers that ended before it stay at their last step
    draped : trajectories already laid on the surface, by identity; missing ones are laid now
    anatomies : of the racers whose steps are laid open, by their numbers; see `Anatomist`
    footprints : what the trajectories have seen in fog, by identity; missing ones are made now
    """
    known = draped or {}
    names = racer_names(experiment)
    # The light on a racer that is hidden, or gone, leaves the others in the dark for nothing.
    lit = [n for n, racer in enumerate(experiment.racers) if racer.visible and n == experiment.view.spotlight]
    spotlight = lit[0] if lit else None
    trails = [
        Trail(
            number=number,
            name=names[number],
            colour=racer.colour if spotlight is None or spotlight == number else faded(racer.colour),
            trajectory=trajectory,
            draped=known.get(trajectory) or draped_on(ground, trajectory),
            step=min(max(playhead, 0), trajectory.steps),
            stable_rate=_stable_rate(racer, ground, trajectory, playhead),
            strictest_rate=_strictest_rate(racer, trajectory),
        )
        for number, (racer, trajectory) in enumerate(zip(experiment.racers, trajectories, strict=True))
        if racer.visible and trajectory is not None
    ]
    length = max((trail.trajectory.steps for trail in trails), default=0)
    seen = None
    if experiment.view.fog > 0:
        prints = footprints or {}
        seen = visibility(
            ground,
            (
                (prints.get(t.trajectory) or footprint(ground, t.trajectory, experiment.view.fog), t.step)
                for t in trails
            ),
        )
    return Scene(
        ground=ground,
        trails=tuple(trails),
        start=experiment.start,
        playhead=min(max(playhead, 0), length),
        length=length,
        view=experiment.view,
        anatomies=tuple(_dissections(experiment, ground, trails, anatomies or {})),
        seen=seen,
        curvature=_curvature(ground, trails, spotlight) if experiment.view.curvature else None,
    )


def _stable_rate(racer: Racer, ground: Ground, trajectory: Trajectory, playhead: int) -> float | None:
    """Return the largest stable rate of plain gradient descent at the playhead; None for other racers.

    With momentum the limit is another, and with a schedule the rate that is set is not the one that is used.
    """
    decay = _weight_decay(racer)
    if decay is None:
        return None
    step = min(max(playhead, 0), trajectory.steps)
    curvature = curvature_at(ground.landscape, trajectory.position[step])
    return None if curvature is None else curvature.stable_rate(decay)


def _strictest_rate(racer: Racer, trajectory: Trajectory) -> StableRate | None:
    """Return the smallest of these rates along the whole path."""
    decay = _weight_decay(racer)
    return None if decay is None else strictest_rate(trajectory, decay)


def _weight_decay(racer: Racer) -> float | None:
    """Return the weight decay of plain gradient descent at one rate, None for other racers."""
    optimizer = racer.optimizer
    if (
        not isinstance(optimizer, GradientDescent)
        or optimizer.ascends
        or not isinstance(racer.schedule, Constant)
    ):
        return None
    return optimizer.weight_decay


def _curvature(ground: Ground, trails: Sequence[Trail], spotlight: int | None) -> CurvatureMarks | None:
    """Return the curvature at the head of the racer in the spotlight, or of the first."""
    chosen = next((trail for trail in trails if spotlight in (None, trail.number)), None)
    if chosen is None or not isinstance(ground, Relief):
        return None
    x0, x1, y0, y1 = ground.window
    x, y = chosen.head.tolist()
    curvature = curvature_at(ground.landscape, chosen.head) if x0 <= x <= x1 and y0 <= y <= y1 else None
    return None if curvature is None else curvature_marks(ground, chosen.number, chosen.colour, curvature)


def _dissections(
    experiment: Experiment, ground: Ground, trails: Sequence[Trail], anatomies: Mapping[int, Anatomy]
) -> Iterator[Dissection]:
    if not experiment.view.anatomy:
        return
    by_number = {trail.number: trail for trail in trails}
    for number in shown_racers(experiment):
        if number not in by_number or number not in anatomies:
            continue
        anatomy, phase = anatomies[number], experiment.view.phase
        phase = None if phase is None else min(phase, len(anatomy.phases) - 1)
        window = ground.window if isinstance(ground, Relief) else None
        marks = AnatomyMarks((), None) if window is None else phase_marks(anatomy, phase, window)
        yield Dissection(by_number[number], anatomy, phase, marks)
