"""Small data and classifiers for tests of what is shown of predictions."""

from __future__ import annotations

import numpy as np

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.mlp import MLP
from optexplorer.text import Text


def blobs(
    classes: int = 2,
    examples: int = 90,
    features: int = 2,
    image_shape: tuple[int, int] | None = None,
    spread: float = 0.7,
) -> Dataset:
    """Return clouds of examples around places on a circle, one for each class."""
    random = np.random.default_rng(1)
    targets = np.arange(examples) % classes
    turns = 2 * np.pi * np.arange(classes) / classes
    centres = np.column_stack(
        [np.cos(turns), np.sin(turns), *(np.cos(turns * k) for k in range(2, features))]
    )
    inputs = 2 * centres[targets, :features] + spread * random.standard_normal((examples, features))
    names = tuple(f"x{k + 1}" for k in range(features))
    kinds = tuple(chr(ord("A") + k) for k in range(classes))
    return Dataset(inputs, targets.astype(float), "classification", names, "class", kinds, image_shape)


def classifier(data: Dataset, *, hidden: tuple[int, ...] = (), held_out: float = 0.0) -> ModelLandscape:
    """Return the landscape of a network on these data; without hidden layers, of softmax regression."""
    return ModelDefinition(
        data=Given.of(data), model=MLP(hidden=hidden), held_out=held_out, name=Text("Test", "テスト")
    ).landscape()
