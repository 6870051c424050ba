"""Linear regression on many features: a model of many parameters, whose losses are known exactly."""

from __future__ import annotations

import numpy as np

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.predictors.linear import Linear
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer


def regression(features: int = 24, examples: int = 200, seed: int = 3) -> ModelDefinition:
    """Return a linear model of `features` + 1 parameters; its losses are costly where features × examples are many."""
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(examples, features)) * np.linspace(0.3, 1.5, features)
    targets = inputs @ random.normal(size=features) + 0.1 * random.normal(size=examples)
    names = tuple(f"x{k}" for k in range(features))
    return ModelDefinition(data=Given.of(Dataset(inputs, targets, "regression", names, "y")), model=Linear())


def race(steps: int = 40, features: int = 24, examples: int = 200) -> Experiment:
    """Return two racers on such a model."""
    racers = (Racer(optimizer=GradientDescent(lr=0.05)), Racer(optimizer=Adam(lr=0.1)))
    return Experiment(landscape=regression(features, examples), racers=racers, steps=steps)
