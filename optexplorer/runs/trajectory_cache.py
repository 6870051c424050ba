"""A cache of finished trajectories, keyed by the values that they were computed from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import Trajectory

MOST_TRAJECTORIES = 200
MOST_NUMBERS = 4_000_000
"""Float64 numbers that all kept trajectories together may hold: 32 MB."""


@dataclass(frozen=True)
class RunKey:
    """Everything that a trajectory depends on."""

    run_spec: RunSpec
    start: tuple[float, ...]
    steps: int
    criteria: StoppingCriteria


class TrajectoryCache:
    """Keeps finished trajectories; those that were not asked for longest are dropped first. Threads may share it."""

    def __init__(self, most_trajectories: int = MOST_TRAJECTORIES, most_numbers: int = MOST_NUMBERS) -> None:
        self._most_trajectories, self._most_numbers = most_trajectories, most_numbers
        self._kept: OrderedDict[RunKey, Trajectory] = OrderedDict()
        self._numbers = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: RunKey) -> Trajectory | None:
        """Return the trajectory of `key`, or None if it is not kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: RunKey, trajectory: Trajectory) -> None:
        """Keep a finished trajectory; the newest is always kept, however large it is."""
        with self._lock:
            replaced = self._kept.pop(key, None)
            self._numbers += _size(trajectory) - (0 if replaced is None else _size(replaced))
            self._kept[key] = trajectory
            while len(self._kept) > 1 and (
                len(self._kept) > self._most_trajectories or self._numbers > self._most_numbers
            ):
                _, dropped = self._kept.popitem(last=False)
                self._numbers -= _size(dropped)


def _size(trajectory: Trajectory) -> int:
    """Return how many numbers a trajectory holds."""
    rows = len(trajectory.loss)
    return 2 * len(trajectory.kept_steps) * len(trajectory.variables) + (2 + len(trajectory.measures)) * rows
