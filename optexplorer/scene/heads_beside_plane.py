"""The losses at the points of a plane that are nearest to the racers' heads: computed, so never part of `resolve`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.samples.landscape_samples import LandscapeSamples
from optexplorer.scene.samples.plane_section import PlaneSection

PlaneLosses = Mapping[int, float]
"""By the numbers of the racers, the loss at the nearest point of the plane to the head."""


def losses_on_plane(
    experiment: Experiment,
    trajectories: Sequence[Trajectory | None],
    samples: LandscapeSamples | None,
    playhead: int,
) -> dict[int, float]:
    """Return the losses on the plane beneath the heads of the visible racers; none where no plane is drawn."""
    section = None if samples is None else samples.landscape
    if not isinstance(section, PlaneSection):
        return {}
    found = {}
    for number, (racer, trajectory) in enumerate(zip(experiment.racers, trajectories, strict=True)):
        if not racer.visible or trajectory is None:
            continue
        head = trajectory.position_at(min(max(playhead, 0), trajectory.steps))
        with np.errstate(all="ignore"):
            found[number] = float(section.value(np.array(section.coordinates(head))))
    return found
