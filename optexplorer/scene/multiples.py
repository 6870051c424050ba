"""Small multiples: the same experiment at nine learning rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optexplorer.engine.declaration import with_clamped
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.computed import Computed, compute

FACTORS = tuple(10 ** (k / 4 - 1) for k in range(9))
"""From a tenth to ten times the rates of the race, evenly on a logarithmic scale; the middle one is the race itself."""


@dataclass(frozen=True, eq=False)
class Multiple:
    """The race with all its learning rates multiplied by `factor`."""

    factor: float
    computed: Computed


def with_factor(experiment: Experiment, factor: float) -> Experiment:
    """Return the experiment with the rates of its visible racers multiplied.

    They are rounded to three digits and kept within the bounds that their optimizers declare.
    """
    if factor == 1:
        return experiment
    racers = (_multiplied(racer, factor) if racer.visible else racer for racer in experiment.racers)
    return experiment.evolve(racers=tuple(racers))


def _multiplied(racer: Racer, factor: float) -> Racer:
    lr = float(f"{racer.optimizer.lr * factor:.3g}")
    return racer.evolve(optimizer=with_clamped(racer.optimizer, "lr", lr))


def compute_multiples(
    experiment: Experiment, should_stop: Callable[[], bool] = lambda: False
) -> tuple[Multiple, ...]:
    """Compute the race at all nine rates, on the same samples of the landscape: on a plane, that of the race itself.

    Raises
    ------
    ValueError
        If a racer cannot be run.
    """
    samples = compute(experiment, should_stop).samples
    visible = [number for number, racer in enumerate(experiment.racers) if racer.visible]
    return tuple(
        Multiple(
            factor,
            compute(with_factor(experiment, factor), should_stop, samples=samples, racers=visible),
        )
        for factor in FACTORS
    )
