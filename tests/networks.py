"""Small networks and examples for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.predictors.base import Examples
from optexplorer.engine.landscapes.models.predictors.mlp import MLP
from optexplorer.engine.landscapes.models.predictors.network.predictor import NetworkPredictor


def dataset(task: Any = "classification", examples: int = 8, features: int = 3, classes: int = 3) -> Dataset:
    """Return random examples, of classification some of each class."""
    random = np.random.default_rng(examples + 100 * features)
    inputs = random.standard_normal((examples, features))
    names = tuple(f"x{i + 1}" for i in range(features))
    if task == "regression":
        return Dataset(inputs, random.standard_normal(examples), task, names, "y")
    kinds = tuple(f"class {i}" for i in range(classes))
    return Dataset(inputs, np.arange(examples) % float(classes), task, names, "class", kinds)


def network(
    task: Any = "classification", examples: int = 8, features: int = 3, classes: int = 3, **settings: Any
) -> tuple[NetworkPredictor, Examples]:
    """Return a network for random examples, and these."""
    data = dataset(task, examples, features, classes)
    return MLP(**settings).predictor(data), Examples(data.inputs, data.targets)
