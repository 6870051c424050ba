"""The experiment with which the program opens."""

from __future__ import annotations

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.adaptive import Adagrad, RMSprop
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum, Nesterov
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer


def default_experiment() -> Experiment:
    """Return a race in which the optimizers differ at a glance."""
    optimizers: tuple[Optimizer, ...] = (
        GradientDescent(lr=0.001),
        Momentum(lr=0.001),
        Nesterov(lr=0.001),
        Adagrad(lr=0.5),
        RMSprop(lr=0.02),
        Adam(lr=0.1),
    )
    racers = tuple(Racer(optimizer=optimizer) for optimizer in optimizers)
    return Experiment(landscape="beale", racers=racers, steps=300)
