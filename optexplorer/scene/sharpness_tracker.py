"""Computes the sharpness along the paths of an experiment's racers, where its chart shows it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from optexplorer.engine.sharpness import GrowingSharpness, Sharpness
from optexplorer.engine.trajectory import Descent, Trajectory
from optexplorer.experiment.experiment import Experiment

SharpnessCurves = Mapping[int, Sharpness]
"""By the numbers of the racers."""


class SharpnessTracker:
    """Remembers what it has computed of the descents that it was asked for last. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Descent, GrowingSharpness] = {}

    def curves(
        self,
        experiment: Experiment,
        trajectories: Sequence[Trajectory | None],
        should_stop: Callable[[], bool] = lambda: False,
        seconds: float = math.inf,
    ) -> dict[int, Sharpness]:
        """Return the sharpness along the visible racers' paths; nothing if the chart of `experiment` shows another quantity.

        Computes for about `seconds`, shared by the racers, and then returns what is known; the first call for a
        landscape may take longer, to derive its Hessian.
        """
        if experiment.appearance.chart != "stability":
            return {}
        shown = [
            (number, racer, trajectory)
            for number, (racer, trajectory) in enumerate(zip(experiment.racers, trajectories, strict=True))
            if racer.visible and trajectory is not None
        ]
        with self._lock:
            self._known = {
                trajectory.descent: self._known.get(trajectory.descent)
                or GrowingSharpness(experiment.run_spec(racer), experiment.steps)
                for _, racer, trajectory in shown
            }
            end, found = time.monotonic() + seconds, {}
            for place, (number, _, trajectory) in enumerate(shown):
                share = max(end - time.monotonic(), 0.0) / (len(shown) - place)
                found[number] = self._known[trajectory.descent].of(trajectory, should_stop, share)
            return found
