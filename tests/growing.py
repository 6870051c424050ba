"""Trajectories that grow, as those of a descent do, with steps of all lengths and numbers that are not finite."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optexplorer.engine.trajectory import Descent, TerminationReason, Trajectory

LENGTHS = (1, 2, 3, 10, 11, 75, 76, 299, 300, 301, 900, 2000)
"""Rows after which a trajectory is looked at."""


def wild_positions(seed: int, rows: int = LENGTHS[-1], coordinates: int = 2) -> np.ndarray:
    """Return positions in and around a domain from −6 to 6: long jumps, small steps, rests, and wild numbers."""
    random = np.random.default_rng(seed)
    steps = random.normal(size=(rows, coordinates)) * 10.0 ** random.integers(-9, 1, size=(rows, 1))
    steps[random.random(rows) < 0.1] = 0.0
    positions = np.cumsum(steps, axis=0) + random.choice([0.0, 4.0], size=(rows, 1))
    wild = random.random(rows) < 0.02
    positions[wild] = random.choice(
        [np.nan, np.inf, -np.inf, 1e300, -3e5, 6.0], size=(wild.sum(), coordinates)
    )
    return positions


def growing(positions: np.ndarray, lengths: tuple[int, ...] = LENGTHS) -> Iterator[Trajectory]:
    """Return the trajectories of one descent after these numbers of rows."""
    descent = Descent()
    loss = np.abs(positions).max(axis=1) - 2.0
    gradients, rates = -positions[::-1], np.ones(len(positions))
    for rows in lengths:
        yield Trajectory(
            positions[:rows],
            loss[:rows],
            gradients[:rows],
            rates[:rows],
            TerminationReason.RUNNING,
            tuple("xyzuvw"[: positions.shape[1]]),
            descent=descent,
        )
