"""One neuron: a weighted sum of one feature, bent by an activation."""

from __future__ import annotations

from typing import ClassVar, Literal, get_args

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, Task
from optexplorer.engine.landscapes.models.predictors.base import Array, Examples, Model, Predictor
from optexplorer.engine.landscapes.models.predictors.framing import MARGIN, SATURATED, around_zero
from optexplorer.engine.landscapes.models.predictors.network.activations import ACTIVATION_WORDS, ACTIVATIONS
from optexplorer.engine.landscapes.models.predictors.requirements import need_one_feature
from optexplorer.engine.landscapes.models.predictors.weighted_sum import WeightedSumPredictor
from optexplorer.text import Text

NeuronActivation = Literal["tanh", "sigmoid", "relu"]

START = (-1.5, 1.0)
"""A slope of the wrong sign for data that rise: the way leads along a plateau."""


class NeuronPredictor(WeightedSumPredictor):
    """Predicts φ(w x + b); an error costs its square."""

    task: Task = "regression"

    def __init__(self, activation: NeuronActivation) -> None:
        super().__init__(1, bias=True)
        self._activation = ACTIVATIONS[activation]

    def initial(self) -> Array:
        # Not zero, where a ReLU is dead.
        return np.array(START)

    def each(self, scores: Array, targets: Array) -> Array:
        return np.square(self._activation.value(scores) - targets)

    def each_and_slopes(self, scores: Array, targets: Array) -> tuple[Array, Array]:
        values, slopes = self._activation.value_and_slope(scores)
        errors = values - targets
        return np.square(errors), 2.0 * errors * slopes

    def bends(self, scores: Array, targets: Array) -> Array:
        values, slopes = self._activation.value_and_slope(scores)
        return 2.0 * (slopes * slopes + (values - targets) * self._activation.bend(scores))

    def predict(self, theta: Array, inputs: Array, reference: Array | None = None) -> Array:
        return self._activation.value(self.scores(theta[:, np.newaxis], inputs)).T


class Neuron(Model):
    """One neuron: y = φ(w x + b)."""

    id: ClassVar[str] = "neuron"
    title: ClassVar[Text] = Text("One neuron", "1つのニューロン")
    idea: ClassVar[Text] = Text(
        "A weighted sum, bent by an activation. Where the activation is flat, so is the loss: plateaus, and for ReLU a "
        "region where the neuron is dead.",
        "重み付き和を活性化関数に通す。活性化関数が平らなところでは損失も平らになり、平坦部ができる。"
        "ReLUではニューロンが反応しなくなる領域もある。",
    )
    tasks: ClassVar[tuple[Task, ...]] = ("regression",)

    activation: NeuronActivation = hyperparameter(
        "tanh",
        r"\varphi",
        Text("Activation", "活性化関数"),
        Text("What the neuron makes of its weighted sum.", "ニューロンが重み付き和に適用する関数。"),
        choices={
            name: ACTIVATION_WORDS[name] for name in get_args(NeuronActivation) if name in ACTIVATION_WORDS
        },
    )

    def predictor(self, data: Dataset) -> NeuronPredictor:
        need_one_feature(self, data)
        return NeuronPredictor(self.activation)

    def latex(self, data: Dataset) -> str:
        symbol = ACTIVATIONS[self.activation].symbol
        return rf"\frac{{1}}{{N}} \sum_{{i=1}}^{{N}} \left({symbol}\left(w x_i + b\right) - y_i\right)^2"

    def domain(
        self, predictor: Predictor, start: Array, examples: Examples
    ) -> tuple[tuple[float, float], ...]:
        x, y = float(np.abs(examples.inputs).max()), float(np.abs(examples.targets).max())
        # A sum that saturates the activation; ReLU's must reach the targets themselves.
        reach = 2 * y if self.activation == "relu" else SATURATED
        seen = MARGIN * np.abs(start)
        return around_zero(max(reach / x if x else 0.0, seen[0]), max(reach, seen[1]))
