"""Everything that the path of a racer depends on, except its start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optexplorer.engine.gradient_sources import default_for
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.schedules.base import Constant, Schedule


@dataclass(frozen=True)
class RunSpec:
    """Everything that the path of a racer depends on, except its start.

    `source` None is the optimizer's own (see `gradient_source`).
    """

    landscape: Landscape
    optimizer: Optimizer
    schedule: Schedule = Constant()
    source: GradientSource | None = None
    seed: int = 0
    stream: int = 0

    @property
    def gradient_source(self) -> GradientSource:
        """Where gradients come from: the source that is set, or the one that suits optimizer and landscape."""
        return self.source or default_for(self.optimizer, self.landscape)

    def random(self, seed: int | None = None) -> np.random.Generator:
        """Return the racer's own random stream, at its beginning; `seed` takes the place of its own."""
        entropy = self.seed if seed is None else seed
        return np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=(self.stream,)))
