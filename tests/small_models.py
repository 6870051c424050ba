"""A small classifier and data for tests of what is shown of predictions; no catalogue knows them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.landscapes.models.data.base import Dataset, Task
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.base import Examples, Model, Predictor
from optexplorer.text import Text

Array = NDArray[np.float64]


class SoftmaxPredictor(Predictor):
    """Softmax of features times weights (features, classes); with `square`, of the features and their squares."""

    task: Task = "classification"

    def __init__(self, features: int, classes: int, square: bool) -> None:
        self._rows = features * (1 + square) + 1
        self._square, self.outputs = square, classes
        self.blocks = (Block("weight", (self._rows, classes)),)

    def initial(self) -> Array:
        return np.zeros(self.dimension)

    def _design(self, inputs: Array) -> Array:
        ones = np.ones((len(inputs), 1))
        return np.hstack([inputs, inputs**2, ones] if self._square else [inputs, ones])

    def predict(self, theta: Array, inputs: Array, reference: Array | None = None) -> Array:
        scores = self._design(inputs) @ theta.reshape(self._rows, self.outputs)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities: Array = weights / weights.sum(axis=1, keepdims=True)
        return probabilities

    def loss(self, theta: Array, examples: Examples) -> float:
        p = self.predict(theta, examples.inputs)
        chosen = p[np.arange(len(p)), examples.targets.astype(int)]
        return float(-np.log(chosen).mean())

    def loss_and_gradient(
        self, theta: Array, examples: Examples, mask_seed: int | None = None
    ) -> tuple[float, Array]:
        p = self.predict(theta, examples.inputs)
        one_hot = np.eye(self.outputs)[examples.targets.astype(int)]
        gradient = self._design(examples.inputs).T @ (p - one_hot) / len(p)
        return self.loss(theta, examples), gradient.ravel()

    def hessian_product(self, theta: Array, direction: Array, examples: Examples) -> Array:
        p, design = self.predict(theta, examples.inputs), self._design(examples.inputs)
        moved = design @ direction.reshape(self._rows, self.outputs)
        bent = p * (moved - (p * moved).sum(axis=1, keepdims=True))
        product: Array = (design.T @ bent / len(p)).ravel()
        return product


class Softmax(Model):
    id: ClassVar[str] = "softmax-of-tests"
    title: ClassVar[Text] = Text("Softmax", "ソフトマックス")
    idea: ClassVar[Text] = Text("Softmax of weighted features.", "特徴量の重み付き和のソフトマックス。")
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)
    square: bool = False

    def predictor(self, data: Dataset) -> Predictor:
        return SoftmaxPredictor(data.features, len(data.classes), self.square)

    def latex(self, data: Dataset) -> str:
        return r"-\log p"


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


def classifier(data: Dataset, *, square: bool = False, held_out: float = 0.0) -> ModelLandscape:
    """Return the landscape of a softmax classifier on these data."""
    return ModelDefinition(
        data=Given.of(data), model=Softmax(square=square), held_out=held_out, name=Text("Test", "テスト")
    ).landscape()
