"""From the experiment and what has been computed to what one picture shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.camera import to_box
from optexplorer.scene.ground import Ground
from optexplorer.scene.relief import Relief
from optexplorer.scene.scene import Draped, Scene, Trail
from optexplorer.text import Text

Array = NDArray[np.float64]
MOST_PIECES = 64
"""Pieces into which one long step is cut to follow the surface."""


def drape(relief: Relief, trajectory: Trajectory) -> Draped:
    """Lay a trajectory on the surface, cutting long steps so that they follow its hills."""
    points = trajectory.position[:, :2]
    cell = np.array([relief.x[1] - relief.x[0], relief.y[1] - relief.y[0]])
    with np.errstate(all="ignore"):
        spans = np.abs(np.diff(points, axis=0)) / cell
    pieces = np.clip(np.nan_to_num(spans.max(axis=1), nan=1.0), 1, MOST_PIECES).astype(np.int64)
    index = np.concatenate([[0], np.cumsum(pieces)])
    at = np.arange(index[-1] + 1)
    laid = np.stack([np.interp(at, index, points[:, i]) for i in range(2)], axis=1)
    box = to_box(relief, laid, relief.height_at(laid))
    return Draped(box, index)


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
) -> Scene:
    """Return the scene at `playhead`.

    Parameters
    ----------
    trajectories : one per racer, None while nothing of it has been computed
    playhead : the step to show; racers that ended before it stay at their last step
    draped : trajectories already laid on the surface, by identity; missing ones are laid now
    """
    known = draped or {}
    names = racer_names(experiment)
    trails = [
        Trail(
            number=number,
            name=names[number],
            colour=racer.colour,
            trajectory=trajectory,
            draped=known.get(trajectory) or draped_on(ground, trajectory),
            step=min(max(playhead, 0), trajectory.steps),
        )
        for number, (racer, trajectory) in enumerate(zip(experiment.racers, trajectories, strict=True))
        if racer.visible and trajectory is not None
    ]
    length = max((trail.trajectory.steps for trail in trails), default=0)
    return Scene(
        ground=ground,
        trails=tuple(trails),
        start=experiment.start,
        playhead=min(max(playhead, 0), length),
        length=length,
        view=experiment.view,
    )
