"""Small networks on data that are written down here, for tests of what is shown of networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from optexplorer.engine.gradient_sources import GradientSource
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.mlp import MLP
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer


def two_numbers() -> Dataset:
    """Two examples of one feature, with numbers to be predicted."""
    return Dataset(np.array([[0.5], [-1.0]]), np.array([1.0, 0.25]), "regression", ("x",), "y")


def corners(examples: int = 12, features: int = 2) -> Dataset:
    """Points in two classes: whether the first two features have the same sign."""
    k = np.arange(examples * features, dtype=np.float64).reshape(examples, features)
    inputs = np.sin(1.7 * k) + 0.3 * np.cos(0.9 * k * k)
    targets = (inputs[:, 0] * inputs[:, 1] > 0).astype(np.float64)
    targets[:2] = 0.0, 1.0
    names = tuple(f"x{i + 1}" for i in range(features))
    return Dataset(inputs, targets, "classification", names, "class", ("unlike", "alike"))


def network(data: Dataset, hidden: tuple[int, ...], **settings: Any) -> ModelLandscape:
    """Return the landscape of a network with these hidden layers."""
    model = MLP(hidden=hidden, **settings)
    landscape = ModelDefinition(data=Given.of(data), model=model).landscape()
    assert isinstance(landscape, ModelLandscape)
    return landscape


def experiment_with(
    landscape: ModelLandscape,
    start: tuple[float, ...] = (),
    *,
    steps: int = 5,
    lr: float = 0.1,
    source: GradientSource | None = None,
    **appearance: Any,
) -> Experiment:
    """Return gradient descent on a network, shown with network and anatomy unless told otherwise."""
    shown = {"network": True, "anatomy": True, **appearance}
    return Experiment(
        landscape=landscape.definition,
        racers=(Racer(optimizer=GradientDescent(lr=lr), source=source),),
        start=start,
        steps=steps,
        stop_when_converged=False,
        appearance=Appearance(**shown),
    )
