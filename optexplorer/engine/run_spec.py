"""Everything that the path of a racer depends on, except its start."""

from __future__ import annotations

from dataclasses import dataclass

from optexplorer.engine.gradient_sources import GradientSource
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.schedules.base import Constant, Schedule


@dataclass(frozen=True)
class RunSpec:
    """Everything that the path of a racer depends on, except its start.

    `source` None is the optimizer's own: noisy gradients if it is stochastic, else exact ones.
    """

    landscape: Landscape
    optimizer: Optimizer
    schedule: Schedule = Constant()
    source: GradientSource | None = None
    seed: int = 0
    stream: int = 0
