"""What the tests of lessons and of the gallery share, to find claims that rest on rounding."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optexplorer.engine.descent import trajectory
from optexplorer.engine.rounding import rounding_sensitivity
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment

START_MOVES = (0.0, 1e-9, -1e-9)
"""What is added to every coordinate of every start: no claim may notice it."""


def paths(experiment: Experiment, moved: float = 0.0) -> Iterator[Trajectory]:
    """Yield the path of each racer, from its start moved along all coordinates."""
    for racer in experiment.racers:
        start = np.array(experiment.start_of(racer), dtype=np.float64) + moved
        yield trajectory(experiment.run_spec(racer), start, experiment.steps, end=experiment.end_rule())


def chaotic_racers(experiment: Experiment) -> list[int]:
    """Return the numbers, from 1, of the racers whose paths come to depend on rounding before they end."""
    chaotic = []
    for number, (racer, path) in enumerate(zip(experiment.racers, paths(experiment), strict=True), 1):
        step = rounding_sensitivity(experiment.run_spec(racer), experiment.start_of(racer), experiment.steps)
        if step is not None and step <= path.steps:
            chaotic.append(number)
    return chaotic
